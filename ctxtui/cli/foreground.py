"""Runs a run in the foreground, or follows one that another process runs, telling what happens as it does."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from ctxtui.cli.output.progress import Progress
from ctxtui.cli.output.report import print_summary
from ctxtui.cli.output.streams import is_read
from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import CtxtuiError, ExitCode, LeaseError, NotFoundError, StoreError
from ctxtui.core.domain.request import Request
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.engine.actions.turn import POLL_SECONDS
from ctxtui.core.engine.asking import has_runner
from ctxtui.core.engine.runner import Runner, exit_code_of
from ctxtui.core.processes.temporary import sweep
from ctxtui.core.views.summary import summarize
from ctxtui.core.workflow import state
from ctxtui.services.hooks import run_hooks, standing_for
from ctxtui.services.tracing import traced

if TYPE_CHECKING:
    from ctxtui.config import Hooks
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.ports.store import RunRow

RUNNER_START_SECONDS = 10.0


def run_in_foreground(shell: Shell, parts: Parts, scope: Scope, run_id: str, asked: Sequence[Request] = ()) -> ExitCode:
    """Owns the run until it ends; follows it when another process owns it already.

    What was `asked` beforehand is answered on the way; a refusal is told.
    """
    sweep()
    runner = Runner(parts, scope, run_id)
    progress = Progress(shell, parts.store, scope, run_id, parts.now)
    try:
        with progress, traced(parts, scope, run_id, shell.environ, lambda sentence: shell.say(f"note: {sentence}")):
            code = _work_or_wait(shell, runner)
    except StoreError:
        raise
    except NotFoundError as error:
        raise StoreError(
            f"Run {run_id} is not in the database {parts.store.location} any more: the file, or its folder, was moved "
            f"or replaced while the run was at work. Put it back, then `ctxtui resume {run_id}`."
        ) from error
    except CtxtuiError as error:
        if shell.is_json:
            _summed_up(shell, parts, scope, run_id, error.exit_code)
        raise
    for request in asked:
        answered = parts.store.requests.get(scope, request.id)
        if answered.is_granted is False:
            shell.complain(f"ctxtui: {answered.answer}")
    return _summed_up(shell, parts, scope, run_id, code)


def _work_or_wait(shell: Shell, runner: Runner) -> ExitCode:
    hooks = shell.settings_for(_row_of(runner)).hooks
    before = standing_for(hooks, runner.parts.store, runner.scope, runner.run_id)
    try:
        with _stopped_by_signals(runner):
            code = runner.work()
    except LeaseError as error:
        shell.say(f"{error} Following it; Ctrl-C stops the following, not the run.")
        _wait_while_owned(runner.parts, runner.scope, runner.run_id)
        return exit_code_of(runner.parts.store.sessions.load(runner.scope, runner.run_id))
    if problem := run_hooks(hooks, runner.parts, runner.scope, runner.run_id, code, before):
        shell.complain(f"ctxtui: {problem}")
    return code


def _row_of(runner: Runner) -> RunRow:
    return next(row for row in runner.parts.store.sessions.runs(runner.scope) if row.id == runner.run_id)


def work_in_background(parts: Parts, scope: Scope, run_id: str, hooks: Hooks) -> ExitCode:
    """Owns the run without a word; somebody else being quicker is as good."""
    sweep()
    runner, before = Runner(parts, scope, run_id), standing_for(hooks, parts.store, scope, run_id)
    with _stopped_by_signals(runner), traced(parts, scope, run_id, os.environ, _log):
        try:
            code = runner.work()
        except LeaseError:
            return ExitCode.OK
    if problem := run_hooks(hooks, parts, scope, run_id, code, before):
        _log(problem)
    return code


def _log(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 - the log of a runner that nobody watches


def follow(shell: Shell, parts: Parts, scope: Scope, run_id: str) -> ExitCode:
    """Tells what happens until nobody runs the run any more."""
    with Progress(shell, parts.store, scope, run_id, parts.now):
        if _may_go_on(parts.store.sessions.load(scope, run_id)):
            _wait_for_owner(parts, scope, run_id)
        _wait_while_owned(parts, scope, run_id, lambda: not shell.is_json or _is_heard(shell))
    code = exit_code_of(parts.store.sessions.load(scope, run_id))
    return _summed_up(shell, parts, scope, run_id, code)


def _is_heard(shell: Shell) -> bool:
    """Whether records have a reader: following ends without one, however long the run goes on."""
    return shell.is_heard and is_read(sys.stdout)


def _summed_up(shell: Shell, parts: Parts, scope: Scope, run_id: str, code: ExitCode) -> ExitCode:
    summary = summarize(parts.store.feed.changes(scope, run_id), parts.now())
    print_summary(shell, summary, code, parts.workspaces)
    return code


def _may_go_on(session: Session) -> bool:
    """Whether a runner may be about to start: a run that has ended, or waits for a person, has none coming."""
    return session.status is SessionStatus.ACTIVE and not session.state.get(state.WAITING)


def _wait_for_owner(parts: Parts, scope: Scope, run_id: str) -> None:
    deadline = time.monotonic() + RUNNER_START_SECONDS
    while time.monotonic() < deadline and not has_runner(parts.store, scope, run_id, parts.now()):
        parts.store.feed.wait(POLL_SECONDS)


def _wait_while_owned(parts: Parts, scope: Scope, run_id: str, is_heard: Callable[[], bool] = lambda: True) -> None:
    while is_heard() and has_runner(parts.store, scope, run_id, parts.now()):
        time.sleep(POLL_SECONDS)


@contextmanager
def _stopped_by_signals(runner: Runner) -> Iterator[None]:
    """The first signal stops the run so that it can be resumed; a second one ends agents and program at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's shape
        runner.stop(signal.Signals(number).name)
        signal.signal(number, end)

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as above
        signal.signal(number, signal.SIG_DFL)
        runner.end_agents()
        signal.raise_signal(number)

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
