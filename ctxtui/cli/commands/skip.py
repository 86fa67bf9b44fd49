"""`skip`: leaves components out of a run."""

from __future__ import annotations

import click

from ctxtui.cli.options import output_options
from ctxtui.cli.request import ask, sessions_of, wait_option
from ctxtui.cli.runs import find_run_to_change
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.request import RequestKind


@click.command(
    "skip",
    epilog="""\
\b
Example:
  ctxtui skip last shop.legacy --note 'goes away next month'
""",
)
@click.argument("run")
@click.argument("components", nargs=-1, required=True)
@click.option("--note", default="", help="Why; it stands in the commit message.")
@wait_option
@output_options
def skip_command(shell: Shell, run: str, components: tuple[str, ...], *, note: str, wait: bool) -> int:
    """Leave components out of a run."""
    row = find_run_to_change(shell, run)
    return ask(shell, row, RequestKind.SKIP, sessions_of(shell, row, components), {"note": note}, is_waiting=wait)
