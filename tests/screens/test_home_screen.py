"""The list of runs, the first page, and the form of a new run."""

from __future__ import annotations

import asyncio
import sys
import threading

from textual.widgets import Input

from ctxtui.core.domain.errors import StoreError, UsageError
from ctxtui.core.domain.scope import Scope
from ctxtui.screens.widgets import key_bar

demo = sys.modules["demo_store"]


def run(coroutine) -> None:
    asyncio.run(coroutine)


def test_a_run_is_listed_with_id_state_progress_cost_branch_and_time(run_stage):
    async def scene():
        async with run_stage.open("home", size=(140, 30)) as stage:
            await stage.sees(
                "shop", "billing", demo.RUN_ID[:8], "● running", "3/11", "$0.38", "09:26", "1 run · 1 running"
            )
            await stage.sees(f"branch {demo.BRANCH}")

    run(scene())


def test_a_new_run_appears_and_the_selection_stays(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            other = demo.Story(stage.store, stage.clock, "77aa" * 8, Scope("demo", "tools"), ("text",), "tools")
            stage.clock.advance(10)
            other.begin_run()
            await stage.sees("2 runs", "tools")
            assert stage.screen.selected.run.id == stage.story.run_id

    run(scene())


def test_enter_opens_a_run_and_a_key_comes_back(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("enter")
            await stage.sees("writing tests, round 1")
            await stage.press("H")
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
            await stage.sees("c: the selected run is neither interrupted nor paused.")

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


def test_what_waits_for_somebody_stands_first_whatever_its_repository(dead_stage):
    async def scene():
        async with dead_stage.open("home", size=(100, 30)) as stage:
            other = demo.Story(stage.store, stage.clock, "77aa" * 8, Scope("demo", "tools"), ("text",), "tools")
            stage.clock.advance(10)
            other.begin_run()
            other.own(demo.living_owner())
            await stage.sees("interrupted  1", "2 runs", "● running", "1 interrupted")
            rows = [line for line in stage.text.splitlines() if "billing" in line or "tools" in line]
            assert "billing" in rows[0]

    run(scene())


def test_a_filter_says_what_it_hides_and_finds_states_and_ids(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("slash", *"run", "enter")
            await stage.sees("1 of 1 run with “run” · esc shows all")
            await stage.press("slash", *"zz", "enter")
            await stage.sees("0 of 1 run with “runzz”", "No run has “runzz” in its name")
            await stage.press("escape")
            await stage.sees("1 run · 1 running")

    run(scene())


def test_a_run_is_stopped_from_the_list_after_a_question_and_the_answer_is_told(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("x")
            await stage.sees("Stop the run of billing?", "6 modules not finished")
            await stage.press("n")
            assert stage.launcher.asked == []
            await stage.press("x", "y")
            await stage.until(lambda: [kind for _run, kind in stage.launcher.asked] == ["cancel"])
            await stage.sees("billing: It is done.")

    run(scene())


def test_an_ended_run_is_deleted_after_saying_what_goes_and_what_stays(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("X")
            await stage.sees("X: stop or finalize the selected run first.")
            updates = demo.SessionUpdates(demo.SessionStatus.CANCELLED, {})
            stage.store.sessions.change(
                stage.story.scope, stage.story.run_id, demo.SessionStatus.ACTIVE, updates, by="ana", reason="over"
            )
            await stage.sees("⊘ cancelled")
            await stage.press("X")
            await stage.sees("Delete the run of billing?", "Its working areas (4.2MB) are removed", "Its history stays")
            await stage.press("y")
            await stage.until(lambda: stage.launcher.removed == [stage.story.ref])
            await stage.sees("No run yet.", "The run of billing is deleted.")

    run(scene())


def test_words_are_searched_in_all_runs_and_shown_where_they_stand(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("S")
            await stage.until(lambda: isinstance(stage.app.focused, Input))
            await stage.press(*"module-level", "enter")
            await stage.sees("with “module-level”", "discounts", "The order matters: a module-level cache", "go there")
            await stage.press("enter")
            await stage.sees("esc goes back to what was found with “module-level”", "The order matters")
            assert "module-level" in stage.screen._entry.body
            await stage.press("escape")
            await stage.sees("all of billing", "discounts")
            await stage.press("escape", "escape")
            await stage.sees("writing tests, round 1", "prove the tests")
            assert stage.screen.session_tree.selected.session_id == stage.story.children["discounts"]

    run(scene())


def test_a_search_that_looked_no_further_does_not_tell_what_it_found_as_all(run_stage, monkeypatch):
    monkeypatch.setattr("ctxtui.screens.search.screen._PER_RUN", 1)

    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("S")
            await stage.until(lambda: isinstance(stage.app.focused, Input))
            await stage.press(*"module-level", "enter")
            await stage.sees("1 or more places with “module-level”")
            await stage.press("enter", "escape")
            await stage.sees("“module-level”: 1 or more found")

    run(scene())


def test_the_first_time_tells_what_to_do_and_what_is_missing(empty_stage):
    async def scene():
        async with empty_stage.open("home") as stage:
            await stage.sees("Nothing has been run here yet", "✓ git", "✕ sandbox", "apt install bubblewrap")

    run(scene())


def test_the_form_shows_the_plan_of_the_package_it_found_before_it_starts_anything(empty_stage):
    async def scene():
        async with empty_stage.open("home") as stage:
            await stage.sees("Nothing has been run here yet")
            await stage.press("n")
            await stage.sees("New run", "11 modules, 4 at a time", f"branch {demo.BRANCH}", "[✓] money", "47", "9 %")
            assert stage.launcher.started == []
            await stage.press("enter", "enter")
            await stage.until(lambda: len(stage.launcher.started) == 1)

    run(scene())


def test_modules_are_left_out_with_space_and_the_run_is_started_without_them(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n",)) as stage:
            await stage.sees("11 modules")
            await stage.press("enter", "j", "space")
            await stage.sees("10 of 11 modules", "[ ] invoice")
            await stage.press("enter")
            await stage.until(lambda: stage.launcher.started != [])
            assert stage.launcher.left_out == ("invoice",)

    run(scene())


def test_a_run_without_modules_is_not_started(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n",)) as stage:
            await stage.sees("11 modules")
            await stage.press("enter", "a")
            await stage.sees("0 of 11 modules")
            await stage.press("ctrl+s")
            await stage.sees("No module is taken in")
            assert stage.launcher.started == []

    run(scene())


def test_that_a_run_is_asked_is_said_until_it_answers(run_stage, monkeypatch):
    answers = threading.Event()

    async def scene():
        async with run_stage.open("home") as stage:
            monkeypatch.setattr(key_bar, "_HINT_SECONDS", 0.0)
            monkeypatch.setattr(key_bar, "_READ_PER_SECOND", 10_000)
            ask = type(stage.launcher).ask

            def ask_later(self, run, kind):
                answers.wait(20)
                return ask(self, run, kind)

            monkeypatch.setattr(type(stage.launcher), "ask", ask_later)
            await stage.press("x", "y")
            await stage.sees("Asked; billing answers…")
            await stage.pilot.pause(0.3)
            await stage.sees("Asked; billing answers…")
            answers.set()
            await stage.until(lambda: "Asked; billing answers…" not in stage.text)

    try:
        run(scene())
    finally:
        answers.set()


def test_finalizing_from_the_list_says_what_is_left_out_and_that_it_is_final(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("f")
            await stage.sees("3 modules passed; 8 left out. That is final.")

    run(scene())


def test_the_form_fits_a_small_terminal_and_offers_what_is_there(empty_stage):
    async def scene():
        async with empty_stage.open("home", size=(60, 20), keys=("n",)) as stage:
            await stage.sees("11 modules")
            await stage.sees("[ ] anew", "[ ] commit what passed", "[ ] push")
            await stage.press(*"x", *["tab"] * 8)
            await stage.sees("The plan is out of date", "⏎ go on")

    run(scene())


def test_words_of_a_filter_are_kept_or_dropped_by_keys_that_the_footer_names(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            await stage.press("slash", *"bill")
            await stage.sees("⏎ keep these words", "esc drop them")
            await stage.press("enter")
            await stage.sees("with “bill”", "n new run")
            assert "keep these words" not in stage.text

    run(scene())


def test_agents_are_listed_with_why_one_cannot_be_used(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n",)) as stage:
            await stage.sees("11 modules")
            await stage.press("tab", "down")
            await stage.sees("✓ builtin", "✕ claude", "It is not installed.")
            assert stage.text.count("It is not installed.") == 1
            await stage.press(*"cla")
            await stage.until(lambda: stage.text.count("It is not installed.") == 2)  # in full below the list, too
            await stage.press("enter")
            await stage.sees("The plan is out of date")
            await stage.press("enter")
            await stage.until(lambda: stage.launcher.wishes[-1].agent == "claude")

    run(scene())


def test_of_a_long_reason_the_row_has_a_word_and_the_selected_one_all(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n",)) as stage:
            await stage.sees("11 modules")
            await stage.press("tab", "down")
            await stage.sees("✕ pi", "not here")
            assert "not on the path" not in stage.text
            await stage.press("p", "i")
            await stage.sees("The program `pi` is not on the path. Install it.")
            assert stage.text.count("not here") == 1

    run(scene())


def test_what_is_left_empty_in_the_form_stays_as_the_settings_have_it(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n",)) as stage:
            await stage.sees("11 modules")
            assert stage.launcher.wishes == [demo.RunWish("src/billing")]
            stage.screen.query_one("#budget", Input).value = "2.50"
            stage.screen.query_one("#attempts", Input).value = "5"
            stage.screen.query_one("#fresh").value = True
            await stage.press("enter")
            wanted = demo.RunWish("src/billing", attempts=5, budget=2.5, is_fresh=True)
            await stage.until(lambda: stage.launcher.wishes[-1] == wanted)

    run(scene())


def test_a_changed_field_takes_the_plan_back(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n",)) as stage:
            await stage.sees("11 modules")
            await stage.press("x")
            await stage.sees("The plan is out of date")
            await stage.press("ctrl+s")
            await stage.until(lambda: "look at the plan first" in stage.text)
            assert stage.launcher.started == []

    run(scene())


def test_a_started_run_is_opened(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n",)) as stage:
            await stage.sees("11 modules")
            await stage.press("ctrl+s")
            await stage.sees("writing tests, round 1")

    run(scene())


def test_a_run_that_may_cost_something_is_started_after_a_question(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            free = stage.launcher.plan
            stage.launcher.plan = lambda wish: demo.replace(free(wish), cost="$1 to $4")
            await stage.press("n")
            await stage.sees("$1 to $4")
            await stage.press("ctrl+s")
            await stage.sees("Start billing with builtin?", "It may cost $1 to $4.")
            assert stage.launcher.started == []
            await stage.press("y")
            await stage.until(lambda: len(stage.launcher.started) == 1)

    run(scene())


def test_a_refused_plan_is_told_in_its_own_sentence(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:

            def refuse(wish):
                raise UsageError(f"{wish.target} is no package. Name a folder with an __init__.py.")

            stage.launcher.plan = refuse
            await stage.press("n")
            await stage.sees("src/billing is no package.")

    run(scene())


def test_planning_tells_how_long_it_goes_on_and_a_plan_that_was_overtaken_is_dropped(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:
            is_released, real = threading.Event(), stage.launcher.plan

            def plan(wish):
                is_released.wait(30)
                return real(wish)

            stage.launcher.plan = plan
            await stage.press("n")
            await stage.sees("Planning for")
            stage.clock.advance(7)
            await stage.sees("Planning for 7s")
            await stage.press("x")
            is_released.set()
            await stage.sees("The plan is out of date")

    run(scene())


def test_an_error_that_nobody_foresaw_is_told_too(run_stage):
    async def scene():
        async with run_stage.open("home") as stage:

            def fail():
                raise ValueError("odd tree")

            stage.launcher.packages = fail
            await stage.press("n")
            await stage.sees("ValueError: odd tree")

    run(scene())


def test_numbers_must_be_numbers(run_stage):
    async def scene():
        async with run_stage.open("home", keys=("n",)) as stage:
            await stage.sees("11 modules")
            stage.screen.query_one("#jobs", Input).value = "many"
            await stage.press("enter")
            await stage.sees("Jobs must be a whole number")
            stage.screen.query_one("#jobs", Input).value = ""
            stage.screen.query_one("#budget", Input).value = "cheap"
            await stage.press("enter")
            await stage.sees("The budget must be an amount in US dollars")

    run(scene())


def test_a_store_that_cannot_be_opened_ends_with_its_sentence(run_stage):
    async def scene():
        app = run_stage.app_for("home")

        def broken():
            raise StoreError("The database is newer than this program. Update ctxtui.")

        run_stage.services.open_store = broken
        async with app.run_test() as pilot:
            for _ in range(200):
                if app.failure:
                    break
                await pilot.pause(0.02)
        assert app.failure == "The database is newer than this program. Update ctxtui."
        assert app.return_code == 3

    run(scene())


def test_back_in_the_list_the_run_that_was_looked_at_is_selected(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            other = demo.Story(stage.store, stage.clock, "77aa" * 8, Scope("demo", "tools"), ("text",), "tools")
            stage.clock.advance(10)
            other.begin_run()
            other.own(demo.living_owner())
            await stage.press("H")
            await stage.sees("2 runs")
            await stage.until(lambda: stage.screen.selected and stage.screen.selected.run.id == stage.story.run_id)
            await stage.press("k")
            await stage.until(lambda: stage.screen.selected.run.name == "tools")

    run(scene())
