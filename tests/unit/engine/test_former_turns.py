"""What becomes of a turn that a former owner started: told to stop, still at work, or none of ours any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from types import SimpleNamespace
from typing import Any

import pytest

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.domain.interaction import Action
from ctxtui.core.engine.actions.beginning import MOST_SPOILED
from ctxtui.core.engine.actions.launches import STOPPED, launches_in, turn_folder
from ctxtui.core.engine.actions.turn import MOST_LAUNCHES, AgentTurn
from ctxtui.core.engine.actions.work import Work
from ctxtui.core.ports.agents import Launch, TurnOutcome
from ctxtui.core.ports.executors import Claim
from ctxtui.core.ports.stop import StoppedError
from tests.unit.engine.test_taking_over import Told, work


@dataclass
class Process:
    launch: Path
    happened: list[str]
    ends: bool = True

    @property
    def stdout(self) -> Path:
        return self.launch / "out"

    stderr = stdout

    def wait(self, _seconds: float) -> bool:
        return self.ends

    def exit_code(self) -> int | None:
        return 0 if self.ends else None

    def stop(self, grace: float = 2.0) -> None:
        self.happened.append(f"stopped {self.launch.name}")


@dataclass
class Machine:
    """An executor on which every launch stands as `claims` says."""

    claims: dict[str, Claim] = field(default_factory=dict)
    happened: list[str] = field(default_factory=list)
    ends: bool = True

    def claim(self, launch: Path) -> Claim:
        return self.claims[launch.name]

    def adopt(self, launch: Path) -> Process:
        self.happened.append(f"adopted {launch.name}")
        return Process(launch, self.happened, self.ends)

    def output(self, launch: Path) -> Path:
        return launch / "out"

    def start(self, _launch: object, folder: Path) -> Process:
        self.happened.append(f"started {folder.name}")
        return Process(folder, self.happened, self.ends)


class Agent:
    name = "scripted"

    spoiled_by = ""

    def __init__(self) -> None:
        self.turns: list[Any] = []

    def launch(self, turn: Any) -> Launch:
        """There is nothing to run."""
        self.turns.append(turn)
        return Launch(("nothing",), turn.worktree, {}, spoiled_by=self.spoiled_by)

    def reader(self) -> Any:
        """One that counts what it is given as tokens, and calls the conversation by it."""
        read: list[bytes] = []

        def finish(*_: object) -> tuple[tuple[()], TurnOutcome]:
            text = b"".join(read).decode()
            return (), TurnOutcome("said", usage=Usage(input_tokens=len(text), cost=0.5), conversation=text)

        return SimpleNamespace(is_over=False, feed=lambda chunk: read.append(chunk) or (), finish=finish)


def turn(folder: Path, machine: Machine, *launches: str) -> tuple[Work, AgentTurn]:
    """A turn of which those launches were made before; a name with an exclamation mark was told to stop."""
    made, _happened, _told = work(folder, 0, Action.ASK_AGENT, is_taken_over=True)
    made.order.interaction.command.metadata["prompt"] = "write tests"
    object.__setattr__(made.tools, "executor", machine)
    made.worktree.mkdir(parents=True)
    place = turn_folder(folder, "run", "alpha", "i")
    for launch in launches:
        (place / launch.strip("!")).mkdir(parents=True)
        if launch.endswith("!"):
            (place / launch.strip("!") / STOPPED).touch()
    return made, AgentTurn(made, Agent())


def test_a_turn_at_work_is_gone_on_with_and_not_started_again(tmp_path):
    machine = Machine({"1": Claim.ALIVE})
    _made, taken = turn(tmp_path, machine, "1")
    assert taken.take().outcome.message == "said"
    assert machine.happened[0] == "adopted 1"
    assert "started 2" not in machine.happened


@pytest.mark.parametrize("claim", [Claim.ALIVE, Claim.ENDED])
def test_a_turn_that_was_told_to_stop_is_ended_for_certain_before_another_begins(tmp_path, claim):
    machine = Machine({"1": claim})
    _made, taken = turn(tmp_path, machine, "1!")
    taken.take()
    assert machine.happened[:3] == ["adopted 1", "stopped 1", "started 2"]


def test_a_lost_turn_is_started_again_and_says_so(tmp_path):
    machine = Machine({"1": Claim.VANISHED})
    made, taken = turn(tmp_path, machine, "1")
    taken.take()
    assert machine.happened[0] == "started 2"
    assert isinstance(made.report, Told)
    assert "the agent's turn was lost with the runner; started it again" in made.report.texts


def test_what_lost_launches_used_is_counted_and_what_they_left_is_told_to_the_next(tmp_path):
    machine = Machine({"2": Claim.VANISHED})
    machine.start = lambda _launch, folder: ((folder / "out").write_text("c"), Process(folder, machine.happened))[1]
    _made, taken = turn(tmp_path, machine, "1", "2")
    place = turn_folder(tmp_path, "run", "alpha", "i")
    for name, text in {"1": "aaa", "2": "bb"}.items():
        (place / name / "out").write_text(text)
    outcome = taken.take().outcome
    assert outcome.usage == Usage(input_tokens=3 + 2 + 1, cost=1.5)
    assert taken.agent.turns[0].former == "bb"


def test_a_launch_that_was_found_again_is_counted_once(tmp_path):
    machine = Machine({"1": Claim.ALIVE})
    _made, taken = turn(tmp_path, machine, "1")
    (turn_folder(tmp_path, "run", "alpha", "i") / "1" / "out").write_text("aaa")
    assert taken.take().outcome.usage == Usage(input_tokens=3, cost=0.5)


def test_turns_in_one_worktree_have_the_same_folder_for_temporary_files_empty_at_each_start(tmp_path):
    place = tmp_path / "scratch" / "run" / "slot-01"
    _made, taken = turn(tmp_path / "turns", Machine())
    for _turn in (1, 2):
        place.mkdir(parents=True)
        (place / "left").touch()
        taken.take()
        assert taken.agent.turns[-1].scratch == place
        assert not place.exists()
        rmtree(tmp_path / "turns" / "run")


def test_a_turn_that_vanishes_every_time_is_not_started_for_ever(tmp_path):
    names = [str(number) for number in range(1, MOST_LAUNCHES + 1)]
    machine = Machine(dict.fromkeys(names, Claim.VANISHED))
    _made, taken = turn(tmp_path, machine, *names)
    with pytest.raises(AgentError, match="vanished every time"):
        taken.take()
    assert machine.happened == []


def test_an_owner_that_was_told_to_stop_ends_the_agent_and_notes_that_first(tmp_path):
    machine = Machine({"1": Claim.VANISHED}, ends=False)
    made, taken = turn(tmp_path, machine, "1")
    (turn_folder(tmp_path, "run", "alpha", "i") / "1" / "out").write_text("ab")

    def start(launch, folder):
        (folder / "out").write_text("abc")
        made.stop.set()
        return Machine.start(machine, launch, folder)

    machine.start = start
    with pytest.raises(StoppedError):
        taken.take()
    launch = launches_in(turn_folder(tmp_path, "run", "alpha", "i"))[-1]
    assert (launch / STOPPED).exists()
    assert machine.happened == ["started 2", "stopped 2"]
    assert made.report.usages == [Usage(input_tokens=5, cost=1.0)]


def test_an_owner_that_lost_the_run_leaves_the_agent_to_its_successor(tmp_path):
    machine = Machine(ends=False)
    made, taken = turn(tmp_path, machine)
    machine.start = lambda launch, folder: (made.stop.abandon(), Machine.start(machine, launch, folder))[1]
    with pytest.raises(StoppedError):
        taken.take()
    (launch,) = launches_in(turn_folder(tmp_path, "run", "alpha", "i"))
    assert not (launch / STOPPED).exists()
    assert machine.happened == ["started 1"]


def test_what_a_conversation_uses_later_is_not_counted_again_with_an_earlier_launch(tmp_path):
    machine = Machine({"1": Claim.VANISHED})
    place = turn_folder(tmp_path, "run", "alpha", "i")

    def start(_launch, folder):
        (folder / "out").write_text("c")
        # An agent that keeps its conversation in one file tells of all of it, whoever asks.
        (place / "1" / "out").write_text("aaac")
        return Process(folder, machine.happened)

    machine.start = start
    _made, taken = turn(tmp_path, machine, "1")
    (place / "1" / "out").write_text("aaa")
    assert taken.take().outcome.usage.input_tokens == 3 + 1


@dataclass
class Spoiled(Process):
    """Says what is wrong with its start, and goes on until it is stopped."""

    ends: bool = False

    @property
    def stderr(self) -> Path:
        return self.launch / "err"


def starts_badly(machine: Machine, times: int) -> Machine:
    def start(_launch: object, folder: Path) -> Process:
        machine.happened.append(f"started {folder.name}")
        machine.claims[folder.name] = Claim.ENDED
        (folder / "err").write_text("WARNING: no folder for helpers\n")
        is_bad = int(folder.name) <= times
        return Spoiled(folder, machine.happened) if is_bad else Process(folder, machine.happened)

    machine.start = start
    return machine


def test_an_agent_that_did_not_begin_properly_is_ended_and_started_again(tmp_path):
    machine = starts_badly(Machine(), times=2)
    made, taken = turn(tmp_path, machine)
    taken.agent.spoiled_by = "no folder for helpers"
    assert taken.take().outcome.message == "said"
    assert [one for one in machine.happened if one.startswith("started")] == ["started 1", "started 2", "started 3"]
    assert "stopped 1" in machine.happened
    again = "scripted had not begun properly and was ended; started it again"
    assert made.report.texts.count(again) == 2


def test_an_agent_that_never_begins_properly_has_to_do_as_it_is(tmp_path):
    machine = starts_badly(Machine(), times=MOST_SPOILED)
    _made, taken = turn(tmp_path, machine)
    taken.agent.spoiled_by = "no folder for helpers"
    assert taken.take().outcome.message == "said"
    assert machine.happened.count(f"started {MOST_SPOILED + 1}") == 1


def test_nobody_is_ended_for_words_that_mean_nothing(tmp_path):
    machine = starts_badly(Machine(), times=0)
    _made, taken = turn(tmp_path, machine)
    taken.take()
    assert machine.happened.count("started 1") == 1
    assert "started 2" not in machine.happened
