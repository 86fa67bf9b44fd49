from __future__ import annotations

import ast

import pytest

from ctxtui.core.generator.writing.formatting import WIDTH, flat, statement


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
        f"value = Thing({'x' * 50!r}, {'y' * 20!r}) != Thing({'z' * 50!r}, {'y' * 20!r})",
        f"things[Thing({'x' * 50!r}, {'y' * 20!r})]",
        f"value = Thing({'x' * 50!r}, {'y' * 20!r}).size",
        f"value = Thing({'x' * 50!r}, {'y' * 20!r})['size']",
        f"value = Thing({'x' * 50!r}, {'y' * 20!r})[0].size()",
        f"value = things[Thing({'x' * 50!r}, {'y' * 20!r})].size()",
    ],
)
def test_a_long_statement_is_wrapped_and_means_the_same(source):
    written = statement(source, 4)
    assert max(map(len, written.splitlines())) <= WIDTH
    assert ast.dump(ast.parse(written.strip())) == ast.dump(ast.parse(source))


def test_a_call_whose_arguments_fit_on_one_line_gets_no_trailing_comma():
    written = statement(f"value = function({'a' * 40!r}, {'b' * 30!r})", 4)
    assert written.splitlines()[1] == f'        "{"a" * 40}", "{"b" * 30}"'


def test_a_long_text_on_the_right_follows_what_it_is_compared_with():
    written = statement(f"assert function(1) == {'word ' * 30!r}", 4)
    assert written.startswith('    assert function(1) == (\n        "word ')


def test_a_comparison_that_fits_in_brackets_is_not_broken_again():
    left, right = 'function("aaaaaaaaaaaa")', '"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"'
    assert statement(f"assert {left} == {right}", 4) == f"    assert (\n        {left} == {right}\n    )"


def test_a_text_of_lines_is_broken_where_its_lines_end():
    lines = ["\n| name  | price in euros |\n", "| apple | 0.35           |\n\n", "| pear  | 0.45 for each  |\n"]
    written = statement(f"assert tell() == {''.join(lines)!r}", 4)
    assert [ast.literal_eval(line) for line in written.splitlines()[1:-1]] == lines


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("f(1, **{'size': 3})", "f(1, size=3)"),
        ("f(**{'for': 3})", 'f(**{"for": 3})'),
        ("f(**given)", "f(**given)"),
        ("assert f() == pathlib.PosixPath('a')", 'assert f() == pathlib.Path("a")'),
    ],
)
def test_keywords_and_paths_are_written_as_people_do(source, written):
    assert statement(source, 0) == written


def test_a_class_begins_with_its_first_method():
    source = "class Jar:\n\n    def lid(self):\n        return 1\n\n    def label(self):\n        return ''"
    written = 'class Jar:\n    def lid(self):\n        return 1\n\n    def label(self):\n        return ""'
    assert statement(source, 0).rstrip() == written


def test_a_call_that_is_put_off_is_broken_inside_of_its_brackets():
    source = f"inside(lambda: function({', '.join(map(str, range(20)))}))"
    lines = statement(source, 0).splitlines()
    assert lines[1] == "    lambda: function("
    assert all(len(line) <= WIDTH for line in lines)
