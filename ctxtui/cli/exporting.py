"""`export`: the whole history of a run, for other programs and for keeping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ctxtui.cli import records
from ctxtui.cli.options import output_options
from ctxtui.cli.records import Record
from ctxtui.cli.shell import LAST, Shell
from ctxtui.core.domain.errors import ExitCode

if TYPE_CHECKING:
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.ports.store import Store

PAGE = 1000


@click.command(
    "export",
    epilog="""\
\b
Examples:
  ctxtui export last > run.jsonl
  ctxtui export last | jq -r 'select(.kind == "message").text'
""",
)
@click.argument("run", default=LAST)
@output_options
def export_command(shell: Shell, run: str) -> int:
    """Print the whole history of a run as JSON lines.

    Sessions, the parent's first, each with its attempts, interactions and events in order; then what people asked.
    Every line has a `type` and the id of its `session`.
    """
    row = shell.find_run(run)
    for record in _records(shell.store(shell.here()), row.scope, row.id):
        if not shell.is_heard:
            break
        shell.out_json(record)
    return int(ExitCode.OK)


def _records(store: Store, scope: Scope, run_id: str) -> Iterator[Record]:
    children = store.sessions.load(scope, run_id).children
    for session_id in (run_id, *(child.id for child in children)):
        yield from _of_session(store, scope, session_id)
    for request in store.requests.all(scope, run_id):
        yield records.line("request", request.session_id, records.request_record(request))


def _of_session(store: Store, scope: Scope, session_id: str) -> Iterator[Record]:
    session = store.sessions.load(scope, session_id)
    yield records.line("session", session_id, records.session_record(session))
    for attempt in store.history.attempts(scope, session_id):
        yield records.line("attempt", session_id, records.attempt_record(attempt))
    for interaction in session.interactions:
        yield records.line("interaction", session_id, records.interaction_record(interaction))
    after = 0
    while page := store.history.events(scope, session_id, after_id=after, limit=PAGE):
        for event in page:
            yield records.line("event", session_id, records.event_record(event))
        after = page[-1].id
