"""Where components are worked on: the worker, how long a component waited for its turn, and how the workers do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


def worker_of(row: ChildRow) -> str:
    """The worker of the component's last step, such as "two on host-b"; empty for this machine."""
    return str(row.state.get("worker") or "")


def queue_wait(row: ChildRow) -> timedelta | None:
    """How long a component waited until it was first worked on; None while it still waits."""
    began = row.attempts[0].started_at if row.attempts else row.pending_since
    return None if began is None else max(began - row.created_at, timedelta())


def workers_told(run: ChildRow) -> str:
    """How many of the run's workers can be used, and what ails the others; empty for a run on this machine."""
    workers = run.state.get("workers") or ()
    if not workers:
        return ""
    ailing = [f"{one['name']} on {one['host']}: {one['problem']}" for one in workers if one["problem"]]
    return "; ".join([f"{len(workers) - len(ailing)} of {len(workers)} can be used", *ailing])
