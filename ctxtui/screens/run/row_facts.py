"""What a row of the tree says of its session or its sub-package."""

from __future__ import annotations

from datetime import datetime

from ctxtui.core.views.attempts import attempts_label, tests_of, total_usage
from ctxtui.core.views.forecast import last_words, limits, silence
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.rungs import badges, rungs_of
from ctxtui.core.views.states import ShownState
from ctxtui.screens.presentation.answers import asked_in_words
from ctxtui.screens.presentation.doing import doing
from ctxtui.screens.presentation.quantities import duration, money
from ctxtui.screens.presentation.states import SIGNS, URGENT_FIRST, Sign, run_sign
from ctxtui.screens.presentation.tree_row import RowFacts

_TELLING = frozenset(
    {ShownState.STARTING, ShownState.RUNNING, ShownState.RETRYING, ShownState.NEEDS_YOU, ShownState.FAILED}
)
"""States of which what is done, or what went wrong, tells more than the checks so far."""


def session_facts(run: RunView, session_id: str, name: str, now: datetime, depth: int, *, is_open: bool) -> RowFacts:
    row = run.rows[session_id]
    is_parent = row.parent_id is None
    asked = run.asked(session_id)
    tests = run.totals.tests if is_parent else tests_of(row)
    cost = run.totals.cost if is_parent else total_usage((row,)).cost
    has_below = bool(run.order) if is_parent else bool(row.attempts)
    return RowFacts(
        name=name,
        sign=run_sign(run, session_id) if is_parent else SIGNS[run.states[session_id]],
        depth=depth,
        expander=("▾" if is_open else "▸") if has_below else "",
        badges=() if is_parent else badges(row, rungs_of(run.parent)),
        attempt="" if is_parent else attempts_label(row),
        doing=f"asked: {asked_in_words(asked)}…" if asked else _doing(run, session_id, now),
        tests=str(tests) if tests else "",
        time=duration(run.worked(session_id, now)),
        cost=money(cost),
        is_telling=bool(asked) or run.states[session_id] in _TELLING,
    )


def _doing(run: RunView, session_id: str, now: datetime) -> str:
    row = run.rows[session_id]
    if row.parent_id is None:
        return ""
    words = last_words(run, session_id)
    return doing(row, run.states[session_id], now, silence(run, session_id, now), limits(run), words)


def package_facts(run: RunView, package: str, name: str, depth: int, *, is_open: bool) -> RowFacts:
    """A sub-package: its most urgent state, how many of it passed, and how many are in which other state."""
    totals = run.packages[package]
    state = next((state for state in URGENT_FIRST if totals.counts[state]), ShownState.QUEUED)
    sign = SIGNS[state]
    counted = [
        f"{totals.counts[state]} {state}"
        for state in URGENT_FIRST
        if totals.counts[state] and state not in {ShownState.PASSED, ShownState.QUEUED}
    ]
    return RowFacts(
        name=name,
        sign=Sign(sign.glyph, f"{totals.proved}/{totals.total}", sign.tone),
        depth=depth,
        expander="▾" if is_open else "▸",
        doing=" · ".join(counted),
        tests=str(totals.tests) if totals.tests else "",
        cost=money(totals.cost),
    )
