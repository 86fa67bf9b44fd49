"""History, diff, timeline and help."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace

import pytest
from textual.widgets import Input

from ctxtui.screens.acts_by_word import ActsByWord
from ctxtui.screens.editor import viewer_command
from ctxtui.screens.launcher import FileTexts
from ctxtui.screens.review.diff_list import DiffList
from ctxtui.screens.review.placed_tests import find_tests, without_tests
from ctxtui.screens.services import UiSettings
from ctxtui.screens.theme.themes import ANSI
from ctxtui.screens.widgets.key_bar import KeyBar

demo = sys.modules["demo_store"]


def run(coroutine) -> None:
    asyncio.run(coroutine)


def test_the_history_has_prompts_messages_results_and_requests_in_order(run_stage):
    async def scene():
        async with run_stage.open(size=(200, 60)) as stage:
            await stage.select("invoice")
            await stage.press("i")
            await stage.sees("ana asked: retry, “Freeze the clock.” — refused: invoice has passed.")
            order = [
                "prepare",
                "write tests",
                "prompt:",
                "I read",
                "writing",
                "output:",
                "prove the tests",
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
            await stage.sees("✕ stable failed")
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
            await stage.sees("prove the tests")
            await stage.press("slash")
            await stage.until(lambda: isinstance(stage.app.focused, Input))
            await stage.press(*"mutants", "enter")
            await stage.sees("with “mutants”")
            assert "prepare" not in stage.text
            await stage.press("escape")
            await stage.sees("prepare")

    run(scene())


def test_n_goes_from_place_to_place_of_the_words_in_the_history(run_stage):
    async def scene():
        async with run_stage.open(size=(80, 24)) as stage:
            await stage.select("invoice")
            await stage.press("i")
            await stage.sees("prove the tests")
            await stage.press("n")
            await stage.sees("Nothing is searched for")
            await stage.press("slash", *"mutants", "enter")
            await stage.sees("with “mutants”")
            await stage.press("n")
            await stage.sees("“mutants”  1 of 1")
            await stage.press("N")
            await stage.sees("“mutants”  1 of 1")
            await stage.press("escape")
            await stage.until(lambda: "esc ends" not in stage.text)
            assert "with “mutants”" in stage.text

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
            await stage.sees("“module-level”: 1 found", "discounts")
            await stage.press("enter")
            await stage.until(lambda: stage.screen._session_id == stage.story.children["discounts"])
            await stage.sees("The order matters", "esc goes back to what was found")
            await stage.press("escape")
            await stage.sees("“module-level”: 1 found")
            await stage.press("escape")
            await stage.sees("everything that happened")

    run(scene())


def test_a_search_finds_what_the_evidence_says_and_shows_it(run_stage):
    async def scene():
        async with run_stage.open(size=(160, 40)) as stage:
            await stage.press("i", "S")
            await stage.until(lambda: isinstance(stage.app.focused, Input))
            await stage.press(*"assert_81".replace("_", " "), "enter")
            await stage.sees("“assert 81”: 3 found", "stable", "assert 81 == 90")
            await stage.press("enter")
            await stage.sees("esc goes back to what was found")
            await stage.until(lambda: stage.screen._entry and stage.screen._entry.is_failure)

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


def test_the_whole_run_is_reviewed_file_by_file(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("g", "d")
            await stage.sees("2 files", "test_money.py", "test_invoice.py", "+6", 'match="EUR and USD"')
            await stage.press("right_square_bracket")
            await stage.until(lambda: stage.screen.file_list.cursor == 1)
            await stage.press("slash", *"free", "enter")
            await stage.sees("“free”", "1 of 1", "c comment", "x leave out")
            await stage.press("escape")
            await stage.until(lambda: "“free”" not in stage.text)
            await stage.press("escape")
            await stage.sees("component")

    run(scene())


def test_what_is_found_on_the_selected_line_stands_out_in_sixteen_colours(run_stage):
    async def scene():
        async with run_stage.open(settings=UiSettings(theme=ANSI, follow=False), keys=("g", "d")) as stage:
            await stage.sees("2 files")
            await stage.press("slash", *"total([1, 2])", "enter")
            found = stage.screen.query_one(DiffList)
            await stage.until(lambda: found.words == "total([1, 2])")
            row = found.cursor - found.scroll_offset.y
            underlined = "".join(one.text for one in found.render_line(row) if one.style.underline)
            assert underlined == "total([1, 2])"

    run(scene())


def test_comments_and_tests_to_leave_out_become_one_note_of_one_retry(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("g", "d")
            await stage.sees("2 files")
            await stage.press("slash", *"total([1, 2])", "enter", "c")
            await stage.until(lambda: isinstance(stage.app.focused, Input))
            await stage.press(*"add tax", "enter")
            await stage.sees("▌ add tax", "1 remark, r sends them")
            await stage.press("escape", "slash", *"free", "enter", "x")
            await stage.sees("to be left out", "2 remarks", "r send the remarks")
            await stage.press("r")
            await stage.sees("Retry 1 component with these comments?", "test_an_empty_invoice_is_free")
            await stage.press("y")
            (request,) = await stage.asked("retry")
            assert request.session_id == stage.story.children["invoice"]
            assert request.arguments["note"].splitlines() == [
                "From the review of your tests:",
                "- tests/billing/test_invoice.py:2 `assert total([1, 2]) == 3`: add tax",
                "The reviewer left out test_an_empty_invoice_is_free: do not write that again.",
            ]
            assert request.arguments["files"]
            assert not request.arguments["is_judged"]

    run(scene())


def test_a_test_that_is_left_out_is_judged_without_asking_the_agent(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("g", "d")
            await stage.sees("2 files")
            await stage.press("slash", *"free", "enter", "x", "r")
            await stage.sees("Check 1 component without these tests, and ask no agent?")
            await stage.press("y")
            (request,) = await stage.asked("retry")
            assert request.arguments["is_judged"]
            assert "test_an_empty" not in stage.services.launcher.texts["tests/billing/test_invoice.py"]

    run(scene())


def test_remarks_on_a_component_at_work_stay_until_it_can_be_retried(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("tax")
            tests = FileTexts("tests/billing/test_tax.py", "", "def test_vat():\n    assert vat(1)\n", False)
            stage.launcher.diff = lambda _run, session_id: (replace(tests, session_id=session_id),)
            await stage.press("d")
            await stage.sees("test_vat")
            await stage.press("slash", *"assert", "enter", "c")
            await stage.until(lambda: isinstance(stage.app.focused, Input))
            await stage.press(*"why", "enter")
            await stage.sees("1 remark")
            await stage.press("r")
            await stage.sees("r: tax is being worked on", "Your remarks stay here until then.")
            assert "1 remark" in stage.text

    run(scene())


def test_a_review_without_files_says_so_to_every_key(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            stage.launcher.diff = lambda *_asked: ()
            await stage.select("money")
            await stage.press("d")
            await stage.sees("no test file has been written yet")
            for key in ("y", "e", "right_square_bracket", "c", "x"):
                stage.screen.query_one(KeyBar).hush()
                await stage.press(key)
                await stage.sees("There is no test file here yet.")

    run(scene())


def test_remarks_are_not_lost_by_one_escape_too_many(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("money")
            await stage.press("d")
            await stage.sees("test_money.py")
            await stage.press("slash", *"EUR", "enter", "x", "escape", "escape")
            await stage.sees("Leave without the remarks?")
            await stage.press("n")
            await stage.sees("1 remark, r sends them")

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
        async with run_stage.open(where, size=(120, 90)) as stage:
            await stage.press("question_mark")
            await stage.sees("On this screen", "Everywhere", "All commands")
            await stage.press("escape")
            await stage.until(lambda: "On this screen" not in stage.text)

    run(scene())


def test_the_palette_knows_the_screen_s_commands(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            commands = {command.title for command in stage.app.get_system_commands(stage.screen)}
            acts = {"retry failed: retry all that failed, with one note", "finalize: commit what has passed"}
            assert acts <= commands

    run(scene())


@pytest.mark.parametrize(
    ("begins", "seen"),
    [
        ("messages: ", "what was told since the start"),
        ("help: ", "On this screen"),
        ("timeline: ", "the run over time"),
        ("tab history: ", "prove the tests"),
    ],
)
def test_a_command_of_the_palette_does_what_its_key_does(run_stage, begins, seen):
    async def scene():
        async with run_stage.open(size=(160, 50)) as stage:
            await stage.select("money")
            commands = stage.app.get_system_commands(stage.screen)
            next(command for command in commands if command.title.startswith(begins)).callback()
            await stage.sees(seen)

    run(scene())


@pytest.mark.parametrize(("typed", "first"), [("leave", "leave: "), ("copy", "copy: "), ("all", "all: ")])
def test_the_palette_puts_what_is_called_as_typed_first(run_stage, typed, first):
    async def scene():
        async with run_stage.open() as stage:
            hits = [hit async for hit in ActsByWord(stage.screen).search(typed)]
            assert max(hits).text.startswith(first)

    run(scene())


class _NoTerminal:
    def __enter__(self) -> None: ...

    def __exit__(self, *_exc: object) -> None: ...


def _no_terminal() -> _NoTerminal:
    return _NoTerminal()


def test_tests_are_found_with_their_decorators_and_in_classes():
    text = "@slow\ndef test_a():\n    pass\n\n\nclass TestB:\n    def test_c(self):\n        pass\n"
    assert [tuple(place) for place in find_tests(text)] == [("test_a", 1, 3), ("TestB.test_c", 7, 8)]
    assert find_tests("def test_(:") == ()


CLASSES = """import pytest


@pytest.mark.slow
def test_a():
    assert 1


class TestB:
    \"\"\"Of b.\"\"\"

    def test_c(self):
        assert 2

    def test_d(self):
        assert 3


def test_e():
    assert 4
"""


@pytest.mark.parametrize(
    ("names", "gone", "stays"),
    [
        ({"test_a"}, "slow", "import pytest\n\n\nclass TestB"),
        ({"TestB.test_c"}, "test_c", '"""Of b."""\n\n    def test_d'),
        ({"TestB.test_d"}, "test_d", "assert 2\n\n\ndef test_e"),
        ({"TestB.test_c", "TestB.test_d"}, "TestB", "assert 1\n\n\ndef test_e"),
        ({"test_e"}, "test_e", "assert 3\n"),
        ({"test_no"}, "test_no", CLASSES),
    ],
)
def test_a_text_without_some_tests_reads_as_if_they_had_never_been(names, gone, stays):
    text = without_tests(CLASSES, names)
    assert gone not in text
    assert stays in text
    compile(text, "test_b.py", "exec")
