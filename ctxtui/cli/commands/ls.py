"""`ls`: lists the runs."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ctxtui.bootstrap import glance_runs
from ctxtui.cli.options import output_options
from ctxtui.cli.output.colours import coloured
from ctxtui.cli.output.report import duration
from ctxtui.cli.output.table import aligned
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode, StoreError
from ctxtui.core.views.ownership import is_owned
from ctxtui.core.views.states import GLYPHS, PARTIAL, is_partial, run_shown_state
from ctxtui.core.workflow import state

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow

HOUR = 3600
HEADING = ("run", "state", "package", "passed", "agent", "started", "branch")


@click.command("ls")
@output_options
def ls_command(shell: Shell) -> int:
    """List the runs, newest first."""
    from ctxtui.bootstrap import now  # noqa: PLC0415 - beside the store

    rows = _runs(shell)
    if shell.is_json:
        shell.out_json([_run_as_json(row, now()) for row in rows])
        return int(ExitCode.OK)
    if not rows:
        shell.say("There are no runs yet: start one with `ctxtui run PACKAGE`, or try `ctxtui demo`.")
    lines = [HEADING, *(_columns(shell, row, now()) for row in rows)] if rows else []
    for text in aligned(lines, shell.width):
        shell.out(text)
    return int(ExitCode.OK)


def _runs(shell: Shell) -> tuple[RunRow, ...]:
    """Read without SQLAlchemy where possible; else the store brings the database up to date, or says why not."""
    settings = shell.here()
    with contextlib.suppress(StoreError):
        if rows := glance_runs(settings, shell.environ):
            return rows
    return shell.store(settings).sessions.runs(None, settings.account)


def _columns(shell: Shell, row: RunRow, now: datetime) -> tuple[str, ...]:
    shown = run_shown_state(row, owner_alive=is_owned(row, row.lease, now))
    total = sum(row.child_counts.values())
    passed = next((count for status, count in row.child_counts.items() if status == "complete"), 0)
    return (
        row.id,
        coloured(shell, shown, f"{GLYPHS[shown]} {PARTIAL if is_partial(row, shown) else shown}"),
        row.name,
        f"{passed}/{total}" if total else "-",
        row.agent,
        _age(now, row.created_at),
        str(row.state.get(state.BRANCH_NAME) or ""),
    )


def _age(now: datetime, then: datetime) -> str:
    seconds = (now - then).total_seconds()
    return f"{duration(seconds)} ago" if seconds < HOUR else then.astimezone().strftime("%Y-%m-%d %H:%M")


def _run_as_json(row: RunRow, now: datetime) -> dict[str, Any]:
    return {
        "run": row.id,
        "name": row.name,
        "project": row.scope.project,
        "agent": row.agent,
        "status": str(run_shown_state(row, owner_alive=is_owned(row, row.lease, now))),
        "components": {str(status): count for status, count in row.child_counts.items()},
        "branch": row.state.get(state.BRANCH_NAME),
        "commit": row.state.get(state.COMMIT),
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }
