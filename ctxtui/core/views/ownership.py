"""Whether somebody works on a run, as viewers see it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ctxtui.core.domain.statuses import SessionStatus
from ctxtui.core.processes.owners import is_alive

if TYPE_CHECKING:
    from ctxtui.core.domain.lease import Lease
    from ctxtui.core.ports.store import ChildRow, RunRow

START_PATIENCE = timedelta(minutes=1)
"""How long the process that is to own a new run may take to start, on a busy machine."""


def is_owned(run: RunRow | ChildRow, lease: Lease | None, now: datetime) -> bool:
    """Whether a process works on the run or, of a run that was just made, is about to: it has no branch yet."""
    if run.status is not SessionStatus.ACTIVE:
        return False
    if lease is None:
        return not run.state.get("branch_name") and now - run.created_at < START_PATIENCE
    return is_alive(lease, now)
