"""The glyph, the word and the tone of every state."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtui.core.domain.statuses import AttemptOutcome, RungOutcome
from ctxtui.core.views.states import GLYPHS, PARTIAL, ShownState
from ctxtui.screens.presentation.spans import Span, Tone

if TYPE_CHECKING:
    from ctxtui.core.domain.attempt import Attempt
    from ctxtui.core.views.run_view import RunView
    from ctxtui.core.views.rungs import Badge


class Sign(NamedTuple):
    glyph: str
    word: str
    tone: Tone


_TONES = {
    ShownState.QUEUED: Tone.MUTED,
    ShownState.STARTING: Tone.BUSY,
    ShownState.RUNNING: Tone.BUSY,
    ShownState.VALIDATING: Tone.CHECK,
    ShownState.RETRYING: Tone.WARN,
    ShownState.NEEDS_YOU: Tone.ACCENT,
    ShownState.PASSED: Tone.GOOD,
    ShownState.FAILED: Tone.BAD,
    ShownState.CANCELLED: Tone.MUTED,
    ShownState.SKIPPED: Tone.MUTED,
    ShownState.INTERRUPTED: Tone.WARN,
    ShownState.REUSED: Tone.GOOD,
}
SIGNS = {state: Sign(GLYPHS[state], state.value, tone) for state, tone in _TONES.items()}
URGENT_FIRST = (
    *(ShownState.NEEDS_YOU, ShownState.FAILED, ShownState.INTERRUPTED, ShownState.RETRYING),
    *(ShownState.VALIDATING, ShownState.RUNNING, ShownState.STARTING, ShownState.QUEUED),
    *(ShownState.PASSED, ShownState.REUSED, ShownState.SKIPPED, ShownState.CANCELLED),
)
"""The states in the order in which a person wants to know of them."""
_PARTIAL = Sign(GLYPHS[ShownState.PASSED], PARTIAL, Tone.WARN)
WORD_WIDTH = max(len(sign.word) for sign in SIGNS.values())

MEANINGS: dict[ShownState, str] = {
    ShownState.QUEUED: "waits for a free job",
    ShownState.STARTING: "its working area is being made",
    ShownState.RUNNING: "the agent writes tests",
    ShownState.VALIDATING: "the tests are being proved",
    ShownState.RETRYING: "the agent mends what was found",
    ShownState.NEEDS_YOU: "waits for your decision",
    ShownState.PASSED: "every check passed",
    ShownState.FAILED: "ended without accepted tests",
    ShownState.CANCELLED: "stopped on request",
    ShownState.SKIPPED: "left out on request",
    ShownState.INTERRUPTED: "its runner is gone; c continues",
    ShownState.REUSED: "accepted tests of an earlier run",
}

RUNG_GLYPHS: dict[RungOutcome | None, tuple[str, Tone]] = {
    RungOutcome.PASSED: ("■", Tone.GOOD),
    RungOutcome.FAILED: ("✕", Tone.BAD),
    RungOutcome.SKIPPED: ("─", Tone.MUTED),
    None: ("·", Tone.FAINT),
}

_ATTEMPTS: dict[AttemptOutcome, Sign] = {
    AttemptOutcome.RUNNING: Sign("●", "writing", Tone.BUSY),
    AttemptOutcome.VALIDATING: Sign("◕", "validating", Tone.CHECK),
    AttemptOutcome.PASSED: Sign("✓", "passed", Tone.GOOD),
    AttemptOutcome.FAILED: Sign("✕", "failed", Tone.BAD),
    AttemptOutcome.ABANDONED: Sign("⊘", "not started", Tone.MUTED),
    AttemptOutcome.LOST: Sign("◌", "lost", Tone.WARN),
    AttemptOutcome.TROUBLED: Sign("!", "agent error", Tone.WARN),
    AttemptOutcome.CANCELLED: Sign("⊘", "cancelled", Tone.MUTED),
}


def run_sign(run: RunView, run_id: str) -> Sign:
    """How the run itself stands: it has not passed where it ended without some of its components."""
    state = run.states[run_id]
    return _PARTIAL if state is ShownState.PASSED and run.left_out else SIGNS[state]


def attempt_sign(attempt: Attempt) -> Sign:
    return _ATTEMPTS[attempt.outcome]


def badge_spans(badges: tuple[Badge, ...]) -> tuple[Span, ...]:
    """One cell a rung; the badges of an earlier attempt are muted until the present one has its own."""
    spans = []
    for badge in badges:
        glyph, tone = RUNG_GLYPHS[badge.outcome]
        spans.append(Span(glyph, tone if badge.is_current or badge.outcome is None else Tone.MUTED))
    return tuple(spans)
