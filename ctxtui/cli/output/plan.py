"""A plan, for people and for programs."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from ctxtui.cli.output.table import aligned
from ctxtui.cli.output.wrapping import wrapped
from ctxtui.core.engine.rehearse_once import KNOWN
from ctxtui.core.views.estimate import Band, Estimate
from ctxtui.services.cost import budgets_in_words

if TYPE_CHECKING:
    from ctxtui.cli.shell import Shell
    from ctxtui.core.domain.component import Component
    from ctxtui.core.engine.planning import Plan
    from ctxtui.services.plan_memory import Changes

MOST_ALIKE = 12
"""So many modules that are left out for the same reason are each told."""
SHOWN_ALIKE = 3


def plan_as_json(plan: Plan, expected: Estimate, changes: Changes | None) -> dict[str, object]:
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
        "budget": {
            "run": asdict(plan.settings.run_budget),
            "component": asdict(plan.settings.child_budget),
            "day": asdict(plan.settings.day_budget),
        },
        "existing_run": plan.existing or None,
        "components": [
            {
                "name": item.name,
                "source": item.source_path,
                "tests": item.test_path,
                "priority": item.priority,
                "lines": plan.package.sizes.get(item.name, 0),
                "present_tests": plan.present.get(item.name, 0),
                "covered": plan.covered.get(item.source_path),
            }
            for item in plan.components
        ],
        "left_out": dict(plan.package.left_out),
        "checks": [
            {"name": check.name, "ok": check.is_good, "finding": check.finding, "remedy": check.remedy}
            for check in plan.checks
        ],
        "notes": list(plan.notes),
        "changes": changes and {"since": changes.at, "base": changes.base, "told": list(changes.told)},
    }


def print_plan(shell: Shell, plan: Plan, expected: Estimate, changes: Changes | None) -> None:
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
    rows = [
        (
            f"  {item.name}",
            f"{plan.package.sizes.get(item.name, 0):,} lines",
            present_tests(plan, item),
            f"→ {item.test_path}",
        )
        for item in plan.components
    ]
    for line in aligned(rows):
        shell.out(line)
    print_left_out(shell, plan.package.left_out)
    if changes and changes.told:
        shell.out(f"\nDifferent from the plan of {_local(changes.at)} ({changes.base[:12]}):")
        for sentence in changes.told:
            shell.out(wrapped(f"  {sentence}", shell.width))
    _print_notes(shell, plan)


def print_left_out(shell: Shell, left_out: Mapping[str, str]) -> None:
    """Where many are left out for the same reason, some of them stand for all."""
    if left_out:
        shell.out("\nLeft out:")
    alike = Counter(left_out.values())
    for path, reason in sorted(left_out.items()):
        if alike[reason] <= MOST_ALIKE:
            shell.out(wrapped(f"  {path}: {reason}", shell.width))
    for reason, count in sorted(alike.items()):
        if count > MOST_ALIKE:
            some = [path for path, why in sorted(left_out.items()) if why == reason][:SHOWN_ALIKE]
            told = f"  {', '.join(some)} and {count - SHOWN_ALIKE} more: {reason}"
            shell.out(wrapped(told, shell.width))


def _print_notes(shell: Shell, plan: Plan) -> None:
    for check in plan.checks:
        if not check.is_good:
            shell.complain(f"problem: {check.sentence}")
    if plan.agent.problem:
        shell.complain(f"problem: {plan.agent.problem} {plan.agent.remedy}".rstrip())
    for note in plan.notes:
        again = f"; `ctxtui doctor {shlex.quote(plan.package.path)}` does it again" if note == KNOWN else ""
        shell.say(f"note: {note}{again}")
    if plan.existing:
        shell.say(f"note: run {plan.existing} does the same work already; `run` would go on with it.")


def present_tests(plan: Plan, item: Component) -> str:
    """How many tests the module has already, and what they reach where that was measured."""
    tests = plan.present.get(item.name, 0)
    covered = plan.covered.get(item.source_path)
    reached = "" if covered is None else f", {covered:.0f} %"
    # Where it has files of tests and none was counted, they could not be collected.
    if not tests and (item.name in plan.present or not all(check.is_good for check in plan.checks)):
        return "tests not counted"
    return (f"{tests} test{'' if tests == 1 else 's'}" if tests else "no tests") + reached


def _local(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"


def _band(band: Band | None) -> list[float]:
    return [round(band.least, 4), round(band.most, 4)] if band else [0.0, 0.0]
