"""`cancel`: stops components, or the whole run."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask, sessions_of
from ctxtui.cli.runs import find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.request import RequestKind


@click.command("cancel")
@click.argument("run")
@click.argument("components", nargs=-1)
@click.option("--note", default="", help="Why.")
@output_options
def cancel_command(shell: Shell, run: str, components: tuple[str, ...], *, note: str) -> int:
    """Stop components, or without one the whole run."""
    row = find_run_to_change(shell, run)
    sessions = sessions_of(shell, row, components) or [row.id]
    return ask(shell, row, RequestKind.CANCEL, sessions, {"note": note}, is_waiting=False)
