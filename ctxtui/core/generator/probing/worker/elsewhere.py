"""Another time, machine and Python, as far as Python code can see them: what depends on them is no fact."""

from __future__ import annotations

import datetime as dt
import getpass
import importlib
import io
import os
import platform
import random
import socket
import sys
import sysconfig
import time
import types
from typing import Any, Callable, MutableSequence, NamedTuple


class _AlsoReal(type):
    """A stand-in's class: what the real class made is an instance too."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__mro__[1]) if cls in _STAND_INS else super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls.__mro__[1]) if cls in _STAND_INS else super().__subclasscheck__(subclass)


class _Moment(dt.datetime, metaclass=_AlsoReal):
    """`datetime.datetime` that asks the shifted `time.time` for the time."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:  # noqa: ANN401 - as the real one has it
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def today(cls) -> Any:  # noqa: ANN401 - as above
        return cls.now()

    @classmethod
    def utcnow(cls) -> Any:  # noqa: ANN401 - as above
        return cls.now(dt.timezone.utc).replace(tzinfo=None)


class _Day(dt.date, metaclass=_AlsoReal):
    """`datetime.date` that asks the shifted `time.time` for the day."""

    @classmethod
    def today(cls) -> Any:  # noqa: ANN401 - as above
        return cls.fromtimestamp(time.time())


_STAND_INS: tuple[type, ...] = (_Moment, _Day)
for _stand_in, _name in zip(_STAND_INS, ("datetime", "date")):
    _stand_in.__name__ = _stand_in.__qualname__ = _name
    _stand_in.__module__ = "datetime"


class _Uname(NamedTuple):
    """As `platform.uname` gives it on every Python version."""

    system: str
    node: str
    release: str
    version: str
    machine: str
    processor: str


class _Version(NamedTuple):
    major: int
    minor: int
    micro: int
    releaselevel: str
    serial: int


class _Luck(random.Random):
    """Draws the lowest or the highest number each time."""

    def __init__(self, share: float) -> None:
        self._share = share
        super().__init__(0)

    def random(self) -> float:
        return self._share

    def getrandbits(self, k: int) -> int:
        return (1 << k) - 1 if self._share else 0

    def _randbelow(self, n: int) -> int:
        return n - 1 if self._share else 0

    def shuffle(self, x: MutableSequence[Any]) -> None:
        if self._share:
            x.reverse()


_DRAWING = ("random", "uniform", "randint", "choice", "randrange", "sample", "shuffle", "choices", "getrandbits")


class _Replacements:
    """Stand-ins for functions and classes; put also where the package has bound the real ones to its own names."""

    def __init__(self) -> None:
        self._by_id: dict[int, tuple[object, object]] = {}

    def put(self, holder: Any, name: str, stand_in: object) -> None:  # noqa: ANN401 - a module
        real = getattr(holder, name, None)
        if real is not None:
            self._by_id[id(real)] = (real, stand_in)
            setattr(holder, name, stand_in)

    def rebind(self, package: str) -> None:
        for module_name, module in list(sys.modules.items()):
            if module_name == package or module_name.startswith(package + "."):
                for name, value in list(vars(module).items()):
                    real, stand_in = self._by_id.get(id(value), (None, None))
                    if real is value and real is not None:
                        setattr(module, name, stand_in)


def pretend_luck(package: str, *, is_high: bool) -> None:
    """What is drawn by chance is always the first, or always the last: what holds both ways is no luck."""
    replacements = _Replacements()
    luck = _Luck(0.999999 if is_high else 0.0)
    for name in _DRAWING:
        replacements.put(random, name, getattr(luck, name))
    replacements.rebind(package)


def pretend_elsewhere(seconds: float, package: str) -> None:
    """Another time on another machine, as far as Python code can see it; after the import, which is as it is."""
    elsewhere = _Uname("Elsewhere", "other-host", "0.0.0-other", "#0", "other", "other")
    replacements = _Replacements()
    put = replacements.put
    put(platform, "uname", lambda: elsewhere)
    put(platform, "platform", lambda *_args, **_kwargs: "Elsewhere-0.0.0-other")
    put(os, "cpu_count", lambda: 97)
    put(os, "getpid", lambda: 4_000_007)
    put(getpass, "getuser", lambda: "somebody-else")
    put(socket, "gethostname", lambda: "other-host")
    put(socket, "getfqdn", lambda *_args: "other-host")
    _shift_clocks(seconds, put)
    put(dt, "datetime", _Moment)
    put(dt, "date", _Day)
    replacements.rebind(package)


def _shift_clocks(seconds: float, put: Callable[[Any, str, object], None]) -> None:
    """Every function that tells the time of day when it is not given one."""
    real_time, real_ns, real_clock, localtime = time.time, time.time_ns, time.clock_gettime, time.localtime
    gmtime, ctime, asctime, strftime = time.gmtime, time.ctime, time.asctime, time.strftime

    def now() -> float:
        return real_time() + seconds

    def clock_gettime(clock: int) -> float:
        return real_clock(clock) + (seconds if clock == time.CLOCK_REALTIME else 0.0)

    put(time, "time", now)
    put(time, "time_ns", lambda: real_ns() + int(seconds * 1_000_000_000))
    put(time, "clock_gettime", clock_gettime)
    put(time, "localtime", lambda moment=None: localtime(now() if moment is None else moment))
    put(time, "gmtime", lambda moment=None: gmtime(now() if moment is None else moment))
    put(time, "ctime", lambda moment=None: ctime(now() if moment is None else moment))
    put(time, "asctime", lambda parts=None: asctime(localtime(now()) if parts is None else parts))
    put(time, "strftime", lambda form, parts=None: strftime(form, localtime(now()) if parts is None else parts))


def pretend_other_python() -> None:
    """The next Python on another system; only after the import, which has to find what this one has installed."""
    major, minor = sys.version_info[0], sys.version_info[1] + 1
    short = f"{major}.{minor}"
    sysconfig.get_config_vars().update(
        py_version_nodot=f"{major}{minor}", py_version_short=short, py_version=f"{short}.9"
    )
    sys.version_info = _Version(major, minor, 9, "final", 0)  # type: ignore[assignment]
    sys.version = f"{short}.9 (main, Jan  1 2030, 00:00:00) [GCC 1.0]"
    sys.platform = "elsewhere"
    sys.argv = ["elsewhere", "--other", "words"]
    sys.implementation = types.SimpleNamespace(**{**vars(sys.implementation), "name": "elsewhere"})  # type: ignore[assignment]


def pretend_busy_process() -> None:
    """A process with more files open and more modules loaded."""
    for _ in range(7):
        os.open(os.devnull, os.O_RDONLY)
    for name in ("multiprocessing", "unittest.mock", "logging.handlers"):
        importlib.import_module(name)


class NoInput(io.TextIOBase):
    """Standard input as pytest gives it to tests: nobody is there to answer."""

    def fileno(self) -> int:
        raise io.UnsupportedOperation("redirected stdin is pseudofile, has no fileno()")

    def isatty(self) -> bool:
        return False

    def read(self, *_args: object) -> str:
        raise OSError("nothing can be read from standard input in a test")

    readline = __next__ = read  # type: ignore[assignment]
