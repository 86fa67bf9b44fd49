"""`jobs`: changes how many agents are at work at the same time."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask
from ctxtui.cli.runs import find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.plan import MOST_JOBS
from ctxtui.core.domain.request import RequestKind


class Jobs(click.IntRange):
    name = "whole number"


@click.command("jobs")
@click.argument("run")
@click.argument("number", type=Jobs(1, MOST_JOBS))
@output_options
def jobs_command(shell: Shell, run: str, number: int) -> int:
    """Change how many agents are at work at the same time."""
    row = find_run_to_change(shell, run)
    return ask(shell, row, RequestKind.JOBS, [row.id], {"jobs": number}, is_waiting=False)
