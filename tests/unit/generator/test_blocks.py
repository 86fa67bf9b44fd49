from __future__ import annotations

import ast

import pytest

from ctxtui.core.generator.reading.blocks import MOST_ROWS, blocks


def given_to(source: str) -> list[dict[str, str]]:
    rows = [given for _, given in blocks(ast.parse(source)) if given]
    return [{name: ast.unparse(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize(
    "source",
    [
        "@pytest.mark.parametrize('a, b', [(1, 2), (3, 4)])\ndef test_x(a, b): pass",
        "@pytest.mark.parametrize(('a', 'b'), [pytest.param(1, 2, id='x'), pytest.param(3, 4)])\ndef test_x(): pass",
        "ROWS = [(1, 2), (3, 4)]\n@pytest.mark.parametrize(['a', 'b'], ROWS)\ndef test_x(a, b): pass",
        "ROWS = {1: 2, 3: 4}\nfor a, b in ROWS.items():\n    pass",
        "for a, b in [(1, 2)] + [(3, 4)]:\n    pass",
    ],
)
def test_variables_get_what_tables_and_loops_give_them(source):
    assert given_to(source) == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_two_tables_fill_the_same_rows():
    source = "@mark.parametrize('a', [1, 2])\n@mark.parametrize('b', ['x'])\ndef test_x(a, b): pass"
    assert given_to(source) == [{"a": "1", "b": "'x'"}, {"a": "2", "b": "'x'"}]


def test_a_long_table_gives_a_few_rows_from_its_whole_length():
    rows = given_to(f"for n in {list(range(100))}:\n    pass")
    assert len(rows) == MOST_ROWS
    assert rows[0] == {"n": "0"}
    assert rows[-1] == {"n": "99"}


def test_an_ordinary_function_is_read_once():
    assert [given for _, given in blocks(ast.parse("def f(): pass"))] == [{}, {}]
