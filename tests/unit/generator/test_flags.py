from __future__ import annotations

import ast

import pytest

from ctxtui.core.generator.probing.worker.flags import flags_in


@pytest.mark.parametrize(
    ("body", "is_flag"),
    [
        ("return 1 if given else 2", True),
        ("while not given and x:\n        pass", True),
        ("return [y for y in x if given]", True),
        ("return g(x, given)", True),
        ("return g(x, flag=given)", True),
        ("return given", False),
        ("return given and x", False),
        ("if given:\n        given.close()", False),
        ("if given == 3:\n        pass", False),
        ("return h(given)", False),
        ("return open(given)", False),
        ("pass", False),
    ],
)
def test_what_is_only_asked_whether_it_is_true_is_a_flag(body, is_flag):
    others = "def g(x, flag):\n    if flag:\n        return x\n\n\ndef h(x):\n    return x\n"
    assert ("f.given" in flags_in(ast.parse(f"def f(x, given):\n    {body}\n\n\n{others}"))) is is_flag


def test_functions_may_pass_it_to_one_another():
    source = "def f(x, y):\n    return g(x, y)\n\n\ndef g(x, y):\n    if x:\n        return f(x, y + 1)\n"
    assert flags_in(ast.parse(source)) == {"f.x", "g.x"}


def test_a_parameter_that_says_what_it_takes_is_none():
    assert flags_in(ast.parse("def f(x: list[int]):\n    return 1 if x else 2\n")) == frozenset()
