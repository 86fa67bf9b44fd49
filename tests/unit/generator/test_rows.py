from __future__ import annotations

import pytest

from ctxtui.core.generator.probing.worker.rows import row_of

NUMBERS = ["1", "0", "3", "-1", "2"]
ANYTHING = ["1", "'hello'", "None", "3", "'you'", "[1]"]


@pytest.mark.parametrize(
    ("column", "number", "row"),
    [
        (NUMBERS, 0, ["1", "3", "2"]),
        (NUMBERS, 2, ["3", "1", "2"]),
        (NUMBERS, 1, ["0", "0", "0"]),
        (NUMBERS, 3, ["-1", "-1", "-1"]),
        (ANYTHING, 0, ["1", "3", "1"]),
        (ANYTHING, 1, ["'hello'", "'you'", "'hello'"]),
        (ANYTHING, 2, ["None", "None", "None"]),
        (ANYTHING, 11, ["[1]", "[1]", "[1]"]),
        (["1.5", "1", "2"], 0, ["1.5", "1.5", "1.5"]),
        (["1.5", "1e6", "2.5e-07", "2.5"], 0, ["1.5", "2.5", "1e6"]),
    ],
)
def test_values_of_one_row_are_of_one_kind_and_differ_where_they_can(column, number, row):
    assert list(row_of({"first": column, "second": column, "third": column}, number).values()) == row


def test_columns_of_their_own_stay_in_step():
    assert row_of({"name": ["'a'", "'b'"], "size": ["1", "2", "3"]}, 2) == {"name": "'a'", "size": "3"}
