"""Sees where a call looks and what it changes in the file system, and gives each call a fresh folder to do it in."""

from __future__ import annotations

import contextlib
import os
import shutil
import site
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, Callable, Iterator

CHANGING = frozenset(
    {
        "os.chdir",
        "os.chflags",
        "os.chmod",
        "os.chown",
        "os.link",
        "os.mkdir",
        "os.mkfifo",
        "os.mknod",
        "os.remove",
        "os.removexattr",
        "os.rename",
        "os.rmdir",
        "os.setxattr",
        "os.symlink",
        "os.truncate",
        "os.utime",
        "shutil.chown",
        "shutil.copyfile",
        "shutil.copymode",
        "shutil.copystat",
        "shutil.copytree",
        "shutil.make_archive",
        "shutil.move",
        "shutil.rmtree",
        "shutil.unpack_archive",
        "sqlite3.connect",
    }
)
_REMOVING = frozenset({"os.remove", "os.rmdir", "shutil.rmtree"})
LISTING = frozenset({"glob.glob", "os.fwalk", "os.listdir", "os.scandir", "os.walk"})
_LOOKING = ("stat", "lstat", "fstat", "access", "readlink")
_ON_EVERY_SYSTEM = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/dev/null", "/dev/urandom")
MADE_UP_HOME = "/home/ann"
"""Whose home tests are given that look for something there."""
_SYSTEM_SETTINGS = "/etc/"
_SUFFIXES = (".cfg", ".conf", ".ini", ".json", ".toml", ".yaml", ".yml")
_OF_MEMORY = frozenset({":memory:", ""})
MOST_FILES = 2
MOST_FILE_BYTES = 200
MOST_BINARY = 64
"""Bytes of a file that is no text: who reads the test sees little in them."""


