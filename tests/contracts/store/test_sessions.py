"""Components, sessions, the fan-out and guarded transitions."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import ConflictError, NotFoundError
from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.core.ports.store import Store
from ctxtui.core.store.glance import glance_runs
from tests.contracts.store.conftest import OURS, OWNER, Made, command, context, fill, parent, spec


def test_a_session_is_loaded_with_its_component_interactions_and_children_in_order(made: Made) -> None:
    made.store.history.begin(OURS, "run-1", "first", command("initialize"))
    loaded = made.store.sessions.load(OURS, "run-1")
    assert loaded.component is not None
    assert [child.name for child in loaded.component.child_components] == ["gamma", "beta", "alpha"]
    assert [child.name for child in loaded.children] == ["gamma", "beta", "alpha"]
    assert [step.id for step in loaded.interactions] == ["first"]
    assert loaded.state == {"branch_name": "b"}
    assert all(child.interactions == () and child.parent_id == "run-1" for child in loaded.children)


def test_saving_a_component_again_updates_it_and_unlinks_what_vanished(made: Made) -> None:
    smaller = context(("alpha", "delta"))
    made.store.sessions.save_component(OURS, replace(smaller, name="renamed"))
    loaded = made.store.sessions.load(OURS, "run-1")
    assert loaded.component is not None
    assert loaded.component.name == "renamed"
    assert [child.name for child in loaded.component.child_components] == ["delta", "alpha"]
    assert {child.name for child in loaded.children} == {"alpha", "beta", "gamma"}


def test_components_below_components_are_kept(store: Store) -> None:
    deep = Component(
        "a",
        "a",
        "a",
        "",
        child_components=(Component("b", "b", "b", "", child_components=context(("x",)).child_components),),
    )
    store.sessions.save_component(OURS, deep)
    store.sessions.create(replace(parent(), component=deep))
    loaded = store.sessions.load(OURS, "run-1").component
    assert loaded is not None
    assert [grandchild.name for grandchild in loaded.child_components[0].child_components] == ["x"]


def test_a_component_below_an_unknown_parent_is_refused(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no component nowhere"):
        store.sessions.save_component(OURS, replace(context(), parent_id="nowhere"))


def test_a_taken_session_id_is_a_conflict(made: Made) -> None:
    with pytest.raises(ConflictError, match="run-1 already"):
        made.store.sessions.create(parent())


def test_a_session_needs_its_component_to_be_stored(store: Store) -> None:
    with pytest.raises(NotFoundError, match="save it first"):
        store.sessions.create(parent())


def test_spawning_again_leaves_existing_children_alone(made: Made) -> None:
    made.store.sessions.save_component(OURS, context(("alpha", "beta", "gamma", "delta")))
    again = made.store.sessions.spawn(OURS, "run-1", [spec(name) for name in ("alpha", "beta", "gamma", "delta")])
    assert again.created == ("run-1-delta",)
    assert again.existing == ("run-1-alpha", "run-1-beta", "run-1-gamma")
    assert again.failures == {}


def test_one_child_that_cannot_be_stored_does_not_stop_the_others(made: Made) -> None:
    made.store.sessions.save_component(OURS, context(("alpha", "delta", "epsilon")))
    spawned = made.store.sessions.spawn(
        OURS,
        "run-1",
        [spec("unknown"), spec("delta"), replace(spec("epsilon"), id="run-1-alpha"), replace(spec("delta"), id="twin")],
    )
    assert spawned.created == ("run-1-delta",)
    assert spawned.existing == ("run-1-delta",)
    assert set(spawned.failures) == {"unknown", "epsilon"}


def test_a_state_that_is_no_json_fails_that_child_alone(made: Made) -> None:
    made.store.sessions.save_component(OURS, context(("alpha", "delta", "epsilon")))
    spawned = made.store.sessions.spawn(
        OURS, "run-1", [replace(spec("delta"), state={"odd": object()}), spec("epsilon")]
    )
    assert spawned.created == ("run-1-epsilon",)
    assert "cannot be stored" in spawned.failures["delta"]


def test_spawning_for_a_parent_that_is_gone_says_session_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError, match=r"^Session not found$"):
        store.sessions.spawn(OURS, "gone", [spec("alpha")])


def test_a_change_merges_the_state_and_leaves_who_and_why_in_the_history(made: Made) -> None:
    updates = SessionUpdates(SessionStatus.FAILED, {"error": "no"})
    made.store.sessions.change(OURS, "run-1", SessionStatus.ACTIVE, updates, by="ana", reason="it broke")
    loaded = made.store.sessions.load(OURS, "run-1")
    assert loaded.status is SessionStatus.FAILED
    assert loaded.state == {"branch_name": "b", "error": "no"}
    (stored,) = made.store.history.events(OURS, "run-1")
    assert stored.event.kind is EventKind.STATUS
    assert stored.event.text == "failed: it broke"
    assert stored.event.data == {"by": "ana", "from": "active", "to": "failed", "reason": "it broke"}
    assert stored.interaction_id == ""


def test_a_change_from_another_status_is_a_conflict_that_names_it(made: Made) -> None:
    cancelled = SessionUpdates(SessionStatus.CANCELLED)
    made.store.sessions.change(OURS, "run-1", SessionStatus.ACTIVE, cancelled, by="ana", reason="stop")
    with pytest.raises(ConflictError, match="is cancelled, not active"):
        made.store.sessions.change(OURS, "run-1", SessionStatus.ACTIVE, SessionUpdates(), by="ben", reason="go")
    assert len(made.store.history.events(OURS, "run-1")) == 1


def test_an_ended_session_is_reactivated_by_a_change_that_expects_its_end(made: Made) -> None:
    made.store.sessions.change(
        OURS, "run-1", SessionStatus.ACTIVE, SessionUpdates(SessionStatus.FAILED), by="ana", reason="it broke"
    )
    made.store.sessions.change(
        OURS, "run-1", SessionStatus.FAILED, SessionUpdates(SessionStatus.ACTIVE), by="ana", reason="retry"
    )
    assert made.store.sessions.load(OURS, "run-1").status is SessionStatus.ACTIVE


def test_complete_sessions_of_a_component_are_found_by_its_name_newest_first(made: Made) -> None:
    store = made.store
    fill(store, OURS, "run-2")
    for run_id in ("run-1", "run-2"):
        made.clock.pass_seconds(1)
        done = SessionUpdates(SessionStatus.COMPLETE)
        store.sessions.change(OURS, f"{run_id}-alpha", SessionStatus.ACTIVE, done, by="engine", reason="")
    found = store.sessions.proved(OURS, "alpha")
    assert [session.id for session in found] == ["run-2-alpha", "run-1-alpha"]
    assert found[0].name == "alpha"
    assert store.sessions.proved(OURS, "alpha", limit=1) == found[:1]
    assert store.sessions.proved(OURS, "beta") == ()


@pytest.mark.sqlite_only
def test_what_proved_a_component_is_found_without_looking_through_all_others(made: Made) -> None:
    asked: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement: str, values: object, *_rest: object) -> None:
        asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        made.store.sessions.proved(OURS, "alpha")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with closing(sqlite3.connect(made.path)) as connection:
        (plan,) = [
            connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            for statement, values in asked
            if "sessions" in statement
        ]
    (how,) = [row[3] for row in plan if "SEARCH sessions" in row[3] or "SCAN" in row[3]]
    assert "component_id=?" in how


def test_runs_are_listed_newest_first_with_counts_skips_and_lease(made: Made) -> None:
    made.clock.pass_seconds(5)
    made.store.sessions.create(parent("run-2", at=made.clock.now))
    lease = made.store.leases.acquire(OURS, "run-1", OWNER, replace=None)
    skipped = SessionUpdates(SessionStatus.CANCELLED, {"skipped": {"by": "ana"}})
    for name, updates in (("alpha", skipped), ("beta", SessionUpdates(SessionStatus.CANCELLED))):
        made.store.sessions.change(OURS, f"run-1-{name}", SessionStatus.ACTIVE, updates, by="ana", reason="")
    newer, older = made.store.sessions.runs(OURS)
    assert (newer.id, older.id) == ("run-2", "run-1")
    assert (older.name, older.lease, older.skipped) == ("billing", lease, 1)
    assert older.child_counts[SessionStatus.CANCELLED] == 2
    assert older.child_counts[SessionStatus.ACTIVE] == 1
    assert older.updated_at == made.clock.now


@pytest.mark.sqlite_only
def test_a_glance_shows_what_the_store_lists(made: Made) -> None:
    fill(made.store, replace(OURS, project="other"), "run-9")
    made.store.leases.acquire(OURS, "run-1", OWNER, replace=None)
    assert glance_runs(made.path, OURS.account) == made.store.sessions.runs(None, OURS.account)
    assert len(glance_runs(made.path, OURS.account)) == 2
    assert glance_runs(made.path, "nobody") == ()


def test_a_glance_imports_no_sqlalchemy() -> None:
    check = "import sys, ctxtui.core.store.glance; sys.exit('sqlalchemy' in sys.modules or 'alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
