"""Who runs a run, told so that a dead owner is never mistaken for a live one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Owner:
    """A process, named for certain.

    `boot_id` names the boot of the machine and the PID namespace in which `pid` counts, `process_start` tells a reused
    pid apart: it is what the process table says, clock ticks since the boot on Linux.
    """

    host: str
    boot_id: str
    pid: int
    process_start: float


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run one run. `token` grows with every new owner: a write with an older token is refused."""

    run_id: str
    owner: Owner
    token: int
    heartbeat_at: datetime
