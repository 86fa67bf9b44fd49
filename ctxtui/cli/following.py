"""`resume`, `watch` and the runner itself: going on with runs that are stored."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.shell import LAST, Shell
from ctxtui.core.domain.errors import ExitCode, NotFoundError
from ctxtui.core.domain.scope import Scope
from ctxtui.services.starting import spawn_runner


@click.command("resume")
@click.argument("run", default=LAST)
@click.option("--headless", is_flag=True, help="Run here, without the interface (the default without a terminal).")
@click.option("--detach", is_flag=True, help="Go on in the background.")
@output_options
def resume_command(shell: Shell, run: str, *, headless: bool, detach: bool) -> int:
    """Go on with a run that was paused or interrupted."""
    from ctxtui.cli.hosting import run_in_foreground  # noqa: PLC0415 - the engine, when it is needed
    from ctxtui.core.domain.request import RequestKind  # noqa: PLC0415 - as above
    from ctxtui.core.engine.asking import make_request  # noqa: PLC0415 - as above
    from ctxtui.core.workflow import state  # noqa: PLC0415 - as above

    row = shell.find_run_at_home(run)
    parts = shell.parts(shell.settings_for(row))
    if row.state.get(state.PAUSED):
        request = make_request(parts.new_id(), row.id, row.id, RequestKind.RESUME, parts.now())
        parts.store.requests.ask(row.scope, request)
    if detach:
        spawn_runner(row.scope, row.id, shell.environ)
        if shell.is_json:
            shell.out_json({"type": "started", "run": row.id})
        shell.say(f"Run {row.id} goes on in the background.")
        return int(ExitCode.OK)
    if headless or shell.is_json or not shell.is_terminal:
        return int(run_in_foreground(shell, parts, row.scope, row.id))
    return _open(shell, row.scope, row.id, is_resuming=True)


@click.command("watch")
@click.argument("run", default=LAST)
@output_options
def watch_command(shell: Shell, run: str) -> int:
    """Open a run in the interface; without a terminal, tell what happens line by line."""
    from ctxtui.cli.hosting import follow  # noqa: PLC0415 - the engine, when it is needed

    row = shell.find_run(run)
    if shell.is_json or not shell.is_terminal:
        return int(follow(shell, shell.parts(shell.settings_for(row)), row.scope, row.id))
    return _open(shell, row.scope, row.id, is_resuming=False)


@click.command("runner", hidden=True)
@click.argument("run")
@click.option("--account", required=True)
@click.option("--project", required=True)
@click.pass_obj
def runner_command(shell: Shell, run: str, account: str, project: str) -> int:
    """Own a run until it ends; started in the background by the other commands."""
    from ctxtui.cli.hosting import work_in_background  # noqa: PLC0415 - the engine, when it is needed

    scope = Scope(account, project)
    row = next((row for row in shell.store(shell.here()).sessions.runs(scope) if row.id == run), None)
    if row is None:
        raise NotFoundError(f"There is no run {run!r} of {account} in {project}.")
    return int(work_in_background(shell.parts(shell.settings_for(row)), scope, run))


def _open(shell: Shell, scope: Scope, run_id: str, *, is_resuming: bool) -> int:
    from ctxtui.cli.interface import open_run  # noqa: PLC0415 - the interface, when it is wanted

    if is_resuming:
        spawn_runner(scope, run_id, shell.environ)
    return open_run(shell, scope, run_id)
