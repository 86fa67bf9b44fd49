"""Source is read as a tree, from as many threads as like to."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor

import pytest

from ctxtui.core.domain.syntax import parse

NESTED = "value = " + "(" * 40 + "[1, {'a': (2, 3)}]" + ")" * 40 + "\n"
SOURCE = NESTED + "def f(a, b=[1, 2]):\n    return {a: [b]}\n" * 60


def test_many_threads_read_trees_at_the_same_time():
    wanted = ast.dump(ast.parse(SOURCE))
    with ThreadPoolExecutor(8) as pool:
        trees = list(pool.map(parse, [SOURCE] * 200))
    assert {ast.dump(tree) for tree in trees} == {wanted}


def test_what_is_no_python_is_refused_as_ever():
    with pytest.raises(SyntaxError):
        parse("def")
