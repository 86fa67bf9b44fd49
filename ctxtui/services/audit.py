"""An audit: the ladder's rungs climbed by the tests that exist, without any agent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.plan import LadderLimits
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import RungVerdict, in_words, lines_in
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.planning import Plan
from ctxtui.core.engine.trial import SUITE_SECONDS, Trial, trial
from ctxtui.core.ports.validation import Assembly, Candidate

RUNGS = (Rung.PASSES, Rung.STABLE, Rung.COVERS, Rung.KILLS)
FEW_NOTICED = 50.0
"""Percent of mutants below which a module's tests are called weak."""


@dataclass(frozen=True, slots=True)
class AuditedModule:
    """What the tests of one module are worth; `files` is empty when it has none."""

    name: str
    path: str
    lines: int
    files: tuple[str, ...]
    verdicts: tuple[RungVerdict, ...] = ()

    def metric(self, name: str) -> float | None:
        """A number that one of the rungs measured, such as `covered`, `mutants` or `tests`."""
        found = [verdict.metrics[name] for verdict in self.verdicts if name in verdict.metrics]
        return float(found[-1]) if found else None

    def weaknesses(self, least_covered: float) -> tuple[str, ...]:
        if not self.files:
            return ("no tests",)
        found = [f"{verdict.rung}: {verdict.summary}" for verdict in self.verdicts if verdict.is_failed]
        covered, mutants = self.metric("covered"), self.metric("mutants")
        if covered is not None and covered < least_covered:
            found.append(f"covered to {covered:.0f} %")
        if mutants and 100 * (self.metric("noticed") or 0) / mutants < FEW_NOTICED:
            found.append(f"{self.metric('noticed'):.0f} of {mutants:.0f} mutants noticed")
        return tuple(found)

    def missed(self) -> tuple[str, ...]:
        """What the tests leave out, a sentence each: lines that they do not reach, changes that they do not notice."""
        marked = [verdict.lines.missed for verdict in self.verdicts if verdict.lines and verdict.lines.missed]
        unreached = [f"not reached: line{'s' * (len(lines_in(ranges)) > 1)} {in_words(ranges)}" for ranges in marked]
        survived = [item.message for verdict in self.verdicts for item in verdict.evidence if item.change]
        return (*unreached, *survived)


def audit(parts: Parts, plan: Plan) -> Iterator[AuditedModule | RungVerdict]:
    """One module after the other, in the plan's order, then the verdict on all their tests together."""
    with trial(parts, plan.repository, plan.package) as tried:
        known = set(plan.settings.existing_tests)
        own = {
            component.id: tuple(path for path in plan.package.own_tests.get(component.name, ()) if path in known)
            for component in plan.components
        }
        owners = owners_of(own)
        for component in plan.components:
            files = own[component.id]
            lines = plan.package.sizes.get(component.name, 0)
            verdicts = tuple(_climbed(parts, plan, tried, component, files)) if files else ()
            yield AuditedModule(component.name, component.source_path, lines, files, verdicts)
        if owners:
            yield _together(parts, plan, tried, owners)


def owners_of(files: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Whose each test file is, by path: that of the module it is about, which has it as its first."""
    latest_first = tuple(files.items())[::-1]
    firsts = {paths[0]: component for component, paths in latest_first if paths}
    others = {path: component for component, paths in latest_first for path in paths}
    return others | firsts


def _climbed(
    parts: Parts, plan: Plan, tried: Trial, component: Component, files: tuple[str, ...]
) -> Iterator[RungVerdict]:
    """The rungs up to the first that fails: what comes after it would say nothing."""
    template = tried.test_run(files, plan.settings.limits.run_seconds)
    candidate = Candidate(
        component_id=component.id,
        component_name=component.name,
        source_path=component.source_path,
        test_path=files[0],
        worktree=tried.tree,
        changes=(),
        owned=(),
        test_run=replace(
            template,
            measure=(component.source_path,),
            tolerated=plan.settings.tolerated,
            runs_anywhere=plan.settings.runs_anywhere,
            canaries=plan.settings.canaries,
            checkout=plan.settings.root,
            put_back=tried.put_back,
        ),
    )
    limits = replace(plan.settings.ladder, coverage_floor=0.0, mutants_floor=0.0)
    for validator in parts.build_ladder(RUNGS, limits).rungs:
        verdict = validator.judge(candidate)
        yield verdict
        if verdict.is_failed:
            return


def _together(parts: Parts, plan: Plan, tried: Trial, owners: dict[str, str]) -> RungVerdict:
    assembly = Assembly(
        worktree=tried.tree,
        test_run=replace(
            tried.test_run(tuple(sorted(owners)), SUITE_SECONDS),
            tolerated=plan.settings.tolerated,
            put_back=tried.put_back,
        ),
        owners=owners,
        names={component.id: component.name for component in plan.components},
    )
    return parts.build_ladder(RUNGS, LadderLimits()).together.judge(assembly)
