from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ctxtui.core.executors.claims import read_claim
from ctxtui.core.executors.local import LocalExecutor
from ctxtui.core.executors.shim import MARKER, mark
from ctxtui.core.ports.agents import Launch
from ctxtui.core.ports.executors import Claim
from ctxtui.core.processes.family import Kin, family
from ctxtui.core.processes.table import this_machine

STARTER = """
import sys
from pathlib import Path
from ctxtui.core.executors.local import LocalExecutor
from ctxtui.core.ports.agents import Launch
folder, effects = Path(sys.argv[1]), sys.argv[2]
command = ("sh", "-c", 'echo "$0" >>"$1"; sleep 0.02; exit 3', folder.name, effects)
launch = Launch(command, folder.parent, {"PATH": "/usr/bin:/bin"})
executor = LocalExecutor()
print("ready", flush=True)
sys.stdin.readline()
turn = executor.start(launch, folder)
print("started", flush=True)
turn.wait(60)
"""

CLAIMER = """
import sys
from pathlib import Path
from ctxtui.core.executors.local import LocalExecutor
executor = LocalExecutor()
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    print(executor.claim(Path(sys.argv[1]) / str(number)), flush=True)
"""


def spawn(program: str, *arguments: str) -> subprocess.Popen[str]:
    """A Python process that has said that it is ready and waits for a line."""
    argv = [sys.executable, "-c", program, *arguments]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def kill(process: subprocess.Popen[str]) -> None:
    with process:
        process.kill()


def ran(effects: Path) -> list[str]:
    return effects.read_text().split() if effects.exists() else []


def members(folder: Path) -> set[int]:
    return {process.pid for process in family(this_machine(), Kin(f"{MARKER}={mark(folder)}"))}


@pytest.mark.parametrize("seed", range(4))
def test_a_starter_killed_at_any_moment_leads_to_exactly_one_run(tmp_path: Path, seed: int) -> None:
    chance, effects, executor = random.Random(seed), tmp_path / "effects", LocalExecutor()
    for attempt in range(5):
        folder = tmp_path / f"turn-{attempt}"
        starter = spawn(STARTER, str(folder), str(effects))
        go(starter)
        moment = time.monotonic() + chance.uniform(0, 0.02)
        while time.monotonic() < moment:
            pass
        kill(starter)
        claim = executor.claim(folder)
        assert claim in {Claim.WON, Claim.ALIVE, Claim.ENDED}
        if claim is Claim.WON:
            again = tmp_path / f"again-{attempt}"
            second = spawn(STARTER, str(again), str(effects))
            go(second)
            second.communicate(timeout=60)
            assert ran(effects).count(again.name) == 1
        else:
            turn = executor.adopt(folder)
            assert turn.wait(60)
            assert turn.exit_code() == 3
        assert ran(effects).count(folder.name) == (0 if claim is Claim.WON else 1)
        assert not members(folder)


def test_a_shim_killed_at_any_moment_leaves_nothing_running_and_runs_nothing_twice(tmp_path: Path) -> None:
    chance, effects, executor = random.Random(7), tmp_path / "effects", LocalExecutor()
    for attempt in range(20):
        folder = tmp_path / f"turn-{attempt}"
        command = ("sh", "-c", 'echo "$0" >>"$1"; sleep 60', folder.name, str(effects))
        turn = executor.start(Launch(command, tmp_path, {"PATH": os.defpath}), folder)
        assert turn.child is not None
        moment = time.monotonic() + chance.uniform(0, 0.012)
        while time.monotonic() < moment:
            pass
        turn.child.kill()
        assert turn.wait(60)
        claim = executor.claim(folder)
        assert claim in {Claim.WON, Claim.VANISHED}
        assert ran(effects).count(folder.name) <= (claim is Claim.VANISHED)
        # The shim's own `ln` may still be failing at a claim that is taken; nothing else may be there at all.
        limit = time.monotonic() + 5
        while members(folder) and claim is Claim.WON:
            assert time.monotonic() < limit
        assert not members(folder)


def test_racing_processes_never_both_win_a_turn(tmp_path: Path) -> None:
    turns = 30
    claimers = [spawn(CLAIMER, str(tmp_path), str(turns)) for _ in range(3)]
    for claimer in claimers:
        go(claimer)
    answers = [claimer.communicate(timeout=60)[0].split() for claimer in claimers]
    assert all(len(answer) == turns for answer in answers)
    for of_one_turn in zip(*answers, strict=True):
        assert of_one_turn.count(Claim.WON) == 1
        assert set(of_one_turn) <= {Claim.WON, Claim.VANISHED}


def test_a_claimer_killed_at_any_moment_leaves_a_turn_that_is_never_run(tmp_path: Path) -> None:
    chance, effects = random.Random(3), tmp_path / "effects"
    claimer = spawn(CLAIMER, str(tmp_path), "100000")
    go(claimer)
    moment = time.monotonic() + chance.uniform(0.005, 0.02)
    while time.monotonic() < moment or not (tmp_path / "3").exists():
        pass
    kill(claimer)
    executor = LocalExecutor()
    for number in range(4):
        folder = tmp_path / str(number)
        claim = executor.claim(folder)
        assert claim in {Claim.WON, Claim.VANISHED}
        claimant = read_claim(folder)
        assert claimant is not None
        assert not claimant.is_shim
    assert not ran(effects)


def test_a_stopped_starter_does_not_keep_its_turn_from_being_adopted(tmp_path: Path) -> None:
    folder, effects = tmp_path / "turn", tmp_path / "effects"
    starter = spawn(STARTER, str(folder), str(effects))
    go(starter)
    assert starter.stdout is not None
    assert starter.stdout.readline() == "started\n"
    starter.send_signal(signal.SIGSTOP)
    executor = LocalExecutor()
    deadline = time.monotonic() + 60
    while not (folder / "claim").exists():
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert executor.claim(folder) in {Claim.ALIVE, Claim.ENDED}
    adopted = executor.adopt(folder)
    assert adopted.wait(60), "a shim that its stopped parent has not reaped counts as gone"
    assert adopted.exit_code() == 3
    assert ran(effects) == ["turn"]
    kill(starter)
