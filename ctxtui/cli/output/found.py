"""What the checks found of one component: a line a rung, and below it the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ctxtui.cli.output.report import counted
from ctxtui.core.views.rungs import latest_rungs
from ctxtui.core.workflow.component_testing.prompts import evidence_text

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow
    from ctxtui.core.views.summary import ComponentSummary

_SIGNS = {"passed": "✓", "failed": "✕", "skipped": "⇥"}
_MOST = 20_000
"""Characters of evidence below one rung."""


def found_record(told: ComponentSummary, child: ChildRow) -> dict[str, Any]:
    return {
        "type": "component",
        **told.as_json(),
        "agent": child.agent,
        "rungs": [
            {
                "rung": str(verdict.rung),
                "outcome": str(verdict.outcome),
                "summary": verdict.summary,
                "evidence": [_evidence(asdict(item)) for item in verdict.evidence],
            }
            for verdict in latest_rungs(child)
        ],
    }


def found_lines(told: ComponentSummary, child: ChildRow) -> Iterator[str]:
    yield f"{told.name}: {told.verdict}, {counted(told.attempts, 'attempt')} by {child.agent}, tests in {told.path}"
    if told.reason:
        yield told.reason
    for verdict in latest_rungs(child):
        yield f"  {_SIGNS[verdict.outcome]} {verdict.rung:<9}{verdict.summary}"
        for line in evidence_text([asdict(item) for item in verdict.evidence], _MOST).splitlines():
            yield f"      {line}".rstrip()


def _evidence(item: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, and without the ids of the store."""
    return {key: value for key, value in item.items() if value and key != "component_id"}
