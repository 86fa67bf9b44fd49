"""A picture of every screen, small in dark and light, and large; each was looked at before it was kept."""

from __future__ import annotations

import sys

import pytest

from ctxtui.screens.services import UiSettings
from ctxtui.screens.widgets.text_view import TextView

demo = sys.modules["demo_store"]

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]
LOOKS = [
    pytest.param((80, 24), "dark", id="80x24-dark"),
    pytest.param((80, 24), "light", id="80x24-light"),
    pytest.param((120, 40), "dark", id="120x40-dark"),
]


@pytest.fixture
def takes(snap_compare):
    """Opens a screen, brings it to a scene, and compares the picture."""

    def take(stage, scene, size, theme, where="run") -> bool:
        app = stage.app_for(where, UiSettings(theme=f"ctxtui-{theme}", follow=False))
        stage.app = app

        async def before(pilot) -> None:
            stage.pilot = pilot
            await stage.until(lambda: app.access.opened is not None)
            if where == "run":
                await stage.until(lambda: stage.screen.session_tree.selected is not None)
            await scene(stage)
            await pilot.pause()

        return snap_compare(app, terminal_size=size, run_before=before)

    return take


async def the_run(stage) -> None:
    await stage.select("discounts")
    await stage.sees("✕ stable")


async def the_output(stage) -> None:
    await stage.select("money")
    await stage.press("3")
    await stage.sees("kills passed")
    page = stage.screen.query_one("#page", TextView)
    await stage.until(lambda: page.vertical_scrollbar.position == page.scroll_y == page.max_scroll_y)


async def the_sheet(stage) -> None:
    await stage.select("export")
    await stage.press("r")
    await stage.sees("What attempt 3 was refused for")
    await stage.press(*"round", "space", *"to", "space", *"cents")


async def a_question(stage) -> None:
    await stage.press("x")
    await stage.sees("Stop the whole run?")


async def the_history(stage) -> None:
    await stage.select("invoice")
    await stage.press("i")
    await stage.sees("prove the tests")
    await stage.press("left_square_bracket")
    await stage.until(lambda: stage.screen._entry.is_failure)


async def the_diff(stage) -> None:
    await stage.select("money")
    await stage.press("d")
    await stage.sees("changed +1 -1")


async def the_timeline(stage) -> None:
    await stage.press("t")
    await stage.sees("refused for")


async def the_help(stage) -> None:
    await stage.press("question_mark")
    await stage.sees("On this screen")


async def a_reason(stage) -> None:
    await stage.select("tax")
    await stage.press("r")
    await stage.sees("tax is being worked on")


RUN_SCENES = [the_run, the_output, the_sheet, a_question, the_history, the_diff, the_timeline, the_help, a_reason]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
@pytest.mark.parametrize("scene", RUN_SCENES, ids=lambda scene: scene.__name__)
def test_picture_of_a_run(takes, run_stage, scene, size, theme):
    assert takes(run_stage, scene, size, theme)


async def all_runs(stage) -> None:
    await stage.sees("1 run · 1 running")


async def a_plan(stage) -> None:
    await stage.press("n", "enter")
    await stage.sees("11 modules")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
@pytest.mark.parametrize("scene", [all_runs, a_plan], ids=lambda scene: scene.__name__)
def test_picture_of_home(takes, run_stage, scene, size, theme):
    assert takes(run_stage, scene, size, theme, "home")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_picture_of_the_first_page(takes, empty_stage, size, theme):
    async def scene(stage) -> None:
        await stage.sees("apt install bubblewrap")

    assert takes(empty_stage, scene, size, theme, "home")


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_an_interrupted_run(takes, dead_stage, size):
    async def scene(stage) -> None:
        await stage.sees("The runner is gone")

    assert takes(dead_stage, scene, size, "dark")


@pytest.mark.parametrize("size", [pytest.param((70, 30), id="70x30"), pytest.param((48, 20), id="48x20")])
def test_picture_of_a_narrow_terminal(takes, run_stage, size):
    assert takes(run_stage, a_reason, size, "dark")
