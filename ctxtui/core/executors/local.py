"""Turns as processes of this machine that outlive the runner which started them."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

from ctxtui.core.domain.errors import AgentError, ConflictError, NotFoundError, is_of_machine
from ctxtui.core.executors.claims import give_up, held, read_claim, read_exit
from ctxtui.core.executors.shim import MARKER, STDERR, STDOUT, find_program, mark, shim_argv
from ctxtui.core.executors.turn import LocalTurn, Shim
from ctxtui.core.ports.agents import Launch
from ctxtui.core.ports.executors import Claim
from ctxtui.core.processes.table import ProcessTable, this_machine


class LocalExecutor:
    """Starts each turn under a shim in a process session of its own; safe to use from threads."""

    def __init__(self, table: ProcessTable | None = None) -> None:
        self._table = table or this_machine()
        self._children: dict[Path, Shim] = {}
        self._adopted: dict[Path, LocalTurn] = {}
        # A signal's handler ends all turns in the thread that it interrupts, which may hold the lock.
        self._lock = threading.RLock()

    def start(self, launch: Launch, turn_dir: Path) -> LocalTurn:
        """Raises AgentError when the program cannot be started, ConflictError when the turn was started before."""
        turn_dir = turn_dir.absolute()
        program = find_program(launch)
        if read_claim(turn_dir) is not None:
            raise ConflictError(f"The turn in {turn_dir} was started or given up before: begin a new attempt.")
        turn_dir.mkdir(parents=True, exist_ok=True)
        child = self._spawn(launch, program, turn_dir)
        with self._lock:
            # Those that ended are reaped and forgotten here, whether or not anybody waited for them.
            self._children = {path: one for path, one in self._children.items() if one.poll() is None}
            self._children[turn_dir] = child
        return LocalTurn(turn_dir, self._table, child=child)

    def claim(self, turn_dir: Path) -> Claim:
        """Takes the turn for nobody, or says how it stands.

        Of several claimers one wins, the others see `vanished`. A vanished turn has nothing left running: what
        outlived its shim is ended first.
        """
        turn_dir = turn_dir.absolute()
        if give_up(turn_dir, self._table):
            return Claim.WON
        if read_exit(turn_dir) is not None:
            return Claim.ENDED
        claimant = read_claim(turn_dir)
        if claimant is not None and claimant.is_given_up:
            return Claim.VANISHED
        if claimant is not None and claimant.is_alive(self._table):
            return Claim.ALIVE
        if read_exit(turn_dir) is not None:  # it ended between the two looks
            return Claim.ENDED
        LocalTurn(turn_dir, self._table, claimant=claimant).stop(grace=0)
        return Claim.VANISHED

    def adopt(self, turn_dir: Path) -> LocalTurn:
        """Raises NotFoundError when the turn's program was never started."""
        turn_dir = turn_dir.absolute()
        claimant = read_claim(turn_dir)
        if claimant is None or not claimant.is_shim:
            raise NotFoundError(f"No turn was started in {turn_dir}: there is nothing to adopt; begin a new attempt.")
        with self._lock:
            child = self._children.get(turn_dir)
            turn = LocalTurn(turn_dir, self._table, child=child, claimant=claimant)
            self._adopted[turn_dir] = turn
        return turn

    def output(self, turn_dir: Path) -> Path:
        return turn_dir / STDOUT

    def end_all(self) -> None:
        with self._lock:
            started = [LocalTurn(path, self._table, child=child) for path, child in self._children.items()]
            turns = [*started, *(turn for path, turn in self._adopted.items() if path not in self._children)]
        for turn in turns:
            if not turn.wait(0):
                with contextlib.suppress(AgentError):  # the others are to be ended all the same
                    turn.stop(grace=0)

    def _spawn(self, launch: Launch, program: str, turn_dir: Path) -> Shim:
        environment = {**launch.env, MARKER: mark(turn_dir)}
        argv = shim_argv(program, launch.argv[1:], environment, turn_dir)
        try:
            with contextlib.ExitStack() as files:
                source = os.devnull if launch.stdin is None else launch.stdin
                return Shim(
                    argv,
                    cwd=launch.cwd,
                    env=environment,
                    stdin=files.enter_context(open(source, "rb")),  # noqa: PTH123 - a path or the null device
                    stdout=files.enter_context((turn_dir / STDOUT).open("ab")),
                    stderr=files.enter_context((turn_dir / STDERR).open("ab")),
                    start_new_session=True,
                    pass_fds=(files.enter_context(held(turn_dir)),),
                )
        except (OSError, ValueError) as error:
            if is_of_machine(error):
                raise
            raise AgentError(f"{launch.argv[0]} could not be started in {launch.cwd}: {error}.") from error
