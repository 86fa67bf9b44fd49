"""Tells whoever wants to know that a run is done, or needs its user: by a command of theirs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.run_state import run_state
from ctxtui.core.views.summary import summarize
from ctxtui.core.workflow import state

if TYPE_CHECKING:
    from ctxtui.config import Hooks
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.domain.session import SessionStatus
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.ports.store import Store

HOOK_SECONDS = 60.0
DONE = frozenset({ExitCode.OK, ExitCode.FAILED_COMPONENTS})
NEEDS_YOU = frozenset({ExitCode.RETRYABLE, ExitCode.AGENT_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a run came to: another one as soon as a step was taken, or something that was asked for is granted."""

    status: SessionStatus
    steps: int
    granted: int


def standing_for(hooks: Hooks, store: Store, scope: Scope, run_id: str) -> Standing | None:
    """None without a command that would be told of it: a run may have thousands of children to load."""
    return standing(store, scope, run_id) if hooks.on_needs_you or hooks.on_done else None


def standing(store: Store, scope: Scope, run_id: str) -> Standing:
    run = store.sessions.load(scope, run_id)
    granted = sum(request.is_granted is True for request in store.requests.all(scope, run_id))
    return Standing(run.status, len(run.interactions), granted)


def run_hooks(hooks: Hooks, parts: Parts, scope: Scope, run_id: str, code: ExitCode, before: Standing | None) -> str:
    """Runs the command for what became of the run, in its repository; says in one sentence what went wrong with it.

    A run that only refused what it was asked, or that had ended already, is where it stood `before`: nobody is told.
    """
    name, command = _wanted(hooks, code)
    if not command or standing(parts.store, scope, run_id) == before:
        return ""
    run = parts.store.sessions.load(scope, run_id)
    plan = run_state(run.state).plan
    summary = summarize(parts.store.feed.changes(scope, run_id), parts.now())
    facts = {
        "CTXTUI_RUN": run_id,
        "CTXTUI_PACKAGE": run.name,
        "CTXTUI_EXIT_CODE": str(int(code)),
        "CTXTUI_BRANCH": str(run.state.get(state.BRANCH_NAME) or ""),
        "CTXTUI_VERDICTS": "\n".join(f"{item.name}: {item.verdict}" for item in summary.components),
    }
    return _run(name, command, Path(plan.root) if plan else Path.cwd(), facts)


def _wanted(hooks: Hooks, code: ExitCode) -> tuple[str, Sequence[str]]:
    if code in DONE:
        return "on_done", hooks.on_done
    return ("on_needs_you", hooks.on_needs_you) if code in NEEDS_YOU else ("", ())


def _run(name: str, command: Sequence[str], folder: Path, facts: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            list(command),
            cwd=folder if folder.is_dir() else None,
            env={**os.environ, **facts},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=HOOK_SECONDS,
            start_new_session=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"The hook {name} did not run: {error}."
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = f": {said[-1]}" if said else ""
    return f"The hook {name} failed with exit code {done.returncode}{reason}." if done.returncode else ""
