from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ctxtui.core.domain.errors import AgentError, ConflictError, NotFoundError
from ctxtui.core.executors.claims import read_claim
from ctxtui.core.executors.local import LocalExecutor
from ctxtui.core.ports.agents import Launch
from ctxtui.core.ports.executors import Claim
from ctxtui.core.processes.table import this_machine

Make = Callable[..., Launch]
Members = Callable[[], set[int]]


def until(is_true: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.005)


def has_ended(pid: int) -> bool:
    """A zombie has: who reaps an orphan is up to the machine's first process."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def grown(path: Path) -> Callable[[], bool]:
    return lambda: path.exists() and path.stat().st_size > 0


def test_a_turn_leaves_its_output_and_its_exit_code_in_files(
    executor: LocalExecutor, launch: Make, turn_dir: Path, members: Members
) -> None:
    turn = executor.start(launch("sh", "-c", "echo said; echo wrong >&2; exit 7"), turn_dir)
    assert turn.wait(20)
    assert turn.stdout.read_text() == "said\n"
    assert turn.stderr.read_text() == "wrong\n"
    assert turn.exit_code() == 7


def test_the_program_reads_the_file_it_is_given_and_the_null_device_otherwise(
    executor: LocalExecutor, launch: Make, tmp_path: Path
) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("write tests")
    told = executor.start(launch("cat", stdin=prompt), tmp_path / "told")
    silent = executor.start(launch("cat"), tmp_path / "silent")
    assert told.wait(20)
    assert silent.wait(20)
    assert told.stdout.read_text() == "write tests"
    assert silent.stdout.read_text() == ""


@pytest.mark.parametrize("extra", [{}, {"PWD": "/", "SHLVL": "4", "told": "kept", "turn": "kept"}])
def test_the_environment_is_exactly_the_launch_s_plus_the_marker(
    executor: LocalExecutor, launch: Make, turn_dir: Path, extra: dict[str, str]
) -> None:
    program = "import os, json; print(json.dumps(dict(os.environ)))"
    wanted = launch(sys.executable, "-c", program, LC_ALL="C", **extra)
    turn = executor.start(wanted, turn_dir)
    assert turn.wait(20)
    seen: dict[str, str] = __import__("json").loads(turn.stdout.read_text())
    assert len(seen.pop("CTXTUI_TURN")) == 32
    expected = dict(wanted.env)
    assert {name: value for name, value in seen.items() if name != "PWD"} == {
        name: value for name, value in expected.items() if name != "PWD"
    }
    assert ("PWD" in seen) == ("PWD" in extra)


def test_signals_reach_the_program_as_if_it_had_been_started_by_hand(
    executor: LocalExecutor, launch: Make, turn_dir: Path
) -> None:
    program = "import signal; print([signal.getsignal(n) is signal.SIG_IGN for n in (signal.SIGTERM, signal.SIGHUP)],"
    program += " signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    turn = executor.start(launch(sys.executable, "-c", program), turn_dir)
    assert turn.wait(20)
    # Started in the background or by nohup, these tests have signals ignored, and so has whatever they start.
    is_deaf = [signal.getsignal(number) is signal.SIG_IGN for number in (signal.SIGHUP, signal.SIGINT)]
    assert turn.stdout.read_text() == f"[False, {is_deaf[0]}] {not is_deaf[1]}\n"


def test_arguments_and_folders_arrive_whatever_characters_they_hold(
    executor: LocalExecutor, launch: Make, tmp_path: Path
) -> None:
    turn_dir = tmp_path / "it's a $(dir) *\n-x"
    turn = executor.start(launch("printf", "%s|", "a b", "$HOME", "'", "*", "", "\n"), turn_dir)
    assert turn.wait(20)
    assert turn.stdout.read_text() == "a b|$HOME|'|*||\n|"
    assert turn.exit_code() == 0


def test_a_restrictive_path_does_not_hinder_the_claim(executor: LocalExecutor, tmp_path: Path, turn_dir: Path) -> None:
    script = tmp_path / "bin" / "agent"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\necho ran\n")
    script.chmod(0o755)
    turn = executor.start(Launch(("agent",), tmp_path, {"PATH": str(script.parent)}), turn_dir)
    assert turn.wait(20)
    assert (turn.stdout.read_text(), turn.exit_code()) == ("ran\n", 0)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: ("no-such-agent",), "no-such-agent was not found on PATH"),
        (lambda folder: ("./absent",), "./absent was not found: install it"),
        (lambda folder: (str(folder / "plain"),), "is not executable: run `chmod"),
        (lambda folder: (str(folder / "orphan"),), "interpreter /no/such/python is missing"),
        (lambda folder: (), "command line is empty"),
        (lambda folder: ("echo", "x" * 200_000), "could not be started"),
        (lambda folder: ("echo", "\0"), "could not be started"),
    ],
)
def test_a_program_that_cannot_start_is_named_and_leaves_no_claim(
    executor: LocalExecutor,
    launch: Make,
    tmp_path: Path,
    turn_dir: Path,
    make: Callable[[Path], tuple[str, ...]],
    sentence: str,
) -> None:
    (tmp_path / "plain").write_text("text")
    (tmp_path / "orphan").write_text("#!/no/such/python\n")
    (tmp_path / "orphan").chmod(0o755)
    with pytest.raises(AgentError, match=sentence):
        executor.start(launch(*make(tmp_path)), turn_dir)
    assert executor.claim(turn_dir) is Claim.WON


def test_a_missing_working_directory_is_named(executor: LocalExecutor, tmp_path: Path, turn_dir: Path) -> None:
    with pytest.raises(AgentError, match=r"working directory .*gone does not exist"):
        executor.start(Launch(("true",), tmp_path / "gone", {}), turn_dir)


def test_a_turn_that_was_given_up_never_starts(executor: LocalExecutor, launch: Make, turn_dir: Path) -> None:
    assert executor.claim(turn_dir) is Claim.WON
    with pytest.raises(ConflictError, match="begin a new attempt"):
        executor.start(launch("true"), turn_dir)
    with pytest.raises(NotFoundError, match="nothing to adopt"):
        executor.adopt(turn_dir)


def test_a_turn_is_never_started_twice(
    executor: LocalExecutor, launch: Make, turn_dir: Path, tmp_path: Path, members: Members
) -> None:
    append = launch("sh", "-c", f"echo ran >>'{tmp_path}/effects'")
    assert executor.start(append, turn_dir).wait(20)
    with pytest.raises(ConflictError):
        executor.start(append, turn_dir)
    assert (tmp_path / "effects").read_text() == "ran\n"


def test_a_claim_finds_a_running_turn_alive_and_a_stopped_one_too(
    any_executor: LocalExecutor, launch: Make, turn_dir: Path, members: Members
) -> None:
    turn = any_executor.start(launch("sleep", "60"), turn_dir)
    until((turn_dir / "claim").exists)
    assert LocalExecutor().claim(turn_dir) is Claim.ALIVE
    claimant = read_claim(turn_dir)
    assert claimant is not None
    os.kill(claimant.pid, signal.SIGSTOP)
    assert any_executor.claim(turn_dir) is Claim.ALIVE
    turn.stop(1)
    assert turn.wait(0)


def test_an_adopted_turn_is_waited_for_and_its_exit_code_read(
    any_executor: LocalExecutor, launch: Make, turn_dir: Path, tmp_path: Path, members: Members
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    any_executor.start(launch("sh", "-c", f"read line <'{gate}'; exit 3"), turn_dir)
    until((turn_dir / "claim").exists)
    adopted = LocalExecutor().adopt(turn_dir)
    assert not adopted.wait(0.05)
    assert adopted.exit_code() is None
    gate.write_text("go\n")
    assert adopted.wait(20)
    assert adopted.exit_code() == 3
    assert any_executor.claim(turn_dir) is Claim.ENDED
    assert any_executor.adopt(turn_dir).wait(0)


def test_a_turn_whose_shim_is_killed_has_vanished_and_leaves_nothing_running(
    any_executor: LocalExecutor, launch: Make, turn_dir: Path, members: Members
) -> None:
    turn = any_executor.start(launch("sh", "-c", "echo up; sleep 60"), turn_dir)
    until(grown(turn.stdout))
    claimant = read_claim(turn_dir)
    assert claimant is not None
    os.kill(claimant.pid, signal.SIGKILL)
    assert turn.wait(20)
    assert turn.exit_code() is None
    assert any_executor.claim(turn_dir) is Claim.VANISHED
    assert not members()


@pytest.mark.parametrize("content", ["", "shim\n", "garbage\0\n\n\n\n", "shim\nx\n1\n-\n"])
def test_a_claim_damaged_by_a_power_cut_has_vanished(executor: LocalExecutor, turn_dir: Path, content: str) -> None:
    turn_dir.mkdir(parents=True)
    (turn_dir / "claim").write_text(content)
    assert executor.claim(turn_dir) is Claim.VANISHED


def test_a_process_that_got_the_id_later_is_not_taken_for_the_turn(
    any_executor: LocalExecutor, launch: Make, turn_dir: Path, tmp_path: Path
) -> None:
    turn_dir.mkdir(parents=True)
    stranger = any_executor.start(launch("sleep", "60"), tmp_path / "stranger")
    until((tmp_path / "stranger" / "claim").exists)
    kind, pid, _, boot = (tmp_path / "stranger" / "claim").read_text().splitlines()
    (turn_dir / "claim").write_text(f"{kind}\n{pid}\n1\n{boot}\n")
    os.utime(turn_dir / "claim", (1e9, 1e9))
    assert any_executor.claim(turn_dir) is Claim.VANISHED
    assert not stranger.wait(0), "a stranger must never be ended"
    stranger.stop(0)


def test_a_turn_of_an_earlier_boot_has_vanished(launch: Make, turn_dir: Path, tmp_path: Path) -> None:
    executor = LocalExecutor()
    stranger = executor.start(launch("sleep", "60"), tmp_path / "stranger")
    until((tmp_path / "stranger" / "claim").exists)
    kind, pid, started, _ = (tmp_path / "stranger" / "claim").read_text().splitlines()
    turn_dir.mkdir(parents=True)
    (turn_dir / "claim").write_text(f"{kind}\n{pid}\n{started}\nanother-boot\n")
    assert executor.claim(turn_dir) is Claim.VANISHED
    assert not stranger.wait(0)
    stranger.stop(0)


def test_a_polite_end_leaves_an_exit_code(
    any_executor: LocalExecutor, launch: Make, turn_dir: Path, members: Members
) -> None:
    turn = any_executor.start(
        launch("sh", "-c", "trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.05; done"), turn_dir
    )
    until(grown(turn.stdout))
    turn.stop(20)
    assert turn.stdout.read_text() == "up\nbye\n"
    assert turn.exit_code() == 5


def test_a_program_that_ignores_the_request_is_killed(
    any_executor: LocalExecutor, launch: Make, turn_dir: Path, members: Members
) -> None:
    turn = any_executor.start(launch("sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"), turn_dir)
    until(grown(turn.stdout))
    turn.stop(0.1)
    assert turn.wait(0)
    assert not members()
    turn.stop(0)


HOLDER = """
import signal, subprocess, sys, time
child = "trap 'echo child; exit' TERM; echo up; while :; do sleep 0.05; done"
def end(*_):
    time.sleep(0.2)
    print("holder", flush=True)
    sys.exit(3)
