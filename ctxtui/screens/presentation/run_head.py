"""The head of a run: its phase, its counts, and the one thing that a person should know now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ctxtui.core.domain.statuses import SessionStatus
from ctxtui.core.views.causes import causes_of
from ctxtui.core.views.forecast import budget, busy_agent, limit_window, time_left
from ctxtui.core.views.phases import phase_label
from ctxtui.core.views.refusals import child_facts
from ctxtui.core.views.round_report import report_in_words
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.states import ShownState, question_of
from ctxtui.screens.presentation.bars import bar
from ctxtui.screens.presentation.quantities import amount, clock_time, duration, money, plural, tokens
from ctxtui.screens.presentation.spans import Line, Span, Tone, apart, first_line, line, shorten, width_of
from ctxtui.screens.presentation.states import SIGNS, URGENT_FIRST, run_sign

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


_SPENT_FROM = 100
"""In narrower terminals the counts need the room."""


def progress_bar(run: RunView, width: int) -> tuple[Span, ...]:
    """Passed, troubled, left out and under way as parts of one bar; each part that exists gets at least a cell."""
    parts = [
        (run.proved, "━", Tone.GOOD),
        (sum(run.counts[state] for state in (ShownState.FAILED, ShownState.NEEDS_YOU)), "╍", Tone.BAD),
        (run.left_out, "┈", Tone.MUTED),
        (run.busy, "╌", Tone.BUSY),
    ]
    return bar(parts, max(run.total, 1), width)


def head_lines(run: RunView, now: datetime, width: int) -> list[Line]:
    """Name and phase, then progress and counts; a third line only when something is to be known or done."""
    parent = run.parent
    if parent is None:
        return [line((" opening the run…", Tone.MUTED)), ()]
    sign = run_sign(run, parent.id)
    phase = phase_label(parent, run.rounds, is_settled=run.is_settled)
    has_work = run.is_active and run.jobs and not run.is_settled
    jobs = f"{run.jobs_taken}/{run.jobs} jobs" if has_work else ""
    left = time_left(run, now)
    soon = f"about {duration(left)} left" if left is not None and left.total_seconds() >= 1 else ""
    right = "  ".join(part for part in (jobs, duration(run.worked(parent.id, now)), soon) if part)
    tells_phase = run.is_active and run.states[parent.id] is not ShownState.NEEDS_YOU
    word = "finished" if run.states[parent.id] is ShownState.PASSED else sign.word
    first = apart(
        (Span(" " + shorten(parent.name, width // 3), Tone.STRONG), Span(f"  {sign.glyph} {word}", sign.tone))
        + ((Span(f" · {phase}", Tone.MUTED),) if tells_phase and phase not in {word, sign.word} else ()),
        (Span(right + " ", Tone.MUTED),),
        width,
    )
    return [first, _progress(run, _spent(run, now), width), *_banner(run, now, width)]


def _spent(run: RunView, now: datetime) -> str:
    """Tokens and cost, each with its ceiling where there is one, and how much of its limit the agent has used."""
    most, totals = budget(run), run.totals
    told = tokens(totals.tokens)
    if most.tokens:
        told = f"{amount(totals.tokens)} of {amount(most.tokens)} tokens"
    cost = f"${totals.cost or 0.0:.2f} of ${most.cost:.2f}" if most.cost else money(totals.cost)
    return " · ".join(part for part in (told, cost, _limit(run, now)) if part)


def _limit(run: RunView, now: datetime) -> str:
    window = limit_window(run, now) if run.is_active else None
    if window is None:
        return ""
    return f"{window.agent}'s limit {window.used:.0%} used" + (
        f" until {clock_time(window.until)}" if window.until else ""
    )


def _progress(run: RunView, spent: str, width: int) -> Line:
    size = max(10, min(30, width // 5))
    left = [Span(" "), *progress_bar(run, size), Span(f" {run.proved}/{run.total} ", Tone.TEXT)]
    right = (Span(spent + " ", Tone.MUTED),) if spent and width >= _SPENT_FROM else ()
    room = width - width_of(left) - width_of(right) - 1
    for state in URGENT_FIRST:
        count = run.counts[state]
        sign = SIGNS[state]
        text = f"  {sign.glyph} {count} {sign.word}"
        if count and len(text) <= room:
            left.append(Span(text, sign.tone))
            room -= len(text)
    return apart(left, right, width)


def _banner(run: RunView, now: datetime, width: int) -> list[Line]:
    """What to know and what to press: on one line where both fit, else each on its own."""
    text, hint, tone = _banner_parts(run, now)
    if not text:
        return []
    if width_of(line(f" ▎{text}  {hint} ")) <= width:
        return [line((f" ▎{text}", tone), (f"  {hint}", Tone.MUTED))]
    told = line((" ▎" + shorten(text, width - 3), tone))
    return [told, line((" ▎", tone), (shorten(hint, width - 3), Tone.MUTED))] if hint else [told]


def _banner_parts(run: RunView, now: datetime) -> tuple[str, str, Tone]:
    """What to know, what to press, and how grave it is."""
    parent = run.parent
    if parent is None:
        return "", "", Tone.TEXT
    state = run.states[parent.id]
    if state in _BANNERS:
        return _BANNERS[state](run, parent)
    if run.is_paused:
        return "Paused: what runs goes on, nothing new starts.", "p resumes", Tone.WARN
    if waited_for := busy_agent(run, now):
        when = f"{clock_time(waited_for.until)}, in {duration(waited_for.until - now)}"
        return f"{waited_for.agent} is busy and is asked again at {when}.", "p pauses", Tone.WARN
    return _waiting_children(run)


def _interrupted(_run: RunView, _parent: ChildRow) -> tuple[str, str, Tone]:
    return "The runner is gone; nothing is lost.", "c continues the run", Tone.WARN


def _needs_you(run: RunView, parent: ChildRow) -> tuple[str, str, Tone]:
    waiting = parent.state.get("waiting") or {}
    told = first_line(report_in_words(str(waiting.get("message") or "The run waits for you.")))
    if waiting.get("trouble"):
        return told, "mend that, then r goes on · f finalizes what passed", Tone.ACCENT
    against = run.undecided
    if run.is_manual and not against:
        return "Each next step waits for you.", "> takes it · A lets the run go on by itself", Tone.ACCENT
    if not against:
        return told, "r goes on · f finalizes what passed", Tone.ACCENT
    needs = "needs" if len(against) == 1 else "need"
    what = f"{plural(len(against), 'component')} {needs} you"
    causes = causes_of(against)
    if run.is_manual or waiting.get("is_all_of_children"):
        told = f"{what}: {causes[0].told}" if len(causes) == 1 else f"{what}, for {len(causes)} causes."
    return told, against_keys(against), Tone.ACCENT


def against_keys(against: Sequence[ChildRow]) -> str:
    """The keys that help where components are against the run's end."""
    failed = [row for row in against if row.status is not SessionStatus.CANCELLED]
    asks = any(question_of(row) for row in failed)
    is_read = not all(child_facts(row).deaf_agent for row in failed)
    retries = "R retries with a note" if is_read and not asks else "R retries" if failed else "r retries one"
    answers = "m answers · " if asks else ""
    return f"n next · {answers}{retries} · s leaves one out · f commits what passed"


