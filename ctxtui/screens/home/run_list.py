"""Home's list: runs below the heads of their groups, of which only runs can be selected."""

from __future__ import annotations

import os
from datetime import date, datetime

from ctxtui.screens.home.view import Entry, HomeView
from ctxtui.screens.presentation.home_rows import group_line, home_row
from ctxtui.screens.presentation.spans import Line
from ctxtui.screens.widgets.line_list import LineList


class HomeLines:
    """A view as lines."""

    def __init__(self, view: HomeView, now: datetime) -> None:
        self._view = view
        self._now = now

    def height(self, _width: int) -> int:
        return len(self._view.lines)

    def line(self, y: int, width: int) -> Line:
        one = self._view.lines[y]
        if isinstance(one, Entry):
            return home_row(one, self._now, width, has_cost=self._view.has_cost)
        return group_line(one, width, os.environ.get("HOME", "").rstrip("/"))


class RunList(LineList):
    """The selection goes over heads. Of the time, rows tell only the day."""

    view = HomeView()
    _day: date | None = None

    def put(self, view: HomeView, now: datetime) -> None:
        """Takes other runs over; the selection stays on its run."""
        selected, day = self.selected, now.astimezone().date()
        if (view, day) != (self.view, self._day):
            self.view, self._day = view, day
            self.show(HomeLines(view, now))
        place = view.place_of(selected.run.id) if selected else None
        if place != self.cursor or selected is None:
            self.select(self.cursor if place is None else place)

    @property
    def row_count(self) -> int:
        """Known before the list has its place on the screen."""
        return len(self.view.lines)

    @property
    def selected(self) -> Entry | None:
        lines = self.view.lines
        one = lines[self.cursor] if self.cursor < len(lines) else None
        return one if isinstance(one, Entry) else None

    def select(self, row: int, *, is_by_person: bool = False) -> None:
        lines = self.view.lines
        row = max(0, min(row, len(lines) - 1))
        places = [place for place, one in enumerate(lines) if isinstance(one, Entry)]
        if not places:
            return
        forward = [place for place in places if place >= row]
        backward = [place for place in places if place <= row]
        goes_up = row < self.cursor and backward
        super().select((backward[-1] if goes_up else (forward or places[-1:])[0]), is_by_person=is_by_person)
        if places[0] == self.cursor:
            self._reveal(0)
