"""What people set as keys: every name and key is looked at, since what is misspelt would pass in silence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from textual.binding import Binding
from textual.keys import REPLACED_KEYS, Keys

from ctxtui import screens
from ctxtui.core.domain.errors import UsageError
from ctxtui.core.domain.nearest import nearest

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})
_SIGNS = frozenset(re.sub(r"\W", "_", unicodedata.name(chr(code)).lower()) for code in range(33, 127))
_NAMED = frozenset({*(key.value for key in Keys), *_SIGNS, *REPLACED_KEYS})
"""What Textual calls keys and signs; a sign may be written as itself, too."""


def refuse_unusable(name: str, keys: str) -> None:
    """Raises UsageError for a name that no key has, and for what no keyboard sends."""
    ids: set[str] = set()
    for module in _modules():
        ids |= {binding.id for binding in _bindings(module) if binding.id}
        if name in ids:
            break
    else:
        near = f"run.{name}" if f"run.{name}" in ids else nearest(name, ids)
        hint = f"did you mean `{near}`?" if near else "`ctxtui config keys` lists them."
        raise UsageError(f"`ui.keymap` has `{name}`, which is no key's name: {hint}")
    for key in keys.split(","):
        if not _is_key(key.strip()):
            told = f"`ui.keymap` has {key.strip()!r} for `{name}`, which is no key"
            raise UsageError(f"{told}: they are written as `z`, `f5`, `ctrl+x` or `question_mark`.")


def all_keys() -> dict[str, Binding]:
    """Every key that can be changed, by its id."""
    found = (binding for module in _modules() for binding in _bindings(module))
    return {binding.id: binding for binding in sorted(found, key=lambda one: one.id or "") if binding.id}


def _modules() -> Iterator[ModuleType]:
    """Those of the first screens come first: a start should not wait for what nobody named."""
    for name in ("ctxtui.screens.keyed_app", "ctxtui.screens.home.screen", "ctxtui.screens.run.screen"):
        yield import_module(name)
    for found in walk_packages(screens.__path__, f"{screens.__name__}."):
        yield import_module(found.name)


def _bindings(module: ModuleType) -> Iterator[Binding]:
    for kind in vars(module).values():
        declared = vars(kind).get("BINDINGS", ()) if isinstance(kind, type) else ()
        yield from (one for one in declared if isinstance(one, Binding))


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+") if len(key) > 1 else (key,)
    return _MODIFIERS.issuperset(modifiers) and (len(last) == 1 or last in _NAMED)
