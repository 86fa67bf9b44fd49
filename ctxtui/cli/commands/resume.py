"""`resume`: goes on with a run that stopped before its end."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.runs import LAST, find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import ExitCode


@click.command("resume")
@click.argument("run", default=LAST)
@click.option("--headless", is_flag=True, help="Run here, without the interface (the default without a terminal).")
@click.option("--detach", is_flag=True, help="Go on in the background.")
@output_options
def resume_command(shell: Shell, run: str, *, headless: bool, detach: bool) -> int:
    """Go on with a run that was paused or interrupted, that waits for its agent, or that could not be finished."""
    from ctxtui.cli.foreground import run_in_foreground  # noqa: PLC0415 - the engine, when it is needed
    from ctxtui.core.engine.asking import go_on  # noqa: PLC0415 - as above

    row = find_run_to_change(shell, run)
    parts = shell.parts(shell.settings_for(row))
    asked = go_on(parts, row.scope, row.id)
    if detach:
        shell.spawn_runner(row.scope, row.id)
        if shell.is_json:
            shell.out_json({"type": "started", "run": row.id})
        shell.say(f"Run {row.id} goes on in the background.")
        return int(ExitCode.OK)
    if headless or shell.is_json or not shell.is_terminal:
        return int(run_in_foreground(shell, parts, row.scope, row.id, asked))
    from ctxtui.cli.interface import open_run  # noqa: PLC0415 - the interface, when it is wanted

    shell.spawn_runner(row.scope, row.id)
    return open_run(shell, row.scope, row.id)
