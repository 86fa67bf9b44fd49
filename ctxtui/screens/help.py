"""The keys of the screen beneath, and what the signs mean."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen

from ctxtui.core.engine.shown import RUNGS
from ctxtui.screens.presentation.overview import MEANING
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, line, wrapped
from ctxtui.screens.presentation.states import MEANINGS, RUNG_GLYPHS, SIGNS
from ctxtui.screens.widgets.line_view import Composed, LineView

_KEY_WIDTH = 18
_GROUPS = {
    "list": "In the list",
    "tree": "In the list",
    "text": "In the text",
    "filter": "In the filter",
    "app": "Everywhere",
}


class HelpScreen(ModalScreen[None]):
    """Reads the keys from the bindings in use, so that a changed keymap is told rightly."""

    CSS_PATH = "modals.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark", "dismiss", "close", id="help.close")]

    def __init__(self, beneath: Screen[Any]) -> None:
        super().__init__()
        self._groups = _keys_by_group(beneath)

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield LineView(id="help")

    def on_mount(self) -> None:
        view = self.query_one(LineView)
        view.show(Composed(self._lines))
        view.focus()

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for title, keys in self._groups.items():
            lines.append(line((title, Tone.STRONG)))
            for key, told in keys:
                lines += _row(key, told, Tone.KEY, width)
            lines.append(BLANK)
        lines.append(line(("States", Tone.STRONG)))
        for state, sign in SIGNS.items():
            lines += _row(f"{sign.glyph} {sign.word}", MEANINGS[state], sign.tone, width)
        lines += [BLANK, line(("Checks, in their order", Tone.STRONG))]
        for rung in RUNGS:
            lines += _row(rung, MEANING[rung], Tone.TEXT, width)
        marks = "   ".join(f"{glyph} {outcome or 'not yet'}" for outcome, (glyph, _tone) in RUNG_GLYPHS.items())
        return [*lines, BLANK, *wrapped(marks, width, Tone.MUTED)]


def _row(left: str, right: str, tone: Tone, width: int) -> list[Line]:
    first, *more = wrapped(right, width - _KEY_WIDTH - 3, Tone.MUTED)
    indent = Span(" " * (_KEY_WIDTH + 2))
    return [(Span(f"  {left:<{_KEY_WIDTH}}", tone), *first), *((indent, *rest) for rest in more)]


def _keys_by_group(screen: Screen[Any]) -> dict[str, list[tuple[str, str]]]:
    """Keys and what they do, the screen's own first; several keys of one action stand together."""
    found: dict[str, dict[str, list[str]]] = {"On this screen": {}}
    for active in screen.active_bindings.values():
        binding = active.binding
        if not binding.id or not binding.description:
            continue
        group = _GROUPS.get(binding.id.partition(".")[0], "On this screen")
        keys = found.setdefault(group, {}).setdefault(binding.description, [])
        keys.append(screen.app.get_key_display(binding))
    return {
        group: [(" ".join(keys), told[0].upper() + told[1:]) for told, keys in by_told.items()]
        for group, by_told in found.items()
        if by_told
    }
