"""Notes what the module compares while a call runs: the inputs that would have turned a branch are in there."""

from __future__ import annotations

import ast
import copy
import sys
from collections import deque
from types import ModuleType
from typing import Any, Callable, NamedTuple

from .careful import attribute
from .mutation import compiled, definitions_in, live_functions
from .noting import NOTE, Noting, bound_in
from .patterns import is_pattern

MOST_EVENTS = 300
MOST_FILES = 3
ELSEWHERE = 100_000
"""Sites from here on are in other modules."""
LATEST = 8


class Comparison(NamedTuple):
    """`kind` is `==`, `is`, `<`, `in`, `len`, `key`, `holds`, `truth`, one of types or one of texts.

    Of types are `isinstance`, `type`, `hasattr` and `callable`; of texts `startswith`, `endswith`, `match`, `found` and
    those of `SAMPLES`. `attribute` is the one of `self` that is compared, if any.
    """

    site: int
    kind: str
    left: Any
    right: Any
    is_true: bool
    attribute: str = ""


class Comparisons:
    """Puts notes into a module's functions; `events` are the comparisons since it was last cleared.

    They are the first ones, or with `latest` the last so many. Sites are numbered from `first_site` on.
    """

    def __init__(self, *, first_site: int = 0, latest: int | None = None) -> None:
        self.events: deque[Comparison] = deque(maxlen=latest)
        self._first_site = first_site
        self._most = MOST_EVENTS if latest is None else 1 << 30
        self._watched: set[str] = set()
        self._sites: list[Callable[..., Any]] = []
        self._kinds: list[str] = []
        self._attributes: list[str] = []

    def watch(self, module: ModuleType, filename: str) -> None:
        """Changes the code of the functions in place; what they do stays the same."""
        self._watched.add(filename)
        functions = live_functions(module)
        vars(module)[NOTE] = self._note
        for definition, owner in definitions_in(filename):
            first = min([definition.lineno, *(decorator.lineno for decorator in definition.decorator_list)])
            function = functions.get((definition.name, first))
            if function is None:
                continue
            hidden = bound_in(definition) | vars(module).keys()
            changed = ast.fix_missing_locations(Noting(self.site, hidden).visit(copy.deepcopy(definition)))
            code = compiled(changed, owner, filename)
            if code is not None and code.co_freevars == function.__code__.co_freevars:
                function.__code__ = code

    def watch_file(self, filename: str, package: str) -> bool:
        """Watches the package's loaded module with this source; false where it is watched already, or there is none."""
        if filename in self._watched or len(self._watched) >= MOST_FILES:
            return False
        loaded = [one for name, one in list(sys.modules.items()) if name.partition(".")[0] == package]
        module = next((one for one in loaded if attribute(one, "__file__") == filename), None)
        if module is not None:
            self.watch(module, filename)
        return module is not None

    def site(self, kind: str, compare: Callable[..., Any], attribute_name: str = "") -> int:
        self._sites.append(compare)
        self._kinds.append(kind)
        self._attributes.append(attribute_name)
        return self._first_site + len(self._sites) - 1

    def _note(self, site: int, left: Any, right: Any, *more: Any) -> Any:  # noqa: ANN401 - whatever the module compares
        try:
            result = self._sites[site - self._first_site](left, right, *more)
        except Exception:
            self._add(site, left, right, is_true=False)
            raise
        if len(self.events) < self._most:
            try:
                is_true = _is_true(self._kinds[site - self._first_site], left, right, result)
            except Exception:  # noqa: BLE001 - a comparison of arrays has no truth
                return result
            self._add(site, left, right, is_true=is_true)
        return result

    def _add(self, site: int, left: object, right: object, *, is_true: bool) -> None:
        at = site - self._first_site
        self.events.append(Comparison(site, self._kinds[at], left, right, is_true, self._attributes[at]))


def _is_true(kind: str, left: Any, right: Any, result: Any) -> bool:  # noqa: ANN401 - whatever the module compares
    if kind == "holds":
        return right in left
    if kind == "type":
        return type(left) in right if isinstance(right, (tuple, list, set, frozenset)) else type(left) is right
    return left.search(right) is not None if kind == "found" and is_pattern(left) else bool(result)
