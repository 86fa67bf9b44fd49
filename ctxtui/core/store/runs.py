"""The list of runs: one set of statements for SQLAlchemy and for the plain driver of the first frame."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ctxtui.core.domain.lease import Lease, Owner
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.statuses import SessionStatus
from ctxtui.core.ports.run_row import RunRow

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

RUNS = """
SELECT s.project, s.id, c.name, s.agent, s.status, s.state, s.created_at, s.updated_at,
       l.host, l.boot_id, l.pid, l.process_start, l.token, l.heartbeat_at
FROM sessions s
LEFT JOIN components c ON c.account = s.account AND c.project = s.project AND c.id = s.component_id
LEFT JOIN leases l ON l.account = s.account AND l.project = s.project AND l.run_id = s.id AND l.is_held
WHERE s.account = :account AND (s.project = :project OR :every_project) AND s.parent_id IS NULL
ORDER BY s.created_at DESC, s.id
"""
CHILDREN = """
SELECT project, parent_id, status, count(*), max(updated_at)
FROM sessions
WHERE account = :account AND (project = :project OR :every_project) AND parent_id IS NOT NULL
GROUP BY project, parent_id, status
"""
CANCELLED = """
SELECT project, parent_id, state
FROM sessions
WHERE account = :account AND (project = :project OR :every_project) AND parent_id IS NOT NULL
  AND status = 'cancelled'
"""

USAGE = """
SELECT s.project, s.parent_id, a.usage
FROM attempts a
JOIN sessions s ON s.account = a.account AND s.project = a.project AND s.id = a.session_id
WHERE a.account = :account AND (a.project = :project OR :every_project) AND s.parent_id IS NOT NULL
"""

Rows = Iterable[Any]
Execute = Callable[[str, Mapping[str, str | bool]], Rows]
"""Runs one of the statements above with its parameters; rows are sequences."""


@dataclass(slots=True)
class _Children:
    counts: dict[SessionStatus, int]
    skipped: int = 0
    updated_at: int = 0
    cost: float = 0.0


def list_runs(execute: Execute, account: str, project: str | None) -> tuple[RunRow, ...]:
    """Newest first; with project None those of every project of the account."""
    chosen: dict[str, str | bool] = {"account": account, "project": project or "", "every_project": project is None}
    children: dict[tuple[str, str], _Children] = defaultdict(lambda: _Children(dict.fromkeys(SessionStatus, 0)))
    for of_project, run_id, status, count, updated_at in execute(CHILDREN, chosen):
        below = children[of_project, run_id]
        below.counts[SessionStatus(status)] = count
        below.updated_at = max(below.updated_at, updated_at)
    for of_project, run_id, state in execute(CANCELLED, chosen):
        children[of_project, run_id].skipped += bool(json.loads(state).get("skipped"))
    for of_project, run_id, usage in execute(USAGE, chosen):
        children[of_project, run_id].cost += json.loads(usage).get("cost") or 0.0
    return tuple(_run_row(row, account, children[row[0], row[1]]) for row in execute(RUNS, chosen))


def _run_row(row: Any, account: str, below: _Children) -> RunRow:  # noqa: ANN401 - a row of either driver
    project, run_id, name, agent, status, state, created_at, updated_at, *lease = row
    return RunRow(
        id=run_id,
        scope=Scope(account, project),
        name=name if name is not None else run_id,
        agent=agent,
        status=SessionStatus(status),
        state=json.loads(state),
        created_at=_moment(created_at),
        updated_at=_moment(max(updated_at, below.updated_at)),
        lease=None if lease[0] is None else _lease(run_id, lease),
        child_counts=below.counts,
        skipped=below.skipped,
        cost=below.cost,
    )


def _lease(run_id: str, columns: list[Any]) -> Lease:
    host, boot_id, pid, process_start, token, heartbeat_at = columns
    return Lease(run_id, Owner(host, boot_id, pid, process_start), token, _moment(heartbeat_at))


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
