"""`plan`: shows what a run would do."""

from __future__ import annotations

from typing import Any

import click

from ctxtui.cli.options import output_options, plan_options
from ctxtui.cli.shell import Shell
from ctxtui.cli.target import TARGET_HELP, make_plan
from ctxtui.core.domain.errors import ExitCode

CHOOSING = ("only", "skip", "changed", "below")
"""Options that choose modules."""


@click.command("plan", epilog=TARGET_HELP.format("plan"))
@click.argument("words", metavar="[REPOSITORY] TARGET", nargs=-1, required=True)
@plan_options
@output_options
def plan_command(shell: Shell, words: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - click's options
    """Show what a run would do: modules, test files, interpreter, agent, what it may cost. Changes nothing.

    Asked again, it says what is different from the last time.
    """
    from ctxtui.cli.output.plan import plan_as_json, print_plan  # noqa: PLC0415 - the engine, when it is needed
    from ctxtui.services.cost import estimate_of  # noqa: PLC0415 - as above
    from ctxtui.services.plan_memory import changes_since_last  # noqa: PLC0415 - as above

    parts, plan = make_plan(shell, words, options)
    expected = estimate_of(parts, plan)
    chosen = repr([options.get(name) for name in CHOOSING])
    changes = changes_since_last(parts, plan, shell.environ, chosen)
    if shell.is_json:
        shell.out_json(plan_as_json(plan, expected, changes))
    else:
        print_plan(shell, plan, expected, changes)
    if not all(check.is_good for check in plan.checks):
        return int(ExitCode.USAGE)
    is_ready = plan.agent.is_installed and not plan.agent.problem
    return int(ExitCode.OK if is_ready else ExitCode.AGENT_UNAVAILABLE)
