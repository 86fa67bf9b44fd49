"""`export`: the whole history of a run, or a report on it, for other programs and for keeping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.output import records
from ctxtui.cli.output.records import Record
from ctxtui.cli.runs import LAST, find_run
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.ports.store import RunRow, Store

PAGE = 1000


@click.command(
    "export",
    epilog="""\
\b
Examples:
  ctxtui export last > run.jsonl
  ctxtui export last | jq -r 'select(.kind == "message").text'
  ctxtui export last --html > report.html
  ctxtui export last --junit > report.xml
""",
)
@click.argument("run", default=LAST)
@click.option("--html", is_flag=True, help="A page to read, which loads nothing.")
@click.option("--markdown", is_flag=True, help="The same for a pull request or a wiki.")
@click.option("--junit", is_flag=True, help="XML for CI servers: a suite a module, a case a rung.")
@output_options
def export_command(shell: Shell, run: str, **forms: bool) -> int:
    """Print the whole history of a run as JSON lines, or a report on it.

    Sessions, the parent's first, each with its attempts, interactions and events in order; then what people asked.
    Every line has a `type` and the id of its `session`. A report has verdicts, coverage before and after, mutants,
    evidence and what was written.
    """
    wanted = [form for form, is_wanted in forms.items() if is_wanted]
    if len(wanted) > 1:
        raise UsageError(f"--{wanted[0]} and --{wanted[1]}: ask for one report at a time.")
    row = find_run(shell, run)
    if wanted:
        return _report(shell, row, wanted[0])
    for record in _records(shell.store(shell.here()), row.scope, row.id):
        if not shell.is_heard:
            break
        shell.out_json(record)
    return int(ExitCode.OK)


def _report(shell: Shell, row: RunRow, form: str) -> int:
    from ctxtui.cli.output.reports import REPORTS  # noqa: PLC0415 - the views, when they are needed
    from ctxtui.services.run_reports import run_report  # noqa: PLC0415 - as above

    shell.out(REPORTS[form](run_report(shell.parts(shell.here()), row.scope, row.id)).rstrip("\n"))
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
