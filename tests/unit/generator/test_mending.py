from __future__ import annotations

import pytest

from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.generator.choosing.mending import Memory, fingerprint, lines_in, load_memory, mend
from ctxtui.core.generator.protocol.case import Case


def case(number: int, act: str, **more) -> Case:
    return Case(number, "f", "", (), act, {}, ("result == 1",), **more)


@pytest.fixture
def memory() -> Memory:
    cases = [case(0, "f(0)"), case(1, "f(1)"), case(2, "register(2)", changes=("registry == [2]",))]
    tests = {
        "test_a": [fingerprint(cases[0])],
        "TestB::test_c": [fingerprint(cases[1])],
        "test_d": [fingerprint(cases[2])],
    }
    return Memory(tests, set(), cases)


def test_exactly_the_named_test_is_banned(memory):
    mending = mend(memory, [Evidence("assertion", "it failed", test="tests/test_m.py::TestB::test_c[1-2]")])
    assert mending.dropped == ("TestB::test_c",)
    assert [one.id for one in memory.cases if memory.allows(one)] == [0, 2]
    assert mending.is_enough


def test_a_test_of_another_file_bans_nothing(memory):
    mend(memory, [Evidence("unstable", "it failed", test="tests/test_other.py::test_elsewhere")])
    assert not memory.banned


def test_pollution_asks_for_a_strict_replay_first_and_drops_what_changes_state_then(memory):
    evidence = [Evidence("pollutes", "breaks test_x", path="tests/test_m.py", test="tests/test_x.py::test_x")]
    assert mend(memory, evidence).dropped == ()
    assert memory.is_strict
    assert mend(memory, evidence).dropped == ("test_d",)


def test_a_test_that_is_named_as_the_polluter_goes_with_all_of_its_target(memory):
    memory.cases.append(Case(3, "g", "", (), "g(3)", {}, ("result == 1",)))
    memory.tests["test_g"] = [fingerprint(memory.cases[-1])]
    assert mend(memory, [Evidence("pollutes", "it breaks test_x", test="tests/test_m.py::test_g")]).dropped == (
        "test_g",
    )
    assert not memory.is_strict
    named = Evidence("pollutes", "it breaks test_x", test="tests/test_m.py::test_a")
    assert mend(memory, [named]).dropped == ("test_a", "TestB::test_c", "test_d")


def test_missed_lines_are_looked_at_again_and_nothing_is_dropped(memory):
    mending = mend(memory, [Evidence("missing_lines", "lines 3, 7-9 are not covered")])
    assert mending.lines == {3, 7, 8, 9}
    assert not mending.dropped
    assert not mending.is_enough


def test_a_target_that_is_unstable_twice_is_left_alone(memory):
    memory.cases.append(case(3, "f(3)"))
    evidence = [Evidence("unstable", "it changed", test="tests/test_m.py::test_a")]
    mend(memory, evidence)
    assert [one.id for one in memory.cases if memory.allows(one)] == [1, 2]
    mend(memory, evidence)
    assert not [one.id for one in memory.cases if memory.allows(one)]


def test_what_is_like_a_failed_test_does_not_come_back_but_what_passed_stays(memory):
    memory.cases.append(case(3, "f(3)"))
    mend(memory, [Evidence("assertion", "it failed", test="tests/test_m.py::test_a")])
    assert [one.id for one in memory.cases if memory.allows(one)] == [1, 2]


def test_a_file_left_behind_drops_the_tests_that_speak_of_it(memory):
    memory.cases.append(case(3, "save('last.txt')"))
    memory.tests["test_save"] = [fingerprint(memory.cases[3])]
    assert mend(memory, [Evidence("leftover", "created", path="last.txt")]).dropped == ("test_save",)


def test_a_surviving_change_gives_its_line_and_its_diff(memory):
    evidence = Evidence("survived", "nothing notices that `>` becomes `>=` in line 31", detail="@@ -30,3 +30,3 @@")
    mending = mend(memory, [evidence])
    assert mending.lines == {31}
    assert mending.diffs == ("@@ -30,3 +30,3 @@",)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("line 4", {4}),
        ("lines 4-6, 9", {4, 5, 6, 9}),
        ("@@ -12,3 +12,3 @@", {12}),
        ("shop/a.py:31: x", {31}),
        ("no", set()),
    ],
)
def test_line_numbers_are_read_from_evidence(text, lines):
    assert lines_in(text) == lines


def test_memory_comes_back_as_it_was_saved(memory, tmp_path):
    memory.banned.add("x")
    memory.is_strict = True
    memory.save(tmp_path / "memory.json")
    assert load_memory(tmp_path / "memory.json") == memory