class Footprint:
    """What the current call did to files.

    Code under test is imported in the folder `start` and called in `work`: a test can be given another current folder
    for its calls, but not for the import. `home` stands for the user's own folder, where no test may go.
    `is_in_work` says that the call used the working folder, `is_elsewhere_seen` that it looked at this machine's files.
    """

    def __init__(self, scratch: str, clock_shift: float) -> None:
        is_elsewhere = bool(clock_shift)
        self._clock_shift = clock_shift
        top = Path(scratch).resolve()
        self.start = str(top / "start")
        self.home = str(top / "home")
        self.temporary = str(top / "tmp")
        self.work = str(top.joinpath(*(("other", "place") if is_elsewhere else ()), "work"))
        self.is_importing = True
        self.is_in_work = False
        self.is_elsewhere_seen = False
        self._is_in_temporary = False
        self.missing: dict[str, bool] = {}
        self._is_busy = False
        self._known: tuple[str, ...] = ()

    def make(self) -> None:
        """Makes the folders and goes to the one to import from: what is bound to it then is no call's to change."""
        for folder in (self.start, self.home, self.temporary, self.work):
            Path(folder).mkdir(parents=True, exist_ok=True)
        os.chdir(self.start)
        tempfile.tempdir = self.temporary

    def begin(self) -> None:
        self.missing = {}
        self.is_in_work = False
        self.is_elsewhere_seen = False

    def tidy(self) -> None:
        """Empties the folders that the call changed, and returns to the working folder."""
        if self._is_in_temporary:
            self._is_in_temporary = False
            if any(Path(self.temporary).iterdir()):
                self.is_elsewhere_seen = True
                _empty(self.temporary)
        if self.is_in_work:
            os.chdir(self.work)
            _empty(self.work)

    def may_change(self, path: object, event: str = "") -> bool:
        """Whether a path is the call's own: below the working folder (which is noted), or a temporary file."""
        real = self._real(path)
        if real is None or real == os.devnull:
            return real is not None
        if _is_below(real, self.work):
            self.is_in_work = True
            if event in _REMOVING:
                self._note_missing(real, is_folder=event != "os.remove")
            return True
        if self.is_importing and _is_below(real, self.start):
            return True
        # A temporary file is opened by the name of its folder: which file it becomes is found out meanwhile.
        is_temporary = _is_below(real, self.temporary) and (real != self.temporary or event == "open")
        self._is_in_temporary = self._is_in_temporary or is_temporary
        return is_temporary

    def look(self, path: object, *, is_list: bool = False) -> None:
        """Notes a look at a path: in the working folder, or at something that is another on the next machine."""
        real = self._real(path)
        if real is None or real == os.devnull:
            return
        if _is_below(real, self.work):
            self.is_in_work = True
            self._note_missing(real, is_folder=is_list)
        elif _is_below(real, self.temporary) or any(_is_below(real, folder) for folder in _ON_EVERY_SYSTEM):
            return
        elif is_list or not any(_is_below(real, folder) for folder in self._known):
            self.is_elsewhere_seen |= not self._are_settings_of_nobody(real)

    def _are_settings_of_nobody(self, real: str) -> bool:
        """Whether a look goes to settings of the system or of a user that does not exist, and finds none."""
        is_of_system = real.startswith(_SYSTEM_SETTINGS) and real.endswith(_SUFFIXES)
        return (is_of_system or _is_below(real, MADE_UP_HOME)) and not self._exists(real)

    def _exists(self, real: str) -> bool:
        was_busy, self._is_busy = self._is_busy, True
        try:
            return os.path.lexists(real)
        finally:
            self._is_busy = was_busy

    def _note_missing(self, real: str, *, is_folder: bool) -> None:
        """Remembers what is not there, but for what lies in a folder that is not there either."""
        name = os.path.relpath(real, self.work) if not self._is_busy else ""
        if name and name != "." and os.sep not in name and not self._exists(real):
            self.missing[name] = is_folder or self.missing.get(name, False)

    def made(self) -> Iterator[tuple[str, str | bytes | None]]:
        """The few small files of the working folder by relative path, with what is in them; None for a folder."""
        if not self.is_in_work:
            return
        found = sorted(Path(self.work).rglob("*"))
        leaves = [path for path in found if path.is_file() or not any(path.iterdir())]
        for path in leaves if len(leaves) <= MOST_FILES else ():
            with contextlib.suppress(OSError, ValueError):
                if path.is_dir():
                    yield path.relative_to(self.work).as_posix(), None
                elif path.stat().st_size <= MOST_FILE_BYTES:
                    content = _content_of(path)
                    if isinstance(content, str) or len(content) <= MOST_BINARY:
                        yield path.relative_to(self.work).as_posix(), content

    def watch(self, is_on: Callable[[], bool]) -> None:
        """Goes to the working folder, and notes the looks too that Python does not report to audit hooks."""
        self._known = _known_folders()
        self.is_importing = False
        os.chdir(self.work)
        for name in _LOOKING:
            setattr(os, name, self._noted(getattr(os, name), is_on))
        getcwd = os.getcwd

        def noted_getcwd() -> str:
            if is_on() and not self._is_busy:
                self.is_in_work = True
            return getcwd()

        os.getcwd = noted_getcwd

    def _noted(self, real: Callable[..., Any], is_on: Callable[[], bool]) -> Callable[..., Any]:
        def noted(path: object, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - as the real one
            if is_on() and not self._is_busy:
                self.look(path)
            told = real(path, *args, **kwargs)
            is_shifted = self._clock_shift and is_on() and isinstance(told, os.stat_result)
            return _at_another_time(told, self._clock_shift) if is_shifted else told

        for collection in (os.supports_dir_fd, os.supports_follow_symlinks, os.supports_fd):
            if real in collection:
                collection.add(noted)
        return noted

    def _real(self, path: object) -> str | None:
        """The path as it is on disk; the null device for a descriptor, None for what is no path."""
        if isinstance(path, int):
            return os.devnull
        self._is_busy = True
        try:
            return os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
        except (TypeError, ValueError, OSError):
            return None
        finally:
            self._is_busy = False


def _at_another_time(told: os.stat_result, seconds: float) -> os.stat_result:
    """What `os.stat` would tell had the file been made with the shifted clock."""
    numbers = [*told[:7], *(int(moment + seconds) for moment in told[7:10])]
    exact = {f"st_{kind}time": getattr(told, f"st_{kind}time") + seconds for kind in "amc"}
    exact.update({f"st_{kind}time_ns": getattr(told, f"st_{kind}time_ns") + int(seconds * 1e9) for kind in "amc"})
    return os.stat_result(numbers, exact)


def _content_of(path: Path) -> str | bytes:
    """The text of a file; its bytes where they are no text."""
    data = path.read_bytes()
    try:
        return data if b"\0" in data else path.read_text(encoding="utf-8")
    except ValueError:
        return data


def is_effect_free(event: str, args: tuple[object, ...]) -> bool:
    """A database in memory is no file."""
    return event == "sqlite3.connect" and bool(args) and args[0] in _OF_MEMORY


def is_importing() -> bool:
    """Whether the import system is at work below the audit hook."""
    frame: Any = sys._getframe(2)  # noqa: SLF001 - there is no public way to ask
    for _ in range(6):
        if frame is None:
            return False
        if "importlib" in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)


def _known_folders() -> tuple[str, ...]:
    """Folders that code comes from: what is read there is the same wherever it is installed."""
    # Where `gettext` looks for translations of what `argparse` says.
    found = {os.path.join(sys.base_prefix, "share")}  # noqa: PTH118 - pathlib may have been replaced by the project
    found |= {*sys.path, *sysconfig.get_paths().values(), *site.getsitepackages(), str(Path(__file__).parent)}
    return tuple({os.path.realpath(folder) for folder in found if folder and Path(folder).is_dir()})


def _empty(folder: str) -> None:
    for path in list(Path(folder).iterdir()):
        with contextlib.suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
