from __future__ import annotations

import importlib.util

import pytest

from ctxtui.core.generator.probing.worker.judging import Judging
from ctxtui.core.generator.probing.worker.work import Work
from ctxtui.core.generator.reading.changes import changes_of

SOURCE = """\
def half(number):
    return number / 2


def twice(number):
    return number * 2
"""


class Replayer:
    """Repeats cases that are expressions of the module's functions."""

    def __init__(self, module):
        self.work = Work()
        self._module = module

    def holds_quickly(self, case):
        try:
            return eval(case["act"], vars(self._module)) == case["result"]
        except TypeError:
            return False


HALF = {"id": 1, "act": "half(9)", "result": 4.5, "arcs": [(1, 2)]}
BOTH = {"id": 2, "act": "half(twice(8) + 1)", "result": 8.5, "arcs": [(1, 2), (5, 6)]}


@pytest.fixture
def judging(tmp_path):
    source = tmp_path / "m.py"
    source.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("m", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    request = {"survivors": [], "changes": changes_of(source), "mutation_seconds": 8.0}
    return Judging(module, Replayer(module), request, cases=4)


def judged(judging, target, cases, seconds):
    """What the child says to its parent, which takes it."""
    told = []
    judging.judge(target, cases, seconds=seconds, send=told.append)
    for record in told:
        judging.take(record)
    return told


def test_changes_that_an_earlier_target_noticed_come_last(judging):
    first = [record["mutant"] for record in judged(judging, "half", [HALF], 1.0)[:-1]]
    then = [record["mutant"] for record in judged(judging, "twice", [BOTH], 1.0)[:-1]]
    assert set(then[-len(first) :]) == set(first)
    assert len(then) == 2 * len(first)


def test_changes_of_the_target_itself_come_first(judging):
    told = judged(judging, "twice", [BOTH], 1.0)[:-1]
    alone = {record["mutant"] for record in judged(judging, "half", [HALF], 1.0)[:-1]}
    assert not alone & {record["mutant"] for record in told[:3]}


def test_time_that_one_target_leaves_goes_to_the_others(judging):
    assert judging.share(2) == 4.0
    judged(judging, "half", [HALF], 4.0)
    assert 7.9 < judging.share(2) < 8.0
