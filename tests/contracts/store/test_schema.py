"""The schema's history: migrations, backups, and that models and migrations agree."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from ctxtui.core.domain.errors import StoreError
from ctxtui.core.ports.store import Store
from ctxtui.core.store.database import connect_engine, parse_address
from ctxtui.core.store.models import Base
from ctxtui.core.store.upgrading import HEAD, MIGRATIONS, upgrade
from tests.contracts.store.conftest import OURS, Made

pytestmark = pytest.mark.sqlite_only

REBUILD = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{head}"
def upgrade():
    with op.batch_alter_table("sessions", recreate="always") as table:
        table.add_column(sa.Column("colour", sa.Text(), nullable=False, server_default="green"))
    {then}
"""


@pytest.fixture
def later(tmp_path: Path) -> Callable[[str], Path]:
    """The migrations as they are, and one more that rebuilds the table everything refers to."""

    def write(then: str = "pass") -> Path:
        folder = tmp_path / "migrations"
        (folder / "versions").mkdir(parents=True)
        for script in (MIGRATIONS / "env.py", *MIGRATIONS.glob("versions/0*.py")):
            (folder / script.relative_to(MIGRATIONS)).write_text(script.read_text())
        (folder / "versions" / "9999_rebuild.py").write_text(REBUILD.format(head=HEAD, then=then))
        return folder

    return write


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # a table's name from the test
        return found


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        found: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return found


def test_the_newest_revision_is_the_one_the_program_names() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_the_migrations_make_exactly_the_models(store: Store, tmp_path: Path) -> None:
    engine = connect_engine(parse_address(tmp_path / "ctxtui.db", 1), "BEGIN")
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_the_models_are_valid_for_postgresql_too() -> None:
    for table in Base.metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=postgresql.dialect()))
        assert all(len(str(constraint.name)) < 64 for constraint in table.constraints)


def test_a_migration_keeps_every_row_and_leaves_a_backup(made: Made, later: Callable[[str], Path]) -> None:
    made.begin("alpha", attempt=True)
    made.store.close()
    upgrade(parse_address(made.path, 5), head="9999", migrations=later("pass"))
    assert revision(made.path) == "9999"
    backup = made.path.with_name(f"ctxtui.db.bak-{HEAD}")
    assert revision(backup) == HEAD
    for path in (made.path, backup):
        assert [count(path, table) for table in ("sessions", "interactions", "attempts")] == [4, 1, 1]


@pytest.mark.parametrize("then", ['raise RuntimeError("no")', 'op.execute("DELETE FROM projects")'])
def test_a_migration_that_fails_leaves_the_database_as_it_was(
    made: Made, later: Callable[[str], Path], then: str, opened: Callable[[], Store]
) -> None:
    made.store.close()
    with pytest.raises((StoreError, RuntimeError)):
        upgrade(parse_address(made.path, 5), head="9999", migrations=later(then))
    assert revision(made.path) == HEAD
    assert opened().sessions.load(OURS, "run-1").name == "billing"


def test_a_new_database_needs_no_backup(store: Store, tmp_path: Path) -> None:
    assert list(tmp_path.glob("*.bak-*")) == []


def test_a_database_newer_than_the_program_is_left_alone(made: Made, opened: Callable[[], Store]) -> None:
    made.store.close()
    with closing(sqlite3.connect(made.path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'f00d'")
        connection.commit()
    with pytest.raises(StoreError, match=r"newer ctxtui .*f00d.*update ctxtui"):
        opened()
    assert list(made.path.parent.glob("*.bak-*")) == []


def test_another_programs_database_is_left_alone(tmp_path: Path, opened: Callable[[], Store]) -> None:
    with closing(sqlite3.connect(tmp_path / "ctxtui.db")) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(StoreError, match="belongs to another program"):
        opened()
