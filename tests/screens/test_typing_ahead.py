"""Keys that arrive together, as from a slow connection: each finds what the one before it opened."""

from __future__ import annotations

import asyncio
import threading

import pytest
from textual import events
from textual.widgets import Input, TextArea

from ctxtui.core.domain.request import RequestKind
from ctxtui.screens.keys_in_order import KeysInOrder
from ctxtui.screens.run.screen import RunScreen


def run(coroutine) -> None:
    asyncio.run(coroutine)


def type_at_once(stage, *keys: str) -> None:
    """All keys are there before the first of them is handled."""
    for key in keys:
        stage.app._driver.send_message(events.Key(key, key if len(key) == 1 else None))


def test_the_words_behind_a_slash_are_words_and_no_commands(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            type_at_once(stage, "slash", *"tax", "enter", "G", "v")
            await stage.until(lambda: stage.screen.session_tree.marks)
            assert stage.screen.session_tree.filter.text == "tax"
            assert stage.screen.session_tree.shown_count == 1
            assert stage.screen.session_tree.has_focus

    run(scene())


def test_letters_that_wait_for_a_field_are_put_in_at_once(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("slash")
            [field] = stage.screen.query(Input)
            changes = []
            stage.screen.watch(field, "value", lambda value: changes.append(value), init=False)  # noqa: PLW0108 - Textual takes no built-in method
            type_at_once(stage, *"ab" * 500, "backspace", "c")
            await stage.until(lambda: field.value == "ab" * 499 + "ac")
            assert len(changes) < 20

    run(scene())


def test_a_search_in_the_details_can_be_typed_at_once(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("currency")
            type_at_once(stage, "tab", "slash", *"round", "enter", "tab", "j")
            await stage.until(lambda: stage.screen.session_tree.has_focus and stage.screen.detail.page.words)
            assert stage.screen.detail.page.words == "round"

    run(scene())


def test_a_note_can_be_typed_behind_the_key_that_asks_for_it(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("reports")
            type_at_once(stage, "s", *"x r s", "enter")
            [request] = await stage.asked(RequestKind.SKIP)
            assert request.arguments == {"note": "x r s"}

    run(scene())


def test_a_retry_and_its_note_are_typed_at_once(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            type_at_once(stage, "r", *"qx")
            await stage.until(lambda: stage.screen.query(TextArea) and stage.screen.query_one(TextArea).text == "qx")

    run(scene())


def test_keys_behind_one_that_closes_a_screen_are_for_the_screen_below(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            await stage.press("d")
            type_at_once(stage, "escape", "slash", *"tax")
            await stage.until(lambda: stage.screen.query(Input) and stage.screen.query_one(Input).value == "tax")

    run(scene())


@pytest.mark.parametrize("key", ["w", "o"])
def test_words_behind_a_key_that_was_refused_are_no_commands(run_stage, key):
    async def scene():
        async with run_stage.open() as stage:
            row = stage.screen.session_tree.selected
            type_at_once(stage, key, *"lj/s", "enter")
            await stage.sees(f"{key}: select the component", "is dropped")
            await stage.until(lambda: not stage.app._waiting)
            assert stage.screen.session_tree.selected == row
            assert isinstance(stage.screen, RunScreen)
            later = events.Key("j", "j")
            later.time += 10
            stage.app._driver.send_message(later)
            await stage.until(lambda: stage.screen.session_tree.selected != row)

    run(scene())


def test_a_key_for_one_component_says_for_what_one_is_needed(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("j", "v", "j", "v", "o")
            await stage.sees("o: select the component whose agent to talk to")

    run(scene())


def test_a_single_key_behind_one_that_was_refused_is_a_command(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            row = stage.screen.session_tree.selected
            type_at_once(stage, "o", "j")
            await stage.until(lambda: stage.screen.session_tree.selected != row)
            await stage.sees("o: select the component")

    run(scene())


def test_keys_typed_before_the_rows_are_there_are_for_the_rows(run_stage):
    is_open, opened = threading.Event(), run_stage.services.open_store
    run_stage.services.open_store = lambda: is_open.wait(60) and opened()

    async def scene():
        app = run_stage.app_for()
        async with app.run_test(size=(120, 40)) as pilot:
            for key in ("j", "j", "slash", *"qx"):
                app._driver.send_message(events.Key(key, key if len(key) == 1 else None))
            await pilot.pause(0.2)
            assert app.screen.session_tree.selected is None
            is_open.set()
            for _ in range(1000):
                await pilot.pause(0.01)
                if app.screen.session_tree.filter.text == "qx":
                    break
            assert app.screen.session_tree.filter.text == "qx"

    run(scene())


def test_ctrl_c_waits_behind_no_key_for_rows_that_do_not_come(run_stage):
    is_open, opened = threading.Event(), run_stage.services.open_store
    run_stage.services.open_store = lambda: is_open.wait(60) and opened()

    async def scene():
        app = run_stage.app_for()
        async with app.run_test(size=(120, 40)) as pilot:
            for key in ("j", "ctrl+c", "ctrl+c"):
                app._driver.send_message(events.Key(key, None))
            for _ in range(1000):
                await pilot.pause(0.01)
                if not app.is_running or app._exit:
                    break
            is_open.set()
            assert app._exit

    run(scene())


def test_a_key_is_handed_on_though_the_widget_of_the_one_before_has_gone():
    class Line(Input):
        async def _on_key(self, event):
            event.stop()
            self.remove()

    class Program(KeysInOrder):
        def compose(self):
            yield Line()
            yield Line()

    async def scene():
        app = Program()
        async with app.run_test() as pilot:
            for key in ("f2", "f2"):
                app._driver.send_message(events.Key(key, None))
            for _ in range(400):
                await pilot.pause(0.01)
                if not app.query(Line):
                    return
            pytest.fail("the second key never arrived")

    run(scene())
