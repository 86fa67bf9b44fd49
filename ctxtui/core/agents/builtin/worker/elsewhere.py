"""Another time, machine and Python, as far as Python code can see them: what depends on them is no fact."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import platform
import socket
import sys
import sysconfig
import time
import types
from typing import Any, NamedTuple


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


def pretend_elsewhere(seconds: float) -> None:
    """Another time on another machine, as far as Python code can see it."""
    elsewhere = _Uname("Elsewhere", "other-host", "0.0.0-other", "#0", "other", "other")
    platform.uname = lambda: elsewhere  # type: ignore[assignment, return-value]
    platform.platform = lambda *_args, **_kwargs: "Elsewhere-0.0.0-other"
    os.cpu_count = lambda: 97
    getpass.getuser = lambda: "somebody-else"
    socket.gethostname = socket.getfqdn = lambda *_args: "other-host"
    real_time, real_ns = time.time, time.time_ns
    time.time = lambda: real_time() + seconds
    time.time_ns = lambda: real_ns() + int(seconds * 1_000_000_000)
    dt.datetime = _Moment  # type: ignore[misc]
    dt.date = _Day  # type: ignore[misc]


def pretend_other_python() -> None:
    """Another Python on another system; only after the import, which has to find what this one has installed."""
    sysconfig.get_config_vars().update(py_version_nodot="399", py_version_short="3.99", py_version="3.99.9")
    sys.version_info = _Version(3, 99, 9, "final", 0)  # type: ignore[assignment]
    sys.version = "3.99.9 (main, Jan  1 2030, 00:00:00) [GCC 1.0]"
    sys.platform = "elsewhere"
    sys.argv = ["elsewhere", "--other", "words"]
    sys.implementation = types.SimpleNamespace(**{**vars(sys.implementation), "name": "elsewhere"})  # type: ignore[assignment]
