"""Stands for pytest's `monkeypatch` fixture, and notes which environment variables a call looks up."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any, Callable

from .careful import attribute

NAME = "monkeypatch"
_LOOKING_ON_BEHALF = ("shutil.py", "posixpath.py", "ntpath.py", "<frozen posixpath>", "<frozen ntpath>")
"""Newer Pythons have some of their modules frozen, under a name without a path."""
_OF_NOTING = ("comparing.py", "noting.py")
"""Where the calls of a module are made that are noted."""
_PASSING_ON = ("os.py", "_collections_abc.py", "<frozen os>", "<frozen _collections_abc>", *_OF_NOTING)


class Patches:
    """What a test's set-up replaces, put back by `undo`. Only the fixture's methods that tests here use are there."""

    def __init__(self) -> None:
        self._undoing: list[Callable[[], object]] = []
        self._data: Any = attribute(os.environ, "_data")

    def setenv(self, name: str, value: str) -> None:
        """Only as Python sees it: the process's own environment stays as it is."""
        key = os.environ.encodekey(name)
        self._remember(key)
        self._data[key] = os.environ.encodevalue(value)

    def delenv(self, name: str, *, raising: bool = True) -> None:
        key = os.environ.encodekey(name)
        if raising and key not in self._data:
            raise KeyError(name)
        self._remember(key)
        self._data.pop(key, None)

    def setattr(self, target: str, value: object) -> None:
        """The target is a dotted name, found as pytest finds it."""
        path, _, name = target.rpartition(".")
        holder = _found(path)
        old = getattr(holder, name)
        self._undoing.append(lambda: setattr(holder, name, old))
        setattr(holder, name, value)

    def undo(self) -> None:
        while self._undoing:
            self._undoing.pop()()

    def _remember(self, key: Any) -> None:  # noqa: ANN401 - bytes or text, by the system
        old = self._data.get(key)
        self._undoing.append(
            (lambda: self._data.pop(key, None)) if old is None else (lambda: self._data.__setitem__(key, old))
        )


def _found(path: str) -> Any:  # noqa: ANN401 - a module, a class or any object
    first, *rest = path.split(".")
    used, found = first, importlib.import_module(first)
    for part in rest:
        used += "." + part
        if attribute(found, part) is None:
            importlib.import_module(used)
        found = getattr(found, part)
    return found


class LookUps:
    """Names of the environment variables that the package, or the standard library for it, looked up."""

    def __init__(self, package: str) -> None:
        folder = attribute(sys.modules.get(package), "__file__") or ""
        self._folder = str(Path(folder).parent) if Path(folder).stem == "__init__" else folder
        self.names: dict[str, None] = {}

    def watch(self) -> None:
        """From here on; code that is not the package's own is passed over."""
        note = self._note

        class Noted(os._Environ):  # type: ignore[type-arg]  # noqa: SLF001 - there is no other way to see a look-up
            def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - as the real one
                note(key)
                return super().__getitem__(key)

        if self._folder:
            os.environ.__class__ = Noted

    def _note(self, name: object) -> None:
        frame: Any = sys._getframe(2)  # noqa: SLF001 - who asks is not told otherwise
        while frame is not None and frame.f_code.co_filename.endswith(_PASSING_ON):
            frame = frame.f_back
        filename = frame.f_code.co_filename if frame is not None else ""
        if frame is not None and filename.endswith("shutil.py") and frame.f_back is not None:
            # How wide help is written is no fact: it also changes with the version of Python.
            filename = "" if frame.f_back.f_code.co_filename.endswith("argparse.py") else filename
        if isinstance(name, str) and (
            filename.startswith(self._folder) or os.path.basename(filename) in _LOOKING_ON_BEHALF  # noqa: PTH119 - a name
        ):
            self.names[name] = None
