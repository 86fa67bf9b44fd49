"""Which processes belong together: what one started, however far it went from it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ctxtui.core.processes.table import Process, ProcessTable


@dataclass(frozen=True, slots=True)
class Kin:
    """What makes a process one of the family: its session, its process group, or the marker in its environment.

    `marker` is NAME=VALUE, empty for none. All of the family were started at `since` or later.
    """

    marker: str = ""
    sessions: Collection[int] = ()
    groups: Collection[int] = ()
    since: float = 0.0


def family(table: ProcessTable, kin: Kin, known: Collection[Process] = ()) -> frozenset[Process]:
    """The live processes of a family, those known to be of it, and all that descend from them.

    Neither the calling process nor one of its ancestors is ever among them.
    """
    everyone = {process.pid: process for process in table.all(kin.since)}
    spared = set(ancestors(everyone, os.getpid()))
    members = {
        process
        for process in everyone.values()
        if process.pid not in spared and (process in known or _is_kin(table, kin, process))
    }
    children: dict[int, list[Process]] = {}
    for process in everyone.values():
        children.setdefault(process.parent, []).append(process)
    queue = list(members)
    while queue:
        for child in children.get(queue.pop().pid, ()):
            if child not in members and child.pid not in spared:
                members.add(child)
                queue.append(child)
    return frozenset(members)


def _is_kin(table: ProcessTable, kin: Kin, process: Process) -> bool:
    if process.session in kin.sessions or process.group in kin.groups:
        return True
    return bool(kin.marker) and table.is_marked(process.pid, kin.marker)


def ancestors(everyone: Mapping[int, Process], pid: int) -> Iterator[int]:
    """That process and those above it, as far as they are among `everyone`, by id.

    They were not read at one moment: an id that was given anew meanwhile may stand above itself.
    """
    seen: set[int] = set()
    while pid in everyone and pid not in seen:
        seen.add(pid)
        yield pid
        pid = everyone[pid].parent
