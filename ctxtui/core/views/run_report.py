"""A run as a document: what became of each module, how it was proved, what is missing, and what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import Evidence, RungVerdict
from ctxtui.core.ports.store import ChildRow, RunChanges
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.rungs import latest_rungs
from ctxtui.core.views.states import PROVED
from ctxtui.core.views.summary import ComponentSummary, RunSummary, summarize
from ctxtui.core.workflow import state


@dataclass(frozen=True, slots=True)
class ModuleReport:
    """`rungs` are the newest verdicts; `diffs` is what the run writes, as unified diffs by path."""

    summary: ComponentSummary
    agent: str
    rungs: tuple[RungVerdict, ...]
    diffs: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_passed(self) -> bool:
        return self.summary.verdict in PROVED

    def metric(self, rung: Rung, name: str) -> float | None:
        """A number that a rung measured; None where it did not."""
        found = [one.metrics[name] for one in self.rungs if one.rung is rung and name in one.metrics]
        return float(found[-1]) if found else None

    @property
    def coverage(self) -> tuple[float | None, float | None]:
        """Percent of lines and branches that importing the module reaches, and that its tests reach."""
        return self.metric(Rung.COVERS, "by_import"), self.metric(Rung.COVERS, "covered")

    @property
    def mutants(self) -> tuple[int, int] | None:
        """How many were noticed, of how many."""
        tried = self.metric(Rung.KILLS, "mutants")
        return None if tried is None else (int(self.metric(Rung.KILLS, "noticed") or 0), int(tried))

    @property
    def evidence(self) -> tuple[tuple[RungVerdict, Evidence], ...]:
        return tuple((verdict, item) for verdict in self.rungs for item in verdict.evidence)


@dataclass(frozen=True, slots=True)
class RunReport:
    """`base` is the commit that was worked on; `left_out` says why modules got no session, by path."""

    summary: RunSummary
    base: str
    interpreter: str
    started_at: datetime
    made_at: datetime
    modules: tuple[ModuleReport, ...]
    left_out: Mapping[str, str]


def report_on(changes: RunChanges, diffs: Mapping[str, Mapping[str, str]], now: datetime) -> RunReport:
    """`diffs` are by session and path. Raises NotFoundError when the run's own row is not among the changes."""
    summary = summarize(changes, now)
    run = RunView.of(changes, (), now)
    parent = run.parent
    if parent is None:
        raise NotFoundError("Session not found")
    plan = parent.state.get(state.PLAN) or {}
    return RunReport(
        summary=summary,
        base=str(plan.get("base", "")),
        interpreter=str(plan.get("interpreter", "")),
        started_at=parent.created_at,
        made_at=now,
        modules=tuple(
            _module(row, component, diffs.get(row.id, {}))
            for row, component in zip(run.children, summary.components, strict=True)
        ),
        left_out=dict(parent.state.get("left_out") or {}),
    )


def _module(row: ChildRow, component: ComponentSummary, diffs: Mapping[str, str]) -> ModuleReport:
    return ModuleReport(component, row.agent, latest_rungs(row), diffs)
