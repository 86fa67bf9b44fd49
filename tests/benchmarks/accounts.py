"""Tokens and money that a run tells of its agents, beside those that the model served: skip, retry, kill, resume.

Run it by itself: `CTXTUI_REAL_AGENTS=gemini,opencode,claude-acp python tests/benchmarks/accounts.py [agent…]`. Real
agents from npm test the sample project with a model on loopback: one module is skipped after its first answer, and the
runner is killed in the midst of another one's mending turn and the run resumed.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ctxtui.core.domain.errors import ExitCode
from tests.doubles.model_server import USAGE
from tests.doubles.real_agents import PRICES, SETTINGS, install, own_folder
from tests.integration.agents.test_real_runs import MENDED, MODULES, Larder

SECONDS = 500
TELLING_SECONDS = 15.0
"""How long a skipped turn may take to tell what it used; some agents never do."""
SKIPPED = "pantry"


def run(larder: Larder) -> None:
    """Skips a module whose agent has answered once, kills the runner in a mending turn, and lets another one go on."""
    held: set[str] = set()

    def holds(prompt: str, step: int) -> bool:
        where = (
            "mending" if "did not pass" in prompt else SKIPPED if f"Your module: `larder.{SKIPPED}`" in prompt else ""
        )
        if step != 1 or not where or larder.server.let_go.is_set():
            return False
        held.add(where)
        return True

    larder.holds = holds
    others = [word for module in ("units", *MODULES) if module not in {MENDED, SKIPPED} for word in ("--skip", module)]
    process = larder.start("run", "larder", *others, "--jobs", "4", "--headless")
    deadline = time.monotonic() + SECONDS
    while held != {"mending", SKIPPED} and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    larder.start("skip", "last", f"larder.{SKIPPED}").communicate(timeout=SECONDS)
    deadline = time.monotonic() + TELLING_SECONDS
    while not larder.rows()[SKIPPED].attempts[-1].usage.output_tokens and time.monotonic() < deadline:
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    larder.server.let_go.set()
    resumed = larder.start("resume", "--headless")
    _out, told = resumed.communicate(timeout=SECONDS)
    if resumed.returncode not in {ExitCode.OK, ExitCode.FAILED_COMPONENTS}:
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
