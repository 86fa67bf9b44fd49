from __future__ import annotations

import ast

import pytest

from ctxtui.core.agents.builtin.formatting import WIDTH, flat, statement


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("f('a')", 'f("a")'),
        ("f(u'a')", 'f("a")'),
        ("f('say \"hi\"')", "f('say \"hi\"')"),
        ("f(b'a', r'\\d')", 'f(b"a", "\\\\d")'),
        ("f('it\\'s')", 'f("it\'s")'),
    ],
)
def test_strings_take_double_quotes_where_that_needs_no_escape(source, written):
    assert flat(ast.parse(source, mode="eval")) == written


@pytest.mark.parametrize(
    "source",
    [
        f"assert function({', '.join(map(str, range(40)))}) == 3",
        f"assert function(1) == [{', '.join(map(str, range(60)))}]",
        f"assert function(1) == {{{', '.join(f'{n!r}: {n}' for n in range(40))}}}",
        f"value = Thing({', '.join(f'argument_{n}={n}' for n in range(12))})",
        f"assert function({'x' * 70!r}) == {'y' * 90!r}",
        f"value = {'word ' * 36!r}",
    ],
)
def test_a_long_statement_is_wrapped_and_means_the_same(source):
    written = statement(source, 4)
    assert max(map(len, written.splitlines())) <= WIDTH
    assert ast.dump(ast.parse(written.strip())) == ast.dump(ast.parse(source))


def test_a_call_whose_arguments_fit_on_one_line_gets_no_trailing_comma():
    written = statement(f"value = function({'a' * 40!r}, {'b' * 30!r})", 4)
    assert written.splitlines()[1] == f'        "{"a" * 40}", "{"b" * 30}"'
