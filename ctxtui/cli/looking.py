"""`ls`, `show` and `history`: reading what is stored."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ctxtui.bootstrap import glance_runs
from ctxtui.cli import records
from ctxtui.cli.options import output_options
from ctxtui.cli.report import GLYPHS, duration, print_summary
from ctxtui.cli.shell import LAST, Shell
from ctxtui.cli.table import aligned
from ctxtui.core.domain.errors import ExitCode, NotFoundError, StoreError
from ctxtui.core.engine.shown import is_alive, run_shown_state
from ctxtui.core.workflow import state

if TYPE_CHECKING:
    from ctxtui.core.domain.interaction import Interaction
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.ports.store import ChildRow, RunRow, Store, StoredEvent

HIDDEN_EVENTS = frozenset({"raw"})
MOST_EVENTS = 1_000_000
HOUR = 3600


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
    for text in aligned([_columns(row, now()) for row in rows]):
        shell.out(text)
    return int(ExitCode.OK)


@click.command("show")
@click.argument("run", default=LAST)
@output_options
def show_command(shell: Shell, run: str) -> int:
    """Show a run: each component's verdict, tests, attempts, and the branch."""
    from ctxtui.bootstrap import now  # noqa: PLC0415 - beside the store
    from ctxtui.core.engine.runner import exit_code_of  # noqa: PLC0415 - the engine, when it is needed
    from ctxtui.core.engine.summary import summarize  # noqa: PLC0415 - as above

    row = shell.find_run(run)
    store = shell.store(shell.here())
    code = exit_code_of(store.sessions.load(row.scope, row.id))
    print_summary(shell, summarize(store.feed.changes(row.scope, row.id), now()), code)
    return int(ExitCode.OK)


@click.command(
    "history",
    epilog="""\
\b
Examples:
  ctxtui history last             what the run did
  ctxtui history last money       what became of one component
  ctxtui history last money --full | less
""",
)
@click.argument("run", default=LAST)
@click.argument("component", required=False)
@click.option("--full", is_flag=True, help="Prompts, results and every event in full, raw agent output too.")
@output_options
def history_command(shell: Shell, run: str, component: str | None, *, full: bool) -> int:
    """Show every interaction of a run, or of one component's session, in order."""
    row = shell.find_run(run)
    store = shell.store(shell.here())
    session_id = find_component(store, row.scope, row.id, component).id if component else row.id
    events = [
        item
        for item in store.history.events(row.scope, session_id, limit=MOST_EVENTS)
        if full or item.event.kind not in HIDDEN_EVENTS
    ]
    interactions = store.history.interactions(row.scope, session_id)
    if shell.is_json:
        shell.out_json(
            {
                "session": session_id,
                "interactions": [records.interaction_record(item) for item in interactions],
                "events": [records.event_record(item) for item in events],
                "requests": [records.request_record(item) for item in store.requests.all(row.scope, row.id)],
            }
        )
        return int(ExitCode.OK)
    for interaction in interactions:
        _print_interaction(shell, interaction, is_full=full)
        for item in events:
            if item.interaction_id == interaction.id:
                _print_event(shell, item, is_full=full)
    for item in (item for item in events if not item.interaction_id):
        shell.out(f"{_clock(item.event.at)} {item.event.text}")
    return int(ExitCode.OK)


def find_component(store: Store, scope: Scope, run_id: str, wanted: str) -> ChildRow:
    """The child session of a component, by its name or the end of it. Raises NotFoundError."""
    rows = [row for row in store.feed.changes(scope, run_id).rows if row.parent_id]
    exact = [row for row in rows if wanted in (row.name, row.id, row.test_path)]
    found = exact or [row for row in rows if row.name.endswith(f".{wanted}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFoundError(f"{wanted!r} is several components: {', '.join(row.name for row in found[:5])}.")
    if not rows:
        raise NotFoundError(f"Run {run_id} has no components yet: it was stopped before it began; `ctxtui resume` it.")
    names = ", ".join(row.name for row in rows[:8])
    raise NotFoundError(f"Run {run_id} has no component {wanted!r}; it has {names}{'…' if len(rows) > 8 else ''}.")  # noqa: PLR2004 - what fits a line


def _runs(shell: Shell) -> tuple[RunRow, ...]:
    """Read without SQLAlchemy where possible; else the store brings the database up to date, or says why not."""
    settings = shell.here()
    with contextlib.suppress(StoreError):
        if rows := glance_runs(settings, shell.environ):
            return rows
    return shell.store(settings).sessions.runs(None, settings.account)


def _columns(row: RunRow, now: datetime) -> tuple[str, ...]:
    shown = run_shown_state(row, owner_alive=is_alive(row.lease, now))
    total = sum(row.child_counts.values())
    passed = next((count for status, count in row.child_counts.items() if status == "complete"), 0)
    return (
        row.id,
        f"{GLYPHS[shown]} {shown}",
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
        "status": str(run_shown_state(row, owner_alive=is_alive(row.lease, now))),
        "components": {str(status): count for status, count in row.child_counts.items()},
        "branch": row.state.get(state.BRANCH_NAME),
        "commit": row.state.get(state.COMMIT),
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


def _print_interaction(shell: Shell, item: Interaction, *, is_full: bool) -> None:
    result = item.result
    ended = f"{result.status} after {duration(result.duration)}: {result.message}" if result else "under way"
    shell.out(
        f"{_clock(item.command.issued_at)} {item.seq:>3}. {item.command.step} — {ended if is_full else _first(ended)}"
    )
    prompt = item.command.metadata.get("prompt")
    if is_full and prompt:
        shell.out(_indented(str(prompt)))


def _print_event(shell: Shell, item: StoredEvent, *, is_full: bool) -> None:
    text = item.event.text if is_full else _first(item.event.text)
    shell.out(f"{_clock(item.event.at)}        {item.event.kind:<10} {text}")


def _first(text: str) -> str:
    lines = text.splitlines()
    return lines[0] + (" …" if len(lines) > 1 else "") if lines else ""


def _indented(text: str) -> str:
    return "\n".join(f"            │ {line}" for line in text.splitlines())


def _clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M:%S")
