"""`audit`: what the tests that exist are worth, module by module."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ctxtui.cli.options import PERCENT, output_options
from ctxtui.cli.output.report import counted
from ctxtui.cli.shell import Shell
from ctxtui.cli.target import TARGET_HELP, make_plan
from ctxtui.core.domain.errors import ExitCode, ToolchainError

if TYPE_CHECKING:
    from ctxtui.core.domain.verdict import RungVerdict
    from ctxtui.services.audit import AuditedModule

LEAST_COVERED = 80.0
MOST_MISSED = 5
"""Sentences on what a module's tests miss that a terminal shows; `--json` has all."""


@click.command("audit", epilog=TARGET_HELP.format("audit"))
@click.argument("words", metavar="[REPOSITORY] TARGET", nargs=-1, required=True)
@click.option("--only", multiple=True, metavar="MODULE", help="Only these modules (names or globs).")
@click.option("--skip", multiple=True, metavar="MODULE", help="Not these modules (names or globs).")
@click.option("--changed", default="", metavar="REF", help="Only modules that differ from this revision.")
@click.option("--interpreter", help="The Python that runs the project's tests.")
@click.option("--least", type=PERCENT, default=LEAST_COVERED, show_default=True, help="Percent covered that is enough.")
@click.option("--check", is_flag=True, help="End with exit code 5 when a module has weak tests.")
@output_options
def audit_command(
    shell: Shell,
    words: tuple[str, ...],
    *,
    least: float,
    check: bool,
    **options: Any,  # noqa: ANN401 - click's options
) -> int:
    """Try the tests that exist as strictly as new ones, and name the modules whose tests are weak. Needs no agent."""
    from ctxtui.services.audit import AuditedModule, audit  # noqa: PLC0415 - the engine, when it is needed

    parts, plan = make_plan(shell, words, options)
    problem = next((check for check in plan.checks if not check.is_good), None)
    if problem is not None:
        raise ToolchainError(problem.sentence)
    modules: list[AuditedModule] = []
    for found in audit(parts, plan):
        if not isinstance(found, AuditedModule):
            _tell_together(shell, found)
            continue
        modules.append(found)
        _tell(shell, found, least)
    weak = sum(bool(module.weaknesses(least)) for module in modules)
    shell.say(f"{weak} of {counted(len(modules), 'module')} {'has' if weak == 1 else 'have'} weak tests.")
    return int(ExitCode.FAILED_COMPONENTS if check and weak else ExitCode.OK)


def _tell(shell: Shell, module: AuditedModule, least: float) -> None:
    weaknesses = module.weaknesses(least)
    if shell.is_json:
        data = asdict(module) | {"type": "module", "weaknesses": list(weaknesses), "missed": list(module.missed())}
        shell.out_json(data)
        return
    covered, mutants = module.metric("covered"), module.metric("mutants")
    figures = [counted(int(module.metric("tests") or 0), "test") if module.files else "no tests"]
    figures += [f"{covered:.0f} % covered"] if covered is not None else []
    figures += [f"{module.metric('noticed') or 0:.0f} of {mutants:.0f} mutants noticed"] if mutants else []
    shell.out(f"{'✕' if weaknesses else '✓'} {module.name}  {' · '.join(figures)}")
    if not (weaknesses and module.files):
        return
    missed = module.missed()
    for sentence in (*weaknesses, *missed[:MOST_MISSED]):
        shell.out(f"    {sentence}")
    if len(missed) > MOST_MISSED:
        shell.out(f"    and {len(missed) - MOST_MISSED} more that they miss (`--json` has all)")


def _tell_together(shell: Shell, verdict: RungVerdict) -> None:
    if shell.is_json:
        shell.out_json({"type": "together", **asdict(verdict)})
    else:
        shell.out(f"{'✕' if verdict.is_failed else '✓'} together: {verdict.summary}")
