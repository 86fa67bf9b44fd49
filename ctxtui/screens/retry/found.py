"""What the retry sheet shows of the components that are to be retried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ctxtui.core.views.attempts import attempts_in_words, tests_of
from ctxtui.core.views.causes import causes_of
from ctxtui.core.views.rungs import failed_rung
from ctxtui.core.views.states import PROVED, ShownState
from ctxtui.screens.presentation.doing import doing
from ctxtui.screens.presentation.overview import rung_lines
from ctxtui.screens.presentation.quantities import plural
from ctxtui.screens.presentation.spans import BLANK, Line, Tone, apart, line, wrapped
from ctxtui.screens.presentation.states import SIGNS

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow
    from ctxtui.core.views.run_view import RunView


def title_lines(run: RunView, rows: Sequence[ChildRow], width: int) -> list[Line]:
    if len(rows) != 1:
        return [line((f"Retry {plural(len(rows), 'component')}", Tone.STRONG)), BLANK]
    row = rows[0]
    sign = SIGNS[run.states[row.id]]
    label = attempts_in_words(row)
    right = line((f"{sign.glyph} {sign.word}", sign.tone), (f"  {label}" if label else "", Tone.MUTED))
    return [apart(line((f"Retry {row.name}", Tone.STRONG)), right, width), BLANK]


def found_lines(run: RunView, rows: Sequence[ChildRow], width: int) -> list[Line]:
    """What was found against one component, or against several by its cause."""
    if len(rows) == 1:
        return _found_against(rows[0], run.states[rows[0].id], width)
    lines: list[Line] = []
    for cause in causes_of(rows):
        lines += wrapped(cause.told, width, Tone.TEXT)
        names = ", ".join(run.short_name(row) for row in cause.rows)
        lines += [*wrapped(f"{len(cause.rows)}: {names}", width, Tone.MUTED, "  "), BLANK]
    return lines


def _found_against(row: ChildRow, state: ShownState, width: int) -> list[Line]:
    told = doing(row, state)
    lines = wrapped(told, width) if told else []
    attempt = next((one for one in reversed(row.attempts) if failed_rung(one)), None)
    if state in PROVED:
        lines += wrapped(
            f"It has passed. Its {plural(tests_of(row), 'test')} are replaced by what the agent writes now; "
            "say in the note what they lack.",
            width,
            Tone.WARN,
        )
    elif attempt is not None:
        verdict = failed_rung(attempt)
        lines += [BLANK, line((f"What attempt {attempt.n} was refused for", Tone.MUTED))]
        lines += rung_lines(verdict.rung, verdict, width) if verdict else []
    return lines or [line(("Nothing was found against it.", Tone.MUTED))]
