"""What holds for an agent however it is driven: each rule is run against every driver and every format."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from ctxtui.core.domain.event import EventKind
from ctxtui.core.executors.local import LocalExecutor
from ctxtui.core.ports.agents import Trouble
from tests.doubles.stubs import CLI_AGENTS, KINDS, stub_agent, stub_turn
from tests.doubles.turns import Played, is_running, next_turn, play, read, start

COUNTING = tuple(kind for kind in KINDS if kind != "plain")


def _wait_until(is_so, seconds: float = 30.0) -> None:
    limit = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < limit
        time.sleep(0.01)


@pytest.fixture(scope="module")
def conversations(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Sequence[Played]]:
    """A conversation of three turns with each kind of agent, played when it is first asked for."""

    @cache
    def played(kind: str) -> Sequence[Played]:
        folder = tmp_path_factory.mktemp(kind)
        agent = stub_agent(kind, folder / "state")
        turns = [play(agent, stub_turn(folder, "Write tests for prices."))]
        for _ in range(2):
            turns.append(play(agent, next_turn(turns[-1])))
        return turns

    return played


@pytest.mark.parametrize("kind", KINDS)
def test_every_turn_of_a_conversation_writes_its_file_and_ends_in_order(kind: str, conversations) -> None:
    turns = conversations(kind)

    assert [played.outcome.trouble for played in turns] == [None, None, None], turns[-1].outcome.message
    assert (turns[-1].turn.worktree / turns[-1].turn.test_path).read_text() == "# turn 3\n"


@pytest.mark.parametrize("kind", KINDS)
def test_the_next_turn_goes_on_with_the_conversation(kind: str, conversations) -> None:
    turns = conversations(kind)

    for played in turns:
        said = "\n".join(played.texts(EventKind.MESSAGE) + played.texts(EventKind.OUTPUT))
        assert "You first asked: Write tests for prices." in said
        assert played.outcome.conversation


@pytest.mark.parametrize("kind", COUNTING)
def test_tokens_and_cost_are_counted_once_over_several_turns(kind: str, conversations) -> None:
    usages = [played.outcome.usage for played in conversations(kind)]

    assert [usage.input_tokens for usage in usages] == [100, 100, 100]
    assert [usage.cached_tokens for usage in usages] == [20, 20, 20]
    assert [usage.output_tokens for usage in usages] == [10, 10, 10]
    assert {usage.cost for usage in usages} <= {0.5, None}


@pytest.mark.parametrize("kind", COUNTING)
def test_what_an_earlier_launch_of_a_turn_counted_is_not_counted_by_the_next(kind: str, tmp_path: Path) -> None:
    agent = stub_agent(kind, tmp_path / "state")
    first = play(agent, stub_turn(tmp_path, "Write tests for prices."))
    lost = play(agent, next_turn(first))
    again = next_turn(first, former=lost.outcome.conversation, turn_dir=lost.turn.turn_dir.with_name("2"))
    usages = [played.outcome.usage for played in (first, lost, play(agent, again))]

    assert [usage.input_tokens for usage in usages] == [100, 100, 100]
    assert {usage.cost for usage in usages} <= {0.5, None}


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_is_recorded_as_it_was_written(kind: str, conversations) -> None:
    played = conversations(kind)[0]
    header, *lines = LocalExecutor().adopt(played.turn.turn_dir).stdout.read_text().splitlines()

    assert "ctxtui_turn" in header
    assert "\n".join(played.texts(EventKind.RAW)).split("\n") == lines


@pytest.mark.parametrize("kind", COUNTING)
def test_a_written_file_is_told_by_its_path_in_the_worktree(kind: str, conversations) -> None:
    assert [played.texts(EventKind.FILE) for played in conversations(kind)] == [["tests/test_prices.py"]] * 3


@pytest.mark.parametrize("kind", ["claude", "acp"])
def test_a_conversation_bound_to_its_folder_starts_afresh_elsewhere_with_the_summary(
    kind: str, conversations, tmp_path: Path
) -> None:
    first = conversations(kind)[0]
    elsewhere = stub_turn(
        tmp_path,
        "Mend the tests.",
        conversation=first.outcome.conversation,
        conversation_cwd=str(first.turn.worktree),
        summary="Before: the first try failed.",
    )
    second = play(stub_agent(kind, tmp_path / "state"), elsewhere)

    assert second.outcome.conversation not in {"", first.outcome.conversation}
    said = "\n".join(second.texts(EventKind.MESSAGE))
    assert "You first asked: Before: the first try failed.\n\nMend the tests." in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_hanging_turn_ends_within_two_seconds_of_being_stopped_and_leaves_no_process(
    kind: str, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    agent = stub_agent(kind, state)
    launch, process = start(agent, turn := stub_turn(tmp_path, "HANG"))
    _wait_until(lambda: (state / "pid").exists() and (state / "pid").read_text())

    began = time.monotonic()
    process.stop(grace=2.0)
    took = time.monotonic() - began

    assert took < 2.5
    assert not is_running(int((state / "pid").read_text()))
    assert read(agent, turn, launch, process).outcome.trouble is Trouble.CRASHED


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("word", "trouble", "retry_after"),
    [
        ("LIMIT", Trouble.RATE_LIMITED, 7.0),
        ("LOGIN", Trouble.NOT_LOGGED_IN, None),
        ("OVERLOADED", Trouble.OVERLOADED, None),
        ("CRASH", Trouble.CRASHED, None),
    ],
)
def test_troubles_are_told_apart(
    kind: str, word: str, trouble: Trouble, retry_after: float | None, tmp_path: Path
) -> None:
    played = play(stub_agent(kind, tmp_path / "state"), stub_turn(tmp_path, word))

    assert played.outcome.trouble is trouble, played.outcome.message
    assert played.outcome.retry_after == retry_after
    assert played.outcome.message.rstrip().endswith(".")


@pytest.mark.parametrize("kind", ["plain", "claude"])
def test_a_turn_that_writes_nothing_is_no_trouble_of_the_agent(kind: str, tmp_path: Path) -> None:
    played = play(stub_agent(kind, tmp_path / "state"), stub_turn(tmp_path, "NOTHING"))

    assert played.outcome.trouble is None
    assert not (played.turn.worktree / played.turn.test_path).exists()


@pytest.mark.parametrize("kind", ["plain", *CLI_AGENTS])
def test_a_conversation_that_the_agent_forgot_gives_way_to_a_new_one(kind: str, tmp_path: Path) -> None:
    played = play(stub_agent(kind, tmp_path / "state"), stub_turn(tmp_path, conversation="lost"))

    assert played.outcome.trouble is Trouble.CRASHED
    afresh = play(stub_agent(kind, tmp_path / "state"), next_turn(played))
    assert afresh.outcome.trouble is None, afresh.outcome.message
