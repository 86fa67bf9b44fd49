"""The run's screen: what it shows, and what its keys ask."""

from __future__ import annotations

import asyncio
import sys

import pytest

from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.screens.services import UiSettings
from ctxtui.screens.theme.themes import ANSI
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import Drawn

demo = sys.modules["demo_store"]

STATES = {
    "money": "✓ money passed",
    "invoice": "✓ invoice passed",
    "tax": "● tax running",
    "ledger": "◕ ledger validating",
    "discounts": "⊕ discounts retrying",
    "currency": "◆ currency needs you",
    "export": "✕ export failed",
    "reports": "○ reports queued",
    "legacy": "⇥ legacy skipped",
    "rates": "◔ rates starting",
    "codes": "≡ codes reused",
}


def run(coroutine) -> None:
    asyncio.run(coroutine)


def test_every_state_is_a_glyph_and_a_word(run_stage):
    async def scene():
        async with run_stage.open(size=(160, 45)) as stage:
            rows = [" ".join(line.split()) for line in stage.text.splitlines()]
            for shown in STATES.values():
                assert any(shown in row for row in rows), shown

    run(scene())


def test_the_head_names_phase_round_counts_jobs_and_cost(run_stage):
    async def scene():
        async with run_stage.open(size=(160, 45)) as stage:
            await stage.sees("writing tests, round 1", "4/4 jobs", "tokens", "$0.", "✕ 1 failed", "currency needs you.")

    run(scene())


def test_a_retry_is_seen_as_an_attempt_with_its_reason(run_stage):
    async def scene():
        async with run_stage.open(size=(160, 45)) as stage:
            await stage.select("discounts")
            await stage.press("l")
            await stage.sees("attempt 2  writing  stable: test_expired_discount")
            assert "The order matters" in stage.line_with("⊕ discounts")
            await stage.sees("attempt 2 of 3")

    run(scene())


