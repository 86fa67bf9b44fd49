"""What stays in the scrollback after the interface is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual.screen import Screen

from ctxtui.core.domain.request import RequestKind
from ctxtui.core.views.handing_over import branch_commands
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.states import ShownState
from ctxtui.screens.presentation.quantities import duration, money, plural
from ctxtui.screens.presentation.states import run_sign

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


def summary_of(screens: Sequence[Screen[object]]) -> str:
    """The run that was looked at last; empty when none was."""
    for screen in reversed(screens):
        run = getattr(screen, "run", None)
        if isinstance(run, RunView) and run.parent is not None:
            return run_summary(run, datetime.now(UTC))
    return ""


def run_summary(run: RunView, now: datetime) -> str:
    parent = run.parent
    if parent is None:
        return ""
    sign = run_sign(run, parent.id)
    counts = ", ".join(f"{run.counts[state]} {state}" for state in ShownState if run.counts[state])
    facts = [f"{sign.glyph} {parent.name}: {sign.word}" + (f" ({counts})" if counts else "")]
    facts += [plural(run.totals.tests, "test")] if run.totals.tests else []
    facts += [duration(run.worked(parent.id, now)), money(run.totals.cost)]
    lines = [" · ".join(fact for fact in facts if fact)]
    branch = str(parent.state.get("branch_name") or "")
    if parent.state.get("commit"):
        root = str((parent.state.get("plan") or {}).get("root") or "")
        lines += [f"  {one.does + ':':<6} {one.command}" for one in branch_commands(root, branch)]
    elif branch:
        lines.append(f"  branch {branch}")
    if run.is_active and run.asked(parent.id) is RequestKind.CANCEL:
        lines.append(f"  It is being stopped. See what became of it: ctxtui show {parent.id[:8]}")
    elif run.is_active:
        lines.append(f"  {_goes_on(run, parent)} Watch it again: ctxtui watch {parent.id[:8]}")
    return "\n".join(lines)


def _goes_on(run: RunView, parent: ChildRow) -> str:
    if run.states[parent.id] is ShownState.NEEDS_YOU:
        return "It waits for you."
    return "The run goes on." if run.owner_alive else f"Nobody runs it now: ctxtui resume {parent.id[:8]} continues it."
