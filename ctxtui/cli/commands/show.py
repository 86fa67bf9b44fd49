"""`show`: a run's verdicts, tests, attempts and branch; or what the checks found of one component."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.output.found import found_lines, found_record
from ctxtui.cli.output.report import print_summary
from ctxtui.cli.runs import LAST, find_component, find_run
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode


@click.command("show")
@click.argument("run", default=LAST)
@click.argument("component", required=False)
@output_options
def show_command(shell: Shell, run: str, component: str | None) -> int:
    """Show a run: each component's verdict, tests, attempts, and the branch; or all that was found of one component."""
    from ctxtui.bootstrap import now, open_workspaces  # noqa: PLC0415 - beside the store
    from ctxtui.core.engine.runner import exit_code_of  # noqa: PLC0415 - the engine, when it is needed
    from ctxtui.core.views.summary import summarize  # noqa: PLC0415 - as above

    row = find_run(shell, run)
    store = shell.store(shell.here())
    summary = summarize(store.feed.changes(row.scope, row.id), now())
    if component is None:
        workspaces = open_workspaces(shell.here(), shell.environ)
        print_summary(shell, summary, exit_code_of(store.sessions.load(row.scope, row.id)), workspaces)
        return int(ExitCode.OK)
    child = find_component(store, row.scope, row.id, component)
    told = next(item for item in summary.components if item.name == child.name)
    if shell.is_json:
        shell.out_json(found_record(told, child))
        return int(ExitCode.OK)
    for line in found_lines(told, child):
        shell.out(line)
    return int(ExitCode.OK)
