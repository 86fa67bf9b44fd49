"""A clock that is days ahead, for code that asks for the date: tests that hold today's date show themselves."""

from __future__ import annotations

import ctypes
import datetime as dt
import gc
import importlib.util
import os
import time
from typing import Any, Callable

DAY = 86_400
SLACK = 60
FLOAT_TIMES = ("st_atime", "st_mtime", "st_ctime")
WHOLE_TIMES = ("st_atime_ns", "st_mtime_ns", "st_ctime_ns")


C_CLOCKS = ("_time_machine",)
"""Modules that change the functions of the clock in C: they take them for built-in ones, and crash on any others."""


def can_be_set() -> bool:
    """Whether nothing that is installed, loaded by now or later, needs the functions of the clock as they are."""
    return not any(importlib.util.find_spec(name) for name in C_CLOCKS)


def set_ahead(days: int) -> None:
    """Shifts what Python code is told of the present; clocks that only measure how long something takes stay."""
    shift = days * DAY
    now, now_ns = time.time, time.time_ns
    started = now()
    time.time = lambda: now() + shift
    time.time_ns = lambda: now_ns() + shift * 10**9
    _shift_time_functions(shift)
    _shift_datetime(days)
    for name in ("stat", "lstat", "fstat"):
        setattr(os, name, _shifted_stat(getattr(os, name), started - SLACK, now, shift))


def _shift_time_functions(shift: int) -> None:
    """Those that take the present when they are given nothing, or the wall clock by its id."""
    localtime, gmtime, strftime = time.localtime, time.gmtime, time.strftime
    ctime, asctime = time.ctime, time.asctime
    clock, clock_ns = time.clock_gettime, time.clock_gettime_ns
    wall = time.CLOCK_REALTIME
    time.localtime = lambda secs=None: localtime(time.time() if secs is None else secs)
    time.gmtime = lambda secs=None: gmtime(time.time() if secs is None else secs)
    time.ctime = lambda secs=None: ctime(time.time() if secs is None else secs)
    time.asctime = lambda *moment: asctime(*(moment or (time.localtime(),)))
    time.strftime = lambda form, *moment: strftime(form, *(moment or (time.localtime(),)))
    time.clock_gettime = lambda which: clock(which) + (shift if which == wall else 0)
    time.clock_gettime_ns = lambda which: clock_ns(which) + (shift * 10**9 if which == wall else 0)


def _shift_datetime(days: int) -> None:
    """In place: the class stays the one that others have imported, subclassed and pickled."""
    kind = dt.datetime
    utcnow = kind.__dict__["utcnow"]

    def shifted_utcnow(cls: Any) -> Any:  # noqa: ANN401 - datetime or a subclass
        return utcnow.__get__(None, cls)() + dt.timedelta(days=days)

    def shifted_now(cls: Any, tz: Any = None) -> Any:  # noqa: ANN401 - as above
        return cls.fromtimestamp(time.time(), tz)

    replacements = {"now": shifted_now, "today": shifted_now, "utcnow": shifted_utcnow}
    members = gc.get_referents(kind.__dict__)[0]
    for name, function in replacements.items():
        members[name] = classmethod(function)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


def _shifted_stat(stat: Callable[..., Any], since: float, now: Callable[[], float], shift: int) -> Callable[..., Any]:
    """Files of this run look as new as they are."""

    def shifted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as os.stat
        found = stat(*args, **kwargs)
        if not since <= found.st_mtime <= now() + SLACK:
            return found
        more = {name: getattr(found, name) + shift for name in FLOAT_TIMES}
        more.update({name: getattr(found, name) + shift * 10**9 for name in WHOLE_TIMES})
        rest = {name: getattr(found, name) for name in ("st_blksize", "st_blocks", "st_rdev") if hasattr(found, name)}
        whole = [*tuple(found)[:7], *(int(more[name]) for name in FLOAT_TIMES)]
        return os.stat_result(whole, {**more, **rest})

    return shifted
