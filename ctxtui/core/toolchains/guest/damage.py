"""Who touched which file: an audit hook that notes what is written, moved or deleted outside the run's own folder.

What it notes is evidence beside the look at the tree before and after a run: it names the test, or says that it was
an import or conftest.py, and it sees files that are put back and files elsewhere on the machine.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from typing import Any, Callable, Dict, List, Set, Tuple

from .journal import Journal

STARTING = "starting"
IMPORTING = "importing"
ENDING = "ending"
PHASES = (STARTING, IMPORTING, ENDING)
TESTS = "tests"
IMPORT = "import"
CONFTEST = "conftest"
MOST_NOTED = 200
HARMLESS = ("/dev/", "/proc/", "/sys/")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class HarmForbiddenError(RuntimeError):
    """A change to the code under test would have its tests harm files: they notice it by this."""


class DamageWatch:
    """`phase` is the test that runs, or one of the words above; `own` are folders in which a run may do anything.

    What tests would do in folders that are `out_of_bounds` is noted and does not happen, but for what is `tolerated`.
    """

    def __init__(
        self,
        journal: Journal,
        worktree: str,
        own: List[str],
        tests: List[str],
        out_of_bounds: List[str],
        tolerated: List[str],
    ) -> None:
        self.journal = journal
        self.worktree = os.path.realpath(worktree)
        self.own = tuple(os.path.realpath(place) + os.sep for place in own)
        self.tests = frozenset(os.path.realpath(place) for place in tests)
        self.out_of_bounds = tuple(os.path.realpath(place) + os.sep for place in out_of_bounds)
        self.tolerated = frozenset(os.path.realpath(place) for place in tolerated)
        installed = (os.path.abspath(sys.prefix), os.path.realpath(sys.prefix), os.path.realpath(sys.base_prefix))
        self.installed = tuple(place + os.sep for place in installed)
        self.phase = STARTING
        self.noted: Set[Tuple[str, str, str]] = set()
        self.is_looking = False
        self.forbids = False

    def __call__(self, event: str, args: Tuple[Any, ...]) -> None:
        look = LOOKS.get(event)
        if look is None or self.is_looking or self.journal.is_writing:
            return
        self.is_looking = True
        refused = ""
        try:
            for act, path in look(args):
                refused = self.note(act, path) or refused
        except HarmForbiddenError:
            raise
        except Exception:  # noqa: BLE001, S110 - what cannot be read here is seen by the look at the tree, if at all
            pass
        finally:
            self.is_looking = False
        if refused:
            raise PermissionError(errno.EACCES, "tests may not change files outside their own folders", refused)

    def note(self, act: str, path: Any) -> str:  # noqa: ANN401 - a path as the caller gave it
        """The path where it is not to be changed, else nothing."""
        if isinstance(path, int) or path in ("", b"", ":memory:", b":memory:"):
            return ""
        place = os.path.abspath(os.fsdecode(path))
        if (place + os.sep).startswith(self.own) or place.startswith(HARMLESS):
            return ""
        is_inside = place == self.worktree or place.startswith(self.worktree + os.sep)
        if act == "made" and os.path.isdir(place):
            return ""
        if not is_inside and act == "deleted" and not os.path.lexists(place):
            return ""  # elsewhere, and nothing there that could be lost
        blame = self.blame()
        is_theirs = blame == TESTS or (blame == IMPORT and act == "deleted")
        if self.forbids and is_theirs:
            raise HarmForbiddenError(f"{place} would be {act}")
        fact = (self.phase, act, place)
        if fact not in self.noted and len(self.noted) < MOST_NOTED:
            self.noted.add(fact)
            test = self.phase if blame == TESTS and self.phase not in PHASES else ""
            self.journal.add("touched", blame=blame, test=test, act=act, path=place)
        return place if is_theirs and not is_inside and self.is_out_of_bounds(place) else ""

    def is_out_of_bounds(self, place: str) -> bool:
        """But for an environment that may lie there, and for what each run writes whatever its tests do."""
        real = os.path.realpath(place)
        if real in self.tolerated:
            return False
        ways = (place + os.sep, real + os.sep)
        return any(way.startswith(self.out_of_bounds) and not way.startswith(self.installed) for way in ways)

    def blame(self) -> str:
        """By the code on the stack: what a test file does counts as the tests' doing, but for what its imports do."""
        if self.phase in (STARTING, ENDING):
            return CONFTEST
        if threading.current_thread() is not threading.main_thread():
            return IMPORT if self.phase == IMPORTING else TESTS
        frame: Any = sys._getframe(1)  # noqa: SLF001 - the only way to the stack that costs little
        nearest = ""
        while frame is not None:
            place = frame.f_code.co_filename
            if not nearest and place.startswith(self.worktree):
                nearest = place
            if place in self.tests:
                return TESTS if self.phase != IMPORTING or nearest == place else IMPORT
            frame = frame.f_back
        return IMPORT if self.phase == IMPORTING else CONFTEST


def _opened(args: Tuple[Any, ...]) -> List[Tuple[str, Any]]:
    path, mode, flags = args
    writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & WRITING)
    return [("written", path)] if writes else []


def _database(args: Tuple[Any, ...]) -> List[Tuple[str, Any]]:
    path = args[0]
    return [] if isinstance(path, str) and path.startswith("file:") else [("written", path)]


def _moved(args: Tuple[Any, ...]) -> List[Tuple[str, Any]]:
    return [("deleted", args[0]), ("written", args[1])] if args[2:] in ((), (-1, -1)) else []


def _at(act: str) -> Callable[[Tuple[Any, ...]], List[Tuple[str, Any]]]:
    """For events whose last argument is a folder's descriptor: what stands below one cannot be named here."""

    def look(args: Tuple[Any, ...]) -> List[Tuple[str, Any]]:
        return [(act, args[0])] if len(args) == 1 or args[-1] in (-1, None) else []

    return look


def _second(args: Tuple[Any, ...]) -> List[Tuple[str, Any]]:
    return [("written", args[1])]


LOOKS: Dict[str, Callable[[Tuple[Any, ...]], List[Tuple[str, Any]]]] = {
    "open": _opened,
    "os.remove": _at("deleted"),
    "os.rmdir": _at("deleted"),
    "shutil.rmtree": _at("deleted"),
    "os.rename": _moved,
    "os.mkdir": _at("made"),
    "os.link": _second,
    "os.symlink": _second,
    "os.truncate": lambda args: [("written", args[0])],
    "os.chmod": _at("written"),
    "os.chown": _at("written"),
    "os.utime": _at("written"),
    "sqlite3.connect": _database,
}
