"""`watch`: follows a run while it works."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.runs import LAST, find_run
from ctxtui.cli.shell import Shell


@click.command("watch")
@click.argument("run", default=LAST)
@output_options
def watch_command(shell: Shell, run: str) -> int:
    """Open a run in the interface; without a terminal, tell what happens line by line."""
    from ctxtui.cli.foreground import follow  # noqa: PLC0415 - the engine, when it is needed

    row = find_run(shell, run)
    if shell.is_json or not shell.is_terminal:
        return int(follow(shell, shell.parts(shell.settings_for(row)), row.scope, row.id))
    from ctxtui.cli.interface import open_run  # noqa: PLC0415 - the interface, when it is wanted

    return open_run(shell, row.scope, row.id)
