"""`run`: tests every module of a package."""

from __future__ import annotations

from typing import Any

import click

from ctxtui.cli.options import EXIT_CODES, output_options, plan_options, run_options
from ctxtui.cli.shell import Shell
from ctxtui.cli.start import carry_on, start_run
from ctxtui.cli.target import TARGET_HELP, make_plan


@click.command("run", epilog=TARGET_HELP.format("run") + EXIT_CODES)
@click.argument("words", metavar="[REPOSITORY] TARGET", nargs=-1, required=True)
@plan_options
@run_options
@output_options
def run_command(shell: Shell, words: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - click's options
    """Test every module of a package, and commit what was proved to a branch of its own.

    The same run started twice is the same run: it goes on where it was.
    """
    parts, plan = make_plan(shell, words, options)
    run = start_run(shell, parts, plan, options)
    del plan  # thousands of modules, for as long as the run lasts
    return carry_on(shell, parts, run, options)
