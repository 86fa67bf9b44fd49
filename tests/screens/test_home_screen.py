"""The list of runs, the first page, and the form of a new run."""

from __future__ import annotations

import asyncio
import sys

from textual.widgets import Input

from ctxtui.core.domain.errors import StoreError, UsageError
from ctxtui.core.domain.scope import Scope

demo = sys.modules["demo_store"]


def run(coroutine) -> None:
    asyncio.run(coroutine)


def test_a_run_is_listed_with_state_progress_branch_and_age(run_stage):
    async def scene():
        async with run_stage.open("home", size=(140, 30)) as stage:
            await stage.sees("billing", "● running", "3/11", demo.BRANCH, "4m ago", "1 run · 1 running")

    run(scene())


def test_a_new_run_appears_and_the_selection_stays(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            other = demo.Story(stage.store, stage.clock, "77aa" * 8, Scope("demo", "tools"), ("text",), "tools")
            stage.clock.advance(10)
            other.begin_run()
            await stage.sees("2 runs", "tools")
            assert stage.screen.selected.id == stage.story.run_id

    run(scene())


def test_enter_opens_a_run_and_escape_comes_back(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("enter")
            await stage.sees("writing tests, round 1")
            await stage.press("escape")
            await stage.sees("1 run · 1 running")

    run(scene())


def test_an_interrupted_run_says_so_and_c_continues_it(dead_stage):
    async def scene():
        async with dead_stage.open("home") as stage:
            await stage.sees("◌ interrupted", "c continues it")
            await stage.press("c")
            await stage.until(lambda: stage.launcher.resumed == [stage.story.ref])

    run(scene())


def test_c_says_why_it_does_nothing(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.sees("running")
            await stage.press("c")
            await stage.sees("c: the selected run is not interrupted.")

    run(scene())


def test_slash_shows_only_runs_with_the_words(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("slash")
            await stage.until(lambda: isinstance(stage.app.focused, Input))
            await stage.press("x", "y")
            await stage.until(lambda: stage.screen.selected is None)
            await stage.press("escape")
            await stage.sees("billing")

    run(scene())


def test_the_first_time_tells_what_to_do_and_what_is_missing(empty_stage):
    async def scene():
        async with empty_stage.open("home") as stage:
            await stage.sees("Nothing has been run here yet", "✓ git", "✕ sandbox", "apt install bubblewrap")

    run(scene())


def test_the_form_shows_the_plan_before_it_starts_anything(empty_stage):
    async def scene():
        async with empty_stage.open("home") as stage:
            await stage.sees("Nothing has been run here yet")
            await stage.press("n")
            await stage.sees("New run")
            await stage.press("ctrl+s")
            await stage.sees("look at the plan first")
            assert stage.launcher.started == []
            await stage.press("enter")
            await stage.sees("11 modules, 4 at a time", demo.BRANCH, "left out: 1 module")
            await stage.press("ctrl+s")
            await stage.until(lambda: len(stage.launcher.started) == 1)

    run(scene())


def test_a_changed_field_takes_the_plan_back(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n", "enter")) as stage:
            await stage.sees("11 modules")
            await stage.press("x")
            await stage.sees("The plan is out of date")
            await stage.press("ctrl+s")
            await stage.until(lambda: "look at the plan first" in stage.text)
            assert stage.launcher.started == []

    run(scene())


def test_a_started_run_is_opened(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n", "enter")) as stage:
            await stage.sees("11 modules")
            await stage.press("ctrl+s")
            await stage.sees("writing tests, round 1")

    run(scene())


def test_a_refused_plan_is_told_in_its_own_sentence(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:

            def refuse(wish):
                raise UsageError(f"{wish.target} is no package. Name a folder with an __init__.py.")

            stage.launcher.plan = refuse
            await stage.press("n", "enter")
            await stage.sees("src/billing is no package.")

    run(scene())


def test_jobs_must_be_a_number(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n",)) as stage:
            stage.screen.query_one("#jobs", Input).value = "many"
            await stage.press("enter")
            await stage.sees("Jobs must be a whole number")

    run(scene())


def test_a_store_that_cannot_be_opened_ends_with_its_sentence(run_stage):
    async def scene():
        app = run_stage.app_for("home")

        def broken():
            raise StoreError("The database is newer than this program. Update ctxtui.")

        run_stage.services.open_store = broken
        async with app.run_test() as pilot:
            for _ in range(200):
                if app.return_value is not None:
                    break
                await pilot.pause(0.02)
        assert app.return_value == "The database is newer than this program. Update ctxtui."
        assert app.return_code == 1

    run(scene())
