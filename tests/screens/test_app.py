"""The application around the screens."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import subprocess
import sys

import pytest
from textual.css.stylesheet import Stylesheet
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from ctxtui.core.processes.garbage import begin_uncollected
from ctxtui.screens.driver import LastingOutput
from ctxtui.screens.frames import FRAME_SECONDS
from ctxtui.screens.services import UiSettings


def run(coroutine) -> None:
    asyncio.run(coroutine)


def test_the_interface_is_imported_without_the_database_library():
    screens = "ctxtui.screens.home.screen, ctxtui.screens.run.screen"
    code = f"import ctxtui.app, {screens}, sys; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("start", ["home", "run"])
def test_the_first_frame_needs_the_styles_only_once(run_stage, monkeypatch, start):
    read_again = []
    monkeypatch.setattr(Stylesheet, "reparse", lambda _sheet: read_again.append(start))

    async def scene():
        async with run_stage.open(start, settings=UiSettings(theme="ctxtui-light", follow=False)) as stage:
            assert "-light-mode" in stage.app.classes
            assert "-dark-mode" not in stage.app.classes

    run(scene())
    assert read_again == []


def test_a_key_that_follows_another_change_does_not_wait_for_a_frame_of_textuals_own_pace(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            assert stage.screen._update_timer._interval == FRAME_SECONDS

    run(scene())


def test_garbage_is_looked_for_again_once_the_store_is_open(run_stage):
    async def scene():
        begin_uncollected()
        try:
            async with run_stage.open() as stage:
                await stage.until(lambda: stage.app.access.opened is not None)
                assert gc.isenabled()
        finally:
            gc.unfreeze()
            gc.enable()

    run(scene())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_interface_in_order(run_stage, number):
    async def scene():
        async with run_stage.open() as stage:
            os.kill(os.getpid(), number)
            await stage.until(lambda: stage.app.return_value is not None)
        assert stage.app.return_code == 128 + number

    run(scene())


@pytest.mark.parametrize("theme", ["ctxtui-light", "ctxtui-ansi", "nord", "textual-light", "ansi-dark"])
def test_every_theme_shows_the_same_text(run_stage, theme):
    async def scene():
        async with run_stage.open(settings=UiSettings(theme=theme, follow=False)) as stage:
            await stage.sees("✓ money", "■■■■■■", "✕ export", "kills: 4 of 20")

    run(scene())


def test_without_colour_the_selected_row_still_stands_out(run_stage, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def scene():
        async with run_stage.open(settings=UiSettings(follow=False)) as stage:
            await stage.press("j")
            strips = stage.screen._compositor.render_strips()
            line = next(strip for strip in strips if "money" in strip.text)
            assert any(segment.style and segment.style.reverse for segment in line)
            assert stage.app.no_color

    run(scene())


def test_a_terminal_that_goes_away_while_something_is_drawn_keeps_nobody_waiting():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", buffering=1) as file:
        thread = WriterThread(LastingOutput(file))
        thread.start()
        for _frame in range(2 * MAX_QUEUED_WRITES):
            thread.write("a line\n")
        thread.stop()
        assert not thread.is_alive()
        with contextlib.suppress(BrokenPipeError):
            file.close()


def test_the_follower_stops_with_the_interface(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            thread = stage.app.access.follower._thread
            assert thread.is_alive()
        assert not thread.is_alive()

    run(scene())


def test_a_question_is_answered_by_arrows_and_enter_and_habit_means_no(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("x")
            await stage.sees("[ n No, go back ]")
            await stage.press("enter")
            await stage.until(lambda: "No, go back" not in stage.text)
            assert stage.launcher.asked == []
            await stage.press("x")
            await stage.sees("[ n No, go back ]")
            await stage.press("tab")
            await stage.sees("[ y Stop the run ]")
            await stage.press("enter")
            await stage.until(lambda: len(stage.launcher.asked) == 1)

    run(scene())


def test_ctrl_c_leaves_as_long_as_it_is_said_that_it_does(run_stage, monkeypatch):
    monkeypatch.setattr("ctxtui.screens.keyed_app._LEAVE_WITHIN", -1.0)

    async def scene():
        async with run_stage.open() as stage:
            await stage.press("ctrl+c")
            await stage.sees("ctrl+c once more leaves")
            await stage.press("j")
            await stage.press("ctrl+c")
            await stage.until(lambda: stage.app.return_value is not None)

    run(scene())


def test_a_question_is_answered_by_a_click(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("x")
            await stage.sees("No, go back")
            await stage.pilot.click("AnswerLine", offset=(4, 0))
            await stage.until(lambda: len(stage.launcher.asked) == 1)

    run(scene())


def test_the_help_is_searched_and_tells_keys_of_parts_without_the_focus(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("question_mark")
            await stage.press("slash", *"next match", "enter")
            await stage.sees("In the text", "Next match")
            assert "Retry" not in stage.text.partition("╭")[2]
            await stage.press("slash", *"zz", "enter")
            await stage.sees("Nothing here has")
            await stage.press("escape")
            await stage.sees("component")

    run(scene())


def test_a_screen_that_was_left_already_takes_nothing_else_with_it(run_stage):
    async def scene():
        async with run_stage.open("run") as stage:
            beneath = stage.screen
            await stage.press("x")
            await stage.sees("Stop the whole run?")
            question = stage.screen
            question.dismiss(False)
            question.dismiss(False)
            await stage.until(lambda: stage.screen is beneath)
            await stage.sees("✓ money")

    run(scene())


def test_a_screen_takes_what_was_opened_over_it_with_it(run_stage):
    async def scene():
        async with run_stage.open("run") as stage:
            beneath = stage.screen
            await stage.press("t")
            await stage.sees("attempts 11")
            timeline = stage.screen
            await stage.press("question_mark")
            await stage.sees("On this screen")
            timeline.dismiss(None)
            await stage.until(lambda: stage.screen is beneath)

    run(scene())


def test_the_first_frame_of_the_list_of_runs_waits_for_nothing_that_only_acts_need():
    code = "import sys, ctxtui.app, ctxtui.screens.home.screen; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    late = ("ctxtui.core.workflow", "ctxtui.core.engine", "ctxtui.screens.run", "sqlalchemy", "pygments")
    assert not [name for name in told if name.startswith(late)]
