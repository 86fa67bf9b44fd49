"""Who owns a run: taken by compare-and-set against what the taker saw, so that two never do."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from ctxtui.core.domain.errors import LeaseError
from ctxtui.core.domain.lease import Lease, Owner
from ctxtui.core.domain.scope import Scope
from ctxtui.core.store.database import Database
from ctxtui.core.store.encoding import from_micros
from ctxtui.core.store.mapping import LEASE, AnyRow, as_lease
from ctxtui.core.store.models import LeaseRecord
from ctxtui.core.store.transaction import Transaction, find_run, in_scope, scoped, within
from ctxtui.core.store.writer import Writer

_FIND = select(*LEASE).where(in_scope(LeaseRecord), LeaseRecord.run_id == bindparam("of_run"))


class SqlLeases:
    """Leases in a table, one row per run."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    def acquire(self, scope: Scope, run_id: str, owner: Owner, *, replace: Lease | None) -> Lease:
        return self._writer.run(lambda transaction: _acquire(transaction, scope, run_id, owner, replace))

    def heartbeat(self, scope: Scope, lease: Lease) -> None:
        def work(transaction: Transaction) -> None:
            beaten = transaction.connection.execute(
                update(LeaseRecord)
                .where(_held_as(scope, lease), LeaseRecord.is_held)
                .values(heartbeat_at=transaction.now)
            )
            if beaten.rowcount != 1:
                raise _lost(transaction.connection, scope, lease)

        self._writer.run(work)

    def release(self, scope: Scope, lease: Lease) -> None:
        """Giving back twice is harmless; giving back what is somebody else's raises LeaseError."""

        def work(transaction: Transaction) -> None:
            given_back = transaction.connection.execute(
                update(LeaseRecord).where(_held_as(scope, lease)).values(is_held=False)
            )
            if given_back.rowcount != 1:
                raise _lost(transaction.connection, scope, lease)

        self._writer.run(work)

    def current(self, scope: Scope, run_id: str) -> Lease | None:
        with self._database.reading() as connection:
            find_run(connection, scope, run_id)
            return current_lease(connection, scope, run_id)


def current_lease(connection: Connection, scope: Scope, run_id: str) -> Lease | None:
    row = _find(connection, scope, run_id)
    return as_lease(row) if row is not None and row.is_held else None


def _find(connection: Connection, scope: Scope, run_id: str) -> AnyRow | None:
    return connection.execute(_FIND, scoped(scope, of_run=run_id)).one_or_none()


def _held_as(scope: Scope, lease: Lease) -> ColumnElement[bool]:
    """That token and that owner; the heartbeat may have moved on."""
    owner = lease.owner
    return and_(
        within(LeaseRecord, scope),
        LeaseRecord.run_id == lease.run_id,
        LeaseRecord.token == lease.token,
        LeaseRecord.host == owner.host,
        LeaseRecord.boot_id == owner.boot_id,
        LeaseRecord.pid == owner.pid,
    )


def _lost(connection: Connection, scope: Scope, lease: Lease) -> LeaseError:
    now = current_lease(connection, scope, lease.run_id)
    whose = f"process {now.owner.pid} on {now.owner.host}" if now else "nobody"
    return LeaseError(f"Run {lease.run_id} is owned by {whose} now; this process must let go of it.")


def _acquire(transaction: Transaction, scope: Scope, run_id: str, owner: Owner, replace: Lease | None) -> Lease:
    connection = transaction.connection
    find_run(connection, scope, run_id)
    row = _find(connection, scope, run_id)
    seen = None if replace is None else (replace.owner, replace.token)
    found = as_lease(row) if row is not None and row.is_held else None
    if seen != (None if found is None else (found.owner, found.token)):
        whose = f"process {found.owner.pid} on {found.owner.host} owns it" if found else "its owner gave it back"
        raise LeaseError(f"Run {run_id} changed hands in the meantime: {whose}.")
    lease = Lease(run_id, owner, (row.token if row is not None else 0) + 1, from_micros(transaction.now))
    columns = {
        "host": owner.host,
        "boot_id": owner.boot_id,
        "pid": owner.pid,
        "process_start": owner.process_start,
        "token": lease.token,
        "heartbeat_at": transaction.now,
        "is_held": True,
    }
    if row is None:
        connection.execute(
            insert(LeaseRecord).values(account=scope.account, project=scope.project, run_id=run_id, **columns)
        )
    else:
        connection.execute(
            update(LeaseRecord).where(within(LeaseRecord, scope), LeaseRecord.run_id == run_id).values(columns)
        )
    return lease
