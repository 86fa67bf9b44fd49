"""Reports on a run: each whole in itself, with whatever an agent or a test said kept harmless."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from ctxtui.cli.output.reports import REPORTS
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import Evidence, RungOutcome, RungVerdict
from ctxtui.core.views.run_report import ModuleReport, RunReport
from ctxtui.core.views.summary import ComponentSummary, RunSummary

WHEN = datetime(2031, 2, 3, 4, 5, tzinfo=UTC)
MUTANT = "-    return a + b\n+    return a - b\n"
HOSTILE = "</details><script>alert(1)</script> | `x` \x1b[31m"


def module(name: str, verdict: str, *rungs: RungVerdict, reason: str = "", **diffs: str) -> ModuleReport:
    summary = ComponentSummary(name, f"tests/test_{name}.py", verdict, reason, 1, 2, (), 1.5)
    return ModuleReport(summary, "scripted", rungs, {f"tests/test_{key}.py": diff for key, diff in diffs.items()})


PASSED = module(
    "money",
    "passed",
    RungVerdict(Rung.COVERS, RungOutcome.PASSED, "90 % of lines", metrics={"covered": 90.0, "by_import": 30.0}),
    RungVerdict(
        Rung.KILLS,
        RungOutcome.PASSED,
        "3 of 4 mutants noticed",
        (Evidence("survived", "nothing notices that + is -", detail=MUTANT, change=MUTANT),),
        metrics={"mutants": 4, "noticed": 3},
    ),
    money="--- /dev/null\n+++ b/tests/test_money.py\n@@ -0,0 +1 @@\n+def test_add(): ...\n",
)
FAILED = module(
    "text",
    "needs you",
    RungVerdict(
        Rung.PASSES, RungOutcome.FAILED, "1 of 2 tests failed", (Evidence("assertion", HOSTILE, detail=HOSTILE),)
    ),
    reason="tried 3 times without success",
)
STUCK = module("stuck", "needs you", reason="nothing in it can be tested")


@pytest.fixture
def report() -> RunReport:
    summary = RunSummary(
        "ab12", "shop", "passed", "branch", "c0ffee", "", "/repo", tuple(m.summary for m in (PASSED, FAILED, STUCK))
    )
    return RunReport(summary, "ba5e", "python", WHEN, WHEN, (PASSED, FAILED, STUCK), {"shop/a.py": "generated"})


@pytest.mark.parametrize("form", REPORTS)
def test_every_report_has_verdicts_coverage_mutants_evidence_and_diffs(report: RunReport, form: str):
    text = REPORTS[form](report).replace("\\", "")
    for told in ("money", "needs you", "30 % → 90 %", "3 of 4", "nothing notices that + is -", "def test_add(): ..."):
        assert told in text
    assert "return a - b" in text
    assert "tried 3 times" in text or form == "junit"
    assert "ab12, finished" in text, "a run without some of its modules is not said to have passed"


def test_junit_has_a_suite_for_each_module_and_a_case_for_each_rung(report: RunReport):
    root = ET.fromstring(REPORTS["junit"](report).partition("\n")[2])
    cases = {suite.get("name"): [case.get("name") for case in suite.findall("testcase")] for suite in root}
    assert cases == {"money": ["covers", "kills"], "text": ["passes"], "stuck": ["needs you"]}
    assert (root.get("tests"), root.get("failures")) == ("4", "2")
    assert [failure.get("message") for failure in root.iter("failure")] == [
        "1 of 2 tests failed",
        "nothing in it can be tested",
    ]


def test_the_page_loads_and_runs_nothing(report: RunReport):
    seen: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append(tag)
            assert not {"src", "onclick", "style"} & {name for name, _ in attrs}

    Reader().feed(REPORTS["html"](report))
    assert not {"script", "link", "img", "iframe"} & set(seen)
    assert seen.count("section") == len(report.modules) + 1


def test_a_block_of_markdown_ends_where_it_should_whatever_it_holds(report: RunReport):
    odd = module("odd", "passed", odd="```\n# no heading\n")
    assert "\n````diff\n```\n# no heading\n````\n" in REPORTS["markdown"](replace(report, modules=(odd,)))
    assert REPORTS["markdown"](report).count("<script>") == 1  # in a fenced block, where it is text
