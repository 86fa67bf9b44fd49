from __future__ import annotations

import pytest

from ctxtui.core.generator.probing.worker.comparing import Comparison
from ctxtui.core.generator.probing.worker.subjects import Subject
from ctxtui.core.generator.probing.worker.wishing import Wishes

SUBJECT = Subject("fits", "", "fits({arguments})", ())


class Inputs:
    """Knows nothing to try."""

    def of_kind(self, _kind):
        return []

    having = literal_for = of_kind


@pytest.fixture
def wishes():
    return Wishes(Inputs())


def is_novel(wishes, kind, left, right, *, is_true):
    return wishes.follow_comparisons(SUBJECT, {}, [Comparison(7, kind, left, right, is_true)])


def test_a_comparison_is_novel_when_it_turns_out_otherwise_than_before(wishes):
    told = [is_novel(wishes, "==", left, 2, is_true=left == 2) for left in (1, 3, 2, 2)]
    assert told == [True, False, True, False]


@pytest.mark.parametrize(("kind", "values"), [("<", (1, 3, 2)), ("len", ("a", "abc", "ab"))])
def test_an_order_is_novel_once_more_at_its_edge(wishes, kind, values):
    below, above, edge = values
    assert is_novel(wishes, kind, below, 2, is_true=True)
    assert is_novel(wishes, kind, above, 2, is_true=False)
    assert is_novel(wishes, kind, edge, 2, is_true=False)
    assert not is_novel(wishes, kind, edge, 2, is_true=False)
