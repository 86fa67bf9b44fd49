"""Tokens and money that a run tells of its agents, beside those that the model served: two attempts, a kill, a resume.

Run it by itself: `CTXTUI_REAL_AGENTS=gemini,opencode,claude-acp python tests/benchmarks/accounts.py [agent…]`. Real
agents from npm test the sample project with a model on loopback; the runner is killed in the midst of a mending turn
and the run resumed.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.doubles.model_server import USAGE
from tests.doubles.real_agents import PRICES, SETTINGS, install, own_folder
from tests.integration.agents.test_real_runs import Larder

SECONDS = 500


def run(larder: Larder) -> None:
    """Kills the runner once the mending turn has written, and lets another one end the run."""
    larder.holds = lambda prompt, step: "did not pass" in prompt and step == 1 and not larder.server.let_go.is_set()
    process = larder.start("run", "larder", "--skip", "units", "--jobs", "4", "--headless")
    larder.server.is_held.wait(SECONDS)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    larder.server.let_go.set()
    resumed = larder.start("resume", "--headless")
    _out, told = resumed.communicate(timeout=SECONDS)
    if resumed.returncode:
        print(told[-1500:])


def row(agent: str) -> str:
    with own_folder() as folder:
        larder = Larder(agent, folder)
        try:
            with larder.server:
                larder.configure()
                run(larder)
                attempts = [attempt for child in larder.rows().values() for attempt in child.attempts]
        finally:
            larder.end()
    served = larder.server.answered
    tokens = sum(attempt.usage.input_tokens + attempt.usage.output_tokens for attempt in attempts)
    cost = sum(attempt.usage.cost or 0.0 for attempt in attempts)
    how = "estimated" if any(attempt.usage.is_estimated for attempt in attempts) else "told"
    fresh, cached, written = PRICES
    worth = ((USAGE["input"] - USAGE["cached"]) * fresh + USAGE["cached"] * cached + USAGE["output"] * written) / 1e6
    each = USAGE["input"] + USAGE["output"]
    return (
        f"| {agent} | {len(attempts)} | {served} | {served * each:,} | {tokens:,} | {served * worth:.4f} |"
        f" {cost:.4f} {how} |"
    )


def main() -> None:
    print(
        "| agent | attempts | answers | tokens served | told | $ at list prices | told |\n|---|---|---|---|---|---|---|"
    )
    for agent in sys.argv[1:] or SETTINGS:
        try:
            install(agent)
        except pytest.skip.Exception as skipped:
            print(f"| {agent} | {skipped} | | | | | |")
            continue
        print(row(agent), flush=True)


if __name__ == "__main__":
    main()
