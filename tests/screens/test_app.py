"""The application around the screens."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from ctxtui.screens.services import UiSettings


def run(coroutine) -> None:
    asyncio.run(coroutine)


def test_the_interface_is_imported_without_the_database_library():
    code = "import ctxtui.app, ctxtui.screens.home, ctxtui.screens.run, sys; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


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
            await stage.sees("✓ money", "✕ export", "■■■■■✕")

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


def test_the_follower_stops_with_the_interface(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            thread = stage.app.access.follower._thread
            assert thread.is_alive()
        assert not thread.is_alive()

    run(scene())
