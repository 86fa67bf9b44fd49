"""Runs a run in the foreground, or follows one that another process runs, telling what happens as it does."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from ctxtui.cli.progress import Progress
from ctxtui.cli.report import print_summary
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import CtxtuiError, ExitCode, LeaseError, StoreError
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.engine.asking import has_runner
from ctxtui.core.engine.control import Control
from ctxtui.core.engine.runner import Runner, exit_code_of
from ctxtui.core.engine.summary import summarize
from ctxtui.core.engine.turn_taking import POLL_SECONDS
from ctxtui.core.workflow import state

if TYPE_CHECKING:
    from ctxtui.core.engine.parts import Parts

RUNNER_START_SECONDS = 10.0


def run_in_foreground(shell: Shell, parts: Parts, scope: Scope, run_id: str) -> ExitCode:
    """Owns the run until it ends; follows it when another process owns it already."""
    runner = Runner(parts, scope, run_id, Control())
    progress = Progress(shell, parts.store, scope, run_id, parts.now)
    try:
        with progress:
            code = _work_or_wait(shell, runner)
    except StoreError:
        raise
    except CtxtuiError as error:
        if shell.is_json:
            _summed_up(shell, parts, scope, run_id, error.exit_code)
        raise
    return _summed_up(shell, parts, scope, run_id, code)


def _work_or_wait(shell: Shell, runner: Runner) -> ExitCode:
    try:
        with _stopped_by_signals(runner):
            return runner.work()
    except LeaseError as error:
        shell.say(f"{error} Following it; Ctrl-C stops the following, not the run.")
    _wait_while_owned(runner.parts, runner.scope, runner.run_id)
    return exit_code_of(runner.parts.store.sessions.load(runner.scope, runner.run_id))


def work_in_background(parts: Parts, scope: Scope, run_id: str) -> ExitCode:
    """Owns the run without a word; somebody else being quicker is as good."""
    runner = Runner(parts, scope, run_id, Control())
    with _stopped_by_signals(runner):
        try:
            return runner.work()
        except LeaseError:
            return ExitCode.OK


def follow(shell: Shell, parts: Parts, scope: Scope, run_id: str) -> ExitCode:
    """Tells what happens until nobody runs the run any more."""
    with Progress(shell, parts.store, scope, run_id, parts.now):
        if _may_go_on(parts.store.sessions.load(scope, run_id)):
            _wait_for_owner(parts, scope, run_id)
        _wait_while_owned(parts, scope, run_id)
    code = exit_code_of(parts.store.sessions.load(scope, run_id))
    return _summed_up(shell, parts, scope, run_id, code)


def _summed_up(shell: Shell, parts: Parts, scope: Scope, run_id: str, code: ExitCode) -> ExitCode:
    summary = summarize(parts.store.feed.changes(scope, run_id), parts.now())
    print_summary(shell, summary, code)
    return code


def _may_go_on(session: Session) -> bool:
    """Whether a runner may be about to start: a run that has ended, or waits for a person, has none coming."""
    return session.status is SessionStatus.ACTIVE and not session.state.get(state.WAITING)


def _wait_for_owner(parts: Parts, scope: Scope, run_id: str) -> None:
    deadline = time.monotonic() + RUNNER_START_SECONDS
    while time.monotonic() < deadline and not has_runner(parts.store, scope, run_id, parts.now()):
        parts.store.feed.wait(POLL_SECONDS)


def _wait_while_owned(parts: Parts, scope: Scope, run_id: str) -> None:
    while has_runner(parts.store, scope, run_id, parts.now()):
        time.sleep(POLL_SECONDS)


@contextmanager
def _stopped_by_signals(runner: Runner) -> Iterator[None]:
    """The first signal stops the run so that it can be resumed; a second one ends the program at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's shape
        runner.stop(signal.Signals(number).name)
        signal.signal(number, signal.SIG_DFL)

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
