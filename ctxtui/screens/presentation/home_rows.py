"""Home's rows: one run each, below the repository it belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from ctxtui.core.domain.statuses import SessionStatus
from ctxtui.core.views.round_report import report_in_words
from ctxtui.core.views.states import PARTIAL, ShownState
from ctxtui.screens.home.view import PINNED, Entry, Group, HomeView
from ctxtui.screens.presentation.bars import bar
from ctxtui.screens.presentation.quantities import money, plural
from ctxtui.screens.presentation.spans import (
    BLANK,
    Line,
    Span,
    Tone,
    apart,
    first_line,
    fit,
    line,
    shorten,
    shorten_path,
    wrapped,
)
from ctxtui.screens.presentation.states import SIGNS, WORD_WIDTH

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow

_ID, _BAR, _SHARE, _COST, _AGENT, _BEGUN = 8, 12, 9, 8, 10, 12
_NAME_MOST, _NAME_LEAST = 40, 12
_ID_SHOWN = 8


class _Columns(NamedTuple):
    """Cells of each column; 0 leaves it out."""

    name: int
    id: int
    bar: int
    agent: int
    cost: int
    begun: int


def _columns(width: int, *, has_cost: bool) -> _Columns:
    """The least important columns go first, until the name has room."""
    room = width - 3 - (WORD_WIDTH + 6) - _SHARE
    cells = {"bar": _BAR, "begun": _BEGUN, "id": _ID, "cost": _COST if has_cost else 0, "agent": _AGENT}
    for column in ("agent", "cost", "bar", "id", "begun"):
        taken = sum(size + 2 for size in cells.values() if size)
        if room - taken >= _NAME_LEAST:
            break
        cells[column] = 0
    taken = sum(size + 2 for size in cells.values() if size)
    return _Columns(name=max(min(room - taken, _NAME_MOST), 6), **cells)


def home_head(view: HomeView, width: int) -> Line:
    columns = _columns(width, has_cost=view.has_cost)
    text = "   " + fit("run", columns.name - 1)
    text += "  " + fit("id", columns.id) if columns.id else ""
    text += "  " + fit("state", WORD_WIDTH + 2) + "  " + (fit("", columns.bar + 1) if columns.bar else "")
    text += fit("passed", _SHARE)
    text += "  " + "cost".rjust(columns.cost) if columns.cost else ""
    text += "  " + fit("agent", columns.agent) if columns.agent else ""
    text += "  " + "begun".rjust(columns.begun) if columns.begun else ""
    return line((text, Tone.FAINT))


def group_line(group: Group, width: int, home: str = "") -> Line:
    """The head of a group: the repository and where it is, from the user's `home` on."""
    tone = Tone.ACCENT if group.title in PINNED.values() else Tone.MUTED
    title = Span(f" {group.title}", tone)
    is_at_home = home and group.root.startswith(f"{home}/")
    place = f"~{group.root.removeprefix(home)}" if is_at_home else group.root
    where = f"  {place or group.size}"
    return (title, Span(shorten_path(where, max(width - cell_len(group.title) - 3, 4)), Tone.FAINT))


def home_row(entry: Entry, now: datetime, width: int, *, has_cost: bool) -> Line:
    run, sign = entry.run, SIGNS[entry.state]
    columns = _columns(width, has_cost=has_cost)
    total = sum(run.child_counts.values())
    done = run.child_counts.get(SessionStatus.COMPLETE, 0)
    failed = run.child_counts.get(SessionStatus.FAILED, 0)
    spans = [Span("   " + fit(run.name, columns.name - 1), Tone.STRONG)]
    if columns.id:
        spans.append(Span("  " + run.id[:_ID_SHOWN], Tone.MUTED))
    word, tone = (PARTIAL, Tone.WARN) if entry.is_partial else (sign.word, sign.tone)
    spans.append(Span(f"  {sign.glyph} {fit(word, WORD_WIDTH)}  ", tone))
    if columns.bar:
        spans += [*bar([(done, "━", Tone.GOOD), (failed, "╍", Tone.BAD)], max(total, 1), columns.bar), Span(" ")]
    spans.append(Span(fit(f"{done}/{total}" if total else "", _SHARE)))
    if columns.cost:
        spans.append(Span("  " + money(run.cost).rjust(columns.cost), Tone.MUTED))
    if columns.agent:
        spans.append(Span("  " + fit(run.agent, columns.agent), Tone.MUTED))
    if columns.begun:
        spans.append(Span("  " + begun_at(run.created_at, now).rjust(columns.begun), Tone.MUTED))
    return tuple(spans)


