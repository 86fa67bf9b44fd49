"""What a verdict knows as numbers comes back as numbers, and nothing is read out of its sentences."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from ctxtui.core.domain.rung import CHILD_RUNGS, Rung
from ctxtui.core.domain.verdict import Evidence, line_ranges, lines_in


def test_evidence_comes_back_equal_from_json():
    evidence = Evidence("survived", "nothing notices it", "pkg/a.py", lines=(3, 7), change="@@ -3,1 +3,1 @@")
    assert Evidence.from_data(json.loads(json.dumps(asdict(evidence)))) == evidence


def test_evidence_of_another_version_is_read_without_what_is_unknown():
    assert Evidence.from_data({"kind": "error", "message": "m", "weight": 3}) == Evidence("error", "m")


@pytest.mark.parametrize(("lines", "ranges"), [((), ()), ((5,), ((5, 5),)), ((3, 1, 2, 2, 9), ((1, 3), (9, 9)))])
def test_lines_are_kept_as_stretches_and_come_back(lines, ranges):
    assert line_ranges(lines) == ranges
    assert lines_in(ranges) == frozenset(lines)


def test_every_rung_but_together_judges_one_component():
    assert {*CHILD_RUNGS, Rung.TOGETHER} == set(Rung)