signal.signal(signal.SIGTERM, end)
held = subprocess.Popen(["sh", "-c", child], process_group=0)
while True:
    signal.pause()
"""


def test_a_program_is_told_before_what_it_holds_in_a_process_group_of_its_own(
    any_executor: LocalExecutor, launch: Make, turn_dir: Path, members: Members
) -> None:
    turn = any_executor.start(launch(sys.executable, "-S", "-c", HOLDER), turn_dir)
    until(grown(turn.stdout))
    turn.stop(20)
    assert turn.stdout.read_text() == "up\nholder\nchild\n"
    assert turn.exit_code() == 3


DAEMON = """
import os, subprocess, sys, time
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
env = {} if sys.argv[2] == "bare" else None
quiet = subprocess.DEVNULL
subprocess.Popen(["/bin/sleep", "60"], env=env, stdin=quiet, stdout=quiet, stderr=quiet)
open(sys.argv[1], "w").write(str(os.getpid()))
time.sleep(60)
"""


@pytest.mark.parametrize(("environment", "is_adopted"), [("kept", False), ("bare", True)])
def test_a_daemon_that_an_orderly_agent_left_behind_is_ended(
    any_executor: LocalExecutor,
    launch: Make,
    turn_dir: Path,
    members: Members,
    *,
    environment: str,
    is_adopted: bool,
) -> None:
    turn_dir.mkdir(parents=True)
    note = turn_dir / "daemon.pid"
    command = '"$0" -c "$1" "$2" "$3"; while [ ! -s "$2" ]; do sleep 0.02; done'
    turn = any_executor.start(launch("sh", "-c", command, sys.executable, DAEMON, str(note), environment), turn_dir)
    assert turn.wait(20)
    assert turn.exit_code() == 0
    assert len(members()) == 2
    (LocalExecutor().adopt(turn_dir) if is_adopted else turn).stop(0.2)
    assert not members()
    assert has_ended(int(note.read_text()))


def test_a_descendant_that_dropped_the_marker_is_ended_with_its_parents(
    any_executor: LocalExecutor, launch: Make, turn_dir: Path, tmp_path: Path, members: Members
) -> None:
    note = tmp_path / "pid"
    hidden = f"setsid env -i sh -c 'echo $$ >\"{note}\"; exec sleep 60'"
    turn = any_executor.start(launch("sh", "-c", f"{hidden} & sleep 60"), turn_dir)
    until(grown(note))
    turn.stop(0.1)
    assert has_ended(int(note.read_text()))


def test_an_agent_that_keeps_forking_is_ended(
    any_executor: LocalExecutor, launch: Make, turn_dir: Path, members: Members
) -> None:
    forking = "trap '' TERM; echo up; while :; do setsid sleep 5 & sleep 0.01; done"
    turn = any_executor.start(launch("sh", "-c", forking), turn_dir)
    until(grown(turn.stdout))
    turn.stop(0)
    assert not members()


def test_many_threads_claim_and_one_wins(any_executor: LocalExecutor, tmp_path: Path) -> None:
    for n in range(4):
        start, claims = threading.Barrier(8), list[Claim]()

        def race(folder: Path = tmp_path / str(n), start: threading.Barrier = start, out: list[Claim] = claims) -> None:
            start.wait()
            out.append(any_executor.claim(folder))

        threads = [threading.Thread(target=race) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(claims) == [Claim.VANISHED] * 7 + [Claim.WON]


def test_a_start_racing_a_claim_either_runs_or_is_given_up(launch: Make, tmp_path: Path) -> None:
    executor, effects = LocalExecutor(), tmp_path / "effects"
    seen = set[Claim]()
    for n in range(24):
        folder = tmp_path / str(n)
        turn = executor.start(launch("sh", "-c", f"echo {n} >>'{effects}'"), folder)
        deadline = time.monotonic() + (n % 8) * 0.001
        while time.monotonic() < deadline:
            pass
        claim = LocalExecutor().claim(folder)
        seen.add(claim)
        assert turn.wait(20)
        ran = effects.exists() and str(n) in effects.read_text().split()
        assert ran is (claim is not Claim.WON)
        assert (turn.exit_code() == 0) is ran
    assert seen <= {Claim.WON, Claim.ALIVE, Claim.ENDED}


def test_two_threads_wait_for_one_turn(any_executor: LocalExecutor, launch: Make, turn_dir: Path) -> None:
    turn, ended = any_executor.start(launch("sleep", "0.1"), turn_dir), list[bool]()
    threads = [threading.Thread(target=lambda: ended.append(turn.wait(20))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [True, True]


def test_ended_turns_leave_no_zombies_even_if_nobody_waits(launch: Make, tmp_path: Path) -> None:
    executor = LocalExecutor()
    first = executor.start(launch("true"), tmp_path / "first")
    until((tmp_path / "first" / "exit").exists)
    assert first.child is not None
    os.waitid(os.P_PID, first.child.pid, os.WEXITED | os.WNOWAIT)
    second = executor.start(launch("true"), tmp_path / "second")
    with contextlib.suppress(ChildProcessError):
        assert os.waitid(os.P_PID, first.child.pid, os.WEXITED | os.WNOHANG) is None
        pytest.fail("the first turn's shim was not reaped")
    assert second.wait(20)


def test_a_machine_out_of_descriptors_is_no_fault_of_the_agent(
    executor: LocalExecutor, launch: Make, turn_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_words: object, **_more: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr("ctxtui.core.executors.local.Shim", refuse)
    with pytest.raises(OSError, match="Too many open files"):
        executor.start(launch("true"), turn_dir)


STUBBORN = "trap '' TERM; echo up; while :; do sleep 600; done"


def test_all_turns_are_ended_at_once_that_were_started_or_adopted_here(
    executor: LocalExecutor, launch: Make, tmp_path: Path
) -> None:
    others = LocalExecutor()
    turns = [one.start(launch("sh", "-c", STUBBORN), tmp_path / name) for one, name in [(executor, "a"), (others, "b")]]
    not_ours = others.start(launch("sh", "-c", STUBBORN), tmp_path / "c")
    for turn in (*turns, not_ours):
        until(grown(turn.stdout))
    executor.adopt(tmp_path / "b")
    executor.end_all()
    assert all(turn.wait(20) for turn in turns)
    assert not not_ours.wait(0)
    not_ours.stop(grace=0)


def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on this process is in another container of the machine, where process ids count anew."""
    monkeypatch.setattr("ctxtui.core.executors.claims.pid_space", lambda: "this boot, other pids")


