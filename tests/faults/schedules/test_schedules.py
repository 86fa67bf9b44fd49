"""Random schedules of faults: whatever is done to a run, it ends with the same work, done once.

`make faults N=200 SEED=1` runs as many as one likes; a few run with all other tests. The seed in a failing test's
name makes the same schedule again.
"""

from __future__ import annotations

import os

import pytest

from tests.faults.schedules.forks import Forks
from tests.faults.schedules.oracle import problems_of
from tests.faults.schedules.schedule import Done, carry_out, schedule
from tests.faults.schedules.world import World

FIRST = int(os.environ.get("CTXTUI_TEST_SEED", "1"))
COUNT = int(os.environ.get("CTXTUI_TEST_SCHEDULES", "3"))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]


@pytest.fixture(scope="module")
def forks(tmp_path_factory):
    made = Forks(tmp_path_factory.mktemp("exits"))
    yield made
    made.end()


@pytest.fixture
def world(tmp_path, forks):
    made = World(tmp_path, forks)
    made.make()
    yield made
    made.end()


def test_a_run_without_faults_is_what_the_others_are_measured_by(world):
    assert world.runs("run", "shop", "--headless") == 0
    assert problems_of(world, Done()) == []


@pytest.mark.parametrize("seed", range(FIRST, FIRST + COUNT))
def test_a_run_ends_with_the_same_work_done_once_whatever_is_done_to_it(world, seed):
    rounds = schedule(seed)
    found = problems_of(world, carry_out(world, rounds))
    told = "\n".join([*map(str, rounds), *found, world.log[-4000:]])
    assert not found, told
