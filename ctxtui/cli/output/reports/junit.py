"""A report as JUnit's XML, which CI servers show: a suite for each module, a case for each rung."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from ctxtui.cli.output.reports.words import coverage, facts, mutants
from ctxtui.core.domain.verdict import RungOutcome, RungVerdict
from ctxtui.core.views.run_report import ModuleReport, RunReport

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(report: RunReport) -> str:
    suites = ET.Element("testsuites", name=_text(report.summary.name))
    for module in report.modules:
        suites.append(_suite(report, module))
    for attribute in ("tests", "failures", "skipped"):
        suites.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in suites)))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _suite(report: RunReport, module: ModuleReport) -> ET.Element:
    one = module.summary
    suite = ET.Element("testsuite", name=_text(one.name), time=f"{one.seconds:.3f}")
    suite.set("timestamp", f"{report.started_at:%Y-%m-%dT%H:%M:%S}")
    properties = ET.SubElement(suite, "properties")
    told = [*facts(report), ("tests", str(one.tests)), ("coverage", coverage(module)), ("mutants", mutants(module))]
    for name, value in told:
        ET.SubElement(properties, "property", name=_text(name), value=_text(value))
    for verdict in module.rungs:
        _rung(ET.SubElement(suite, "testcase", classname=_text(one.name), name=str(verdict.rung)), verdict)
    if not module.has_passed and not any(verdict.is_failed for verdict in module.rungs):
        case = ET.SubElement(suite, "testcase", classname=_text(one.name), name=_text(one.verdict))
        ET.SubElement(case, "failure", message=_text(one.reason or one.verdict))
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    if module.diffs:
        ET.SubElement(suite, "system-out").text = _text("\n".join(module.diffs.values()))
    return suite


def _rung(case: ET.Element, verdict: RungVerdict) -> None:
    case.set("time", f"{verdict.duration:.3f}")
    evidence = "\n\n".join(f"{item.message}\n{item.detail}".strip() for item in verdict.evidence)
    if verdict.outcome is RungOutcome.FAILED:
        ET.SubElement(case, "failure", message=_text(verdict.summary)).text = _text(evidence)
        return
    if verdict.outcome is RungOutcome.SKIPPED:
        ET.SubElement(case, "skipped", message=_text(verdict.summary))
    ET.SubElement(case, "system-out").text = _text(f"{verdict.summary}\n\n{evidence}".strip())


def _text(text: str) -> str:
    return NOT_IN_XML.sub("\ufffd", text)
