"""The sixth rung: the tests notice when the module is changed a little."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import Evidence, MarkedLines, RungOutcome, RungVerdict, line_ranges
from ctxtui.core.ports.toolchains import ChangedSource, MutantOutcome, RunEnd, TestRunner
from ctxtui.core.ports.validation import Candidate, LadderLimits
from ctxtui.core.validation.evidence import count, limited, skipped
from ctxtui.core.validation.first_run import first_run
from ctxtui.core.validation.measured import UNMEASURED, reached_by_tests
from ctxtui.core.validation.mutants import Mutant, sample_mutants
from ctxtui.core.validation.tree import run_and_tidy

RUNG = Rung.KILLS


@dataclass(frozen=True, slots=True)
class _Tried:
    """How many mutants were tried, and those that no test noticed."""

    number: int
    survivors: tuple[Mutant, ...]

    @property
    def noticed(self) -> int:
        return self.number - len(self.survivors)

    @property
    def percent(self) -> float:
        return 100 * self.noticed / self.number if self.number else 100.0


@dataclass(frozen=True, slots=True)
class Kills:
    """Tries a sample of mutants; without a floor it tells and lets pass."""

    runner: TestRunner
    limits: LadderLimits
    rung: Rung = RUNG

    def judge(self, candidate: Candidate) -> RungVerdict:
        started = time.monotonic()
        if first_run(self.runner, candidate).end is not RunEnd.PASSED:
            return skipped(RUNG, started, "the tests do not pass against the module as it is")
        reached = reached_by_tests(self.runner, candidate)
        if reached is None:
            return skipped(RUNG, started, UNMEASURED)
        content = (candidate.worktree / candidate.source_path).read_bytes()
        try:
            mutants = sample_mutants(candidate.source_path, content, reached.reached, self.limits.mutants)
        except (SyntaxError, ValueError) as error:
            return skipped(RUNG, started, f"{candidate.source_path} cannot be read here: {error}")
        tried = self._try(candidate, mutants, started) if mutants else _Tried(0, ())
        if tried is None:
            return skipped(RUNG, started, "the tests do not pass when they are run for it")
        if mutants and not tried.number:
            return skipped(RUNG, started, f"no mutant could be tried within {self.limits.mutation_seconds:g} s")
        return self._verdict(candidate, tried, len(mutants), started)

    def _try(self, candidate: Candidate, mutants: Sequence[Mutant], started: float) -> _Tried | None:
        """All in one run, which forks for each; what only a fresh import shows in a run of its own. None: no use."""
        template = replace(
            candidate.test_run,
            source=candidate.source_path,
            measure=(),
            canaries=(),
            timeout=candidate.test_run.timeout + self.limits.mutation_seconds,
            mutation_seconds=self.limits.mutation_seconds,
        )
        changed = tuple(ChangedSource(mutant.statement, mutant.content) for mutant in mutants)
        report, _ = run_and_tidy(self.runner, replace(template, mutants=changed))
        if report.end is not RunEnd.PASSED:
            return None
        outcomes = dict(report.mutants)
        for number, outcome in report.mutants.items():
            if outcome is MutantOutcome.UNSWITCHED:
                if time.monotonic() - started >= self.limits.mutation_seconds:
                    del outcomes[number]
                    continue
                run = replace(template, replaced=mutants[number].content, stop_at_first=True)
                has_passed = run_and_tidy(self.runner, run)[0].end is RunEnd.PASSED
                outcomes[number] = MutantOutcome.SURVIVED if has_passed else MutantOutcome.NOTICED
        survivors = [mutants[number] for number, outcome in outcomes.items() if outcome is MutantOutcome.SURVIVED]
        return _Tried(len(outcomes), tuple(survivors))

    def _verdict(self, candidate: Candidate, tried: _Tried, planned: int, started: float) -> RungVerdict:
        is_below = tried.percent < self.limits.mutants_floor
        summary = f"{tried.noticed} of {count(tried.number, 'mutant')} noticed"
        if not tried.number:
            summary = "nothing in the lines reached could be changed"
        if is_below:
            summary += f", below the floor of {self.limits.mutants_floor:g} %"
        if planned > tried.number:
            summary += f"; no time for {planned - tried.number} more"
        evidence = [
            Evidence(
                "survived",
                f"nothing notices that {mutant.what}",
                candidate.source_path,
                detail=mutant.diff,
                lines=(mutant.line,),
                change=mutant.diff,
            )
            for mutant in sorted(tried.survivors, key=lambda mutant: mutant.line)
        ]
        return RungVerdict(
            RUNG,
            RungOutcome.FAILED if is_below else RungOutcome.PASSED,
            summary,
            limited(evidence),
            time.monotonic() - started,
            {"mutants": tried.number, "noticed": tried.noticed},
            MarkedLines(candidate.source_path, survived=line_ranges(mutant.line for mutant in tried.survivors)),
        )
