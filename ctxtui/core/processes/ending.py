"""Ends a family of processes: politely where there is time for that, then for certain."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection
from typing import TypeAlias

from ctxtui.core.processes.family import Kin, family
from ctxtui.core.processes.table import Process, ProcessTable

KILL_SECONDS = 30.0
"""How long processes are killed again and again before they count as not to be ended."""
_POLL_SECONDS = 0.02
_LEADERS_SHARE = 0.8
"""The part of the grace time in which the leading processes may end what they started."""

FindMembers: TypeAlias = Callable[[frozenset[Process]], frozenset[Process]]
"""Gives every live member of a family; it is handed those seen before, whose children count too."""


def end_family(
    table: ProcessTable,
    find: FindMembers,
    grace: float = 0.0,
    *,
    leads: Callable[[Process], bool] = lambda _process: False,
    reap: Callable[[], object] = lambda: None,
) -> frozenset[Process]:
    """Ends all members, also those that are started meanwhile, and gives those that could not be ended.

    Within `grace` seconds they are asked to end, those that `leads` names before the others: a program that looks
    after others may end their work in order. `reap` collects a child of ours that has ended.
    """
    members = find(frozenset())
    if members and grace:
        members = _end_politely(table, find, members, grace, leads, reap)
    deadline = time.monotonic() + KILL_SECONDS
    while members := find(members):
        send(table, members, signal.SIGKILL)
        _await_end(table, members, 1.0, reap)
        if time.monotonic() > deadline:
            return members
    reap()
    return members


def end_child(child: subprocess.Popen[bytes], table: ProcessTable, marker: str = "") -> frozenset[Process]:
    """Kills a child that leads a session of its own and all it started; gives those that could not be ended.

    With a marker (NAME=VALUE in the environment of the child) what has left the session is found as well.
    """
    started = table.started(child.pid)
    kin = Kin(marker=marker, sessions={child.pid}, since=table.earliest(started))
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    survivors = end_family(table, lambda known: family(table, kin, known), reap=child.poll)
    child.wait()
    return survivors


def send(table: ProcessTable, processes: Collection[Process], number: signal.Signals) -> None:
    """To the very processes that were seen; one that got such an id since is spared."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if table.is_alive(process):
                os.kill(process.pid, number)


def _end_politely(
    table: ProcessTable,
    find: FindMembers,
    members: frozenset[Process],
    grace: float,
    leads: Callable[[Process], bool],
    reap: Callable[[], object],
) -> frozenset[Process]:
    grace_over = time.monotonic() + grace
    leaders = frozenset(process for process in members if leads(process))
    _ask(table, leaders)
    _await_end(table, leaders, grace * _LEADERS_SHARE, reap)
    members = find(members)
    _ask(table, members)
    _await_end(table, members, grace_over - time.monotonic(), reap)
    return members


def _ask(table: ProcessTable, processes: Collection[Process]) -> None:
    send(table, processes, signal.SIGTERM)
    send(table, processes, signal.SIGCONT)  # a stopped process acts on nothing else but SIGKILL


def _await_end(table: ProcessTable, members: frozenset[Process], seconds: float, reap: Callable[[], object]) -> None:
    deadline = time.monotonic() + seconds
    left = members
    while left and time.monotonic() < deadline:
        reap()
        left = frozenset(process for process in left if table.is_alive(process))
        if left:
            time.sleep(_POLL_SECONDS)
