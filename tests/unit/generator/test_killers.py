from __future__ import annotations

from ctxtui.core.generator.probing.worker.mutation import ENOUGH, MOST_TRIED, Mutant, killers
from ctxtui.core.generator.probing.worker.work import A_CHANGE, A_TRIAL, Work


def rises(n):
    return n + 1


def falls(n):
    return n - 1


def mutant(number):
    return Mutant(number, 1, rises, falls.__code__)


def cases(count):
    return [{"id": number, "arcs": [(1, 2)]} for number in range(count)]


def tried(count, noticing, mutants=1, seconds=60.0):
    """The cases that each change was tried on, when these notice it."""
    log: list[int] = []

    def holds(case):
        log.append(case["id"])
        return case["id"] not in noticing

    work = Work()
    mutated = [mutant(number) for number in range(mutants)]
    found = list(killers(mutated, cases(count), holds, work.for_seconds(seconds), work))
    return log, found


def test_a_case_that_noticed_a_change_is_tried_first_on_the_next():
    log, found = tried(3, {2}, mutants=2)
    assert log == [0, 1, 2, 2, 0, 1]
    assert found == [(0, [2]), (1, [2])]


def test_no_more_cases_are_tried_than_are_needed():
    log, found = tried(9, set(range(9)))
    assert log == found[0][1] == list(range(ENOUGH))


def test_a_change_that_many_cases_miss_is_given_up():
    log, found = tried(MOST_TRIED + 5, {MOST_TRIED + 1})
    assert (len(log), found) == (MOST_TRIED, [])


def test_the_function_is_as_it_was_afterwards():
    tried(1, {0})
    assert rises(1) == 2


def test_how_many_cases_are_tried_is_decided_by_work_and_not_by_the_clock():
    log, _ = tried(MOST_TRIED, set(), seconds=A_CHANGE + 4 * A_TRIAL)
    assert len(log) in (3, 4)


def test_a_change_after_which_nothing_ends_is_tried_once():
    work = Work()
    log: list[int] = []

    def holds(case):
        log.append(case["id"])
        work.add_overrun(0.1)
        return False

    found = list(killers([mutant(1)], cases(9), holds, work.for_seconds(60.0), work))
    assert (log, found) == ([0], [(1, [0])])
