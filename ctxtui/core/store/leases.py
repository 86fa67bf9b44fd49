"""Who owns a run: taken by compare-and-set against what the taker saw, so that two never do."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, insert, select, update
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
_HELD_AS = and_(
    in_scope(LeaseRecord),
    LeaseRecord.run_id == bindparam("of_run"),
    LeaseRecord.token == bindparam("with_token"),
    LeaseRecord.host == bindparam("on_host"),
    LeaseRecord.boot_id == bindparam("since_boot"),
    LeaseRecord.pid == bindparam("by_pid"),
)
"""That token and that owner; the heartbeat may have moved on."""
# Built once: one of them goes before everything that an owner writes.
_HOLDS = select(LeaseRecord.token).where(_HELD_AS, LeaseRecord.is_held)
_GIVE_BACK = update(LeaseRecord).where(_HELD_AS).values(is_held=False)
_BEAT = update(LeaseRecord).where(_HELD_AS, LeaseRecord.is_held).values(heartbeat_at=bindparam("now"))


class SqlLeases:
    """Leases in a table, one row per run."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    def acquire(self, scope: Scope, run_id: str, owner: Owner, *, replace: Lease | None) -> Lease:
        return self._writer.run(lambda transaction: _acquire(transaction, scope, run_id, owner, replace))

    def heartbeat(self, scope: Scope, lease: Lease) -> None:
        self._writer.run(lambda transaction: _beat(transaction, scope, lease))

    def release(self, scope: Scope, lease: Lease) -> None:
        """Giving back twice is harmless; giving back what is somebody else's raises LeaseError."""
        self._writer.run(lambda transaction: give_back(transaction.connection, scope, lease))

    def current(self, scope: Scope, run_id: str) -> Lease | None:
        with self._database.reading() as connection:
            find_run(connection, scope, run_id)
            return current_lease(connection, scope, run_id)


def current_lease(connection: Connection, scope: Scope, run_id: str) -> Lease | None:
    row = _find(connection, scope, run_id)
    return as_lease(row) if row is not None and row.is_held else None


def holds(connection: Connection, scope: Scope, lease: Lease) -> bool:
    """Whether the lease is still its owner's, by token."""
    return connection.execute(_HOLDS, _held_as(scope, lease)).first() is not None


def require_held(connection: Connection, scope: Scope, lease: Lease) -> None:
    """Raises LeaseError unless the lease is still its owner's."""
    if not holds(connection, scope, lease):
        raise _lost(connection, scope, lease)


def give_back(connection: Connection, scope: Scope, lease: Lease) -> None:
    """Raises LeaseError when the lease is somebody else's by now."""
    given_back = connection.execute(_GIVE_BACK, _held_as(scope, lease))
    if given_back.rowcount != 1:
        raise _lost(connection, scope, lease)


def _beat(transaction: Transaction, scope: Scope, lease: Lease) -> None:
    beaten = transaction.connection.execute(_BEAT, {**_held_as(scope, lease), "now": transaction.now})
    if beaten.rowcount != 1:
        raise _lost(transaction.connection, scope, lease)


def _find(connection: Connection, scope: Scope, run_id: str) -> AnyRow | None:
    return connection.execute(_FIND, scoped(scope, of_run=run_id)).one_or_none()


def _held_as(scope: Scope, lease: Lease) -> dict[str, object]:
    """The values of `_HELD_AS`."""
    owner = lease.owner
    who = {"on_host": owner.host, "since_boot": owner.boot_id, "by_pid": owner.pid}
    return scoped(scope, of_run=lease.run_id, with_token=lease.token, **who)


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
