"""Full-text search over what a run's agents said and did."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from ctxtui.core.domain.errors import StoreError
from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.interaction import Result, ResultStatus
from ctxtui.core.ports.store import Store
from ctxtui.core.store.search import SearchIndex
from tests.contracts.store.conftest import NOTHING, OURS, Made, command, fill, message

ALPHA = "run-1-alpha"


def say(made: Made, *texts: str, kind: EventKind = EventKind.MESSAGE) -> None:
    n = len(made.store.history.interactions(OURS, ALPHA)) + 1
    step = made.begin("alpha", n)
    made.store.history.record(OURS, ALPHA, step, [message(text, kind) for text in texts])
    made.store.history.finish(OURS, step, Result(ResultStatus.OK), NOTHING)


def excerpts(made: Made, text: str, limit: int = 50) -> list[str]:
    return [hit.excerpt for hit in made.store.history.search(OURS, "run-1", text, limit)]


def test_the_newest_hits_come_first_and_every_word_must_be_there(made: Made) -> None:
    say(made, "the parser fails", "the parser passes", "nothing here")
    assert excerpts(made, "parser") == ["the parser passes", "the parser fails"]
    assert excerpts(made, "PARSER fai") == ["the parser fails"]
    assert excerpts(made, "parser", limit=1) == ["the parser passes"]
    say(made, "the parser again")
    assert excerpts(made, "parser")[0] == "the parser again"


def test_prompts_and_results_are_found_too(made: Made) -> None:
    made.store.history.begin(OURS, ALPHA, "one", command(prompt="cover the tokenizer"))
    made.store.history.finish(OURS, "one", Result(ResultStatus.ERROR, "exploded", output="zebra"), NOTHING)
    for word in ("tokenizer", "exploded", "zebra"):
        (hit,) = made.store.history.search(OURS, "run-1", word)
        assert (hit.session_id, hit.interaction_id, hit.event_id) == (ALPHA, "one", None)


def test_raw_lines_are_not_found_beside_what_was_parsed_from_them(made: Made) -> None:
    say(made, '{"text": "hello"}', kind=EventKind.RAW)
    assert excerpts(made, "hello") == []


@pytest.mark.parametrize("text", ['"', "a AND", "NEAR(", "run:x", "*", "a-b", "x OR y", "", "\0", "(", "^a", "it's"])
def test_anything_typed_is_a_valid_search(made: Made, text: str) -> None:
    say(made, "a quiet line")
    assert isinstance(excerpts(made, text), list)


def test_a_search_stays_in_its_run(made: Made) -> None:
    say(made, "only in the first run")
    fill(made.store, OURS, "run-2")
    assert made.store.history.search(OURS, "run-2", "only") == ()


def test_a_long_text_is_shown_around_the_word(made: Made) -> None:
    say(made, "x " * 500 + "needle " + "y " * 500)
    (excerpt,) = excerpts(made, "needle")
    assert "needle" in excerpt
    assert excerpt.startswith("…")
    assert excerpt.endswith("…")
    assert len(excerpt) < 200


@pytest.mark.sqlite_only
@pytest.mark.parametrize("damage", ["lost", "overwritten", "foreign"])
def test_a_lost_or_damaged_index_is_built_again(made: Made, damage: str) -> None:
    say(made, "still findable")
    assert excerpts(made, "findable") == ["still findable"]
    index = made.path.with_name("ctxtui.db.search.db")
    for beside in (f"{index.name}-wal", f"{index.name}-shm"):
        index.with_name(beside).unlink(missing_ok=True)
    index.unlink()
    if damage == "overwritten":
        index.write_bytes(b"not a database at all" * 100)
    if damage == "foreign":
        with closing(sqlite3.connect(index)) as other:
            other.execute("PRAGMA user_version=77")
    assert excerpts(made, "findable") == ["still findable"]


@pytest.mark.sqlite_only
def test_a_locked_index_is_left_alone_and_keeps_no_writer_waiting(made: Made) -> None:
    say(made, "still findable")
    assert excerpts(made, "findable")
    file = made.path.with_name("ctxtui.db.search.db")
    same = file.stat().st_ino
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        index = SearchIndex(None, file)  # the database is not asked while the index is locked
        with pytest.raises(StoreError, match="cannot be used now"):
            index.advance()
        say(made, "said meanwhile")
        assert file.stat().st_ino == same
        other.execute("ROLLBACK")
    assert excerpts(made, "meanwhile") == ["said meanwhile"]


@pytest.mark.sqlite_only
def test_an_index_that_knows_more_than_the_database_starts_over(made: Made) -> None:
    say(made, "still findable")
    assert excerpts(made, "findable")
    with closing(sqlite3.connect(made.path.with_name("ctxtui.db.search.db"))) as index:
        index.execute("UPDATE progress SET event_id = 999")
        index.commit()
    assert excerpts(made, "findable") == ["still findable"]


def test_two_stores_never_index_the_same_line_twice(made: Made, opened: Callable[[], Store]) -> None:
    say(made, "said once")
    other = opened()
    assert len(other.history.search(OURS, "run-1", "once")) == 1
    assert excerpts(made, "once") == ["said once"]
