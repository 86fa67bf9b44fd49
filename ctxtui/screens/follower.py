"""A thread that follows the store, so that the screens only ever take what it has merged."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxtui.core.views.run_view import Delta
from ctxtui.core.views.states import AGENT_STEPS
from ctxtui.screens.services import RunRef
from ctxtui.screens.working import sentence_of

if TYPE_CHECKING:
    from ctxtui.core.domain.interaction import Interaction
    from ctxtui.core.ports.store import Heard, RunRow, Store, StoredEvent


_WAIT = 0.1
_PAUSE = 0.02
_PAUSE_AFTER_ERROR = 1.0
_RUNS_PAUSE = 0.2
_HEARD_PAUSE = 1.0
TAIL_EVENTS = 5000
"""How many of a session's newest events are read at first, and how many wait to be taken at most."""


@dataclass(slots=True)
class _Position:
    """How far one run has been read; `parent_mark` tells when its rounds must be counted again."""

    run: RunRef
    version: int = 0
    parent_mark: object = None
    steps: tuple[Interaction, ...] = ()
    at_turn: set[str] = field(default_factory=set)
    heard: dict[str, Heard] = field(default_factory=dict)
    heard_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Tail:
    """What a session said since the last look; `is_whole` when it replaces what was said before."""

    session_id: str
    events: tuple[StoredEvent, ...]
    is_whole: bool


@dataclass(slots=True)
class _TailPosition:
    """Up to which event one session has been read."""

    run: RunRef
    session_id: str
    last_id: int = 0


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
        self._tell: Callable[[], None] = _nobody
        self._tail_position: _TailPosition | None = None
        self._tail: Tail | None = None
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._turned.set()
        self._thread.join()

    def turn_to(self, run: RunRef | None, tell: Callable[[], None] | None = None) -> None:
        """Follows that run from its beginning, or the list of runs.

        `tell` is called on the follower's thread whenever there is something to take, or an error.
        """
        with self._lock:
            self._tell = tell or _nobody
            self._position = _Position(run) if run else None
            self._delta = None
            self._runs = None
        self._turned.set()

    def listen_to(self, run: RunRef, session_id: str) -> None:
        """Tails one session's events from now on, beginning with the newest that are stored."""
        with self._lock:
            self._tail_position = _TailPosition(run, session_id)
            self._tail = None
        self._turned.set()

    def take_tail(self) -> Tail | None:
        """What the session that is listened to has said since the last call."""
        with self._lock:
            tail, self._tail = self._tail, None
        return tail

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
            except Exception as error:  # noqa: BLE001 - the boundary: a reader that ended would freeze every screen
                self._error = sentence_of(error)
                self._tell()
                self._turned.set()
                self._stop.wait(_PAUSE_AFTER_ERROR)

    def _read(self) -> float:
        """Reads once and says how long to leave the store alone."""
        with self._lock:
            position, tail = self._position, self._tail_position
        if tail is not None:
            self._read_tail(tail)
        if position is None:
            runs = self._store.sessions.runs(None, self._account)
            with self._lock:
                self._runs = runs
            return _RUNS_PAUSE
        self._read_run(position)
        return _PAUSE

    def _read_tail(self, position: _TailPosition) -> None:
        """Many events at once are read in full but for raw lines, which only programs read."""
        is_first = position.last_id == 0
        events = self._store.history.events(
            position.run.scope, position.session_id, position.last_id, TAIL_EVENTS, newest=True, raw=False
        )
        with self._lock:
            if position is not self._tail_position or not (events or is_first):
                return
            position.last_id = events[-1].id if events else -1
            before = self._tail
            merged = (*(before.events if before else ()), *events)[-TAIL_EVENTS:]
            self._tail = Tail(position.session_id, merged, is_first or bool(before and before.is_whole))

    def _listen_for_silence(self, position: _Position) -> None:
        """When those at an agent's turn said anything last; asked once a second at most."""
        now = time.monotonic()
        if now - position.heard_at >= _HEARD_PAUSE:
            position.heard_at = now
            at_turn = sorted(position.at_turn)
            position.heard = self._store.history.last_heard(position.run.scope, at_turn) if at_turn else {}

    def _read_run(self, position: _Position) -> None:
        run = position.run
        changes = self._store.feed.changes(run.scope, run.run_id, position.version)
        position.version = changes.version
        for row in changes.rows:
            mark = (row.pending_step, row.pending_since)
            if row.parent_id is None and mark != position.parent_mark:
                position.parent_mark = mark
                position.steps = self._store.history.interactions(run.scope, run.run_id)
            (position.at_turn.add if row.pending_step in AGENT_STEPS else position.at_turn.discard)(row.id)
        self._listen_for_silence(position)
        with self._lock:
            if position is not self._position:
                return
            before = self._delta or Delta()
            self._delta = Delta(
                rows=before.rows | {row.id: row for row in changes.rows},
                requests=before.requests | {request.id: request for request in changes.requests},
                lease=changes.lease,
                steps=position.steps,
                heard=dict(position.heard),
            )
            tell = self._tell
        tell()


def _nobody() -> None:
    """Nobody wants to be told."""
