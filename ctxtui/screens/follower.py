"""A thread that follows the store, so that the screens only ever take what it has merged."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.engine.shown import last_round_report, rounds_taken
from ctxtui.screens.run_view import Delta
from ctxtui.screens.services import RunRef

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow, Store


_WAIT = 0.1
_PAUSE = 0.02
_PAUSE_AFTER_ERROR = 1.0
_RUNS_PAUSE = 0.2


@dataclass(slots=True)
class _Position:
    """How far one run has been read; `parent_mark` tells when its rounds must be counted again."""

    run: RunRef
    version: int = 0
    parent_mark: object = None
    rounds: int = 0
    round_report: str = ""


class Follower:
    """Reads the followed run, or the list of runs, whenever the store was written to."""

    def __init__(self, store: Store, account: str) -> None:
        self._store = store
        self._account = account
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._turned = threading.Event()
        self._position: _Position | None = None
        self._delta: Delta | None = None
        self._runs: tuple[RunRow, ...] | None = None
        self._error = ""
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._turned.set()
        self._thread.join()

    def turn_to(self, run: RunRef | None) -> None:
        """Follows that run from its beginning, or the list of runs."""
        with self._lock:
            self._position = _Position(run) if run else None
            self._delta = None
            self._runs = None
        self._turned.set()

    def take(self) -> Delta | None:
        """What changed in the followed run since the last call."""
        with self._lock:
            delta, self._delta = self._delta, None
        return delta

    def take_runs(self) -> tuple[RunRow, ...] | None:
        with self._lock:
            runs, self._runs = self._runs, None
        return runs

    @property
    def error(self) -> str:
        """Why the store cannot be read at the moment; empty when it can."""
        return self._error

    def _run(self) -> None:
        self._turned.set()
        while not self._stop.is_set():
            try:
                if self._store.feed.wait(_WAIT) or self._turned.is_set():
                    self._turned.clear()
                    self._stop.wait(self._read())
                self._error = ""
            except CtxtuiError as error:
                self._error = str(error)
                self._turned.set()
                self._stop.wait(_PAUSE_AFTER_ERROR)

    def _read(self) -> float:
        """Reads once and says how long to leave the store alone."""
        with self._lock:
            position = self._position
        if position is None:
            runs = self._store.sessions.runs(None, self._account)
            with self._lock:
                self._runs = runs
            return _RUNS_PAUSE
        self._read_run(position)
        return _PAUSE

    def _read_run(self, position: _Position) -> None:
        run = position.run
        changes = self._store.feed.changes(run.scope, run.run_id, position.version)
        position.version = changes.version
        for row in changes.rows:
            mark = (row.pending_step, row.pending_since)
            if row.parent_id is None and mark != position.parent_mark:
                position.parent_mark = mark
                steps = self._store.history.interactions(run.scope, run.run_id)
                position.rounds = rounds_taken(steps)
                position.round_report = last_round_report(steps)
        with self._lock:
            if position is not self._position:
                return
            before = self._delta or Delta()
            self._delta = Delta(
                rows=before.rows | {row.id: row for row in changes.rows},
                requests=before.requests | {request.id: request for request in changes.requests},
                lease=changes.lease,
                rounds=position.rounds,
                round_report=position.round_report,
            )
