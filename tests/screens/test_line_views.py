"""Lists and texts whose place changes: by a resize, or by a sentence that comes and goes below them."""

from __future__ import annotations

import asyncio
import contextlib

from textual.app import App

from ctxtui.screens.presentation.spans import line
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import Code, Composed
from ctxtui.screens.widgets.text_view import TextView


def rows(number: int) -> Composed:
    return Composed(lambda _width: [line((f"row {n}",)) for n in range(number)])


class Alone(App[None]):
    """A view that fills the terminal."""

    def __init__(self, view) -> None:
        super().__init__()
        self.view = view

    def compose(self):
        yield self.view


@contextlib.asynccontextmanager
async def opened(view, *, lines: int = 10):
    async with Alone(view).run_test(size=(40, lines)) as pilot:

        async def resize(lines: int) -> None:
            await pilot.resize_terminal(40, lines)
            await pilot.pause()

        yield resize


def test_a_list_that_was_scrolled_away_from_its_selection_stays_there_when_its_place_changes():
    async def scene():
        names = LineList()
        async with opened(names) as resize:
            names.show(rows(40))
            names.select(39)
            names.scroll_to(y=4, animate=False, force=True)
            for lines in (9, 10, 7, 12):
                await resize(lines)
                assert names.scroll_offset.y == 4

    asyncio.run(scene())


def test_a_selection_that_was_in_view_is_still_in_view_when_the_place_is_lower():
    async def scene():
        names = LineList()
        async with opened(names) as resize:
            names.show(rows(40))
            names.select(20)
            assert names.scroll_offset.y == 11
            await resize(6)
            assert names.scroll_offset.y == 15

    asyncio.run(scene())


def test_code_goes_aside_as_far_as_its_longest_line_and_text_does_not():
    async def scene():
        text = TextView()
        async with opened(text):
            long = line(("  1 ",), ("x" * 40 + "end",))
            text.show(Code(lambda _width: [long], 4))
            for by, is_seen in ((1, True), (1, True), (-1, False)):
                text.action_aside(by)
                shown = text.render_line(0).text
                assert ("end" in shown) is is_seen, shown
                assert shown.startswith("  1 ")
            text.show(Composed(lambda _width: [long]))
            assert text.check_action("aside", (1,)) is False

    asyncio.run(scene())


def test_what_tails_still_tails_when_its_place_is_lower():
    async def scene():
        text = TextView()
        async with opened(text) as resize:
            text.show(rows(40), tail=True)
            for lines in (9, 10, 6):
                await resize(lines)
                assert text.scroll_offset.y == 40 - lines
            text.show(rows(41), tail=True)
            assert text.scroll_offset.y == 41 - 6

    asyncio.run(scene())
