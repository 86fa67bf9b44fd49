"""Another program in this terminal: the interface steps aside until it ends."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from textual.app import App, SuspendNotSupported

from ctxtui.core.domain.errors import UsageError

_ENDING = (signal.SIGTERM, signal.SIGHUP)


def run_in_foreground(
    app: App[object], argv: Sequence[str], *, folder: Path | None = None, environ: Mapping[str, str] | None = None
) -> int:
    """Gives the program the terminal and returns its exit code. Raises UsageError where it cannot be started.

    Ctrl-C goes to the program alone. A signal that ends the interface ends the program first.
    """
    if shutil.which(argv[0], path=(environ or {}).get("PATH")) is None:
        raise UsageError(f"{argv[0]} cannot be started: there is no such program.")
    failure: OSError | None = None
    code = 0
    try:
        # An exception inside would leave the terminal to nobody: Textual takes it back only where none passes.
        with app.suspend(), app.batch_update():
            try:
                code = _run(argv, folder, environ)
            except OSError as error:
                failure = error
    except SuspendNotSupported as error:
        raise UsageError(f"{argv[0]} cannot be started: this terminal cannot be handed over.") from error
    if failure is not None:
        raise UsageError(f"{argv[0]} cannot be started: {failure.strerror}.") from failure
    app.refresh()
    return code


def _run(argv: Sequence[str], folder: Path | None, environ: Mapping[str, str] | None) -> int:
    with (
        _signals_passed_on() as signals,
        subprocess.Popen(
            argv, cwd=folder, env=environ, stdin=sys.__stdin__, stdout=sys.__stdout__, stderr=sys.__stderr__
        ) as program,
    ):
        signals.go_to(program)
        return program.wait()


@dataclass(slots=True)
class _Signals:
    """An end that was asked for while the program was being started is passed on once it is there."""

    program: subprocess.Popen[bytes] | None = None
    is_ending: bool = False

    def go_to(self, program: subprocess.Popen[bytes]) -> None:
        self.program = program
        if self.is_ending:
            program.terminate()

    def end(self, _number: int, _frame: FrameType | None) -> None:
        self.is_ending = True
        if self.program is not None:
            self.program.terminate()


@contextlib.contextmanager
def _signals_passed_on() -> Iterator[_Signals]:
    """While the event loop stands still, Python's own handlers are the only ones that run."""
    signals = _Signals()
    before = {number: signal.getsignal(number) for number in (*_ENDING, signal.SIGINT)}
    for number in _ENDING:
        signal.signal(number, signals.end)
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
