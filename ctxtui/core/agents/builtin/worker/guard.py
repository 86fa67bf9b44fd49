"""Keeps probed code from harming anything: limits, a throw-away folder, and an audit hook that refuses effects."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import tempfile
import threading
from typing import Iterator

MEMORY_BYTES = 2 << 30
FILE_BYTES = 16 << 20

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = frozenset(
    {
        "ctypes.call_function",
        "ftplib.connect",
        "http.client.connect",
        "os.chdir",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.kill",
        "os.killpg",
        "os.posix_spawn",
        "os.putenv",
        "os.setxattr",
        "os.spawn",
        "os.startfile",
        "os.system",
        "os.unsetenv",
        "pty.spawn",
        "resource.setrlimit",
        "signal.pthread_kill",
        "smtplib.connect",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendmsg",
        "socket.sendto",
        "subprocess.Popen",
        "syslog.openlog",
        "syslog.syslog",
        "urllib.Request",
        "webbrowser.open",
    }
)
_CHANGING = frozenset(
    {
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
        "os.symlink",
        "os.truncate",
        "os.utime",
        "shutil.chown",
        "shutil.move",
        "shutil.rmtree",
        "sqlite3.connect",
    }
)


class RefusedError(PermissionError):
    """Probed code tried something that a test must never do."""


class OverrunError(BaseException):
    """A call took longer than a test may; no `except Exception` in probed code can hide it."""


class Guard:
    """The audit hook's state. `is_closed` while foreign code runs; `refusals` counts what it tried."""

    def __init__(self, scratch: str) -> None:
        self.scratch = os.path.realpath(scratch)
        self.is_closed = False
        self.refusals = 0

    def install(self) -> None:
        for what, amount in (
            (resource.RLIMIT_AS, MEMORY_BYTES),
            (resource.RLIMIT_FSIZE, FILE_BYTES),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (amount, amount))
        os.chdir(self.scratch)
        tempfile.tempdir = self.scratch
        sys.addaudithook(self._audit)

    def _refuse(self, event: str) -> None:
        self.refusals += 1
        raise RefusedError("tests may not do this: " + event)

    def _is_inside(self, path: object) -> bool:
        if isinstance(path, int):
            return True
        try:
            text = os.fsdecode(path)  # type: ignore[arg-type]
        except TypeError:
            return False
        if text == os.devnull:
            return True
        real = os.path.realpath(text)
        return real == self.scratch or real.startswith(self.scratch + os.sep)

    def _audit(self, event: str, args: tuple[object, ...]) -> None:
        if not self.is_closed:
            return
        if event == "open":
            if self._opens_for_writing(args) and not self._is_inside(args[0]):
                self._refuse(event)
        elif event in _REFUSED or (
            event in _CHANGING
            and not all(self._is_inside(path) for path in args[:2] if isinstance(path, (str, bytes, os.PathLike)))
        ):
            self._refuse(event)

    @staticmethod
    def _opens_for_writing(args: tuple[object, ...]) -> bool:
        mode, flags = args[1], args[2]
        if isinstance(mode, str) and set(mode) & set("wax+"):
            return True
        return isinstance(flags, int) and bool(flags & _WRITING)


def _overrun(_signum: int, _frame: object) -> None:
    raise OverrunError


@contextlib.contextmanager
def limited(cpu_seconds: float, wall_seconds: float) -> Iterator[None]:
    """Raises OverrunError inside the block when it uses up its time, again and again until it gives in."""
    signal.signal(signal.SIGPROF, _overrun)
    signal.signal(signal.SIGALRM, _overrun)
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds, 0.05)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds, 0.25)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def live_threads() -> int:
    return threading.active_count()
