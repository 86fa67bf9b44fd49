"""The sixth rung: the tests notice when the module is changed a little."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ctxtui.core.domain.verdict import Evidence, RungOutcome, RungVerdict
from ctxtui.core.ports.toolchains import RunEnd, TestRunner
from ctxtui.core.ports.validation import Candidate, LadderLimits
from ctxtui.core.validation.evidence import count, limited, one_line, skipped
from ctxtui.core.validation.first_run import first_run
from ctxtui.core.validation.measured import UNMEASURED, reached_by_tests
from ctxtui.core.validation.mutants import Mutant, sample_mutants
from ctxtui.core.validation.scratch import Scratch, scratch

RUNG = "kills"

GRACE_SECONDS = 2.0


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
    """Tries a sample of mutants in a copy of the worktree; without a floor it tells and lets pass."""

    runner: TestRunner
    limits: LadderLimits
    rung: str = RUNG

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
        with scratch(self.runner, candidate.test_run, candidate.source_path) as bench:
            template = candidate.test_run
            unchanged = bench.run(content, timeout=template.timeout, test_timeout=template.test_timeout)
            if unchanged.end is not RunEnd.PASSED:
                reason = one_line(unchanged.message) or str(unchanged.end)
                return skipped(RUNG, started, f"the tests do not pass in a copy of the tree: {reason}")
            tried = self._try(bench, mutants, 2 * unchanged.duration + GRACE_SECONDS, started)
        if mutants and not tried.number:
            return skipped(RUNG, started, f"no mutant could be tried within {self.limits.mutation_seconds:g} s")
        return self._verdict(candidate, tried, len(mutants), started)

    def _try(self, bench: Scratch, mutants: Sequence[Mutant], longest: float, started: float) -> _Tried:
        """`longest` is how many seconds a run may take: a mutant that never ends has been noticed."""
        survivors: list[Mutant] = []
        for number, mutant in enumerate(mutants):
            if time.monotonic() - started >= self.limits.mutation_seconds:
                return _Tried(number, tuple(survivors))
            template = bench.template
            report = bench.run(
                mutant.content,
                timeout=min(template.timeout, 2 * longest),
                test_timeout=min(template.test_timeout, longest),
            )
            if report.end is RunEnd.PASSED:
                survivors.append(mutant)
        return _Tried(len(mutants), tuple(survivors))

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
            Evidence("survived", f"nothing notices that {mutant.what}", candidate.source_path, detail=mutant.diff)
            for mutant in sorted(tried.survivors, key=lambda mutant: mutant.line)
        ]
        return RungVerdict(
            RUNG,
            RungOutcome.FAILED if is_below else RungOutcome.PASSED,
            summary,
            limited(evidence),
            time.monotonic() - started,
            {"mutants": tried.number, "noticed": tried.noticed},
        )
