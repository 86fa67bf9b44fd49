"""Stored histories replayed: what was decided then is decided now."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.interaction import Action, Command, Result, ResultStatus
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ChildSpec, ExecutionMode, Session, SessionStatus, SessionUpdates
from ctxtui.core.store.opening import open_store
from tests.replay.histories import interaction_of, record, replayed
from tests.replay.record import main

FOLDER = Path(__file__).parent / "histories"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SCOPE = Scope("ana", "shop-1")
OK, ERROR = ResultStatus.OK, ResultStatus.ERROR


def histories(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


@pytest.mark.parametrize("name", NAMES)
def test_every_moment_of_a_recorded_history_gets_the_recorded_decision(name):
    for history in histories(name):
        for recorded, present in replayed(history):
            assert present == recorded, history["name"]


def test_both_session_types_and_every_kind_of_decision_are_recorded():
    every = [history for name in NAMES for history in histories(name)]
    assert {history["type"] for history in every} == {"context_testing", "component_testing"}
    decided = {moment["decision"]["kind"] for history in every for moment in history["moments"]}
    assert decided == {"NextStep", "SessionComplete", "WaitForPerson"}


def test_no_recording_names_the_machine_it_was_made_on():
    for name in NAMES:
        text = (FOLDER / f"{name}.json").read_text()
        assert not any(word in text for word in ("/home/", "/tmp/", "/root/", "/work/", "/Users/"))


def test_a_step_that_nothing_called_for_is_not_recorded():
    step = {"step": "finalize", "action": "accept_files", "metadata": {}, "status": "ok", "message": "", "data": {}}
    session = Session("s", SCOPE, "component_testing", None, "builtin", "local", NOW)
    with pytest.raises(ValueError, match=r"took finalize as step 1, but was to: NextStep\(step='initialize'\)"):
        record(replace(session, interactions=(interaction_of(step, 1),)))


@pytest.fixture
def database(tmp_path):
    """A run with one child that failed at its bound, was called back by a person and passed."""
    path = tmp_path / "ctxtui.db"
    store = open_store(path, clock=lambda: NOW)
    money = Component("c-money", "shop.money", "shop/money.py", "tests/test_money.py")
    shop = Component("c-shop", "shop", "shop", "tests", child_components=(money,))
    store.sessions.save_component(SCOPE, shop)
    store.sessions.create(Session("run-1", SCOPE, "context_testing", shop, "builtin", "local", NOW))
    spec = ChildSpec("child-1", money.id, money.name, "component_testing", ExecutionMode.AGENTIC, "builtin", "local")
    store.sessions.spawn(SCOPE, "run-1", [spec])
    take(store, ("initialize", OK), ("generate_tests", OK), ("run_tests", ERROR))
    take(store, *[("fix_failures", OK), ("run_tests", ERROR)] * 2)
    change(store, SessionStatus.ACTIVE, SessionUpdates(SessionStatus.FAILED))
    change(store, SessionStatus.FAILED, SessionUpdates(SessionStatus.ACTIVE, {"loop_from": 7}))
    take(store, ("fix_failures", OK), ("run_tests", OK), ("finalize", OK))
    store.close()
    return path


def take(store, *steps):
    for step, status in steps:
        seq = len(store.history.interactions(SCOPE, "child-1")) + 1
        command = Command(step, Action.JUDGE_TESTS, {"prompt": "not kept"}, NOW)
        store.history.begin(SCOPE, "child-1", f"i-{seq}", command)
        store.history.finish(SCOPE, f"i-{seq}", Result(status, f"said {seq}"), SessionUpdates())


def change(store, expected, updates):
    store.sessions.change(SCOPE, "child-1", expected, updates, by="ana", reason="retry")


def test_a_run_is_recorded_from_its_database_and_replayed(database, tmp_path):
    main(["new", "--database", str(database), "--account", "ana", "--into", str(tmp_path)])
    parent, child = json.loads((tmp_path / "new.json").read_text())
    assert (parent["type"], child["name"]) == ("context_testing", "shop.money")
    assert all(present == recorded for history in (parent, child) for recorded, present in replayed(history))
    kinds = [moment["decision"]["kind"] for moment in child["moments"]]
    assert kinds == ["NextStep"] * 7 + ["WaitForPerson"] + ["NextStep"] * 3 + ["SessionComplete"]
    assert "not kept" not in (tmp_path / "new.json").read_text()


def test_a_run_that_is_not_there_is_said_so(database, tmp_path):
    with pytest.raises(SystemExit, match=r"No run of account 'ben' has an id that starts with ''\."):
        main(["new", "--database", str(database), "--account", "ben", "--into", str(tmp_path)])
