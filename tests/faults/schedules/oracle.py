"""What must hold at the end, whatever was done: the same work, done once, and nothing else."""

from __future__ import annotations

import re
import time
from typing import Any

from tests.faults.schedules.schedule import Done
from tests.faults.schedules.world import BRANCH, FAILURES, GOOD, TURNS, World, git

MOST_ENDINGS = 8
ENDING_SECONDS = 60.0
"""How long a runner may take, on a busy machine, to find that there is nothing left to do, and end."""
_INTERRUPTED = re.compile(r"Traceback (?:(?!Traceback).)*?\nKeyboardInterrupt(?:: )?\n", re.DOTALL)


def bring_to_its_end(world: World) -> int:
    """Goes on as a user would: with what is left to do, and with what was stopped, tried once more."""
    code = world.runs(*(("resume",) if world.has_run else ("run", "shop")), "--headless")
    for again in range(MOST_ENDINGS):
        sessions = world.sessions()
        stopped = [name for name, (status, state) in sessions.items() if _is_stopped(name, status, state)]
        if sessions["shop"][0] in {"complete", "cancelled"}:
            return code
        if stopped:
            world.runs("retry", "last", *stopped, "--note", f"again {again}", "--wait")
        code = world.runs("resume", "--headless")
    return code


def _is_stopped(name: str, status: str, state: dict[str, Any]) -> bool:
    return name != "shop" and (status == "failed" or (status == "cancelled" and not state.get("skipped")))


def problems_of(world: World, done: Done) -> list[str]:
    """Everything that does not hold, each in a line."""
    code = bring_to_its_end(world)
    found = [
        *done.wrong,
        *_of_the_run(world, done, code),
        *_of_turns(world, done),
        *_of_requests(world),
        *_left_behind(world),
    ]
    if world.repository() != world.kept:
        found.append(f"repository changed: {world.repository()} was {world.kept}")
    # An interrupt may meet this test's own program before the command line is there to tell it.
    if "went wrong inside" in world.log or "Traceback" in re.sub(_INTERRUPTED, "", world.log):
        found.append("a fault of ours")
    return found


def _of_the_run(world: World, done: Done, code: int) -> list[str]:
    summary = world.told("show", "last")
    skipped = {one["name"] for one in summary["components"] if one["verdict"] == "skipped"}
    wanted = {f"tests/test_{name}.py": GOOD.format(name=name) for name in FAILURES if f"shop.{name}" not in skipped}
    found = []
    if summary["status"] != "passed" or code != (5 if skipped else 0):
        found.append(f"ended {summary['status']} with exit code {code}, skipped {sorted(skipped)}")
        return found
    if skipped - {f"shop.{act.module}" for act in done.asked if act.what == "skip"}:
        found.append(f"skipped unasked: {skipped}")
    if world.branch_files() != wanted:
        found.append(f"branch holds {sorted(world.branch_files())}, wanted {sorted(wanted)}")
    if (commits := git(world.root, "rev-list", "--count", f"{world.base}..{BRANCH}")) != "1":
        found.append(f"{commits} commits")
    return found


def _of_turns(world: World, done: Done) -> list[str]:
    turns = world.turns()
    untouched = {turn for turn in turns | dict.fromkeys(TURNS) if turn[0] not in done.retried}
    # Whose agent was ended with nothing written is asked once more, under the next number.
    late = {(name, number + more) for name, number in TURNS for more in range(1, done.agents_ended + 1)} - TURNS
    wrong = {turn for turn in untouched - late if (turn in turns) != (turn in TURNS)}
    found = [f"unwanted or missing turn: {turn}" for turn in sorted(wrong)]
    twice = [f"{turn} taken {count} times" for turn, count in turns.items() if count > 1 + done.agents_ended]
    return found + twice


def _of_requests(world: World) -> list[str]:
    requests = world.told("history", "last")["requests"]
    return [f"never answered: {item['kind']}" for item in requests if item["answered_at"] is None]


def _left_behind(world: World) -> list[str]:
    found = ["a stranger with the id of one of ours was ended" for each in world.strangers if each.poll() is not None]
    limit = time.monotonic() + ENDING_SECONDS
    while world.processes() and time.monotonic() < limit:
        time.sleep(0.1)
    found += [f"process left: {process.cmdline()[:6]}" for process in world.processes()]
    found += [f"never ended: process {process.pid}" for process in world.started if process.poll() is None]
    found += [f"left in the temporary folder: {path.name}" for path in (world.folder / "tmp").iterdir()]
    places = [*(world.folder / "cache" / "hubs").glob("*/*"), *(world.folder / "data" / "turns").glob("*")]
    found += [f"left of a run that has ended: {path}" for path in places]
    found += [f"left: {path.name}" for path in (world.folder / "data").rglob("fault-*.log")]
    return found
