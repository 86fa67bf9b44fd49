"""What is done to a run, drawn from a seed: faults at named points, signals, requests, and mischief around it."""

from __future__ import annotations

import random
import signal
import time
from dataclasses import dataclass, field

from tests.faults.schedules.forks import Fork
from tests.faults.schedules.world import FAILURES, PATIENCE, World, git
from tests.faults.schedules.worse_stores import STORE_TROUBLE, told_of_trouble

POINTS = {
    "acquired": 1,
    "before_store": 40,
    "stored": 40,
    "launch_made": 7,
    "agent_started": 7,
    "result_came": 25,
    "result_stored": 25,
    "rung_fence": 7,
    "rung_passes": 7,
    "clearing": 4,
    "committed": 1,
    "before_answer": 1,
    "answered": 1,
}
"""Named points, and about how often a run without faults reaches each."""
AT_POINTS = ("kill", "kill", "kill", "late", "full", "stop", "files", "clock", "watchers")
AT_TIMES = ("kill", "kill_agents", "kill_all", "interrupt", "interrupt_twice", "second_owner", "hang_up", "lock_store")
REQUESTS = ("retry", "skip", "cancel", "pause", "jobs")
MISCHIEF = ("clear_cache", "gc", "commit", "switch", "delete_base", "reuse_pids", *STORE_TROUBLE)
BUSY_SECONDS = 9.0
PAUSE_SECONDS = 5.0
TAKEN_OVER = 45
"""Seconds that the clock of a second owner is ahead of one that was stopped: long enough to take its run over."""


@dataclass(frozen=True, slots=True)
class Act:
    """`at` is seconds after the start of a round, `point` a named point and the how-manieth time it is reached."""

    what: str
    at: float = 0.0
    point: str = ""
    nth: int = 0
    module: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """One process that runs the run, and what is done to it; mischief is done before the next one.

    Its clock is `ahead` by so many seconds, as one that was set, or that a sleeping machine left behind.
    """

    acts: tuple[Act, ...]
    mischief: str = ""
    ahead: int = 0


@dataclass
class Done:
    """What was done, as far as it bears on what may be expected of the end."""

    agents_ended: int = 0
    retried: set[str] = field(default_factory=set)
    asked: list[Act] = field(default_factory=list)
    commits: int = 0
    wrong: list[str] = field(default_factory=list)


def schedule(seed: int) -> tuple[Round, ...]:
    chance = random.Random(seed)
    return tuple(_round(chance) for _ in range(chance.randint(1, 3)))


def _round(chance: random.Random) -> Round:
    acts = [_act(chance) for _ in range(chance.randint(1, 3))]
    mischief = chance.choice(MISCHIEF) if chance.random() < 0.35 else ""
    ahead = chance.choice((0,) * 10 + (3600, -3600))
    return Round(tuple(sorted(acts, key=lambda act: act.at)), mischief, ahead)


def _act(chance: random.Random) -> Act:
    drawn = chance.random()
    if drawn < 0.45:
        point = chance.choice(tuple(POINTS))
        return Act(chance.choice(AT_POINTS), point=point, nth=chance.randint(1, POINTS[point]))
    at = chance.uniform(1.0, BUSY_SECONDS)
    if drawn < 0.75:
        return Act(chance.choice(AT_TIMES), at)
    return Act(chance.choice(REQUESTS), at, module=chance.choice(tuple(FAILURES)))


def carry_out(world: World, rounds: tuple[Round, ...]) -> Done:
    done = Done()
    for one in rounds:
        _one_round(world, one, done)
        _mischief(world, one.mischief, done)
    return done


