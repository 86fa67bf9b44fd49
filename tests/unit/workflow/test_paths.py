"""Which paths a glob means."""

from __future__ import annotations

import pytest

from ctxtui.core.workflow.paths import matches


@pytest.mark.parametrize(
    ("path", "pattern", "is_match"),
    [
        ("tests/test_a.py", "tests/test_a.py", True),
        ("tests/test_a.py", "tests/*.py", True),
        ("tests/sub/test_a.py", "tests/*.py", False),
        ("tests/sub/deep/test_a.py", "tests/**/*.py", True),
        ("tests/test_a.py", "tests/**/*.py", True),
        ("test_a.py", "**/test_a.py", True),
        ("tests/fixtures/a/b.json", "tests/fixtures/**", True),
        ("tests/fixtures", "tests/fixtures/**", False),
        ("tests/test_a.py", "tests/test_?.py", True),
        ("tests/test_.py", "tests/test_?.py", False),
        ("tests/a/b", "tests/a?b", False),
        ("tests/testxa.py", "tests/test.a.py", False),
        ("tests/[a].py", "tests/[a].py", True),
        ("tests/a\nb.py", "tests/**", True),
        ("tests/test_a.py.bak", "tests/*.py", False),
    ],
)
def test_stars_stay_in_a_folder_and_two_stars_cross_folders(path, pattern, is_match):
    assert matches(path, [pattern]) is is_match


def test_one_of_several_patterns_is_enough():
    assert matches("b", ["a", "b"])
    assert not matches("c", ["a", "b"])
    assert not matches("c", [])
