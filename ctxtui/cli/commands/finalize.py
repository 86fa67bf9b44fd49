"""`finalize`: commits what passed, and leaves the rest out."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask, wait_option
from ctxtui.cli.runs import find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.request import RequestKind


@click.command("finalize")
@click.argument("run")
@wait_option
@output_options
def finalize_command(shell: Shell, run: str, *, wait: bool) -> int:
    """Commit what passed, and leave the rest out."""
    row = find_run_to_change(shell, run)
    return ask(shell, row, RequestKind.FINALIZE, [row.id], {}, is_waiting=wait)
