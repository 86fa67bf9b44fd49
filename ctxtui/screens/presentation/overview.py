"""The overview of a component: what it is, how it stands, and the verdict ladder with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ctxtui.core.domain.attempt import Attempt
from ctxtui.core.domain.rung import CHILD_RUNGS, USUAL_RUNGS
from ctxtui.core.domain.verdict import Evidence, RungVerdict
from ctxtui.core.views.attempts import attempts_in_words
from ctxtui.core.views.states import PROVED, ShownState
from ctxtui.core.views.workers import queue_wait, worker_of
from ctxtui.screens.presentation.doing import cause_of, doing
from ctxtui.screens.presentation.quantities import duration, money, plural, tokens
from ctxtui.screens.presentation.spans import (
    BLANK,
    Line,
    Span,
    Tone,
    apart,
    clean,
    line,
    shorten,
    shorten_path,
    width_of,
    wrapped,
)
from ctxtui.screens.presentation.states import RUNG_GLYPHS, SIGNS, attempt_sign

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


MEANING = {
    "fence": "touches only its own tests",
    "collects": "the test runner finds tests",
    "passes": "they pass in a clean process",
    "stable": "they pass again, in any order",
    "covers": "they reach the module's lines",
    "kills": "they notice when the code is wrong",
    "stories": "they name what the specs ask for",
    "together": "they pass with everyone else's",
}
_DETAIL_LINES = 14


def whose_line(row: ChildRow, state: ShownState, attempt_n: int, width: int) -> Line:
    """Whose the details are, above those that do not say it themselves."""
    sign = SIGNS[state]
    attempt = f"  attempt {attempt_n}" if attempt_n else ""
    word = line((f"{sign.glyph} {sign.word} ", sign.tone))
    name = shorten(row.name, width - width_of(word) - len(attempt) - 2)
    return apart(line((f" {name}", Tone.STRONG), (attempt, Tone.MUTED)), word, width)


def child_overview(
    row: ChildRow, state: ShownState, attempt_n: int, width: int, configured: Sequence[str] = USUAL_RUNGS
) -> list[Line]:
    """A child, or one of its attempts when `attempt_n` is not 0; rungs that are not `configured` stay out."""
    sign = SIGNS[state]
    attempt = _chosen(row, attempt_n)
    lines: list[Line] = [
        apart(line((f" {row.name}", Tone.STRONG)), line((f"{sign.glyph} {sign.word} ", sign.tone)), width),
        line((f" {shorten_path(row.test_path, width - 2)}", Tone.MUTED)),
    ]
    if not attempt_n:
        # What a passed one was tried again for is over, and reads as if it were against it.
        told = doing(row, state)
        cause = attempts_in_words(row) if state in PROVED else cause_of(row, told)
        lines += [line((" " + part, Tone.MUTED)) for part in _one(cause, width)]
        if told and told not in cause:
            lines += wrapped(told, width - 1, sign.tone if state is not ShownState.RUNNING else Tone.TEXT, " ")
        lines += wrapped(_where(row), width - 1, Tone.MUTED, " ") if worker_of(row) else []
    lines.append(BLANK)
    if attempt is None:
        return [*lines, *_ladder((), width, configured)]
    if attempt_n:
        lines += _attempt_head(row, attempt, width)
    elif not attempt.rungs and len(row.attempts) > 1:
        attempt = row.attempts[-2]
        lines += [line((f" from attempt {attempt.n}", Tone.FAINT))]
    return [*lines, *_ladder(attempt.rungs, width, configured), *_spent(attempt, width)]


def _where(row: ChildRow) -> str:
    """At which worker it is worked on, and how long it waited for that."""
    waited = queue_wait(row)
    return f"at {worker_of(row)}" + (f", waited {duration(waited)} for its turn" if waited is not None else "")


def _chosen(row: ChildRow, attempt_n: int) -> Attempt | None:
    if not attempt_n:
        return row.attempts[-1] if row.attempts else None
    return next((attempt for attempt in row.attempts if attempt.n == attempt_n), None)


def _one(text: str, width: int) -> list[str]:
    return ["".join(span.text for span in spans) for spans in wrapped(text, width - 2)] if text else []


def _attempt_head(row: ChildRow, attempt: Attempt, width: int) -> list[Line]:
    sign = attempt_sign(attempt)
    has_changed_hands = any(other.agent != attempt.agent for other in row.attempts)
    by = f"  by {attempt.agent}" if has_changed_hands and attempt.agent else ""
    head = line((f" attempt {attempt.n}  ", Tone.TEXT), (f"{sign.glyph} {sign.word}", sign.tone), (by, Tone.MUTED))
    is_again = attempt.n > 1 and attempt.reason
    reason = wrapped(f"tried again for {attempt.reason}", width - 1, Tone.MUTED, " ") if is_again else []
    return [head, *reason, BLANK]


def _ladder(rungs: tuple[RungVerdict, ...], width: int, configured: Sequence[str]) -> list[Line]:
    by_name = {verdict.rung: verdict for verdict in rungs}
    known = [name for name in CHILD_RUNGS if name in configured or name in by_name]
    names = (*known, *(name for name in by_name if name not in CHILD_RUNGS))
    lines: list[Line] = []
    for name in names:
        lines += rung_lines(name, by_name.get(name), width)
    return lines


def rung_lines(name: str, verdict: RungVerdict | None, width: int) -> list[Line]:
    """One rung: its outcome and summary, then the evidence of a failure."""
    glyph, tone = RUNG_GLYPHS[verdict.outcome if verdict else None]
    summary = clean(verdict.summary) if verdict else MEANING.get(name, "")
    told = wrapped(summary, width - 14, Tone.TEXT if verdict else Tone.FAINT) or [BLANK]
    head = (Span(f" {glyph} ", tone), Span(f"{name:<9} ", tone if verdict else Tone.MUTED))
    lines: list[Line] = [(*head, *told[0]), *((Span(" " * 13), *more) for more in told[1:])]
    if verdict and verdict.outcome == "failed":
        for evidence in verdict.evidence:
            if evidence.detail or evidence.message not in verdict.summary:
                lines += evidence_lines(evidence, width)
    return lines


def evidence_lines(evidence: Evidence, width: int) -> list[Line]:
    where = evidence.test or evidence.path
    lines = [line(("   " + shorten_path(where, width - 4), Tone.KEY))] if where else []
    lines += wrapped(evidence.message, width - 1, Tone.TEXT, "   ")
    if evidence.detail:
        detail = wrapped(evidence.detail.strip("\n"), width - 1, Tone.MUTED, "   │ ")
        lines += detail[:_DETAIL_LINES]
        if len(detail) > _DETAIL_LINES:
            lines.append(line((f"   │ … {plural(len(detail) - _DETAIL_LINES, 'more line')}", Tone.FAINT)))
    return [*lines, BLANK]


def _spent(attempt: Attempt, width: int) -> list[Line]:
    usage = attempt.usage
    cost = money(usage.cost) + (" estimated" if usage.cost and usage.is_estimated else "")
    facts = (usage.model, tokens(usage.input_tokens + usage.output_tokens), cost)
    told = " · ".join(fact for fact in facts if fact)
    return [BLANK, *wrapped(told, width - 1, Tone.MUTED, " ")] if told else []
