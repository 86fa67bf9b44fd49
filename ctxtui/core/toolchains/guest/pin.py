"""The import pin: modules of the package under test come from the worktree, whatever else is installed."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

PACKAGE_FOLDERS = ("site-packages", "dist-packages")


class Pin:
    """The finder that stands first on `sys.meta_path`."""

    def __init__(self, packages: Sequence[str], worktree: str, roots: Sequence[str]) -> None:
        self.packages = tuple(packages)
        self._within = tuple(package + "." for package in packages)
        self.worktree = os.path.realpath(worktree)
        self.roots = [os.path.realpath(root) for root in roots]
        self.lent: List[str] = []
        """What a run adds to the path by itself, which the project's own pytest lacks."""
        self.replaced: Dict[str, str] = {}
        """Files whose code is read from another one: a source, and where its changed version lies."""

    def find_spec(self, fullname: str, path: Optional[Sequence[str]] = None, target: Any = None) -> Any:  # noqa: ANN401, ARG002 - the finder protocol
        if self.covers(fullname):
            spec = PathFinder.find_spec(fullname, self._places(fullname, path))
            if spec is not None and spec.origin in self.replaced:
                spec.loader = _ChangedLoader(fullname, spec.origin, self.replaced[spec.origin])
            return spec
        if any(package.startswith(fullname + ".") for package in self.packages):
            return PathFinder.find_spec(fullname, path) or PathFinder.find_spec(fullname, self._places(fullname, path))
        return None

    def covers(self, name: str) -> bool:
        return name in self.packages or name.startswith(self._within)

    def holds(self, place: str) -> bool:
        real = os.path.realpath(place)
        return real == self.worktree or real.startswith(self.worktree + os.sep)

    def _places(self, fullname: str, path: Optional[Sequence[str]]) -> List[str]:
        parents = fullname.split(".")[:-1]
        given = [place for place in path or () if isinstance(place, str) and self.holds(place)]
        return given + ["/".join([root, *parents]) for root in self.roots]

    def is_found_without(self, name: str) -> bool:
        """Whether a package or module is installed, or lies where the project itself has pytest look."""
        path = list(sys.path)
        for place in self.lent:
            if place in path:
                path.remove(place)
        others = [finder for finder in sys.meta_path if finder not in (self, PathFinder)]
        return _is_found(name, path, others)

    def loaded_from_what_is_lent(self) -> Iterator[str]:
        """Modules of the worktree that are loaded, and that the project's own pytest would not have found by now."""
        missing = ""
        for name, module in sorted(sys.modules.items()):
            origin = getattr(getattr(module, "__spec__", None), "origin", None)
            if not isinstance(origin, str) or (missing and name.startswith(missing + ".")) or not self.holds(origin):
                continue
            if not self.is_found_without(name):
                missing = name
                yield name

    def loaded(self) -> Iterator[Tuple[str, str]]:
        """Modules of the package that are loaded, each with the file it came from ('' for a namespace)."""
        for module in list(sys.modules.values()):
            spec = getattr(module, "__spec__", None)
            name = getattr(spec, "name", None)
            if isinstance(name, str) and self.covers(name):
                origin = getattr(spec, "origin", None)
                yield name, origin if isinstance(origin, str) and origin.startswith(os.sep) else ""

    def foreign(self) -> Iterator[Tuple[str, str]]:
        for name, place in self.loaded():
            if place and not self.holds(place):
                yield name, place


def _is_found(package: str, path: Sequence[str], others: Sequence[Any]) -> bool:
    """Whether there is such a package on the path: of a namespace, other parts may be there alone."""
    places: Optional[List[str]] = None
    parts = package.split(".")
    for count in range(1, len(parts) + 1):
        name = ".".join(parts[:count])
        found = PathFinder.find_spec(name, path if places is None else places)
        found = found or next(filter(None, (finder.find_spec(name, places) for finder in others)), None)
        if found is None:
            return False
        places = list(found.submodule_search_locations or ())
    return True


class _ChangedLoader(SourceFileLoader):
    """Loads a module from its own file's place, with the code of another."""

    def __init__(self, fullname: str, path: str, changed: str) -> None:
        super().__init__(fullname, path)
        self.changed = changed

    def get_code(self, fullname: str) -> Any:  # noqa: ANN401 - a code object
        with open(self.changed, "rb") as file:
            return compile(file.read(), self.get_filename(fullname), "exec", dont_inherit=True)


def install(packages: Sequence[str], worktree: str, roots: Sequence[str]) -> Pin:
    """Pins the packages, and puts their roots behind the standard library and before what is installed.

    There a file such as `random.py` beside them hides no module that pytest needs.
    """
    pin = Pin(packages, worktree, roots)
    sys.meta_path.insert(0, pin)
    installed = (n for n, place in enumerate(sys.path) if any(name in place for name in PACKAGE_FOLDERS))
    at = next(installed, len(sys.path))
    sys.path[at:at] = list(roots)
    sys.path.append(os.getcwd())  # as for `python -m pytest`, but hiding nothing
    pin.lent = [*roots, os.getcwd()]
    os.environ["PYTHONPATH"] = os.pathsep.join(roots)  # for programs that tests start
    return pin
