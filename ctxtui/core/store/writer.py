"""The one writer: callers queue units of work, a thread commits them in groups, in the order they came."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from ctxtui.core.domain.errors import CtxtuiError, StoreError
from ctxtui.core.store.encoding import to_micros
from ctxtui.core.store.faults import LockedStoreError, store_error
from ctxtui.core.store.models import CounterRecord
from ctxtui.core.store.transaction import EventRow, Transaction
from ctxtui.core.store.watcher import CHANNEL

T = TypeVar("T")

GROUP_ROWS = 2_000
"""About how many rows go into one commit."""
QUEUE_ROWS = 20_000
"""Callers wait when more rows than this are queued."""
LINGER = 0.05
"""Seconds that events wait for company when nobody waits for a unit."""
QUIET = 0.5
"""Seconds without work after which the thread does idle work."""

_TELL_WATCHERS = f"NOTIFY {CHANNEL}"
"""A server passes it on when the transaction is committed, and only then."""

_NEXT_VERSION = (
    update(CounterRecord)
    .where(CounterRecord.name == "version")
    .values(value=CounterRecord.value + 1)
    .returning(CounterRecord.value)
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A function of a transaction that somebody waits for."""

    work: Callable[[Transaction], Any]
    done: Future[Any] = field(default_factory=Future)

    @property
    def weight(self) -> int:
        return 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that nobody waits for. They are dropped where `is_wanted` says so when they are about to be stored."""

    rows: Sequence[EventRow]
    queued_at: float
    is_wanted: Callable[[Connection], bool] | None = None

    @property
    def weight(self) -> int:
        return len(self.rows)


class Writer:
    """Group commit. A database that fails for good breaks the writer, and every later call says why.

    `idle` is called now and then while there is nothing to write; it does a little work and returns whether
    more is left.
    """

    def __init__(self, engine: Engine, location: str, clock: Callable[[], datetime], idle: Callable[[], bool]) -> None:
        self._engine = engine
        self._location = location
        self._clock = clock
        self._idle = idle
        self._queue: deque[Unit | Batch] = deque()
        self._queued_rows = 0
        self._waiting_units = 0
        self._is_closing = False
        self._has_idle_work = False
        self._broken: StoreError | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Returns what `work` returned, once that is durable; raises what it raised, with nothing of it stored."""
        unit = Unit(work)
        self._put(unit)
        result: T = unit.done.result()
        return result

    def append(self, rows: Sequence[EventRow], is_wanted: Callable[[Connection], bool] | None = None) -> None:
        """Queues events and returns; they are stored in order with everything else that this caller asks."""
        if rows:
            self._put(Batch(rows, monotonic(), is_wanted))

    def close(self) -> None:
        """Writes what is queued and ends the thread. Raises StoreError when something could not be written."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join()
        self._engine.dispose()
        with self._changed:
            lost = sum(item.weight for item in self._queue)
            self._queue.clear()
        if self._broken is not None and lost:
            raise StoreError(f"{self._broken} The last {lost} events of the history are not stored.")

    def _put(self, item: Unit | Batch) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._queued_rows < QUEUE_ROWS or self._is_closing or self._broken)
            if self._broken is not None:
                raise StoreError(str(self._broken)) from self._broken
            if self._is_closing:
                raise StoreError(f"The database {self._location} was closed already.")
            is_worth_waking = not self._queue or isinstance(item, Unit) or self._queued_rows >= GROUP_ROWS
            self._queue.append(item)
            self._queued_rows += item.weight
            self._waiting_units += isinstance(item, Unit)
            if is_worth_waking:
                self._changed.notify_all()

    def _serve(self) -> None:
        try:
            while group := self._next_group():
                self._write(group)
        except Exception as error:  # noqa: BLE001 - the thread's boundary: whoever waits must hear of it
            self._break(StoreError(f"Writing to the database {self._location} failed: {error!r}."))

    def _next_group(self) -> list[Unit | Batch]:
        """The items for one commit; empty when the writer is closed and has nothing left to do."""
        while True:
            with self._changed:
                if self._broken is not None:
                    return []
                if not self._queue and self._is_closing:
                    return []
                pause = self._pause()
                if pause is not None and pause <= 0:
                    return self._take()
                if self._changed.wait(pause) or self._queue:
                    continue
            self._be_idle()

    def _pause(self) -> float | None:
        """Seconds to wait before the queue is worth a commit, or the quiet is long enough; None: until called."""
        if not self._queue:
            return QUIET if self._has_idle_work else None
        oldest = self._queue[0]
        if self._waiting_units or self._is_closing or self._queued_rows >= GROUP_ROWS or isinstance(oldest, Unit):
            return 0
        return oldest.queued_at + LINGER - monotonic()

    def _take(self) -> list[Unit | Batch]:
        group: list[Unit | Batch] = []
        rows = 0
        while self._queue and rows < GROUP_ROWS:
            item = self._queue.popleft()
            rows += item.weight
            self._waiting_units -= isinstance(item, Unit)
            group.append(item)
        self._queued_rows -= rows
        self._changed.notify_all()
        return group

    def _be_idle(self) -> None:
        """Idle work that fails is left; whoever needs what it prepares does it then, and hears why it cannot be."""
        with suppress(CtxtuiError):
            while self._idle():
                with self._changed:
                    if self._queue or self._is_closing:
                        return
        self._has_idle_work = False

    def _write(self, group: list[Unit | Batch]) -> None:
        try:
            settle = self._commit(group)
        except DBAPIError as error:
            self._fail(group, store_error(error, self._location))
        except Exception as error:  # noqa: BLE001 - whatever it was, whoever waits must hear of it
            self._fail(group, StoreError(f"Writing to the database {self._location} failed: {error!r}."))
        else:
            self._has_idle_work = True
            for tell in settle:
                tell()

    def _commit(self, group: list[Unit | Batch]) -> list[Callable[[], None]]:
        """Writes a group in one transaction; what comes back tells each unit's caller how it went."""
        settle: list[Callable[[], None]] = []
        match group:
            case [Unit() as alone]:
                return [self._commit_alone(alone)]
        with self._engine.begin() as connection:
            transaction = self._begun(connection)
            for item in group:
                if isinstance(item, Batch):
                    if item.is_wanted is None or item.is_wanted(connection):
                        transaction.add_events(item.rows)
                    continue
                transaction.flush()
                settle.append(_attempt(item, transaction))
            transaction.flush()
        return settle

    def _commit_alone(self, unit: Unit) -> Callable[[], None]:
        """Most units come alone: then the transaction itself is undone, and no savepoint needs to be made in it."""
        failure: Exception | None = None
        try:
            with self._engine.begin() as connection:
                transaction = self._begun(connection)
                try:
                    outcome = _done(unit, transaction)
                except Exception as error:
                    failure = error
                    raise
        except DBAPIError as error:
            refused = _refusal(error)
            return lambda: unit.done.set_exception(refused)
        except Exception:
            if failure is None:
                raise  # no fault of the unit's
            own = failure
            return lambda: unit.done.set_exception(own)
        return lambda: unit.done.set_result(outcome)

    def _begun(self, connection: Connection) -> Transaction:
        version = connection.execute(_NEXT_VERSION).scalar_one()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(_TELL_WATCHERS)
        return Transaction(connection, version, to_micros(self._clock()))

    def _fail(self, group: list[Unit | Batch], reason: StoreError) -> None:
        """Tells those who wait; a lock that may go away keeps the events for the next try, all else is final."""
        for item in group:
            if isinstance(item, Unit) and not item.done.done():
                item.done.set_exception(StoreError(str(reason)))
        with self._changed:
            for item in reversed(group):
                if isinstance(item, Batch):
                    self._queue.appendleft(item)
                    self._queued_rows += item.weight
        if self._is_closing or not isinstance(reason, LockedStoreError):
            self._break(reason)

    def _break(self, reason: StoreError) -> None:
        with self._changed:
            self._broken = self._broken or reason
            waiting = [item for item in self._queue if isinstance(item, Unit)]
            self._queue = deque(item for item in self._queue if isinstance(item, Batch))
            self._changed.notify_all()
        for unit in waiting:
            unit.done.set_exception(StoreError(str(reason)))


def _done(unit: Unit, transaction: Transaction) -> Any:  # noqa: ANN401 - what the unit's caller gets
    outcome = unit.work(transaction)
    transaction.flush()
    return outcome


def _attempt(unit: Unit, transaction: Transaction) -> Callable[[], None]:
    """Runs one unit in a savepoint of its own, so that its failure undoes nothing but itself."""
    savepoint = transaction.connection.begin_nested()
    try:
        outcome = _done(unit, transaction.beside())
    except DBAPIError as error:
        failure: Exception = _refusal(error)  # or else the database may have undone everything, the savepoint with it
    except Exception as error:  # noqa: BLE001 - it belongs to the caller, who gets it
        failure = error
    else:
        savepoint.commit()
        return lambda: unit.done.set_result(outcome)
    savepoint.rollback()
    return lambda: unit.done.set_exception(failure)


def _refusal(error: DBAPIError) -> StoreError:
    """What the unit itself has done wrong; any other trouble of the database is raised on."""
    if isinstance(error, IntegrityError | DataError | ProgrammingError):
        return StoreError(f"The database refused what was to be stored: {error.orig}.")
    raise error
