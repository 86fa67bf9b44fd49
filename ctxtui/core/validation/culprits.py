"""The search for the one file, or test, that makes a run of many fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ctxtui.core.ports.toolchains import TestReport, TestRun, TestRunner
from ctxtui.core.validation.tree import run_and_tidy

SECONDS_A_FILE = 5.0
"""How much longer than one file's run each further file may take."""


@dataclass(slots=True)
class Bench:
    """Runs sets of files of one tree; `left` is how many more runs may be spent on explanations."""

    runner: TestRunner
    template: TestRun
    left: int

    def run(self, files: Sequence[str], seed: int | None, left_out: Sequence[str] = ()) -> TestReport:
        """Runs files together, with a time limit that grows with their number. No seed keeps them in this order."""
        timeout = self.template.timeout + SECONDS_A_FILE * (len(files) - 1)
        hash_seed = self.template.hash_seed if seed is None else self.template.hash_seed + seed
        test_run = replace(
            self.template,
            files=tuple(files),
            seed=seed,
            hash_seed=hash_seed,
            timeout=timeout,
            left_out=tuple(left_out),
        )
        return run_and_tidy(self.runner, test_run)[0]  # what a file leaves behind is judged when it runs alone

    def explain(self, files: Sequence[str], seed: int | None, left_out: Sequence[str] = ()) -> TestReport:
        """The same, on the account of the explanations."""
        self.left -= 1
        return self.run(files, seed, left_out)


def find_culprit(suspects: Sequence[str], fails: Callable[[Sequence[str]], bool], most_runs: int) -> str | None:
    """The single one that is enough to make `fails` true, found by halving.

    None when no single one is, or when it is not found within that many calls.
    """
    left = tuple(suspects)
    runs = 0
    while len(left) > 1 and runs < most_runs:
        half = len(left) // 2
        runs += 1
        left = left[:half] if fails(left[:half]) else left[half:]
    # The last half may have been taken only because the other did not fail: one call settles it.
    if len(left) == 1 and runs < most_runs and fails(left):
        return left[0]
    return None
