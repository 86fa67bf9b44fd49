"""The process that owns a run: named so that nobody ever mistakes another one for it, and whether it still lives."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from ctxtui.core.domain.lease import Lease, Owner
from ctxtui.core.processes.table import UNKNOWN, boot_id, this_machine

HEARTBEAT_GRACE = timedelta(seconds=10)
"""How long an owner whose process cannot be seen from here may be silent before it counts as dead."""
STOPPED_AFTER = timedelta(seconds=30)
"""How long a process that can be seen may be stopped, by Ctrl-Z or a debugger."""
HUNG_AFTER = timedelta(minutes=5)
"""How long a process that can be seen may live without a heartbeat: longer than a busy machine delays them, and than
most clocks are ever set forward."""
_PID_NAMESPACE = Path("/proc/self/ns/pid")


def this_process() -> Owner:
    pid = os.getpid()
    process = this_machine().find(pid)
    return Owner(_this_host(), pid_space(), pid, process_start=0.0 if process is None else process.started)


@lru_cache(maxsize=1)
def pid_space() -> str:
    """Names the boot of a machine and its PID namespace: within one, a pid and a start stand for one process."""
    try:
        namespace = str(_PID_NAMESPACE.readlink())
    except OSError:
        namespace = UNKNOWN
    return f"{boot_id()} {namespace}"


def is_alive(lease: Lease | None, now: datetime) -> bool:
    """Whether a run's owner still works on it.

    Where its process can be seen, the process itself answers, so a late heartbeat is no false alarm and a killed
    owner is known at once. Of another machine or container only the heartbeat is known, even under our host's name.
    """
    if lease is None:
        return False
    silence = now - lease.heartbeat_at
    owner = lease.owner
    if (owner.host, owner.boot_id) != (_this_host(), pid_space()) or _is_hidden(owner.pid):
        return silence <= HEARTBEAT_GRACE
    process = this_machine().find(owner.pid)
    if process is None or process.started != owner.process_start:
        return False
    return silence <= (STOPPED_AFTER if process.is_stopped else HUNG_AFTER)


@lru_cache(maxsize=1)
def _this_host() -> str:
    return socket.gethostname()


def _is_hidden(pid: int) -> bool:
    """Whether the process is another user's, whose start a system may keep from us."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return this_machine().find(pid) is None
    except (ProcessLookupError, OverflowError):
        return False
    return False
