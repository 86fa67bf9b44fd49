"""History, diff, timeline and help."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest
from textual.widgets import Input

from ctxtui.screens.editor import viewer_command

demo = sys.modules["demo_store"]


def run(coroutine) -> None:
    asyncio.run(coroutine)


def test_the_history_has_prompts_messages_results_and_requests_in_order(run_stage):
    async def scene():
        async with run_stage.open(size=(200, 60)) as stage:
            await stage.select("invoice")
            await stage.press("i")
            await stage.sees("ana asked to retry: Freeze the clock. — refused: invoice has passed.")
            order = [
                "initialize",
                "generate tests",
                "prompt:",
                "I read",
                "writing",
                "output:",
                "run tests",
                "✕ stable",
            ]
            text = stage.text
            places = [text.index(word) for word in order]
            assert places == sorted(places)

    run(scene())


def test_a_failure_leads_to_the_prompt_that_followed_it(run_stage):
    async def scene():
        async with run_stage.open(size=(160, 60)) as stage:
            await stage.select("invoice")
            await stage.press("i")
            await stage.sees("✕ run tests")
            await stage.press("left_square_bracket")
            await stage.until(lambda: stage.screen._entry.is_failure)
            await stage.press("enter")
            await stage.sees("What the last attempt was refused for:")

    run(scene())


def test_the_history_is_filtered_by_words(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("invoice")
            await stage.press("i")
            await stage.sees("run tests")
            await stage.press("slash")
            await stage.until(lambda: isinstance(stage.app.focused, Input))
            await stage.press(*"mutants", "enter")
            await stage.sees("with “mutants”")
            assert "initialize" not in stage.text
            await stage.press("escape")
            await stage.sees("initialize")

    run(scene())


def test_a_search_over_the_run_goes_to_what_it_found(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("money")
            await stage.press("i")
            await stage.sees("everything that happened")
            await stage.press("S")
            await stage.until(lambda: isinstance(stage.app.focused, Input))
            await stage.press(*"module-level", "enter")
            await stage.sees("found in the whole run", "discounts")
            await stage.press("enter")
            await stage.until(lambda: stage.screen._session_id == stage.story.children["discounts"])
            await stage.sees("The order matters")

    run(scene())


def test_an_entry_is_copied_whole(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("discounts")
            await stage.press("i")
            await stage.sees("The order matters")
            await stage.press("y")
            assert "The order matters: a module-level cache keeps the cart." in stage.app.clipboard

    run(scene())


def test_an_entry_opens_in_the_editor(run_stage, monkeypatch, tmp_path):
    seen = tmp_path / "seen.txt"
    monkeypatch.setenv("EDITOR", f"{sys.executable} -c \"import shutil,sys; shutil.copy(sys.argv[1], '{seen}')\"")

    async def scene():
        async with run_stage.open() as stage:
            await stage.select("discounts")
            await stage.press("i")
            await stage.sees("The order matters")
            stage.app.suspend = _no_terminal
            await stage.press("e")
            await stage.until(seen.exists)
        assert "The order matters" in seen.read_text()

    run(scene())


def test_the_person_s_editor_comes_before_the_pager():
    assert viewer_command({"PAGER": "most", "EDITOR": "vim -R"}) == ["vim", "-R"]
    assert viewer_command({"PAGER": "most"}) == ["most"]
    assert viewer_command({}) == ["less"]


def test_an_editor_that_cannot_be_started_is_told(run_stage, monkeypatch):
    monkeypatch.setenv("EDITOR", os.devnull + "/none")

    async def scene():
        async with run_stage.open() as stage:
            stage.app.suspend = _no_terminal
            await stage.press("e")
            await stage.sees("cannot be started")

    run(scene())


def test_d_shows_the_tests_as_changes(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("money")
            await stage.press("d")
            await stage.sees("tests/billing/test_money.py", "changed +1 -1", "accepted", 'match="EUR and USD"')
            await stage.press("escape")
            await stage.sees("component")

    run(scene())


def test_t_shows_a_bar_for_each_attempt_and_the_run_in_numbers(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("t")
            await stage.sees("attempts 11", "refused for", "passed at first 1 of 5")
            assert stage.line_with("export").count("✕") == 3

    run(scene())


@pytest.mark.parametrize("where", ["run", "home"])
def test_the_help_tells_the_keys_of_the_screen_beneath(run_stage, where):
    async def scene():
        async with run_stage.open(where, size=(120, 70)) as stage:
            await stage.press("question_mark")
            await stage.sees("On this screen", "Everywhere", "All commands")
            await stage.press("escape")
            await stage.until(lambda: "On this screen" not in stage.text)

    run(scene())


def test_the_palette_knows_the_screen_s_commands(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            commands = {command.title for command in stage.app.get_system_commands(stage.screen)}
            assert {"retry everything that failed", "commit what has passed", "change the theme"} <= commands

    run(scene())


class _NoTerminal:
    def __enter__(self) -> None: ...

    def __exit__(self, *_exc: object) -> None: ...


def _no_terminal() -> _NoTerminal:
    return _NoTerminal()