def _one_round(world: World, one: Round, done: Done) -> None:
    faults = [{"point": act.point, "nth": act.nth, "do": act.what} for act in one.acts if act.point]
    # A run that the machine keeps from going on ends its agents.
    done.agents_ended += sum(fault["do"] in {"full", "files"} for fault in faults)
    # A commit makes `run` another run: once there is one, it is gone on with.
    words = ("resume", "--headless") if world.has_run else ("run", "shop", "--headless")
    runner = world.start(*words, faults=faults, ahead=one.ahead)
    began = time.monotonic()
    others: list[Fork] = []
    for act in (act for act in one.acts if not act.point):
        if not _still_runs(world, runner, began + act.at - time.monotonic(), others):
            break
        _do(world, act, runner, others, done)
    if any(act.what == "pause" for act in one.acts) and _still_runs(world, runner, PAUSE_SECONDS, others):
        # What was not started yet when it was paused waits for a word, however long.
        others.append(world.start("resume", "--headless"))
    limit = time.monotonic() + PATIENCE
    while _still_runs(world, runner, 0.5, others):
        assert time.monotonic() < limit, f"a run neither ended nor stopped:\n{world.stacks_of(runner)}"
    for process in (runner, *others):
        process.wait(PATIENCE)


def _still_runs(world: World, runner: Fork, seconds: float, others: list[Fork]) -> bool:
    """Waits that long, or until the runner has ended. A stopped one is taken over, woken, and left to end."""
    limit = time.monotonic() + max(seconds, 0.0)
    while True:
        if runner.poll() is not None:
            return False
        if world.is_stopped(runner.pid):
            successor = world.start("resume", "--headless", ahead=TAKEN_OVER)
            others.append(successor)
            _await_owner(world, runner, successor)
            runner.send_signal(signal.SIGCONT)
        if time.monotonic() >= limit:
            return True
        time.sleep(0.02)


def _await_owner(world: World, former: Fork, successor: Fork) -> None:
    """Until the successor is well at work, or has found nothing to do."""
    limit = time.monotonic() + 3.0
    while successor.poll() is None and time.monotonic() < limit:
        time.sleep(0.05)


def _do(world: World, act: Act, runner: Fork, others: list[Fork], done: Done) -> None:
    match act.what:
        case "kill":
            runner.send_signal(signal.SIGKILL)
        case "kill_agents":
            done.agents_ended += 1
            world.kill_agents()
        case "kill_all":
            done.agents_ended += 1
            runner.send_signal(signal.SIGKILL)
            world.kill_agents()
        case "interrupt" | "hang_up":
            done.agents_ended += 1
            runner.send_signal(signal.SIGINT if act.what == "interrupt" else signal.SIGHUP)
        case "interrupt_twice":
            done.agents_ended += 1
            runner.send_signal(signal.SIGINT)
            time.sleep(0.3)
            runner.send_signal(signal.SIGINT)
        case "second_owner":
            others.append(world.start(*(("resume",) if world.has_run else ("run", "shop")), "--headless"))
        case "lock_store":
            world.lock_store(2.0)
        case _:
            _ask(world, act, others, done)


def _ask(world: World, act: Act, others: list[Fork], done: Done) -> None:
    words = {
        "retry": ["retry", "last", f"shop.{act.module}", "--note", "look again"],
        "skip": ["skip", "last", f"shop.{act.module}", "--note", "not now"],
        "cancel": ["cancel", "last", f"shop.{act.module}"],
        "pause": ["pause", "last"],
        "jobs": ["jobs", "last", "1"],
    }[act.what]
    done.asked.append(act)
    if act.what in {"retry", "cancel", "skip"}:
        done.agents_ended += 1
        done.retried.add(f"shop.{act.module}")
    others.append(world.start(*words))


def _mischief(world: World, what: str, done: Done) -> None:
    match what:
        case "clear_cache":
            done.agents_ended += 1
            world.kill_agents()
            world.clear_cache()
        case "gc":
            git(world.root, "gc", "-q", "--prune=now")
        case "commit":
            done.commits += 1
            (world.root / f"note{done.commits}.txt").write_text("a note\n")
            git(world.root, "add", ".")
            git(world.root, "commit", "-q", "-m", "a note")
            world.kept = world.repository()
        case "switch":
            git(world.root, "checkout", "-q", "-B", "elsewhere")
            world.kept = world.repository()
        case "delete_base":
            world.delete_base()
        case "reuse_pids":
            done.agents_ended += 1
            world.kill_agents()
            world.reuse_pids()
        case "":
            pass
        case _:
            done.wrong += told_of_trouble(world, what)
