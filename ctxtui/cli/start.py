"""Starts a planned run, or goes on with the one that does the same work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import AgentError, ExitCode

if TYPE_CHECKING:
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.engine.planning import Plan


def start_run(shell: Shell, parts: Parts, plan: Plan, options: dict[str, Any]) -> int:
    """Starts the planned run, or goes on with the one that does the same work, in the way asked for."""
    from ctxtui.core.engine import planning  # noqa: PLC0415 - the engine, when it is needed

    for note in plan.notes:
        shell.say(f"note: {note}")
    if not plan.agent.is_installed or plan.agent.problem:
        raise AgentError(f"{plan.agent.problem} {plan.agent.remedy}".strip())
    started = planning.start(parts, plan, is_fresh=bool(options.get("fresh")))
    if not started.is_new:
        shell.say(f"Run {started.run_id} does the same work already; going on with it (--fresh starts anew).")
    if options.get("detach"):
        return _detach(shell, plan, started.run_id)
    if options.get("headless") or shell.is_json or not shell.is_terminal:
        from ctxtui.cli.foreground import run_in_foreground  # noqa: PLC0415 - the engine, when it is needed

        count = len(plan.components)
        shell.say(
            f"Run {started.run_id}: {plan.package.name}, {count} module{'' if count == 1 else 's'}, "
            f"agent {plan.settings.agent}, {plan.settings.jobs} at a time."
        )
        return int(run_in_foreground(shell, parts, plan.scope, started.run_id, started.asked))
    from ctxtui.cli.interface import open_run  # noqa: PLC0415 - the interface, when it is wanted

    shell.spawn_runner(plan.scope, started.run_id)
    return open_run(shell, plan.scope, started.run_id)


def _detach(shell: Shell, plan: Plan, run_id: str) -> int:
    shell.spawn_runner(plan.scope, run_id)
    if shell.is_json:
        shell.out_json({"type": "started", "run": run_id})
    else:
        shell.out(run_id)
        shell.say(f"It runs in the background: `ctxtui watch {run_id}` shows it, `ctxtui cancel {run_id}` stops it.")
    return int(ExitCode.OK)
