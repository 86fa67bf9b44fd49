"""The run over time: a bar for each attempt, drawn one line at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ctxtui.core.domain.attempt import Attempt
from ctxtui.core.views.durations import took, worked
from ctxtui.screens.presentation.quantities import duration
from ctxtui.screens.presentation.spans import Line, Span, Tone, fit
from ctxtui.screens.presentation.states import attempt_sign

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


_NAME_PART, _NAME_MOST, _TIME_WIDTH = 4, 24, 8
_FILLS = {Tone.BUSY: "╌", Tone.CHECK: "╌"}
_TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """From the run's beginning to its end, or to now."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return max((self.end - self.start).total_seconds(), 1.0)

    def cell(self, at: datetime, cells: int) -> int:
        share = (at - self.start).total_seconds() / self.seconds
        return max(0, min(cells - 1, int(share * cells)))


def name_width(width: int) -> int:
    return max(8, min(_NAME_MOST, width // _NAME_PART))


def _bar_width(width: int) -> int:
    return max(width - name_width(width) - _TIME_WIDTH - 3, 4)


def axis_line(scale: TimeScale, width: int) -> Line:
    """Marks of passed time above the bars, as many as are readable."""
    cells = _bar_width(width)
    step = next((tick for tick in _TICKS if tick * cells / scale.seconds >= _TIME_WIDTH), _TICKS[-1])
    text = [" "] * cells
    for number in range(int(scale.seconds // step) + 1):
        label = duration(timedelta(seconds=number * step))
        place = int(number * step * cells / scale.seconds)
        if place + len(label) <= cells:
            text[place : place + len(label)] = label
    return (Span(" " * (name_width(width) + 2)), Span("".join(text), Tone.FAINT))


def row_line(row: ChildRow, name: str, scale: TimeScale, width: int) -> Line:
    """All attempts of a child in one bar, each in the tone of its outcome."""
    cells = _bar_width(width)
    spans: list[Span] = [Span(" " + fit(name, name_width(width)) + " ")]
    place = 0
    for attempt in row.attempts:
        first, last = _cells(attempt, scale, cells)
        first = max(first, place)
        last = max(last, first)
        if first >= cells:
            break
        spans += [Span(" " * (first - place)), _bar(attempt, last - first + 1)]
        place = last + 1
    spans.append(Span(" " * max(cells - place, 0)))
    taken = worked(row, scale.end) if row.attempts else None
    return (*spans, Span((duration(taken) if taken is not None else "").rjust(_TIME_WIDTH), Tone.MUTED))


def attempt_row_line(row: ChildRow, attempt: Attempt, scale: TimeScale, width: int) -> Line:
    cells = _bar_width(width)
    first, last = _cells(attempt, scale, cells)
    time = duration(took(row, attempt, scale.end))
    return (
        Span(" " + fit(f"attempt {attempt.n}", name_width(width)) + " ", Tone.MUTED),
        Span(" " * first),
        _bar(attempt, last - first + 1),
        Span(" " * (cells - last - 1)),
        Span(time.rjust(_TIME_WIDTH), Tone.MUTED),
    )


def _cells(attempt: Attempt, scale: TimeScale, cells: int) -> tuple[int, int]:
    first = scale.cell(attempt.started_at, cells)
    return first, max(scale.cell(attempt.ended_at or scale.end, cells), first)


def _bar(attempt: Attempt, size: int) -> Span:
    tone = attempt_sign(attempt).tone
    glyph = attempt_sign(attempt).glyph
    fill = _FILLS.get(tone, "━")
    return Span((fill * (size - 1) + glyph) if size > 1 else glyph, tone)
