"""Keeps probed code from harming anything: limits, a throw-away folder, and an audit hook that refuses effects.

An import may do more than a call: the environment, the working folder and foreign functions die with the process.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from typing import Iterator

from .footprint import CHANGING, LISTING, Footprint, is_effect_free, is_importing

MEMORY_BYTES = 2 << 30
"""What calls may use beyond what the imports took."""
FILE_BYTES = 16 << 20

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = frozenset(
    {
        "ctypes.call_function",
        "ftplib.connect",
        "http.client.connect",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.kill",
        "os.killpg",
        "os.posix_spawn",
        "os.putenv",
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


_ALLOWED_IN_IMPORTS = frozenset({"ctypes.call_function", "os.chdir", "os.putenv", "os.unsetenv"})


class RefusedError(PermissionError):
    """Probed code tried something that a test must never do."""


class OverrunError(BaseException):
    """A call took longer than a test may; no `except Exception` in probed code can hide it."""


class Guard:
    """The audit hook's state. `is_closed` while foreign code runs; `refusals` counts what it tried.

    `is_importing` is true while the module under test and what it needs are imported.
    """

    def __init__(self, scratch: str, clock_shift: float = 0.0) -> None:
        self.scratch = os.path.realpath(scratch)
        self.footprint = Footprint(scratch, clock_shift)
        self.is_closed = False
        self.is_importing = False
        self.refusals = 0

    def install(self) -> None:
        for what, amount in ((resource.RLIMIT_FSIZE, FILE_BYTES), (resource.RLIMIT_CORE, 0)):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (amount, amount))
        self.footprint.make()
        sys.addaudithook(self._audit)

    def close(self) -> None:
        """From here on calls are made: in the working folder, each look and each change noted."""
        self.footprint.watch(lambda: self.is_closed)
        self.is_closed = True

    @contextlib.contextmanager
    def one_call(self) -> Iterator[Footprint]:
        """What is done inside starts and ends with an empty working folder."""
        self.footprint.begin()
        try:
            yield self.footprint
        finally:
            was_closed, self.is_closed = self.is_closed, False
            self.footprint.tidy()
            self.is_closed = was_closed

    @contextlib.contextmanager
    def importing(self) -> Iterator[None]:
        self.is_closed = self.is_importing = True
        try:
            yield
        finally:
            self.is_closed = self.is_importing = False

    def limit_memory(self) -> None:
        """Bounds what calls may take; an import may reserve far more than it uses."""
        amount = _reserved_bytes() + MEMORY_BYTES
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (amount, amount))

    def _refuse(self, event: str) -> None:
        self.refusals += 1
        raise RefusedError("tests may not do this: " + event)

    def _audit(self, event: str, args: tuple[object, ...]) -> None:
        if not self.is_closed:
            return
        if event == "open":
            if not self._opens_for_writing(args):
                self.footprint.look(args[0])
            elif not self.footprint.may_change(args[0], event):
                self._refuse(event)
        elif self.is_importing and event in _ALLOWED_IN_IMPORTS:
            return
        elif event in _REFUSED or (event in CHANGING and not self._may_change(event, args)):
            self._refuse(event)
        elif event in LISTING and not is_importing():
            self.footprint.look(args[0] or ".", is_list=True)

    def _may_change(self, event: str, args: tuple[object, ...]) -> bool:
        paths = [path for path in args[:2] if isinstance(path, (str, bytes, os.PathLike))]
        return is_effect_free(event, args) or all(self.footprint.may_change(path, event) for path in paths)

    @staticmethod
    def _opens_for_writing(args: tuple[object, ...]) -> bool:
        mode, flags = args[1], args[2]
        if isinstance(mode, str) and set(mode) & set("wax+"):
            return True
        return isinstance(flags, int) and bool(flags & _WRITING)


def limit_cpu(seconds: float) -> None:
    """Ends this process when it has used that much: code stuck in C cannot be interrupted otherwise."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    amount = int(used.ru_utime + used.ru_stime + seconds) + 1
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (amount, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _reserved_bytes() -> int:
    """The address space in use; nothing where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - pathlib may have been replaced by the project
            return int(file.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


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
