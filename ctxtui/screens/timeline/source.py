"""The timeline's lines, made one at a time from the rows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ctxtui.core.views.run_view import RunView
from ctxtui.screens.presentation.gantt import TimeScale, attempt_row_line, axis_line, row_line
from ctxtui.screens.presentation.spans import Line, Tone, wrapped
from ctxtui.screens.widgets.line_view import Composed, LineSource

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


def scale_of(run: RunView, now: datetime) -> TimeScale:
    parent = run.parent
    if parent is None:
        return TimeScale(now, now)
    return TimeScale(parent.created_at, run.until(parent.id, now))


def timeline(run: RunView, row: ChildRow, now: datetime) -> LineSource:
    """That of the run, or of one of its components; a sentence where there is nothing to draw."""
    if row.parent_id is None:
        return RunTimeline(run, now) if run.total else _nothing("Its components are not known yet.")
    if row.attempts:
        return ChildTimeline(run, row, now)
    return _nothing("Nothing was tried for it in this run.")


def _nothing(sentence: str) -> LineSource:
    return Composed(lambda width: wrapped(sentence, width - 1, Tone.MUTED, " "))


class RunTimeline:
    """All children, a line each."""

    def __init__(self, run: RunView, now: datetime) -> None:
        self._run = run
        self._scale = scale_of(run, now)

    def height(self, _width: int) -> int:
        return self._run.total + 1

    def line(self, y: int, width: int) -> Line:
        if y == 0:
            return axis_line(self._scale, width)
        row = self._run.rows[self._run.order[y - 1]]
        return row_line(row, self._run.short_name(row), self._scale, width)


class ChildTimeline:
    """One child's attempts, a line each."""

    def __init__(self, run: RunView, row: ChildRow, now: datetime) -> None:
        self._row = row
        self._scale = scale_of(run, now)

    def height(self, _width: int) -> int:
        return len(self._row.attempts) + 1

    def line(self, y: int, width: int) -> Line:
        if y == 0:
            return axis_line(self._scale, width)
        return attempt_row_line(self._row, self._row.attempts[y - 1], self._scale, width)