def begun_at(then: datetime, now: datetime) -> str:
    """The time of a run of today, the day too for an older one."""
    then, now = then.astimezone(), now.astimezone()
    if then.date() == now.date():
        return f"{then:%H:%M}"
    return f"{then:%b %d %H:%M}" if then.year == now.year else f"{then:%Y-%m-%d}"


def home_notes(entry: Entry, width: int) -> list[Line]:
    """What to know about the selected run, and what helps it."""
    run = entry.run
    told: dict[ShownState, tuple[str, Tone]] = {
        ShownState.INTERRUPTED: ("Its runner is gone; nothing is lost. c continues it.", Tone.WARN),
        ShownState.NEEDS_YOU: (_waits_for(run), Tone.ACCENT),
        ShownState.FAILED: (first_line(str(run.state.get("error") or "It failed.")), Tone.BAD),
    }
    text, tone = told.get(entry.state, ("", Tone.MUTED))
    if run.state.get("paused") and entry.state is ShownState.RUNNING:
        text, tone = "Paused: what runs goes on, nothing new starts. c lifts it.", Tone.WARN
    branch = str(run.state.get("branch_name") or "")
    lines: list[Line] = [(Span(" │ ", tone), Span(shorten(text, width - 4), tone))] if text else []
    if branch:
        lines.append(line((" │ ", Tone.FAINT), (shorten(f"branch {branch}", width - 4), Tone.MUTED)))
    return [*lines, BLANK] if lines else []


def _waits_for(run: RunRow) -> str:
    """What keeps a run from its end: how many components failed, or whatever else it says."""
    waiting = run.state.get("waiting") or {}
    failed = run.child_counts.get(SessionStatus.FAILED, 0)
    if failed and not waiting.get("trouble"):
        needs = "needs" if failed == 1 else "need"
        return f"{plural(failed, 'component')} {needs} you. Enter shows why, and what helps."
    return first_line(report_in_words(str(waiting.get("message") or "It waits for you.")))


def home_title(view: HomeView, width: int) -> Line:
    """How many runs there are, how many want something, and what a filter leaves out."""
    parts = [plural(view.total, "run")] if view.total else []
    if view.words:
        parts = [f"{len(view.entries)} of {plural(view.total, 'run')} with “{view.words}” · esc shows all"]
    counts = (
        (view.count(ShownState.RUNNING), "running"),
        (view.count(ShownState.NEEDS_YOU), "waiting for you"),
        (view.count(ShownState.INTERRUPTED), "interrupted"),
    )
    parts += [f"{count} {word}" for count, word in counts if count]
    left = line((" ctxtui", Tone.STRONG), (shorten("  " + " · ".join(parts), width - 8), Tone.MUTED))
    return apart(left, [Span(f"{view.order.value} ", Tone.FAINT)], width) if view.total else left


def empty_lines(view: HomeView, width: int, *, is_open: bool) -> list[Line]:
    """Why nothing is listed, and what there is to do about it."""
    if view.words:
        return wrapped(
            f"No run has “{view.words}” in its name, id, state, agent, branch or repository. Esc shows all.",
            width - 2,
            Tone.MUTED,
            " ",
        )
    if not is_open:
        return [line((" Opening…", Tone.MUTED))]
    return [
        line((" No run yet.", Tone.TEXT)),
        BLANK,
        line((" n", Tone.KEY), ("  starts one: you see the plan before anything happens.", Tone.MUTED)),
        line((" D", Tone.KEY), ("  checks what this machine has.", Tone.MUTED)),
    ]
