"""Processes that a program which is gone, or stopped, has left at work in a folder."""

from __future__ import annotations

import os
from pathlib import Path

from ctxtui.core.processes.ending import end_family
from ctxtui.core.processes.family import Kin, ancestors, family
from ctxtui.core.processes.table import Process, ProcessTable, this_machine


def end_strays(folder: Path, variable: str) -> int:
    """Ends what works in a folder and has that variable in its environment, but for what this process has started.

    Gives how many there were, with what they had started.
    """
    table, place = this_machine(), folder.resolve()
    everyone = {process.pid: process for process in table.all()}
    strays = frozenset(
        process
        for process in everyone.values()
        if table.has_variable(process.pid, variable)
        and _is_in(table, process, place)
        and os.getpid() not in ancestors(everyone, process.pid)
    )
    if not strays:
        return 0
    whole = family(table, Kin(), strays)
    end_family(table, lambda known: family(table, Kin(), known or whole))
    return len(whole)


def _is_in(table: ProcessTable, process: Process, place: Path) -> bool:
    folder = table.folder(process.pid)
    return folder is not None and folder.is_relative_to(place)
