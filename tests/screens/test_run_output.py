"""What an agent says, as it says it; and the search in it."""

from __future__ import annotations

import asyncio
import sys

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.domain.event import EventKind

demo = sys.modules["demo_store"]


def run(coroutine) -> None:
    asyncio.run(coroutine)


def _pending(stage, name: str) -> str:
    steps = stage.store.history.interactions(stage.story.scope, stage.story.children[name])
    return next(step.id for step in reversed(steps) if step.is_pending)


def _says(stage, name: str, *texts: str) -> None:
    stage.story.say(name, _pending(stage, name), *((EventKind.OUTPUT, text) for text in texts))


def _right_side(stage) -> str:
    return " ".join(" ".join(row.rpartition("│")[2] for row in stage.text.splitlines()).split())


def test_output_comes_to_the_screen_as_it_is_written(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("tax")
            await stage.press("3")
            await stage.sees("▸ read src/billing/tax.py")
            for n in range(3):
                _says(stage, "tax", f"still thinking {n}")
                await stage.sees(f"still thinking {n}")

    run(scene())


def test_output_stays_at_its_end_until_somebody_scrolls_away(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("tax")
            await stage.press("3")
            _says(stage, "tax", *(f"row {n}" for n in range(100)))
            await stage.sees("row 99")
            await stage.press("tab", "g")
            await stage.sees("▸ read src/billing/tax.py")
            _says(stage, "tax", "one more row")
            await stage.until(lambda: stage.screen.detail.page.virtual_size.height > 102)
            assert "one more row" not in stage.text
            await stage.press("G")
            await stage.sees("one more row")

    run(scene())


def test_history_comes_to_the_screen_as_it_happens(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("tax")
            await stage.press("2")
            await stage.sees("read src/billing/tax.py")
            _says(stage, "tax", "a line of the agent")
            await stage.sees("a line of the agent")

    run(scene())


def test_news_of_a_session_leave_the_reader_of_an_earlier_entry_in_place(run_stage):
    async def scene():
        async with run_stage.open(size=(120, 12)) as stage:
            await stage.select("tax")
            await stage.press("i")
            _says(stage, "tax", "\n".join(f"row {n}" for n in range(30)))
            await stage.sees("row 3")
            await stage.press("tab", "j", "j")
            await stage.until(lambda: stage.screen.text.scroll_offset.y == 2)
            _says(stage, "tax", "a line of the agent")
            await stage.until(lambda: "a line of the agent" in stage.screen._entries[-1].text)
            assert stage.screen.text.scroll_offset.y == 2

    run(scene())


def test_a_search_in_the_output_marks_what_it_finds_and_n_goes_on(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("tax")
            _says(stage, "tax", *(f"row {n}" for n in range(100)))
            await stage.press("3", "tab", "slash", *"row_7".replace("_", " "))
            await stage.sees("“row 7”", "of 11")
            await stage.press("enter", "g", "n")
            await stage.sees("row 7", "1 of 11")
            await stage.press("n")
            await stage.sees("row 70", "2 of 11")
            await stage.press("N", "N")
            await stage.sees("row 79", "11 of 11")
            await stage.press("escape")
            assert "“row 7”" not in stage.text

    run(scene())


def test_a_view_that_could_not_be_read_says_why_and_is_read_again(run_stage, monkeypatch):
    async def scene():
        async with run_stage.open() as stage:
            trouble = [KeyError("digest")]
            real = stage.launcher.diff

            def diff(*asked):
                if trouble:
                    raise trouble[0]
                return real(*asked)

            monkeypatch.setattr(stage.launcher, "diff", diff)
            await stage.select("tax")
            await stage.press("4")
            await stage.sees("This could not be done: KeyError: 'digest'.")
            trouble[:] = [CtxtuiError("The hub is gone.")]
            stage.story.say("tax", _pending(stage, "tax"), (EventKind.STATUS, "goes on"))
            await stage.sees("The hub is gone.")
            trouble.clear()
            stage.story.say("tax", _pending(stage, "tax"), (EventKind.STATUS, "and on"))
            await stage.sees("with pytest.raises(ValueError)")

    run(scene())


def test_the_module_s_own_code_is_marked_with_what_its_tests_reach_miss_and_do_not_notice(run_stage):
    async def scene():
        async with run_stage.open(size=(160, 40)) as stage:
            await stage.select("money")
            await stage.press("5")
            await stage.sees(
                "≠ 1 line where a change goes unnoticed",
                "✕ 1 line missed",
                "~ 1 line not taken every way",
                "3 ✕         raise ValueError(parts)",
                "4 ≠     share = amount / parts",
                "+    share = amount // parts",
            )

    run(scene())


def test_code_that_no_tests_were_measured_against_is_shown_without_marks(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("tax")
            await stage.press("5")
            await stage.sees("No tests have been measured against it yet", "def split(amount, parts):")

    run(scene())


def test_why_there_is_nothing_to_show_can_be_read_in_a_narrow_pane(run_stage):
    async def scene():
        async with run_stage.open(size=(80, 24)) as stage:
            for tab, told in (
                ("5", "Select a component to see its code."),
                ("4", "Select a component to see its tests."),
            ):
                await stage.press("g", tab)
                await stage.until(lambda told=told: told in _right_side(stage))

    run(scene())
