from __future__ import annotations

import ast

import pytest

from ctxtui.core.mutations import Source, edits
from ctxtui.core.validation.mutants import Mutant, sample_mutants

EVERY_LINE = range(1, 200)


def mutants(text: str, most: int = 100, reached=EVERY_LINE) -> tuple[Mutant, ...]:
    return sample_mutants("pkg/mod.py", text.encode(), reached, most)


def changes(text: str) -> set[str]:
    return {mutant.content.decode() for mutant in mutants(text)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = b + c", "a = b - c"),
        ("a = (b) /  (c)", "a = (b) *  (c)"),
        ("a = b <= c < d", "a = b < c < d"),
        ("a = b <= c < d", "a = b <= c <= d"),
        ("a = b is  not c", "a = b is c"),
        ("a = b in c", "a = b not in c"),
        ("a = b and c or d", "a = b or c or d"),
        ("a = not b", "a = b"),
        ("a = not(b)", "a = (b)"),
        ("a = True", "a = False"),
        ("a = 41", "a = 42"),
        ("a = 'x'", "a = 'XXxXX'"),
        ("a = b''", "a = b'XXXX'"),
        ("def f(x=1): pass", "def f(x=2): pass"),
        ("def f():\n    return x", "def f():\n    return None"),
        ("def f():\n    raise E('no')", "def f():\n    pass"),
        ("f(1)", "pass"),
        ("a.b = c", "pass"),
        ("a += b", "pass"),
        ("del a[0]", "pass"),
        ("x = f(a, b)", "x = f(b, a)"),
        ("if a: b()", "if not (a): b()"),
        ("try:\n    pass\nexcept E:\n    f()", "try:\n    pass\nexcept E:\n    pass"),
        ("for a in b: f(a)", "for a in (): f(a)"),
        ("for a in b:\n    continue", "for a in b:\n    break"),
        ("for a in b:\n    break", "for a in b:\n    continue"),
        ("try:\n    f()\nexcept (E, F) as e:\n    g()", "try:\n    f()\nexcept () as e:\n    g()"),
        ("a = -b", "a = b"),
        ("a = b[-1]", "a = b[1]"),
        ("match a:\n    case 1:\n        f()", "match a:\n    case 1:\n        pass"),
        ("é = 'ü' if ß < 2 else b", "é = 'ü' if ß <= 2 else b"),
        ("a = b + (\n    c)\r\nd = e - f\r\n", "a = b + (\n    c)\r\nd = e + f\r\n"),
    ],
)
def test_a_change_leaves_everything_around_it_as_it_is(before, after):
    assert after in changes(before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = b > c", "a = b != c"),
        ("a = b == c", "a = b >= c"),
        ("a = b // c", "a = b / c"),
        ("a = b[1]", "a = b[0]"),
    ],
)
def test_a_near_miss_is_a_change_that_no_test_is_judged_by(before, after):
    found = edits(ast.parse(before), Source(before.encode()))
    near = [before[: edit.start] + edit.new.decode() + before[edit.end :] for edit in found if edit.is_fine]
    assert after in near
    assert after not in changes(before)


@pytest.mark.parametrize(
    "text",
    [
        '"""A docstring."""',
        "def f(x: 'Text' = None) -> 'Text': pass",
        "x: 'Text'",
        "@decorated('x', 1)\ndef f(): pass",
        "import a",
        "assert a, 'message'",
        "__all__ = ['a']",
        "if TYPE_CHECKING:\n    a = 1",
        "if __name__ == '__main__':\n    main()",
        "a = 1  # pragma: no cover",
        "a = f'{b:>3}'",
        "a = cast('Text', b)",
        "def f():\n    return None",
        "a = b()",
    ],
)
def test_what_tests_cannot_notice_is_left_alone(text):
    assert changes(text) == set()


def test_the_message_of_an_error_is_left_alone():
    assert [mutant.what for mutant in mutants("raise ValueError('no')")] == [
        "line 1 is left out: `raise ValueError('no')`"
    ]


CODE = "".join(f"def f{n}(a, b):\n    if a < {n}:\n        return a + b\n    return g(a, b)\n" for n in range(20))


def test_the_same_source_gives_the_same_sample_and_every_mutant_is_python():
    sample = mutants(CODE, 20)
    assert sample == mutants(CODE, 20)
    assert len(sample) == 20
    assert len({mutant.content for mutant in sample}) == 20
    assert all(ast.parse(mutant.content) and mutant.content != CODE.encode() for mutant in sample)


def test_a_sample_is_spread_over_the_statements_that_are_reached():
    reached = [2, 3, 4, 6, 7, 8]
    assert sorted(mutant.line for mutant in mutants(CODE, 6, reached)) == reached
    assert {mutant.line for mutant in mutants(CODE, 100, reached)} == set(reached)


def test_a_table_counts_as_one_statement():
    table = "TABLE = {\n" + "".join(f"    'k{n}': {n},\n" for n in range(30)) + "}\nlimit = 3\n"
    assert 33 in {mutant.line for mutant in mutants(table, 2)}


def test_a_mutant_says_what_changed_and_shows_it_as_a_diff():
    (mutant,) = mutants("a = b\nc = d < e\nf = g\n")
    assert (mutant.line, mutant.what) == (2, "`<` becomes `<=` in line 2")
    assert mutant.diff.splitlines() == [
        "--- a/pkg/mod.py",
        "+++ b/pkg/mod.py",
        "@@ -1,3 +1,3 @@",
        " a = b",
        "-c = d < e",
        "+c = d <= e",
        " f = g",
    ]


def test_a_statement_of_several_lines_shrinks_in_the_diff():
    (mutant,) = (one for one in mutants("def f():\n    raise E(\n        x\n    )\n"))
    assert mutant.diff.splitlines()[2:] == [
        "@@ -1,5 +1,3 @@",
        " def f():",
        "-    raise E(",
        "-        x",
        "-    )",
        "+    pass",
        " ",
    ]


def test_the_files_encoding_is_kept():
    text = "# -*- coding: latin-1 -*-\na = 'é' < b\n".encode("latin-1")
    found = {one.content for one in sample_mutants("m.py", text, EVERY_LINE, 9)}
    assert "# -*- coding: latin-1 -*-\na = 'é' <= b\n".encode("latin-1") in found
    marked = "\ufeffa = b < c\n".encode()
    (mutant,) = sample_mutants("m.py", marked, EVERY_LINE, 9)
    assert mutant.content == "\ufeffa = b <= c\n".encode()


def test_a_source_that_is_no_python_here_is_refused():
    with pytest.raises(SyntaxError):
        mutants("def f(:\n")
