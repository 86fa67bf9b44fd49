"""Databases and folders that cannot be used: one sentence, the exit code for trying again, and nothing lost."""

from __future__ import annotations

import functools
import sqlite3
from contextlib import closing

import pytest

from ctxtui.core.domain.errors import ExitCode, NotFoundError
from ctxtui.core.store import opening

RETRYABLE = 3
USAGE = 2


def change(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize("words", [("ls",), ("show",), ("plan", "shop")])
def test_a_data_folder_that_cannot_be_made_is_named(person, words):
    person.data.touch()
    told = person.types(*words, CTXTUI_DATA_DIR=str(person.data / "below"))
    assert told.code == RETRYABLE
    assert told.sentence == (
        f"The folder {person.data / 'below'} for the database cannot be made (Not a directory): choose another one."
    )


def test_the_demo_says_which_folder_it_cannot_write(person):
    person.data.touch()
    told = person.types("demo")
    assert told.code == RETRYABLE
    assert "The sample project cannot be copied to" in told.sentence
    assert "CTXTUI_DATA_DIR" in told.sentence


def test_a_log_that_cannot_be_written_starts_no_runner(person):
    person.data.mkdir()
    (person.data / "logs").touch()
    told = person.types("run", "shop", "-q", "--detach")
    assert told.code == RETRYABLE
    assert told.sentence.startswith(f"The log {person.data}/logs/")


def test_a_database_locked_by_another_program_can_be_looked_at_and_is_said_to_be_locked(done, monkeypatch):
    impatient = functools.partial(opening.open_store, patience=0.2)
    monkeypatch.setattr(opening, "open_store", impatient)
    with closing(sqlite3.connect(done.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        looked, tried = done.types("ls"), done.types("show")
        other.execute("ROLLBACK")
    assert (looked.code, "passed" in looked.out) == (0, True)
    assert tried.code == RETRYABLE
    assert "is locked by another program; try again" in tried.sentence
    assert done.types("show").code == 0


def test_a_database_of_a_newer_program_is_left_alone(done):
    change(done.database, "UPDATE alembic_version SET version_num = '9999'")
    for words in (["show"], ["plan", "shop"], ["resume", "--headless"]):
        told = done.types(*words)
        assert told.code == RETRYABLE
        assert "was written by a newer ctxtui (its revision 9999 is unknown); update ctxtui." in told.sentence


def test_a_file_that_is_no_database_is_left_alone(person):
    person.data.mkdir()
    person.database.write_bytes(b"my notes " * 1000)
    for words in (["ls"], ["show"], ["run", "shop"]):
        told = person.types(*words)
        assert (told.code, told.sentence) == (
            RETRYABLE,
            f"The file {person.database} is not a database; move it away and start again.",
        )
    assert person.database.read_bytes() == b"my notes " * 1000
    checked = person.types("doctor")
    assert checked.code == USAGE
    assert "✕ database" in checked.out


DATABASES = {
    "postgresql+nosuchdriver://ana:secret@localhost/x": "There is no kind of database 'postgresql+nosuchdriver'",
    "foo://x": "There is no kind of database 'foo': `database` is a path, or a URL.",
}


@pytest.mark.parametrize("url", DATABASES)
def test_a_database_that_cannot_be_connected_is_a_mistake_in_the_settings(person, url):
    told = person.types("ls", CTXTUI_DATABASE=url)
    assert told.code == USAGE
    assert told.sentence.startswith(DATABASES[url])
    assert "secret" not in told.sentence


def test_a_relative_database_stands_where_it_was_typed(person):
    assert person.types("ls", CTXTUI_DATABASE="mine.db").code == 0
    assert (person.root / "mine.db").exists()


def test_a_database_that_was_replaced_under_a_run_is_said_to_be(person, monkeypatch):
    def is_gone(runner):
        raise NotFoundError(f"There is no session {runner.run_id} in project shop.")

    monkeypatch.setattr("ctxtui.cli.foreground.Runner.work", is_gone)
    told = person.types("run", "shop", "-q", "--headless")
    assert told.code == ExitCode.RETRYABLE
    assert f"is not in the database {person.database} any more: the file, or its folder, was moved" in told.sentence
