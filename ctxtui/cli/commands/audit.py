"""`audit`: what the tests that exist are worth, module by module."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ctxtui.cli.options import PERCENT, output_options
from ctxtui.cli.shell import Shell
from ctxtui.cli.target import TARGET_HELP, make_plan
from ctxtui.core.domain.errors import ExitCode, ToolchainError

if TYPE_CHECKING:
    from ctxtui.core.domain.verdict import RungVerdict
    from ctxtui.services.audit import AuditedModule

LEAST_COVERED = 80.0


@click.command("audit", epilog=TARGET_HELP.format("audit"))
@click.argument("words", metavar="[REPOSITORY] TARGET", nargs=-1, required=True)
@click.option("--only", multiple=True, metavar="MODULE", help="Only these modules (names or globs).")
@click.option("--skip", multiple=True, metavar="MODULE", help="Not these modules (names or globs).")
@click.option("--changed", default="", metavar="REF", help="Only modules that differ from this revision.")
@click.option("--interpreter", help="The Python that runs the project's tests.")
@click.option("--least", type=PERCENT, default=LEAST_COVERED, show_default=True, help="Percent covered that is enough.")
@output_options
def audit_command(shell: Shell, words: tuple[str, ...], least: float, **options: Any) -> int:  # noqa: ANN401 - click's options
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
    shell.say(f"{weak} of {len(modules)} modules have weak tests.")
    return int(ExitCode.OK)


def _tell(shell: Shell, module: AuditedModule, least: float) -> None:
    weaknesses = module.weaknesses(least)
    if shell.is_json:
        data = asdict(module) | {"type": "module", "weaknesses": list(weaknesses)}
        shell.out_json(data)
        return
    covered, mutants = module.metric("covered"), module.metric("mutants")
    figures = [f"{module.metric('tests') or 0:.0f} tests" if module.files else "no tests"]
    figures += [f"{covered:.0f} % covered"] if covered is not None else []
    figures += [f"{module.metric('noticed') or 0:.0f} of {mutants:.0f} mutants noticed"] if mutants else []
    shell.out(f"{'✕' if weaknesses else '✓'} {module.name}  {' · '.join(figures)}")
    for weakness in weaknesses if module.files else ():
        shell.out(f"    {weakness}")


def _tell_together(shell: Shell, verdict: RungVerdict) -> None:
    if shell.is_json:
        shell.out_json({"type": "together", **asdict(verdict)})
    else:
        shell.out(f"{'✕' if verdict.is_failed else '✓'} together: {verdict.summary}")
