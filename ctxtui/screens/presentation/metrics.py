"""A run in numbers."""

from __future__ import annotations

from datetime import datetime, timedelta

from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.views.durations import took
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.rungs import failed_rung
from ctxtui.screens.presentation.quantities import amount, duration, money
from ctxtui.screens.presentation.spans import Line, Span, Tone, line, width_of


def metrics_lines(run: RunView, now: datetime, width: int) -> list[Line]:
    """Figures with their names, as many to a line as fit."""
    lines: list[Line] = []
    current: list[Span] = [Span(" ")]
    for name, value in _figures(run, now):
        spans = line((f"{name} ", Tone.MUTED), (value, Tone.TEXT), "   ")
        if width_of(current) + width_of(spans) > width:
            lines.append(tuple(current))
            current = [Span(" ")]
        current += spans
    return [*lines, tuple(current)]


def _figures(run: RunView, now: datetime) -> list[tuple[str, str]]:
    parent = run.parent
    if parent is None:
        return []
    attempts = [attempt for row in run.children for attempt in row.attempts]
    worked = sum((took(row, one, now) for row in run.children for one in row.attempts), timedelta())
    passed_first = sum(1 for row in run.children if row.attempts and row.attempts[0].outcome is AttemptOutcome.PASSED)
    judged_first = sum(1 for row in run.children if row.attempts and row.attempts[0].ended_at)
    taken = run.worked(parent.id, now)
    at_once = worked / taken if taken else 0.0
    figures = [
        ("time", duration(taken)),
        ("all work", duration(worked)),
        ("jobs in use", f"{at_once:.1f}"),
        ("rounds", str(run.rounds)),
        ("attempts", str(len(attempts))),
        ("passed at first", f"{passed_first} of {judged_first}"),
        ("tests", str(run.totals.tests)),
    ]
    figures += [("tokens", amount(run.totals.tokens))] if run.totals.tokens else []
    figures += [("cost", money(run.totals.cost))] if run.totals.cost else []
    blamed = [verdict.rung for attempt in attempts if (verdict := failed_rung(attempt))]
    if blamed:
        counted = sorted(((blamed.count(rung), rung) for rung in set(blamed)), reverse=True)
        figures.append(("refused for", ", ".join(f"{rung} {count}" for count, rung in counted)))
    return figures
