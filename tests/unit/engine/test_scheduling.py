"""Who may be opened and whose agent may be asked: jobs, what is judged beside them, and what each agent bears."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ctxtui.core.engine.queue import Queue
from ctxtui.core.engine.scheduling import Asking, Resting, Room, may_ask, may_open


def room(jobs: int, *, ahead: int = 0, most: Mapping[str, int] | None = None, is_open: bool = True) -> Room:
    return Room(jobs, lambda agent: (most or {}).get(agent, jobs), ahead, is_open)


def queue(*children: tuple[str, str]) -> Queue:
    made = Queue()
    for child, agent in children:
        made.add(child, agent)
    return made


ALL_CLAUDES = [(child, "claude") for child in "abcdef"]


def test_so_many_are_open_as_have_agents_and_are_judged_meanwhile():
    assert may_open(queue(*ALL_CLAUDES), (), Counter(), room(2)) == ("a", "b")
    assert may_open(queue(*ALL_CLAUDES), (), Counter(), room(2, ahead=1)) == ("a", "b", "c")
    assert may_open(queue(*ALL_CLAUDES), (), Counter(claude=3), room(2, ahead=1)) == ()


def test_nothing_new_is_opened_while_there_is_no_opening():
    assert may_open(queue(*ALL_CLAUDES), (), Counter(), room(2, is_open=False)) == ()


def test_one_whose_last_work_still_ends_holds_up_nobody():
    assert may_open(queue(*ALL_CLAUDES), {"a"}, Counter(claude=1), room(2)) == ("b",)


def test_an_agent_without_room_holds_up_no_children_of_others():
    waiting = queue(("a", "claude"), ("b", "claude"), ("c", "codex"), ("d", "claude"))
    assert may_open(waiting, (), Counter(), room(4, most={"claude": 1})) == ("a", "c")


def test_children_of_several_agents_start_in_the_order_in_which_they_came():
    waiting = queue(("a", "claude"), ("b", "codex"), ("c", "claude"))
    assert may_open(waiting, (), Counter(), room(2)) == ("a", "b")
    waiting.add("d", "codex", is_first=True)
    assert may_open(waiting, (), Counter(), room(2)) == ("d", "a")


def test_a_child_that_is_handed_to_another_agent_waits_in_that_ones_line():
    waiting = queue(("a", "claude"), ("b", "claude"))
    waiting.add("a", "codex")
    assert waiting.agent_of("a") == "codex"
    assert len(waiting) == 2
    waiting.discard("a")
    assert list(waiting.agents) == ["claude"]


def test_a_child_whose_tests_failed_is_asked_for_before_a_new_one():
    resting = [Resting("new", "claude", has_begun=False), Resting("failed", "claude", has_begun=True)]
    assert may_ask(resting, Asking(Counter(claude=1)), room(2)) == ("failed",)
    assert may_ask(resting, Asking(Counter(claude=1)), room(3)) == ("failed", "new")
    assert may_ask(resting, Asking(Counter(claude=2)), room(2)) == ()


def test_in_a_paused_run_what_was_begun_goes_on_and_nothing_else():
    resting = [Resting("new", "claude", has_begun=False), Resting("failed", "claude", has_begun=True)]
    assert may_ask(resting, Asking(), room(2, is_open=False)) == ("failed",)


def test_each_agent_is_asked_for_as_many_as_it_bears():
    resting = [Resting("a", "claude", has_begun=True), Resting("b", "codex", has_begun=True)]
    assert may_ask(resting, Asking(Counter(claude=1)), room(4, most={"claude": 1})) == ("b",)


def test_a_full_worker_keeps_its_own_children_waiting_and_no_others():
    seats = Room(4, lambda _agent: 4, seats={"one": 1, "two": 2})
    resting = [
        Resting("a", "claude", has_begun=True, worker="one"),
        Resting("b", "claude", has_begun=False, worker="two"),
        Resting("c", "claude", has_begun=False, worker="two"),
        Resting("d", "claude", has_begun=False, worker="two"),
        Resting("e", "claude", has_begun=False, worker="nowhere known"),
    ]
    assert may_ask(resting, Asking(Counter(claude=1), Counter(one=1)), seats) == ("b", "c", "e")
    assert may_ask(resting, Asking(), seats) == ("a", "b", "c", "e")
