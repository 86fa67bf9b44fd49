"""What is shown of a run's rows, where that is not all of them in their usual order."""

from __future__ import annotations

from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.states import ShownState
from ctxtui.screens.presentation.spans import Line, Span, Tone
from ctxtui.screens.run.tree_nodes import Order, TreeShape


def shown_line(run: RunView, shape: TreeShape, marked: int, *, is_following: bool, coming_step: str = "") -> Line:
    """Empty when there is nothing to say. `coming_step` is the selected row's, where steps are taken by hand."""
    parts: list[tuple[str, Tone]] = []
    if run.is_manual:
        parts.append((f"by hand{f' · {coming_step}' if coming_step else ''}", Tone.ACCENT))
    if shape.filter.is_on:
        shown = sum(shape.filter.shows(row, run.states[row.id]) for row in run.children)
        parts.append((f"{shown} of {run.total}: {shape.filter.describe()}", Tone.WARN))
    if marked:
        parts.append((f"{marked} marked", Tone.ACCENT))
    if shape.order is not Order.WORK:
        parts.append((f"by {shape.order.value}", Tone.MUTED))
    if is_following and _has_something_to_follow(run):
        parts.append(("following", Tone.MUTED))
    hint = " · 0 shows all" if shape.filter.is_on else " · esc unmarks" if marked else ""
    spans = [Span(" ")]
    for place, (text, tone) in enumerate(parts):
        spans += [Span(" · " if place else "", Tone.FAINT), Span(text, tone)]
    return (*spans, Span(hint, Tone.FAINT)) if parts else ()


def _has_something_to_follow(run: RunView) -> bool:
    waits = run.parent is not None and run.states[run.parent.id] is ShownState.NEEDS_YOU
    return run.is_active and not run.is_manual and not waits
