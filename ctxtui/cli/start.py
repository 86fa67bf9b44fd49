"""Starts a planned run, or goes on with the one that does the same work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import AgentError, ExitCode

if TYPE_CHECKING:
    from ctxtui.core.domain.request import Request
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.engine.planning import Plan


@dataclass(frozen=True, slots=True)
class StartedRun:
    """What is needed of a run once it is stored: its plan may hold thousands of modules."""

    scope: Scope
    id: str
    asked: tuple[Request, ...]
    headline: str


def start_run(shell: Shell, parts: Parts, plan: Plan, options: dict[str, Any]) -> StartedRun:
    """Stores the planned run, or finds the one that does the same work."""
    from ctxtui.core.engine import stored_run  # noqa: PLC0415 - the engine, when it is needed

    for note in plan.notes:
        shell.say(f"note: {note}")
    if not plan.agent.is_installed or plan.agent.problem:
        raise AgentError(f"{plan.agent.problem} {plan.agent.remedy}".strip())
    started = stored_run.start(parts, plan, is_fresh=bool(options.get("fresh")))
    if not started.is_new:
        shell.say(f"Run {started.run_id} does the same work already; going on with it (--fresh starts anew).")
    count = len(plan.components)
    headline = (
        f"Run {started.run_id}: {plan.package.name}, {count} module{'' if count == 1 else 's'}, "
        f"agent {plan.settings.agent}, {plan.settings.jobs} at a time."
    )
    return StartedRun(plan.scope, started.run_id, started.asked, headline)


def carry_on(shell: Shell, parts: Parts, run: StartedRun, options: dict[str, Any]) -> int:
    """Works on the run here, leaves it to a process in the background, or has it watched, as asked for."""
    if options.get("detach"):
        return _detach(shell, run)
    if options.get("headless") or shell.is_json or not shell.is_terminal:
        from ctxtui.cli.foreground import run_in_foreground  # noqa: PLC0415 - the engine, when it is needed

        shell.say(run.headline)
        return int(run_in_foreground(shell, parts, run.scope, run.id, run.asked))
    from ctxtui.cli.interface import open_run  # noqa: PLC0415 - the interface, when it is wanted

    shell.spawn_runner(run.scope, run.id)
    return open_run(shell, run.scope, run.id)


def _detach(shell: Shell, run: StartedRun) -> int:
    shell.spawn_runner(run.scope, run.id)
    if shell.is_json:
        shell.out_json({"type": "started", "run": run.id})
    else:
        shell.out(run.id)
        shell.say(f"It runs in the background: `ctxtui watch {run.id}` shows it, `ctxtui cancel {run.id}` stops it.")
    return int(ExitCode.OK)
