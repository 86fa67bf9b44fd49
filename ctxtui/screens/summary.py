"""What stays in the scrollback after the interface is closed."""

from __future__ import annotations

from collections.abc import Sequence

from textual.screen import Screen

from ctxtui.core.engine.shown import ShownState
from ctxtui.screens.presentation.states import SIGNS
from ctxtui.screens.run_view import RunView


def summary_of(screens: Sequence[Screen[object]]) -> str:
    """The run that was looked at last; empty when none was."""
    for screen in reversed(screens):
        run = getattr(screen, "run", None)
        if isinstance(run, RunView) and run.parent is not None:
            return run_summary(run)
    return ""


def run_summary(run: RunView) -> str:
    parent = run.parent
    if parent is None:
        return ""
    sign = SIGNS[run.states[parent.id]]
    counts = ", ".join(f"{run.counts[state]} {state}" for state in ShownState if run.counts[state])
    lines = [f"{sign.glyph} {parent.name}: {sign.word}" + (f" ({counts})" if counts else "")]
    branch = parent.state.get("branch_name")
    if branch:
        lines.append(f"  branch {branch}")
    if run.is_active:
        goes_on = (
            "The run goes on."
            if run.owner_alive
            else "Nobody runs it now: ctxtui resume " + parent.id[:8] + " continues it."
        )
        lines.append(f"  {goes_on} Watch it again: ctxtui watch {parent.id[:8]}")
    return "\n".join(lines)
