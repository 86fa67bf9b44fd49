"""All files of a review as lines that know what they are: which file, which line of it, which test."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len

from ctxtui.screens.launcher import FileTexts
from ctxtui.screens.presentation.diff_lines import change_size, diff_lines
from ctxtui.screens.presentation.spans import Line, Span, Tone, fit, shorten, shorten_path, width_of
from ctxtui.screens.review.marks import ReviewMarks
from ctxtui.screens.review.placed_tests import PlacedTest, find_tests

_LEAST_FOLDER = 8
"""Cells below which a file's folder says nothing."""


class ReviewLine(NamedTuple):
    """`number` is 0 where nothing can be said of the line; `test` names the test it lies in."""

    spans: Line
    file: int
    number: int = 0
    test: str = ""


class ReviewText:
    """The lines as they were read; comments and drops are laid over them when they are drawn."""

    def __init__(self, files: tuple[FileTexts, ...], marks: ReviewMarks) -> None:
        self.files = files
        self.marks = marks
        self.lines: list[ReviewLine] = []
        self.starts: list[int] = []
        for place, file in enumerate(files):
            self.starts.append(len(self.lines))
            tests = find_tests(file.after)
            self.lines += [
                ReviewLine(one.spans, place, one.number, _test_at(tests, one.number)) for one in diff_lines(file)
            ]
        while self.lines and not self.lines[-1].spans:
            del self.lines[-1]  # nothing is below it that a blank line would keep apart

    def height(self, _width: int) -> int:
        return len(self.lines)

    def line(self, y: int, width: int) -> Line:
        one = self.lines[y]
        path = self.files[one.file].path
        spans = one.spans
        if one.test and (path, one.test) in self.marks.dropped:
            first = y == 0 or self.lines[y - 1].test != one.test
            told = Span("  to be left out" if first else "", Tone.WARN)
            spans = (*(Span(span.text, Tone.FAINT) for span in spans), told)
        comment = self.marks.comments.get((path, one.number))
        if comment:
            room = max(width - width_of(spans) - 6, 12)
            spans = (*spans, Span(f"  ▌ {fit(comment, room).rstrip()}", Tone.ACCENT))
        return spans


class FileRows:
    """The files of a review, a line each: what changed, where, and how much was said of it."""

    def __init__(self, text: ReviewText) -> None:
        self._text = text
        self._sizes = [change_size(file) for file in text.files]

    def height(self, _width: int) -> int:
        return len(self._text.files)

    def line(self, y: int, width: int) -> Line:
        file = self._text.files[y]
        folder, _, name = file.path.rpartition("/")
        said = self._text.marks.count(file.path)
        mark = f" ▌{said}" if said else ""
        size = f" {self._sizes[y]}"
        room = width - len(size) - len(mark) - 2
        name = shorten(name, room) if room > 0 else name
        left = room - cell_len(name)
        where = f"  {shorten_path(folder, left - 2)}" if folder and left > _LEAST_FOLDER else ""
        pad = " " * max(left - cell_len(where), 0)
        return (
            Span(f" {name}", Tone.TEXT if file.is_accepted else Tone.WARN),
            Span(where + pad, Tone.FAINT),
            Span(mark, Tone.ACCENT),
            Span(size, Tone.GOOD),
        )


def _test_at(tests: tuple[PlacedTest, ...], number: int) -> str:
    return next((test.name for test in tests if number and test.start <= number <= test.end), "")
