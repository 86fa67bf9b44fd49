"""`history`: every step of a run or of one component."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.output import records
from ctxtui.cli.output.history import HistoryText
from ctxtui.cli.runs import LAST, find_component, find_run
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode

HIDDEN_EVENTS = frozenset({"raw"})
MOST_EVENTS = 1_000_000


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
    """Show what happened in a run, or in one component's session, in order: steps, events, who asked for what."""
    row = find_run(shell, run)
    store = shell.store(shell.here())
    session_id = find_component(store, row.scope, row.id, component).id if component else row.id
    events = [
        item
        for item in store.history.events(row.scope, session_id, limit=MOST_EVENTS)
        if full or item.event.kind not in HIDDEN_EVENTS
    ]
    interactions = store.history.interactions(row.scope, session_id)
    requests = [
        item for item in store.requests.all(row.scope, row.id) if component is None or item.session_id == session_id
    ]
    if shell.is_json:
        shell.out_json(
            {
                "session": session_id,
                "interactions": [records.interaction_record(item) for item in interactions],
                "events": [records.event_record(item) for item in events],
                "requests": [records.request_record(item) for item in requests],
            }
        )
        return int(ExitCode.OK)
    names = {child.id: child.name for child in store.sessions.load(row.scope, row.id).children}
    for line in HistoryText(names, is_full=full).lines(interactions, events, requests):
        shell.out(line)
    return int(ExitCode.OK)
