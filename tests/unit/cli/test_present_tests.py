from __future__ import annotations

from types import SimpleNamespace

import pytest

from ctxtui.cli.output.plan import present_tests

MODULE = SimpleNamespace(name="shop.sums", source_path="shop/sums.py")


@pytest.mark.parametrize(
    ("present", "covered", "is_good", "told"),
    [
        ({}, {}, True, "no tests"),
        ({"shop.sums": 1}, {}, True, "1 test"),
        ({"shop.sums": 3}, {"shop/sums.py": 81.6}, True, "3 tests, 82 %"),
        ({}, {}, False, "tests not counted"),
        ({"shop.sums": 0}, {}, True, "tests not counted"),
    ],
)
def test_a_module_is_said_to_have_no_tests_only_where_they_could_be_counted(present, covered, is_good, told):
    plan = SimpleNamespace(present=present, covered=covered, checks=(SimpleNamespace(is_good=is_good),))
    assert present_tests(plan, MODULE) == told
