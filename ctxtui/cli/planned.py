"""A plan, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ctxtui.core.engine.estimate import Band, Estimate, budgets_in_words

if TYPE_CHECKING:
    from ctxtui.cli.shell import Shell
    from ctxtui.core.engine.planning import Plan


def plan_as_json(plan: Plan, expected: Estimate) -> dict[str, object]:
    return {
        "type": "plan",
        "package": plan.package.name,
        "repository": str(plan.repository.root),
        "base": plan.settings.base,
        "interpreter": plan.settings.interpreter,
        "agent": {"name": plan.agent.name, "version": plan.agent.version, "problem": plan.agent.problem},
        "jobs": plan.settings.jobs,
        "estimate": {
            "tokens": _band(expected.tokens),
            "cost": _band(expected.cost) if expected.cost or expected.is_free else None,
            "past_turns": expected.past_turns,
        },
        "budget": {"run": asdict(plan.settings.run_budget), "component": asdict(plan.settings.child_budget)},
        "existing_run": plan.existing or None,
        "components": [
            {"name": item.name, "source": item.source_path, "tests": item.test_path, "priority": item.priority}
            for item in plan.components
        ],
        "left_out": dict(plan.package.left_out),
        "checks": [
            {"name": check.name, "ok": check.is_good, "finding": check.finding, "remedy": check.remedy}
            for check in plan.checks
        ],
        "notes": list(plan.notes),
    }


def print_plan(shell: Shell, plan: Plan, expected: Estimate) -> None:
    count = len(plan.components)
    shell.out(f"{plan.package.name}: {count} module{'' if count == 1 else 's'} of {plan.repository.root}")
    shell.out(
        f"  commit       {plan.settings.base[:12]}{f' ({plan.repository.branch})' if plan.repository.branch else ''}"
    )
    shell.out(f"  interpreter  {plan.settings.interpreter}")
    shell.out(f"  agent        {plan.agent.name} {plan.agent.version}".rstrip())
    shell.out(f"  jobs         {plan.settings.jobs}")
    shell.out(f"  cost         {expected.in_words or 'none: no model is called'}")
    if budget := budgets_in_words(plan.settings):
        shell.out(f"  budget       {budget}")
    shell.out("")
    width = max(len(item.name) for item in plan.components)
    for item in plan.components:
        shell.out(f"  {item.name.ljust(width)}  → {item.test_path}")
    if plan.package.left_out:
        shell.out("\nLeft out:")
        for path, reason in sorted(plan.package.left_out.items()):
            shell.out(f"  {path}: {reason}")
    for check in plan.checks:
        if not check.is_good:
            shell.complain(f"problem: {check.sentence}")
    if plan.agent.problem:
        shell.complain(f"problem: {plan.agent.problem} {plan.agent.remedy}".rstrip())
    for note in plan.notes:
        shell.say(f"note: {note}")
    if plan.existing:
        shell.say(f"note: run {plan.existing} does the same work already; `run` would go on with it.")


def _band(band: Band | None) -> list[float]:
    return [round(band.least, 4), round(band.most, 4)] if band else [0.0, 0.0]
