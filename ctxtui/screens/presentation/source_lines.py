"""A module's own code, with what its tests reach, miss, and do not notice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ctxtui.core.domain.verdict import lines_in
from ctxtui.screens.presentation.diff_lines import highlighted
from ctxtui.screens.presentation.quantities import plural
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, clean, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtui.core.domain.attempt import Attempt


class Mark(Enum):
    """What is known of a line; each has a sign of its own, so that nothing is told by the colour alone."""

    SURVIVED = "≠"
    MISSED = "✕"
    PARTIAL = "~"
    REACHED = "│"


_TONES = {Mark.SURVIVED: Tone.ACCENT, Mark.MISSED: Tone.BAD, Mark.PARTIAL: Tone.WARN, Mark.REACHED: Tone.GOOD}
_WORDS = {
    Mark.SURVIVED: "where a change goes unnoticed",
    Mark.MISSED: "missed",
    Mark.PARTIAL: "not taken every way",
    Mark.REACHED: "reached",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of an attempt's verdicts by line, and the changes of the code that no test noticed."""

    by_line: Mapping[int, Mark]
    changes: Mapping[int, str]

    @property
    def is_known(self) -> bool:
        return bool(self.by_line)


def marks_of(attempts: tuple[Attempt, ...]) -> Marks:
    """Those of the newest attempt in which the rungs looked at the code."""
    for attempt in reversed(attempts):
        marked = [verdict.lines for verdict in attempt.rungs if verdict.lines is not None]
        if not marked:
            continue
        by_line: dict[int, Mark] = {}
        # The later ones count: a line where a change goes unnoticed is reached, too.
        for mark in (Mark.REACHED, Mark.PARTIAL, Mark.MISSED, Mark.SURVIVED):
            for lines in marked:
                ranges = {
                    Mark.REACHED: lines.reached,
                    Mark.PARTIAL: lines.partial,
                    Mark.MISSED: lines.missed,
                    Mark.SURVIVED: lines.survived,
                }
                by_line |= dict.fromkeys(lines_in(ranges[mark]), mark)
        changes = {
            number: evidence.change
            for verdict in attempt.rungs
            for evidence in verdict.evidence
            if evidence.change
            for number in evidence.lines[:1]
        }
        return Marks(by_line, changes)
    return Marks({}, {})


SOURCE_GUTTER = 8
"""Cells of the number and the mark before the code."""


def source_lines(path: str, text: str, marks: Marks, width: int) -> list[Line]:
    """What the marks mean and how many there are, then the code with its numbers."""
    lines = [line((f" {path}", Tone.STRONG)), *_legend(marks, width), BLANK]
    for number, spans in enumerate(highlighted(text, path), 1):
        mark = marks.by_line.get(number)
        sign = Span(f"{mark.value} ", _TONES[mark]) if mark else Span("  ")
        lines.append((Span(f" {number:>4} ", Tone.FAINT), sign, *spans))
        if change := marks.changes.get(number):
            lines += _change(change, width)
    return lines


def _legend(marks: Marks, width: int) -> list[Line]:
    if not marks.is_known:
        told = "No tests have been measured against it yet: the rungs covers and kills mark what they see."
        return wrapped(told, width - 1, Tone.MUTED, " ")
    lines: list[Line] = []
    for mark in Mark:
        count = sum(one is mark for one in marks.by_line.values())
        if count:
            told = f"{plural(count, 'line')} {_WORDS[mark]}"
            lines.append(line((f" {mark.value} ", _TONES[mark]), (told, Tone.MUTED)))
    return lines


def _change(change: str, width: int) -> list[Line]:
    """A change that no test noticed, below the line that it changes."""
    tones = {"+": Tone.ADDED, "-": Tone.REMOVED}
    shown = [row for row in clean(change).splitlines() if row[:1] in tones and not row.startswith(("+++", "---"))]
    return [line(("        ", Tone.FAINT), (row[: max(width - 9, 8)], tones[row[0]])) for row in shown]
