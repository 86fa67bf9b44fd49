"""`pause`: starts nothing new in a run."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask
from ctxtui.cli.runs import find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.request import RequestKind


@click.command("pause")
@click.argument("run")
@output_options
def pause_command(shell: Shell, run: str) -> int:
    """Start nothing new; what runs goes on. `ctxtui resume` lifts it."""
    row = find_run_to_change(shell, run)
    return ask(shell, row, RequestKind.PAUSE, [row.id], {}, is_waiting=False)
