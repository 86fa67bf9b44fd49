"""One row of the tree: which columns fit a width, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from ctxtui.core.domain.attempt import Attempt
from ctxtui.core.views.durations import took
from ctxtui.core.views.rungs import RUNGS, Badge, failed_rung
from ctxtui.screens.presentation.quantities import duration, money
from ctxtui.screens.presentation.spans import Line, Span, Tone, ending, first_line, fit, width_of
from ctxtui.screens.presentation.states import WORD_WIDTH, Sign, attempt_sign, badge_spans

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells given to each column; 0 leaves it out."""

    name: int
    word: int
    ladder: int
    attempt: int = 0
    doing: int = 0
    tests: int = 0
    time: int = 0
    cost: int = 0


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What a row says, before it is laid out. `expander` is "▾", "▸" or empty.

    With `is_telling` what it is doing takes the place of checks, attempts and tests where there is no room for both.
    """

    name: str
    sign: Sign
    depth: int
    expander: str = ""
    badges: tuple[Badge, ...] = ()
    attempt: str = ""
    doing: str = ""
    tests: str = ""
    time: str = ""
    cost: str = ""
    is_telling: bool = False


_WIDE_WORD = WORD_WIDTH
_GAP = 2
_OPTIONAL = (("attempt", 5, 18), ("time", 6, 18), ("tests", 5, 26), ("cost", 6, 26))
"""Column, cells, and the cells the name must keep for the column to appear; in order of importance."""
_NAME_LEAST, _DOING_LEAST, _TOLD_LEAST = 20, 16, 12


@lru_cache(maxsize=32)
def columns_for(width: int, *, has_cost: bool = True, longest: int = 34) -> Columns:
    """The columns of a tree that many cells wide: the state always, then what matters most.

    `longest` is what the longest name needs: it gets that before there is room for anything to be told beside it.
    What it does not need widens the column of the checks, in which a row may tell something else.
    """
    ladder = len(RUNGS) - 1 if width >= 38 else 0  # noqa: PLR2004 - below it the name needs the room
    room = width - _WIDE_WORD - _GAP - (ladder + _GAP if ladder else 0) - 1
    taken: dict[str, int] = {}
    for column, cells, name_keeps in _OPTIONAL if has_cost else _OPTIONAL[:-1]:
        if room - cells - _GAP >= min(name_keeps, longest):
            taken[column] = cells
            room -= cells + _GAP
    if room - _NAME_LEAST - _GAP >= _DOING_LEAST:
        name = max(_NAME_LEAST, min(longest, room - _GAP - _DOING_LEAST))
        doing = room - name - _GAP
        return Columns(name=name, word=_WIDE_WORD, ladder=ladder, doing=doing, **taken)
    name = max(min(room, max(longest, _TOLD_LEAST)), 6) if ladder else max(room, 6)
    return Columns(name=name, word=_WIDE_WORD, ladder=ladder + max(room - name, 0) if ladder else 0, **taken)


def head_line(columns: Columns, note: str = "") -> Line:
    """The column titles; a `note` such as the filter in use stands in the first of them."""
    cells = [
        (note or "component", columns.name, False),
        ("state", columns.word, False),
        ("checks", columns.ladder, False),
        ("try", columns.attempt, False),
        ("doing", columns.doing, False),
        ("tests", columns.tests, True),
        ("time", columns.time, True),
        ("cost", columns.cost, True),
    ]
    gap = " " * _GAP
    text = gap.join(title.rjust(size) if right else fit(title, size) for title, size, right in cells if size)
    return (Span(" "), Span(text, Tone.FAINT))


def row_line(facts: RowFacts, columns: Columns) -> Line:
    """The row, in exactly the cells of its columns."""
    gap = Span(" " * _GAP)
    sign = facts.sign
    indent = "  " * facts.depth + (facts.expander or " ") + " "
    spans = [
        Span(" " + indent, Tone.FAINT),
        Span(sign.glyph + " ", sign.tone),
        Span(_fit_name(facts.name, columns.name - len(indent) - 2), Tone.STRONG if facts.depth == 0 else Tone.TEXT),
        gap,
        Span(fit(sign.word, columns.word), sign.tone),
    ]
    told = _told_cells(columns)
    if facts.is_telling and facts.doing and told:
        spans += [gap, Span(fit(facts.doing, told), Tone.MUTED)]
    else:
        if columns.ladder:
            spans += [gap, *_ladder_cells(facts.badges, columns.ladder)]
        texts = [(facts.attempt, columns.attempt), (facts.doing, columns.doing)]
        spans += [cell for text, size in texts if size for cell in (gap, Span(fit(text, size), Tone.MUTED))]
        spans += [gap, Span(facts.tests.rjust(columns.tests), Tone.MUTED)] if columns.tests else []
    for text, size in ((facts.time, columns.time), (facts.cost, columns.cost)):
        if size:
            spans += [gap, Span(text.rjust(size), Tone.MUTED)]
    return tuple(spans)


def _fit_name(name: str, size: int) -> str:
    """Of a name that is too long the end stays, where it differs from others, and of one without dots its beginning."""
    if cell_len(name) <= size or size <= 1:
        return fit(name, size)
    begin = "" if "." in name else set_cell_size(name, (size - 1) // 2)
    return fit(f"{begin}…{ending(name, size - 1 - cell_len(begin))}", size)


def _told_cells(columns: Columns) -> int:
    """Where there is no column for what a row is doing: the cells of its checks, attempts and tests together."""
    if columns.doing:
        return 0
    sizes = [size for size in (columns.ladder, columns.attempt, columns.tests) if size]
    cells = sum(sizes) + _GAP * (len(sizes) - 1)
    return cells if cells >= _TOLD_LEAST else 0


def _ladder_cells(badges: tuple[Badge, ...], size: int) -> tuple[Span, ...]:
    shown = badges[:size]
    return (*badge_spans(shown), Span(" " * (size - len(shown))))


def attempt_line(row: ChildRow, attempt: Attempt, columns: Columns, width: int, *, depth: int) -> Line:
    """An attempt's node: what came of it, and the reason it failed or exists; its time and cost in their columns."""
    sign = attempt_sign(attempt)
    failed = failed_rung(attempt)
    again = attempt.reason if attempt.n > 1 else ""
    told = f"{failed.rung}: {failed.summary}" if failed else again
    tail = _tail(columns, row, attempt)
    left = (
        Span(" " + "  " * depth + "  ", Tone.FAINT),
        Span(f"{sign.glyph} ", sign.tone),
        Span(f"attempt {attempt.n}  ", Tone.MUTED),
        Span(f"{sign.word}  ", sign.tone),
    )
    room = width - width_of(left) - width_of(tail)
    return (*left, Span(fit(first_line(told), max(room, 0)), Tone.MUTED), *tail)


def _tail(columns: Columns, row: ChildRow, attempt: Attempt) -> Line:
    """Time and cost, under those of the session."""
    time = duration(took(row, attempt, attempt.ended_at)) if attempt.ended_at else ""
    cells = ((time, columns.time), (money(attempt.usage.cost), columns.cost))
    return tuple(Span(" " * _GAP + text.rjust(size), Tone.MUTED) for text, size in cells if size)
