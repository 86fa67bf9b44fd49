from __future__ import annotations

from ctxtui.core.agents.builtin.worker.shrinking import simpler
from ctxtui.core.agents.builtin.worker.targets import Parameter


def parameter(name: str, *, has_default: bool) -> Parameter:
    return Parameter(name, "", None, has_default, is_keyword_only=False, is_variadic=False)


def test_what_can_be_left_out_is_left_out_first():
    parameters = [parameter("text", has_default=False), parameter("limit", has_default=True)]
    steps = list(simpler(parameters, {"text": "'ab'", "limit": "7000000"}))
    assert steps[0] == {"text": "'ab'"}
    assert {"text": "'b'", "limit": "7000000"} in steps
    assert {"text": "'ab'", "limit": "1"} in steps


def test_each_step_is_simpler_than_what_it_came_from():
    steps = list(simpler([], {"x": "[1, 2, 3, 4]", "y": "'a long text of many words'", "z": "lambda: 0"}))
    assert steps
    assert all(sum(map(len, step.values())) < len("[1, 2, 3, 4]'a long text of many words'lambda: 0") for step in steps)