def test_the_rung_that_failed_keeps_its_evidence(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("discounts")
            await stage.sees("from attempt 1", "✕ stable", "assert 81 == 90")

    run(scene())


def test_a_change_in_the_store_comes_to_the_screen(run_stage):
    async def scene():
        async with run_stage.open(size=(200, 45)) as stage:
            stage.story.say("tax", _pending(stage, "tax"), (EventKind.STATUS, "reading the tax tables"))
            await stage.sees("reading the tax tables")

    run(scene())


def test_r_opens_the_sheet_and_sends_the_note(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            await stage.press("r")
            await stage.sees("Retry export", "Nothing fails when the rounding changes")
            await stage.press(*"mind cents".replace(" ", "_"), "ctrl+s")
            (request,) = await stage.asked("retry")
            assert request.session_id == stage.story.children["export"]
            assert request.arguments == {"note": "mind_cents"}
            assert request.requested_by == "ana"

    run(scene())


def test_the_sheet_shows_the_last_prompt(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            await stage.press("r", "ctrl+o")
            await stage.sees("What the agent was told last", "What the last attempt was refused for:")

    run(scene())


def test_another_agent_is_chosen_among_those_that_can_be_used(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            await stage.press("r", "ctrl+t")
            await stage.sees("Whose turn is it?", "✓ codex", "✕ claude", "It is not installed.")
            await stage.press(*"codex", "enter")
            await stage.sees("ctrl+t by codex")
            await stage.press("ctrl+s")
            (request,) = await stage.asked("retry")
            assert request.arguments == {"agent": "codex"}

    run(scene())


def test_choosing_the_present_agent_takes_the_choice_back(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            await stage.press("r", "ctrl+t")
            await stage.sees("Whose turn is it?")
            await stage.press(*"codex", "enter", "ctrl+t")
            await stage.sees("Whose turn is it?")
            await stage.press(*"builtin", "enter")
            await stage.sees("ctrl+t another agent")

    run(scene())


def test_escape_leaves_the_sheet_without_a_retry(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            await stage.press("r", "escape")
            assert stage.store.requests.open(stage.story.scope, stage.story.run_id) == ()

    run(scene())


def test_a_request_is_shown_until_its_answer_is(run_stage):
    async def scene():
        async with run_stage.open(size=(200, 45)) as stage:
            await stage.select("export")
            await stage.press("s", *"old", "enter")
            (request,) = await stage.asked("skip")
            assert request.arguments == {"note": "old"}
            await stage.sees("asked: leave out…")
            stage.store.requests.answer(stage.story.scope, request.id, is_granted=True, answer="export is skipped")
            await stage.sees("Export is skipped.")
            assert "asked: leave out…" not in stage.text
            await stage.press("M")
            await stage.sees("what was told since the start", "Export is skipped.")

    run(scene())


def test_a_refusal_is_shown_with_its_reason(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            await stage.press("r", "ctrl+s")
            (request,) = await stage.asked("retry")
            stage.store.requests.answer(
                stage.story.scope, request.id, is_granted=False, answer="the prompt would be the same"
            )
            await stage.sees("The prompt would be the same")

    run(scene())


def test_shift_r_retries_all_that_failed(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("R")
            await stage.sees("Retry 2 components", "1: export", "1: currency")
            assert stage.store.requests.open(stage.story.scope, stage.story.run_id) == ()
            await stage.press(*"more", "ctrl+s")
            asked = await stage.asked("retry")
            assert {one.arguments["note"] for one in asked} == {"more"}
            await stage.until(lambda: len(stage.store.requests.open(stage.story.scope, stage.story.run_id)) == 2)
            asked = stage.store.requests.open(stage.story.scope, stage.story.run_id)
            assert {one.session_id for one in asked} == {stage.story.children[name] for name in ("export", "currency")}

    run(scene())


@pytest.mark.parametrize(
    ("name", "key", "kind"),
    [("tax", "x", "cancel"), (None, "x", "cancel"), (None, "f", "finalize")],
)
def test_what_destroys_work_asks_first(run_stage, name, key, kind):
    async def scene():
        async with run_stage.open() as stage:
            if name:
                await stage.select(name)
            await stage.press(key)
            await stage.sees("No, go back")
            assert stage.store.requests.open(stage.story.scope, stage.story.run_id) == ()
            await stage.press("y")
            (request,) = await stage.asked(kind)
            assert request.session_id == (stage.story.children[name] if name else stage.story.run_id)

    run(scene())


def test_leaving_out_asks_first_and_says_what_is_lost(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("tax")
            await stage.press("s")
            await stage.sees("Leave tax out?", "what it wrote is dropped", "r takes that back")
            await stage.press("escape")
            assert stage.store.requests.open(stage.story.scope, stage.story.run_id) == ()
            assert stage.screen is stage.app.screen_stack[-1]
            await stage.press("s", "enter")
            (request,) = await stage.asked("skip")
            assert (request.session_id, request.arguments) == (stage.story.children["tax"], {})

    run(scene())


def test_what_is_stopped_is_not_among_what_failed(run_stage):
    async def scene():
        stage_children = run_stage.story.children
        run_stage.story.update("reports", {}, SessionStatus.CANCELLED)
        async with run_stage.open() as stage:
            await stage.press("R", *"more", "ctrl+s")
            asked = await stage.asked("retry")
            assert stage_children["reports"] not in {one.session_id for one in asked}

    run(scene())


def test_a_retry_that_would_say_the_same_again_asks_for_a_note(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            stage.launcher.same.add(stage.story.children["export"])
            await stage.select("export")
            await stage.press("r")
            await stage.sees("without a note the agent would be told the same again")
            await stage.press("ctrl+s")
            await stage.sees("Type a note that tells the agent more")
            assert stage.store.requests.open(stage.story.scope, stage.story.run_id) == ()
            await stage.press("x", "ctrl+s")
            (request,) = await stage.asked("retry")
            assert request.arguments == {"note": "x"}

    run(scene())


def test_the_sheet_says_that_a_retry_of_what_passed_replaces_its_tests(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("money")
            await stage.press("r")
            await stage.sees("Its 14 tests are replaced")

    run(scene())


def test_three_quick_presses_are_three_jobs_more(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("+", "+", "+")
            await stage.until(
                lambda: (
                    [one.arguments["jobs"] for one in stage.store.requests.open(stage.story.scope, stage.story.run_id)]
                    == [5, 6, 7]
                )
            )

    run(scene())


def test_what_is_marked_is_acted_on_together(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            await stage.press("v")
            await stage.select("currency")
            await stage.press("v")
            await stage.sees("2 marked")
            await stage.press("r")
            await stage.sees("Retry 2 components")
            await stage.press("ctrl+s")
            await stage.until(lambda: len(stage.store.requests.open(stage.story.scope, stage.story.run_id)) == 2)
            assert "marked" not in stage.text
            for request in stage.store.requests.open(stage.story.scope, stage.story.run_id):
                stage.store.requests.answer(stage.story.scope, request.id, is_granted=True, answer="it is tried again")
                await stage.until(lambda asked=request.id: stage.screen.run.requests[asked].answered_at is not None)
            await stage.sees("2 components are tried again.")
            await stage.press("v")
            await stage.sees("1 marked")
            await stage.press("escape")
            assert "marked" not in stage.text

    run(scene())


def test_n_goes_from_one_that_needs_the_person_to_the_next(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            seen = []
            for _ in range(3):
                await stage.press("n")
                seen.append(stage.screen.run.rows[stage.screen.session_tree.selected.session_id].name)
            assert seen == ["currency", "export", "currency"]

    run(scene())


def test_rows_are_sorted_as_is_asked(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("O")
            await stage.sees("by state")
            assert _ordered(stage)[:2] == ["currency", "export"]
            await stage.press("O", "O", "O")
            await stage.sees("by name")
            assert _ordered(stage) == sorted(stage.story.names)

    run(scene())


def test_the_selected_row_stays_on_the_screen_when_rows_come_above_it(run_stage):
    async def scene():
        async with run_stage.open(size=(120, 17)) as stage:
            await stage.press("G")
            tree = stage.screen.session_tree
            for name in ("money", "invoice", "export", "discounts"):
                tree._fold(
                    next(node for node in tree._visible_nodes if node == (stage.story.children[name], 0, "")),
                    folded=False,
                )
                await stage.pilot.pause()
                assert tree.scroll_offset.y <= tree.cursor < tree.scroll_offset.y + tree.size.height
                assert "codes" in stage.line_with("reused")

    run(scene())


def test_no_means_no_and_an_old_answer_does_not_stand_under_the_question(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            stage.screen.hint("An old answer.")
            await stage.sees("An old answer.")
            await stage.press("x")
            await stage.sees("Stop the whole run?")
            assert "An old answer." not in stage.text
            await stage.press("n")
            assert stage.store.requests.open(stage.story.scope, stage.story.run_id) == ()

    run(scene())


@pytest.mark.parametrize(
    ("key", "kind", "arguments"), [("p", "pause", {}), ("plus", "jobs", {"jobs": 5}), ("minus", "jobs", {"jobs": 3})]
)
def test_the_run_is_steered_by_one_key(run_stage, key, kind, arguments):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press(key)
            (request,) = await stage.asked(kind)
            assert request.arguments == arguments

    run(scene())


@pytest.mark.parametrize(
    ("name", "key", "reason"),
    [
        ("tax", "r", "r: tax is being worked on; it can be retried when it has settled."),
        (None, "s", "s: A run is not skipped: x stops it."),
        ("export", "x", "x: export has ended already, as failed."),
        ("legacy", "x", "x: legacy has ended already, as skipped."),
        ("money", "x", "x: money has ended already, as passed."),
        ("export", "m", "m: export has ended already, as failed: r asks it again with a note."),
        ("money", "greater_than_sign", ">: The run takes its steps by itself: A lets you take each one."),
        ("reports", "o", "o: builtin has no conversation about reports that could be opened."),
        ("reports", "d", "d: reports has no tests yet."),
        (None, "c", "c: the run is not interrupted."),
    ],
)
def test_a_disabled_key_says_why(run_stage, name, key, reason):
    async def scene():
        async with run_stage.open() as stage:
            if name:
                await stage.select(name)
            await stage.press(key)
            await stage.sees(reason)

    run(scene())


def test_the_key_to_talk_says_which_agents_hold_no_conversations(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            stage.story.update("tax", {"conversation": {"id": "c-1", "cwd": "/work", "opens": False}})
            await stage.select("tax")
            row = stage.story.children["tax"]
            await stage.until(lambda: stage.screen.run.rows[row].state.get("conversation"))
            await stage.press("o")
            await stage.sees("o: builtin holds no conversations that could be opened.")

    run(scene())


def test_the_overview_of_the_run_follows_its_components(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("g")
            await stage.until(lambda: "export" in stage.screen.detail.text())
            skipped = SessionUpdates(SessionStatus.CANCELLED, {"skipped": {"by": "ana"}})
            row, scope = stage.story.children["export"], stage.story.scope
            stage.store.sessions.change(scope, row, SessionStatus.FAILED, skipped, by="ana", reason="skipped")
            await stage.until(lambda: "export" not in stage.screen.detail.text())

    run(scene())


@pytest.mark.parametrize(
    ("key", "shown", "hidden"),
    [
        ("exclamation_mark", ["export"], ["money", "tax"]),
        ("at", ["tax", "ledger"], ["money", "export"]),
        ("number_sign", ["currency", "export"], ["money", "tax"]),
    ],
)
def test_one_key_shows_only_rows_of_a_state_and_0_shows_all(run_stage, key, shown, hidden):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press(key)
            names = _names(stage)
            assert set(shown) <= names
            assert not set(hidden) & names
            await stage.press("0")
            assert set(demo.NAMES) <= _names(stage)

    run(scene())


def test_what_a_person_stopped_has_not_failed_and_needs_a_decision(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            row, scope = stage.story.children["export"], stage.story.scope
            stopped = SessionUpdates(SessionStatus.CANCELLED)
            stage.store.sessions.change(scope, row, SessionStatus.FAILED, stopped, by="ana", reason="stopped")
            await stage.until(lambda: stage.screen.run.rows[row].status is SessionStatus.CANCELLED)
            await stage.press("exclamation_mark")
            assert "export" not in _names(stage)
            await stage.press("number_sign")
            assert "export" in _names(stage)

    run(scene())


def test_slash_filters_by_words_and_escape_drops_them(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("slash")
            await stage.until(lambda: stage.app.focused is not None and stage.app.focused.id != "tree")
            await stage.press("l", "e", "d")
            await stage.until(lambda: _names(stage) == {"ledger"})
            await stage.press("enter", "escape")
            await stage.until(lambda: set(demo.NAMES) <= _names(stage))

    run(scene())


def test_j_k_g_and_arrows_move_the_selection(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            tree = stage.screen.session_tree
            await stage.press("j", "j", "k")
            assert tree.cursor == 1
            await stage.press("G")
            assert tree.cursor == tree.row_count - 1
            await stage.press("g", "down", "down", "up")
            assert tree.cursor == 1

    run(scene())


def test_l_opens_a_row_and_h_closes_it(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("money")
            before = stage.screen.session_tree.row_count
            await stage.press("l")
            assert stage.screen.session_tree.row_count == before + 1
            await stage.press("h")
            assert stage.screen.session_tree.row_count == before
            await stage.press("h")
            assert stage.screen.session_tree.cursor == 0

    run(scene())


def test_the_selection_stays_on_its_row_when_rows_come(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("reports")
            stage.story.finish(_pending(stage, "tax"), message="The agent ended its turn.")
            stage.story.write("tax", 2, "")
            await stage.until(lambda: len(stage.screen.run.rows[stage.story.children["tax"]].attempts) == 2)
            assert stage.screen.session_tree.selected.session_id == stage.story.children["reports"]

    run(scene())


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        ("1", "touches only"),
        ("2", "prove the tests"),
        ("3", "collected 14 items"),
        ("4", "test_amounts_of_two_currencies_do_not_mix"),
        ("6", "attempt 1"),
    ],
)
def test_1_to_5_choose_what_is_told_of_the_selected_row(run_stage, key, seen):
    async def scene():
        async with run_stage.open(size=(200, 50)) as stage:
            await stage.select("tax" if key == "1" else "money")
            await stage.press(key)
            await stage.sees(seen)

    run(scene())


def test_the_history_beside_the_list_begins_with_what_happened_last(run_stage):
    async def scene():
        async with run_stage.open(size=(120, 24)) as stage:
            await stage.select("invoice")
            await stage.press("2")
            await stage.sees("invoice has passed")
            assert "prepare" not in stage.text

    run(scene())


def test_a_timeline_with_nothing_to_draw_says_so(run_stage):
    async def scene():
        async with run_stage.open(size=(200, 50)) as stage:
            await stage.select("reports")
            await stage.press("6")
            await stage.sees("Nothing was tried for it in this run.")

    run(scene())


def test_enter_shows_the_details_alone_with_the_way_back_and_to_the_next(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("money")
            await stage.press("enter")
            assert "component " not in stage.text
            await stage.sees("billing/test_money.py", "esc back", "J next")
            await stage.press("J")
            await stage.sees("billing/test_invoice.py")
            await stage.press("escape")
            await stage.sees("component")

    run(scene())


@pytest.mark.parametrize("tab", ["2", "3", "4", "5", "6"])
def test_details_alone_say_whose_they_are(run_stage, tab):
    async def scene():
        async with run_stage.open(size=(60, 20)) as stage:
            await stage.select("money")
            await stage.press("enter", tab)
            await stage.until(lambda: stage.line_with("✓ passed").startswith(" money"))
            await stage.press("J")
            await stage.until(lambda: stage.line_with("✓ passed").startswith(" invoice"))

    run(scene())


def test_space_folds_and_unfolds(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            await stage.press("space")
            await stage.sees("attempt 3")
            await stage.press("space")
            assert "attempt 3  failed" not in stage.text

    run(scene())


def test_tab_goes_to_the_other_side_and_back(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("tab")
            assert stage.app.focused.id == "page"
            await stage.press("tab")
            assert stage.app.focused.id == "tree"

    run(scene())


def test_y_copies_what_is_shown(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.select("export")
            await stage.press("y")
            assert "4 of 20 mutants survived" in stage.app.clipboard

    run(scene())


def test_a_dead_owner_is_shown_as_interrupted_and_c_continues(dead_stage):
    async def scene():
        async with dead_stage.open() as opened:
            await opened.sees("◌ interrupted", "c continues the run")
            await opened.press("c")
            await opened.until(lambda: opened.launcher.resumed == [opened.story.ref])

    run(scene())


def test_a_request_to_an_interrupted_run_wakes_a_runner(dead_stage):
    async def scene():
        async with dead_stage.open() as opened:
            await opened.select("export")
            await opened.press("r", "ctrl+s")
            await opened.asked("retry")
            await opened.until(lambda: opened.launcher.attended == [opened.story.ref])
            assert opened.launcher.resumed == []

    run(scene())


def test_what_is_asked_behind_a_wish_for_the_end_is_told_what_comes_first(dead_stage):
    async def scene():
        async with dead_stage.open() as opened:
            await opened.press("f")
            await opened.sees("Commit what has passed?")
            await opened.press("y")
            await opened.asked("finalize")
            await opened.press("R")
            await opened.sees("R: the run was asked to finalize first: c lets it answer.")

    run(scene())


def test_an_owner_that_falls_silent_becomes_interrupted_by_itself(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.sees("● running · writing tests")
            stage.clock.advance(360)
            await stage.sees("◌ interrupted")

    run(scene())


def test_a_finished_run_names_its_branch(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            stage.store.sessions.change(
                stage.story.scope,
                stage.story.run_id,
                SessionStatus.ACTIVE,
                SessionUpdates(SessionStatus.COMPLETE, {"committed_files": ["a", "b"]}),
                by="ana",
                reason="finalize",
            )
            await stage.sees("✓ finished", f"2 files committed on {demo.BRANCH}")

    run(scene())


def test_a_run_that_is_over_is_not_drawn_again_as_time_passes(run_stage, monkeypatch):
    drawn = []
    draw = Drawn._draw
    monkeypatch.setattr(Drawn, "_draw", lambda view, *given: (drawn.append(view), draw(view, *given))[1])

    async def scene():
        async with run_stage.open() as stage:
            arrivals = stage.screen._arrivals
            await stage.until(lambda: arrivals.tailing is not None and arrivals.tailing._active.is_set())
            _set_state(stage, status=SessionStatus.COMPLETE, committed_files=["a"])
            await stage.sees("✓ finished", "1 file committed")
            arrivals.tick()
            assert not arrivals.tailing._active.is_set()
            await stage.pilot.pause(0.5)
            drawn.clear()
            stage.clock.advance(5)
            arrivals.tick()
            await stage.pilot.pause(0.5)
            assert not drawn

    run(scene())


def test_a_paused_run_says_so_and_p_resumes(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            _set_state(stage, paused=True)
            await stage.sees("paused · writing tests, round 1", "p resumes")
            await stage.press("p")
            await stage.asked("resume")

    run(scene())


def test_a_waiting_run_says_for_what(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            components = [{"name": "export", "reason": "kills: 4 of 20 mutants survived"}]
            _set_state(
                stage,
                waiting={
                    "message": "Child sessions failed: export",
                    "components": components,
                    "is_all_of_children": True,
                },
            )
            await stage.sees(
                "◆ needs you", "2 components need you", "1 kills: 4 of 20 mutants survived", "f commits what passed"
            )
            assert "writing tests, round" not in stage.text
            await stage.press("q")
        assert "It waits for you. Watch it again: ctxtui watch" in stage.app.return_value

    run(scene())


def test_nothing_is_followed_where_a_run_waits(run_stage):
    async def scene():
        async with run_stage.open(settings=UiSettings(theme="ctxtui-dark")) as stage:
            await stage.sees("following")
            _set_state(stage, waiting={"message": "export failed three times."})
            await stage.sees("◆ needs you")
            await stage.until(lambda: "following" not in stage.text)

    run(scene())


def test_a_row_tells_a_move_of_its_component_in_words(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            stage.story.update("reports", {}, SessionStatus.CANCELLED)
            await stage.sees("⊘ reports")
            await stage.select("reports")
            await stage.sees("stopped")
            assert "→ cancelled" not in stage.text

    run(scene())


def test_what_an_agent_asks_stands_over_the_answer(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            stage.story.update(
                "reports", {"failure": {"question": "Round half up, or half even?"}}, SessionStatus.FAILED
            )
            await stage.sees("◆ reports", "m answer")
            await stage.select("reports")
            await stage.press("m")
            await stage.sees("reports waits for your answer", "Round half up", "your answer")
            await stage.press(*"up", "enter")
            (asked,) = await stage.asked("tell")
            assert asked.arguments["note"] == "up"

    run(scene())


@pytest.mark.parametrize(("key", "last"), [("r", "esc back"), ("s", "esc back"), ("m", "esc back")])
def test_a_sheet_leaves_room_for_its_words_in_the_lowest_terminal(run_stage, key, last):
    async def scene():
        async with run_stage.open(size=(40, 12)) as stage:
            await stage.select("discounts" if key == "m" else "export")
            await stage.press(key)
            await stage.sees(last)
            assert stage.screen.focused.region.bottom < 12
            await stage.press(*"why")
            await stage.sees("why")

    run(scene())


def test_a_run_that_ended_without_some_has_finished_and_not_passed(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            stage.story.store.sessions.change(
                stage.story.scope,
                stage.story.run_id,
                SessionStatus.ACTIVE,
                SessionUpdates(SessionStatus.COMPLETE),
                by="ana",
                reason="",
            )
            await stage.sees("▾ ✓ billing        finished", "✓ finished")
            assert "✓ passed" not in "\n".join(line for line in stage.text.splitlines() if "billing " in line)

    run(scene())


def test_needing_the_person_rings_once(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            rung = []
            stage.app.bell = lambda: rung.append(True)
            stage.story.update("tax", {"waiting": {"kind": "hung", "reason": "The agent is silent."}})
            await stage.until(lambda: rung)
            await stage.pilot.pause(0.2)
            assert len(rung) == 1

    run(scene())


def test_following_goes_to_the_row_that_needs_the_person(run_stage):
    async def scene():
        async with run_stage.open(settings=UiSettings(theme="ctxtui-dark", follow=True)) as stage:
            await stage.until(lambda: stage.screen.session_tree.selected.session_id == stage.story.children["currency"])

    run(scene())


@pytest.mark.parametrize("key", ["n", "N", "J", "K"])
def test_a_key_that_chooses_a_row_ends_following(run_stage, key):
    async def scene():
        async with run_stage.open(settings=UiSettings(theme="ctxtui-dark", follow=True)) as stage:
            await stage.press(key)
            assert not stage.screen.is_following

    run(scene())


def test_moving_by_hand_ends_following_and_f_begins_it_again(run_stage):
    async def scene():
        async with run_stage.open(settings=UiSettings(theme="ctxtui-dark", follow=True)) as stage:
            await stage.press("j")
            assert not stage.screen.is_following
            await stage.press("F")
            assert stage.screen.is_following

    run(scene())


def test_a_keymap_moves_a_key_and_the_footer_tells_it(run_stage):
    async def scene():
        settings = UiSettings(theme="ctxtui-dark", keymap={"run.skip": "z"}, follow=False)
        async with run_stage.open(settings=settings) as stage:
            await stage.select("export")
            assert " z skip" in stage.text
            await stage.press("z", "enter")
            await stage.asked("skip")

    run(scene())


def test_a_selected_row_of_sixteen_colours_has_one_ground(run_stage):
    async def scene():
        async with run_stage.open(settings=UiSettings(theme=ANSI, follow=False)) as stage:
            await stage.select("export")
            tree = stage.screen.session_tree
            row = tree.cursor - tree.scroll_offset.y
            assert len({segment.style.color for segment in tree.render_line(row)}) == 1
            assert len({segment.style.color for segment in tree.render_line(row + 1)}) > 1

    run(scene())


def test_a_click_selects_a_row(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.pilot.click("#tree", offset=(5, 2))
            assert stage.screen.session_tree.cursor == 2

    run(scene())


def test_a_click_on_the_sign_before_a_row_folds_and_unfolds_it(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            assert "▸ ✓ invoice" in stage.text
            at = stage.line_with("invoice").index("▸")
            await stage.pilot.click("#tree", offset=(at, 2))
            await stage.sees("▾ ✓ invoice", "attempt 1")
            await stage.pilot.click("#tree", offset=(at, 2))
            await stage.sees("▸ ✓ invoice")
            await stage.pilot.click("#tree", offset=(at + 4, 2))
            await stage.pilot.pause()
            assert "▸ ✓ invoice" in stage.text
            await stage.pilot.click("#tree", offset=(1, 0))
            await stage.sees("▸ ● billing")
            assert "invoice" not in stage.text.partition("│")[0]

    run(scene())


def test_a_click_on_a_key_of_the_footer_presses_it(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            at = stage.text.splitlines()[-1].index("i history")
            await stage.pilot.click("#keys", offset=(at, 0))
            await stage.sees("everything that happened")

    run(scene())


def test_a_small_footer_is_filled_with_the_keys_that_still_fit(run_stage):
    async def scene():
        async with run_stage.open(size=(68, 20)) as stage:
            await stage.select("export")
            await stage.until(lambda: "n next" in stage.text.splitlines()[-1])
            assert "i history" not in stage.text.splitlines()[-1]  # it comes before, and is too long for what is left

    run(scene())


def test_leaving_gives_a_summary_and_stops_nothing(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("q")
        assert "billing: running" in stage.app.return_value
        assert "The run goes on." in stage.app.return_value
        assert stage.store.requests.open(stage.story.scope, stage.story.run_id) == ()

    run(scene())


@pytest.mark.parametrize(("size", "beside"), [((120, 40), True), ((80, 24), True), ((70, 30), False)])
def test_below_80_columns_the_panes_stand_one_above_the_other(run_stage, size, beside):
    async def scene():
        async with run_stage.open(size=size) as stage:
            await stage.pilot.pause()
            left, detail = stage.screen.query_one("#left").region, stage.screen.detail.region
            assert (detail.x > left.x) is beside
            assert (detail.y > left.y) is not beside

    run(scene())


def test_below_50_columns_only_the_list_is_shown_and_enter_opens_the_row(run_stage):
    async def scene():
        async with run_stage.open(size=(48, 20)) as stage:
            await stage.pilot.pause()
            assert not stage.screen.detail.region.area
            await stage.press("j", "enter")
            await stage.until(lambda: stage.screen.detail.region.area > 0)
            await stage.press("escape")
            await stage.until(lambda: not stage.screen.detail.region.area)

    run(scene())


def test_escape_never_leaves_the_run_and_h_does(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("escape", "escape", "escape")
            await stage.sees("H goes to all runs")
            await stage.press("H")
            await stage.sees("ctxtui", "1 run")

    run(scene())


def test_the_selected_row_is_drawn_before_what_is_known_of_it(run_stage, monkeypatch):
    looked = []

    async def scene():
        async with run_stage.open() as stage:
            tree, detail = stage.screen.session_tree, stage.screen.detail
            look_at = detail.look_at
            monkeypatch.setattr(detail, "look_at", lambda node: looked.append(node) or look_at(node))
            stage.screen._looked_at(LineList.Highlighted(tree, tree.cursor, is_by_person=True))
            assert looked == []
            await stage.until(lambda: looked == [tree.selected])

    run(scene())


def _ordered(stage) -> list[str]:
    nodes = stage.screen.session_tree._visible_nodes
    rows = [stage.screen.run.rows[node.session_id] for node in nodes if not node.attempt]
    return [row.name for row in rows if row.parent_id]


def _names(stage) -> set[str]:
    nodes = stage.screen.session_tree._visible_nodes
    rows = stage.screen.run.rows
    return {rows[node.session_id].name for node in nodes if rows[node.session_id].parent_id}


def _pending(stage, name: str) -> str:
    session = stage.store.sessions.load(stage.story.scope, stage.story.children[name])
    return session.pending.id


def _set_state(stage, status=None, **state) -> None:
    stage.store.sessions.change(
        stage.story.scope,
        stage.story.run_id,
        SessionStatus.ACTIVE,
        SessionUpdates(status, state),
        by="ana",
        reason="demo",
    )


@pytest.mark.parametrize(
    ("key", "asked"), [("p", ["pause", "resume", "pause"]), ("A", [{"mode": "manual"}, {"mode": "auto"}])]
)
def test_a_key_that_turns_something_round_counts_from_what_was_asked_last(run_stage, key, asked):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press(*[key] * len(asked))
            requests = stage.screen.run.requests.values()
            told = [str(one.kind) if key == "p" else one.arguments for one in requests if one.answered_at is None]
            assert told[-len(asked) :] == asked

    run(scene())


def test_the_run_itself_cannot_be_marked_and_the_key_says_so(run_stage):
    async def scene():
        async with run_stage.open() as stage:
            await stage.press("g", "v")
            await stage.sees("Select a component or a package to mark.")
            await stage.press("j", "v")
            await stage.sees("1 marked")

    run(scene())


def test_the_key_behind_a_marked_package_marks_what_follows_it(empty_stage):
    async def scene():
        empty_stage.story.names = ("a.one", "a.two", "b.one")
        empty_stage.story.begin_run()
        async with empty_stage.open() as stage:
            await stage.press("j", "v", "v")
            assert stage.screen.session_tree.marks == set(stage.story.children.values())

    run(scene())


def test_a_package_inside_another_is_named_by_what_is_its_own(empty_stage):
    async def scene():
        empty_stage.story.names = (
            "algorithms.matching",
            "algorithms.community.louvain",
            "algorithms.community.quality",
        )
        empty_stage.story.begin_run()
        async with empty_stage.open() as stage:
            assert " community " in stage.text
            assert "algorithms.c" not in stage.text

    run(scene())


def test_a_resize_rearranges_what_lies_beneath_a_sheet(run_stage):
    async def scene():
        async with run_stage.open(size=(70, 24)) as stage:
            beneath = stage.screen
            assert beneath.has_class("-narrow")
            await stage.press("question_mark")
            await stage.pilot.resize_terminal(200, 60)
            await stage.until(lambda: beneath.has_class("-roomy"))
            assert stage.screen is not beneath
            assert not beneath.has_class("-narrow")

    run(scene())
