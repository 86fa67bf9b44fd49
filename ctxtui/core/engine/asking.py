"""Asks something of a run and hears the answer; a run that nobody works on gets a runner that will."""

from __future__ import annotations

import os
import pwd
import socket
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ctxtui.core.domain.errors import UnansweredError
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.run_plan import CHANGEABLE, RunPlan
from ctxtui.core.domain.run_state import run_state
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ExecutionMode
from ctxtui.core.engine.parts import Parts
from ctxtui.core.ports.store import Store
from ctxtui.core.processes.owners import is_alive
from ctxtui.core.workflow.refusals import facts_of, refusal

ANSWER_SECONDS = 20.0
RUNNER_START_SECONDS = 5.0
"""How long a runner may take to come up before another one is started."""
POLL_SECONDS = 0.1


def who_asks() -> str:
    """The name that requests and the history carry: the user as the system knows them, and the machine."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = f"user {os.getuid()}"
    return f"{user}@{socket.gethostname()}"


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


def go_on(parts: Parts, scope: Scope, run_id: str) -> tuple[Request, ...]:
    """Asks whatever it takes to let a run go on that a user wants to: stored, and answered by its next owner.

    A run that was paused, that could not be finished, or that waits for its agent would otherwise stay as it is.
    """
    run = parts.store.sessions.load(scope, run_id)
    facts = facts_of(run)
    if not (facts.is_paused or facts.is_stuck) or refusal(RequestKind.RESUME, facts):
        return ()
    request = make_request(parts.new_id(), run_id, run_id, RequestKind.RESUME, parts.now())
    parts.store.requests.ask(scope, request)
    return (request,)


def give_settings(parts: Parts, scope: Scope, run_id: str, wanted: RunPlan) -> tuple[Request, ...]:
    """Asks an existing run to go on with the settings wanted now, where they are others than it was started with."""
    run = parts.store.sessions.load(scope, run_id)
    plan = run_state(run.state).plan
    if plan is None:
        return ()
    before, after = plan.to_state(), wanted.to_state()
    changed = {name: after[name] for name in sorted(CHANGEABLE) if after[name] != before[name]}
    if not changed:
        return ()
    arguments = {"plan": changed}
    request = make_request(parts.new_id(), run_id, run_id, RequestKind.SETTINGS, parts.now(), arguments)
    parts.store.requests.ask(scope, request)
    return (request,)


def go_by_steps(parts: Parts, scope: Scope, run_id: str) -> tuple[Request, ...]:
    """Asks an existing run to wait for the user before each step, unless it does so already."""
    if parts.store.sessions.load(scope, run_id).execution_mode is ExecutionMode.MANUAL:
        return ()
    arguments = {"mode": ExecutionMode.MANUAL.value}
    request = make_request(parts.new_id(), run_id, run_id, RequestKind.MODE, parts.now(), arguments)
    parts.store.requests.ask(scope, request)
    return (request,)


def has_runner(store: Store, scope: Scope, run_id: str, now: datetime) -> bool:
    return is_alive(store.leases.current(scope, run_id), now)


def await_answer(
    store: Store, scope: Scope, request: Request, *, ensure_runner: Callable[[], None], now: Callable[[], datetime]
) -> Request:
    """The answered request. Raises UnansweredError when no answer came in time; the request stays open then."""
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
    raise UnansweredError(
        f"Run {request.run_id} has not answered yet; what was asked stays open, and `ctxtui resume` takes it up."
    )
