"""`runner`: the process that owns a run, started in the background by the other commands."""

from __future__ import annotations

import click

from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.scope import Scope


@click.command("runner", hidden=True)
@click.argument("run")
@click.option("--account", required=True)
@click.option("--project", required=True)
@click.pass_obj
def runner_command(shell: Shell, run: str, account: str, project: str) -> int:
    """Own a run until it ends; started in the background by the other commands."""
    from ctxtui.cli.foreground import work_in_background  # noqa: PLC0415 - the engine, when it is needed

    scope = Scope(account, project)
    row = next((row for row in shell.store(shell.here()).sessions.runs(scope) if row.id == run), None)
    if row is None:
        raise NotFoundError(f"There is no run {run!r} of {account} in {project}.")
    settings = shell.settings_for(row)
    return int(work_in_background(shell.parts(settings), scope, run, settings.hooks))
