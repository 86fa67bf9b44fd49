"""`step`: takes the next step of a run in manual mode."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask, sessions_of, wait_option
from ctxtui.cli.runs import find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.request import RequestKind


@click.command(
    "step",
    epilog="""\
\b
Examples:
  ctxtui step last
  ctxtui step last shop.money --wait
""",
)
@click.argument("run")
@click.argument("component", required=False)
@wait_option
@output_options
def step_command(shell: Shell, run: str, component: str | None, *, wait: bool) -> int:
    """Take the next step of a run that is in manual mode, or of one of its components."""
    row = find_run_to_change(shell, run)
    sessions = sessions_of(shell, row, [component] if component else [])
    return ask(shell, row, RequestKind.STEP, sessions or [row.id], {}, is_waiting=wait)