def _failed(_run: RunView, parent: ChildRow) -> tuple[str, str, Tone]:
    told = first_line(str(parent.state.get("error") or "The run failed."))
    return told, "r tries again · i shows the history", Tone.BAD


def _cancelled(_run: RunView, _parent: ChildRow) -> tuple[str, str, Tone]:
    return "The run was stopped; nothing is committed.", "H goes to all runs, n there starts a new one", Tone.WARN


def _passed(run: RunView, parent: ChildRow) -> tuple[str, str, Tone]:
    branch = str(parent.state.get("branch_name") or "")
    files = len(parent.state.get("committed_files") or ())
    told = f"{plural(files, 'file')} committed" if files else "Committed"
    told = f"{told} on {branch}" if branch else "Finished"
    if not run.left_out:
        return f"{told}.", "d reviews them · Y copies the merge command", Tone.GOOD
    left_out = plural(run.left_out, "component")
    return f"{told}, without {left_out}.", "d reviews them · Y copies the merge command", Tone.WARN


def _waiting_children(run: RunView) -> tuple[str, str, Tone]:
    waiting = run.counts[ShownState.NEEDS_YOU]
    if not waiting:
        return "", "", Tone.TEXT
    names = ", ".join(run.short_name(row) for row in run.with_state(ShownState.NEEDS_YOU)[:3])
    more = f" and {waiting - 3} more" if waiting > 3 else ""  # noqa: PLR2004 - the names shown above
    needs = "needs" if waiting == 1 else "need"
    answers = "m answer · " if any(map(question_of, run.with_state(ShownState.NEEDS_YOU))) else ""
    return f"{names}{more} {needs} you.", f"n goes there · {answers}r retry · s leave out", Tone.ACCENT


_BANNERS: dict[ShownState, Callable[[RunView, ChildRow], tuple[str, str, Tone]]] = {
    ShownState.INTERRUPTED: _interrupted,
    ShownState.NEEDS_YOU: _needs_you,
    ShownState.FAILED: _failed,
    ShownState.CANCELLED: _cancelled,
    ShownState.PASSED: _passed,
}
