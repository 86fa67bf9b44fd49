"""`tell`: says something to agents at work."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask, sessions_of
from ctxtui.cli.runs import find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.request import RequestKind


@click.command(
    "tell",
    epilog="""\
\b
Examples:
  ctxtui tell last money 'amounts are in cents'
  ctxtui tell last 'use the fixtures of tests/conftest.py'
""",
)
@click.argument("run")
@click.argument("components", nargs=-1)
@click.argument("words")
@output_options
def tell_command(shell: Shell, run: str, components: tuple[str, ...], words: str) -> int:
    """Say something to agents at work, who read it with their next turn, or answer the one that asks."""
    row = find_run_to_change(shell, run)
    sessions = sessions_of(shell, row, components) or [row.id]
    return ask(shell, row, RequestKind.TELL, sessions, {"note": words}, is_waiting=False)
