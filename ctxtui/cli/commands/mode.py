"""`mode`: lets a run take its steps by itself, or one by one as they are asked for."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask
from ctxtui.cli.runs import find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.session import ExecutionMode

MODES = (ExecutionMode.AUTO.value, ExecutionMode.MANUAL.value)


@click.command("mode")
@click.argument("run")
@click.argument("mode", type=click.Choice(MODES))
@output_options
def mode_command(shell: Shell, run: str, mode: str) -> int:
    """Let a run take its steps by itself (auto), or one by one with `ctxtui step` (manual)."""
    row = find_run_to_change(shell, run)
    return ask(shell, row, RequestKind.MODE, [row.id], {"mode": mode}, is_waiting=False)
