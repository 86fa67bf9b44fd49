from __future__ import annotations

import ast

import pytest

from ctxtui.core.generator.writing.formatting import statement
from ctxtui.core.generator.writing.spelling import spelled


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("row[slice(None, 6, None)]", "row[:6]"),
        ("row[slice(1, None, 2)]", "row[1::2]"),
        ("row[slice(-1, None)]", "row[-1:]"),
        ("row[slice(3)]", "row[:3]"),
        ("row[slice(*bounds)]", "row[slice(*bounds)]"),
        ("row.take(slice(1, 2))", "row.take(slice(1, 2))"),
    ],
)
def test_a_slice_is_written_with_colons(source, written):
    assert ast.unparse(spelled(ast.parse(source))) == written


def test_a_long_line_with_a_slice_can_still_be_read():
    source = f"value = Thing({'x' * 50!r}, {'y' * 20!r})[slice(None, 6, None)]"
    assert ast.dump(ast.parse(statement(source, 4).strip())) == ast.dump(
        ast.parse(source.replace("slice(None, 6, None)", ":6"))
    )


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("pytest.approx(0.9998476951563913)", "pytest.approx(0.999847695)"),
        ("pytest.approx((-0.01745240643728356, 1))", "pytest.approx((-0.0174524064, 1))"),
        ("pytest.approx({'a': 1.0000000000000002e-10})", "pytest.approx({'a': 1e-10})"),
        ("pytest.approx(0.5)", "pytest.approx(0.5)"),
        ("math.pi == 3.141592653589793", "math.pi == 3.141592653589793"),
    ],
)
def test_digits_that_no_comparison_looks_at_are_not_written(source, written):
    assert ast.unparse(spelled(ast.parse(source))) == written
