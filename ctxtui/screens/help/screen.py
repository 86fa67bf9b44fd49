"""The keys of the screen beneath, and what the signs mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen

from ctxtui.core.views.rungs import RUNGS
from ctxtui.screens.leaving import Sheet
from ctxtui.screens.presentation.marking import marked
from ctxtui.screens.presentation.overview import MEANING
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, line, wrapped
from ctxtui.screens.presentation.states import MEANINGS, RUNG_GLYPHS, SIGNS
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.line_view import Composed, LineBlock, LineView

_KEY_WIDTH = 18
_MOUSE = (
    ("click", "select a row, a tab, an answer or a key of the footer"),
    ("double click", "open the row"),
    ("wheel", "scroll what lies under the pointer"),
)
_GROUPS = {
    "list": "In the list",
    "tree": "In the list",
    "text": "In the text",
    "filter": "In the filter",
    "app": "Everywhere",
}


class _Row(NamedTuple):
    left: str
    right: str
    tone: Tone


class HelpScreen(Sheet[None]):
    """Reads the keys from the bindings in use, so that a changed keymap is told rightly."""

    CSS_PATH: ClassVar = ["../modals.tcss", "screen.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "close", "close", id="help.close"),
        Binding("slash", "search", "search in the help", id="help.search"),
    ]

    def __init__(self, beneath: Screen[Any]) -> None:
        super().__init__()
        self._groups = _keys_by_group(beneath)
        self._words = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield LineView(id="help")
            yield FilterBar(id="words")
            yield LineBlock(id="keys")

    def on_mount(self) -> None:
        view = self.query_one(LineView)
        view.show(Composed(self._lines))
        view.focus()

        keys = (("/", " search  "), ("↑↓", " scroll  "), ("esc", " close"))
        parts = [part for key, told in keys for part in ((key, Tone.KEY), (told, Tone.MUTED))]
        self.query_one("#keys", LineBlock).show(lambda _width: [line(*parts)])

    def action_search(self) -> None:
        self.query_one(FilterBar).open(self._words, "words to look for in the help")

    def action_close(self) -> None:
        self.dismiss(None)

    @on(FilterBar.Changed)
    def _searched(self, message: FilterBar.Changed) -> None:
        self._words = message.text
        self.query_one(LineView).show(Composed(self._lines), keep_place=False)

    def _lines(self, width: int) -> list[Line]:
        """The groups with the rows that have the words that are searched for."""
        words = self._words.casefold().split()
        lines: list[Line] = []
        for title, rows in self._sections():
            wanted = [row for row in rows if all(word in f"{row.left} {row.right}".casefold() for word in words)]
            if wanted:
                lines += [line((title, Tone.STRONG)), *(part for row in wanted for part in _row(row, width)), BLANK]
        if not lines:
            return [line((f"Nothing here has “{self._words}”.", Tone.MUTED))]
        return [marked(spans, self._words) for spans in lines] if self._words else lines

    def _sections(self) -> Iterator[tuple[str, list[_Row]]]:
        for title, keys in self._groups.items():
            yield title, [_Row(key, told, Tone.KEY) for key, told in keys]
        yield "With the mouse", [_Row(where, what, Tone.KEY) for where, what in _MOUSE]
        yield "States", [_Row(f"{sign.glyph} {sign.word}", MEANINGS[state], sign.tone) for state, sign in SIGNS.items()]
        yield "Checks, in their order", [_Row(rung, MEANING[rung], Tone.TEXT) for rung in RUNGS]
        yield (
            "Signs of checks",
            [_Row(glyph, str(outcome or "not yet"), tone) for outcome, (glyph, tone) in RUNG_GLYPHS.items()],
        )


def _row(row: _Row, width: int) -> list[Line]:
    first, *more = wrapped(row.right, width - _KEY_WIDTH - 3, Tone.MUTED)
    indent = Span(" " * (_KEY_WIDTH + 2))
    return [(Span(f"  {row.left:<{_KEY_WIDTH}}", row.tone), *first), *((indent, *rest) for rest in more)]


def _keys_by_group(screen: Screen[Any]) -> dict[str, list[tuple[str, str]]]:
    """Keys and what they do, the screen's own first; several keys of one action stand together.

    Keys of parts that have not the focus are told as well.
    """
    groups: dict[str, dict[str, list[str]]] = {"On this screen": {}}
    for binding in _bindings_of(screen):
        if not binding.id or not binding.description:
            continue
        group = _GROUPS.get(binding.id.partition(".")[0], "On this screen")
        told = binding.description[0].upper() + binding.description[1:]
        keys = groups.setdefault(group, {}).setdefault(told, [])
        key = screen.app.get_key_display(binding)
        if key not in keys:
            keys.append(key)
    return {
        group: [(" ".join(keys), told) for told, keys in by_told.items()]
        for group, by_told in groups.items()
        if by_told
    }


def _bindings_of(screen: Screen[Any]) -> Iterator[Binding]:
    yield from (active.binding for active in screen.active_bindings.values())
    for widget in screen.query("*"):
        if widget.focusable:
            own = widget._bindings.copy()  # noqa: SLF001 - Textual names the reachable keys alone
            own.apply_keymap(screen.app._keymap)  # noqa: SLF001 - as above
            for bindings in own.key_to_bindings.values():
                yield from bindings
