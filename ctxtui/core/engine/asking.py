"""Asks something of a run and hears the answer; a run that nobody works on gets a runner that will."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ctxtui.core.domain.errors import ConflictError
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.engine.shown import is_alive
from ctxtui.core.ports.store import Store

ANSWER_SECONDS = 20.0
RUNNER_START_SECONDS = 5.0
"""How long a runner may take to come up before another one is started."""
POLL_SECONDS = 0.1


def who_asks() -> str:
    """The name that requests and the history carry."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def make_request(
    request_id: str,
    run_id: str,
    session_id: str,
    kind: RequestKind,
    now: datetime,
    arguments: Mapping[str, Any] | None = None,
) -> Request:
    return Request(
        id=request_id,
        run_id=run_id,
        session_id=session_id,
        kind=kind,
        requested_by=who_asks(),
        requested_at=now,
        arguments=dict(arguments or {}),
    )


def has_runner(store: Store, scope: Scope, run_id: str, now: datetime) -> bool:
    return is_alive(store.leases.current(scope, run_id), now)


def await_answer(
    store: Store, scope: Scope, request: Request, *, ensure_runner: Callable[[], None], now: Callable[[], datetime]
) -> Request:
    """The answered request. Raises ConflictError when no answer came in time; the request stays open then."""
    start = time.monotonic()
    start_runner_at = start
    while (moment := time.monotonic()) < start + ANSWER_SECONDS:
        stored = store.requests.get(scope, request.id)
        if stored.answered_at is not None:
            return stored
        if moment >= start_runner_at and not has_runner(store, scope, request.run_id, now()):
            start_runner_at = moment + RUNNER_START_SECONDS
            ensure_runner()
        time.sleep(POLL_SECONDS)
    raise ConflictError(
        f"Run {request.run_id} has not answered yet; what was asked stays open, and `ctxtui resume` takes it up."
    )