def test_a_turn_of_another_container_is_alive_while_one_of_its_processes_is(
    executor: LocalExecutor, launch: Make, turn_dir: Path, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = executor.start(launch("sh", "-c", "echo up; exec sleep 600"), turn_dir)
    until(grown(turn.stdout))
    with monkeypatch.context() as patched:
        elsewhere(patched)
        other = LocalExecutor()
        assert other.claim(turn_dir) is Claim.ALIVE
        assert not other.adopt(turn_dir).wait(0.05)
        with pytest.raises(AgentError, match="in another container"):
            other.adopt(turn_dir).stop()
        assert members()
        turn.stop(grace=0)
        # What looks after the program may come to tell how it ended before it is ended itself.
        until(lambda: other.claim(turn_dir) in (Claim.VANISHED, Claim.ENDED))


def test_the_exit_code_of_a_turn_of_another_container_counts(
    executor: LocalExecutor, launch: Make, turn_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert executor.start(launch("sh", "-c", "exit 7"), turn_dir).wait(20)
    elsewhere(monkeypatch)
    other = LocalExecutor()
    assert other.claim(turn_dir) is Claim.ENDED
    assert other.adopt(turn_dir).exit_code() == 7


def test_a_process_that_has_here_the_id_of_a_turn_elsewhere_is_left_alone(
    executor: LocalExecutor, turn_dir: Path
) -> None:
    stranger = subprocess.Popen(["/bin/sleep", "600"], start_new_session=True)
    try:
        turn_dir.mkdir(parents=True)
        started = this_machine().started(stranger.pid)
        (turn_dir / "claim").write_text(f"shim\n{stranger.pid}\n{started}\nthis boot, other pids\n")
        assert executor.claim(turn_dir) is Claim.VANISHED
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
