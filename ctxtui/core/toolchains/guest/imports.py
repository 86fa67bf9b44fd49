"""Imports without tests: where the modules of the package come from, and what keeps one from being imported."""

from __future__ import annotations

import importlib
import os
import select
import signal
import sys
import traceback
from typing import Dict, List, Tuple

from .journal import MESSAGE_LIMIT, Journal, beginning
from .pin import Pin

IMPORT_SECONDS = 20
"""Of work."""
WAITING_SECONDS = 40
"""For an import that waits for something that never comes, at most; all of them together get twice that."""
LEAST_SECONDS = 3
LOOK_SECONDS = 0.05
TOO_LONG = (signal.SIGALRM, signal.SIGPROF)
"""What ends a module that never ends by itself."""
READS_INPUT = "reading from stdin while output is captured"
"""What pytest says to whoever asks."""
ASKS = 'importing it asks for input: that belongs below `if __name__ == "__main__":`'
AIMED_AT_PARENTS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
SIGNALLED = 100
"""Exit codes from here on tell which signal an import sent to its parent."""


def import_each(journal: Journal, names: List[str]) -> None:
    """Imports the modules in forks, so that nothing of it is seen by the run; journals what each failure says.

    One fork goes through all of them; where a module ends it, another goes on behind that module.
    """
    left, lost = list(names), 0.0
    while left:
        reading, writing = os.pipe()
        patience = max(LEAST_SECONDS, min(WAITING_SECONDS, round(2 * WAITING_SECONDS - lost)))
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _stand_between(journal, left, writing, patience)
        os.close(writing)
        told, status = _hear_out(pid, reading)
        lines = told.decode("utf-8", "replace").split("\n")
        for line in lines[:-1]:
            name, _, reason = line.partition("\t")
            left.remove(name)
            if reason:
                journal.add("unimportable_module", module=name, message=reason)
        if left:
            journal.add("unimportable_module", module=left.pop(0), message=how_it_ended(status))
            lost += patience if _took_too_long(status) else 0


def _hear_out(pid: int, reading: int) -> Tuple[bytes, int]:
    """What a fork writes until it ends, and its status: a process that a module left behind may hold the pipe open."""
    told = b""
    os.set_blocking(reading, False)
    is_open, ended, status = True, 0, 0
    while not ended:
        # First whether it has ended, then what it wrote: so that nothing is missed.
        ended, status = os.waitpid(pid, os.WNOHANG if is_open else 0)
        while is_open:
            try:
                chunk = os.read(reading, 1 << 16)
            except BlockingIOError:
                break
            told, is_open = told + chunk, bool(chunk)
        if is_open and not ended:
            select.select([reading], [], [], LOOK_SECONDS)
    os.close(reading)
    return told, status


def how_it_ended(status: int) -> str:
    """Why a fork did not come to the end of the modules, by the status that it was waited for with."""
    if _took_too_long(status):
        return "importing it does not come to an end"
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) > SIGNALLED:
        sent = signal.Signals(os.WEXITSTATUS(status) - SIGNALLED).name
        return f"importing it sends {sent} to the process that imports it"
    return "importing it ends the interpreter"


def _took_too_long(status: int) -> bool:
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) in TOO_LONG


def _stand_between(journal: Journal, names: List[str], writing: int, patience: int) -> None:
    """Imports in a fork of this one, which takes what a module does to its parent and its group in the run's place."""
    os.setsid()
    pid = os.fork()
    if pid == 0:
        for sent in AIMED_AT_PARENTS:
            signal.signal(sent, signal.SIG_DFL)
        journal.pid = os.getpid()  # what an import does to files is worth knowing
        _import_in_turn(names, writing, patience)

    def end(sent: int, _frame: object) -> None:
        os.kill(pid, signal.SIGKILL)
        os._exit(SIGNALLED + sent)

    for sent in AIMED_AT_PARENTS:
        signal.signal(sent, end)
    os.close(writing)
    _, status = os.waitpid(pid, 0)
    if _took_too_long(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(0 if status == 0 else 1)


def _import_in_turn(names: List[str], writing: int, patience: int) -> None:
    own = os.getpid()
    sys.settrace(None)  # nobody asks what an import reaches, and where coverage is traced in Python it takes minutes
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    for ending in TOO_LONG:
        signal.signal(ending, signal.SIG_DFL)
    broken: Dict[str, str] = {}
    for name in names:
        signal.alarm(patience)
        signal.setitimer(signal.ITIMER_PROF, min(IMPORT_SECONDS, patience))
        reason = _why_not(name, broken)
        if os.getpid() != own:  # the module forked, and came back twice
            os._exit(0)
        reason = " ".join(reason.split())
        os.write(writing, f"{name}\t{reason}\n".encode("utf-8", "backslashreplace"))
    os._exit(0)


def _why_not(name: str, broken: Dict[str, str]) -> str:
    """Why a module cannot be imported, or an empty text.

    A package that fails leaves behind what it had imported of itself: those modules are there already, and are of no
    use to anybody who begins anew. Why packages fail is kept in `broken`.
    """
    parents = [name[:place] for place, sign in enumerate(name) if sign == "."]
    for part in (*parents, name):
        if part not in broken and (part not in sys.modules or part == name):
            reason = _failure(part)
            if reason:
                broken[part] = reason
        if part in broken:
            return broken[part]
    return ""


def _failure(name: str) -> str:
    try:
        importlib.import_module(name)
    except SystemExit as error:
        return f"importing it ends the interpreter ({error.code})"
    except BaseException as error:  # noqa: BLE001 - whatever a module does when it is imported is the finding
        if isinstance(error, EOFError) or READS_INPUT in str(error):
            return ASKS
        return beginning(traceback.format_exception_only(type(error), error)[-1].strip(), MESSAGE_LIMIT)
    return ""


def try_import(journal: Journal, names: List[str], pin: Pin) -> bool:
    """Imports the modules and journals where they came from, or what the first that fails says."""
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001 - whatever a module does when it is imported is the finding
            missing = getattr(error, "name", None) if isinstance(error, ImportError) else None
            message = traceback.format_exception_only(type(error), error)[-1].strip()
            journal.add("unimportable", module=name, message=beginning(message, MESSAGE_LIMIT), missing=missing or "")
            return False
    places = sorted(set(pin.loaded()))
    journal.add("imported", modules=sorted({name for name, _ in places}))
    journal.add("places", modules=places)
    foreign = sorted(set(pin.foreign()))
    if foreign:
        journal.add("foreign", modules=foreign[:5])
    return True
