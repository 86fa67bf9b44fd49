"""The rung that looks for the specs' criteria in the tests: it tells which no test names, and refuses nothing."""

from __future__ import annotations

from dataclasses import replace

from ctxtui.core.domain.verdict import RungOutcome
from ctxtui.core.validation.stories import Stories

SPEC = "- AC-1: sums are exact\n- AC-2: a negative price is refused\n- AC-3: nothing is lost\n"
TESTS = '''
import pytest

# AC-3 stands in no test
def helper():
    """AC-3"""

@pytest.mark.story("AC-1")
def test_sums():
    assert 1 + 1 == 2


class TestPrices:
    def test_negative(self):
        # AC 2
        assert True
'''


def judged(candidate, spec, text=TESTS):
    one = candidate(text)
    (one.worktree / "docs.md").write_text(spec)
    return Stories().judge(replace(one, specs=("docs.md", "gone.md")))


def test_a_criterion_that_no_test_names_is_told_and_nothing_is_refused(candidate):
    verdict = judged(candidate, SPEC)
    assert verdict.outcome is RungOutcome.PASSED
    assert verdict.summary == "2 of 3 criteria named by a test"
    assert [item.message for item in verdict.evidence] == ["no test names AC-3: nothing is lost"]
    assert verdict.metrics == {"criteria": 3, "named": 2}


def test_specs_without_criteria_leave_nothing_to_judge(candidate):
    assert judged(candidate, "Prices are exact.").outcome is RungOutcome.SKIPPED


def test_a_test_file_that_cannot_be_read_names_nothing(candidate):
    assert judged(candidate, SPEC, "def test_(:").summary == "0 of 3 criteria named by a test"
