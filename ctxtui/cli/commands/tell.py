"""`tell`: says something to agents at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask, sessions_of
from ctxtui.cli.runs import find_component, find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import NotFoundError, UsageError
from ctxtui.core.domain.request import RequestKind

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow


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
    if not components:
        _refuse_a_name_alone(shell, row, words)
    return ask(shell, row, RequestKind.TELL, sessions, {"note": words}, is_waiting=False)


def _refuse_a_name_alone(shell: Shell, row: RunRow, words: str) -> None:
    """Raises UsageError where the words are a component's name: what was meant for it alone was forgotten."""
    try:
        name = find_component(shell.store(shell.here()), row.scope, row.id, words).name
    except NotFoundError:
        return
    raise UsageError(f"What is {name} to be told? Give the words behind its name.")
