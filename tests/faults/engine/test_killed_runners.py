"""A runner killed without warning: whoever resumes the run ends with the same branch, and no turn is taken twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from tests.doubles.scripted_agent import descriptor, starts, write_script
from tests.doubles.surroundings import small_environ

GOOD = "from shop.{name} import value\n\n\ndef test_value():\n    assert value() == '{name}'\n"
BAD = GOOD.replace("==", "!=")
NAMES = ("alpha", "beta", "gamma")


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


class Shop:
    """A project on disk and the command line to run it with; every process it starts is ended by `end`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "shop"
        (self.root / "shop").mkdir(parents=True)
        (self.root / "shop" / "__init__.py").write_text("")
        for name in NAMES:
            (self.root / "shop" / f"{name}.py").write_text(f"def value():\n    return '{name}'\n")
        git(folder, "init", "-q", "-b", "main", "shop")
        git(self.root, "add", ".")
        git(self.root, "commit", "-q", "-m", "shop")
        pause = ["wait_for", "{script_dir}/go"]
        turns = {
            f"shop.{name}": [
                [pause, ["write", "{test_path}", BAD.format(name=name)]]
                if name == "beta"
                else self._writes(pause, name),
                self._writes(pause, name),
            ]
            for name in NAMES
        }
        self.script = write_script(folder / "agent", turns)
        (folder / "config").mkdir()
        agent = descriptor(self.script)
        lines = ['agent = "scripted"', "jobs = 2", 'rungs = ["fence", "collects", "passes"]', 'sandbox = "off"']
        lines += ["[agents.scripted]", *(f"{key} = {json.dumps(value)}" for key, value in agent.items())]
        (folder / "config" / "config.toml").write_text("\n".join(lines))
        kept = small_environ("LANG")
        self.environ = {
            **kept,
            "HOME": str(folder),
            "CTXTUI_DATA_DIR": str(folder / "data"),
            "CTXTUI_CACHE_DIR": str(folder / "cache"),
            "CTXTUI_CONFIG_DIR": str(folder / "config"),
        }

    @staticmethod
    def _writes(pause: list[str], name: str, text: str = GOOD) -> list[list[str]]:
        return [pause, ["write", "{test_path}", text.format(name=name)]]

    def start(self, *words: str) -> subprocess.Popen[str]:
        argv = [sys.executable, "-m", "ctxtui", *words]
        return subprocess.Popen(
            argv,
            cwd=self.root,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self) -> None:
        """Resumes until the run is done."""
        resumed = self.start("resume", "--headless")
        _out, told = resumed.communicate(timeout=120)
        assert resumed.returncode == 0, told

    def let_agents_go(self) -> None:
        (self.script.parent / "go").touch()

    def turns(self) -> Counter[tuple[str, int]]:
        return Counter((component, attempt) for component, attempt, _pid in starts(self.script))

    def end(self) -> None:
        for process in psutil.process_iter(["environ"]):
            if (process.info["environ"] or {}).get("CTXTUI_DATA_DIR") == self.environ["CTXTUI_DATA_DIR"]:
                process.kill()


@pytest.fixture
def shop(tmp_path):
    shop = Shop(tmp_path)
    yield shop
    shop.end()


def wait_until(is_true, seconds=60.0):
    limit = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < limit, "it did not come to pass in time"
        time.sleep(0.02)


def kill(runner):
    runner.send_signal(signal.SIGKILL)
    runner.communicate()


BRANCH = "test-context-testing-session-for-shop"


def branch_content(shop):
    return {
        path: git(shop.root, "show", f"{BRANCH}:{path}")
        for path in git(shop.root, "diff", "--name-only", "HEAD", BRANCH).split()
    }


WANTED = {f"tests/test_{name}.py": GOOD.format(name=name).strip() for name in NAMES}


def test_agents_outlive_a_killed_runner_and_are_found_again(shop):
    runner = shop.start("run", "shop", "--headless")
    wait_until(lambda: len(starts(shop.script)) == 2)
    kill(runner)
    shop.let_agents_go()
    shop.finish()
    assert branch_content(shop) == WANTED
    assert set(shop.turns().values()) == {1}
    assert set(shop.turns()) == {("shop.alpha", 1), ("shop.beta", 1), ("shop.beta", 2), ("shop.gamma", 1)}


def test_an_agent_killed_with_its_runner_is_started_again_and_costs_no_attempt(shop):
    runner = shop.start("run", "shop", "--headless")
    wait_until(lambda: len(starts(shop.script)) == 2)
    kill(runner)
    for _component, _attempt, pid in starts(shop.script):
        group = os.getpgid(pid)
        os.killpg(group, signal.SIGKILL)
    wait_until(lambda: not any(psutil.pid_exists(pid) for _component, _attempt, pid in starts(shop.script)))
    shop.let_agents_go()
    shop.finish()
    assert branch_content(shop) == WANTED
    assert set(shop.turns()) == {("shop.alpha", 1), ("shop.beta", 1), ("shop.beta", 2), ("shop.gamma", 1)}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2))
def test_a_runner_killed_at_random_moments_ends_with_the_same_branch_and_one_commit(shop, seed):
    moments = random.Random(seed)
    shop.let_agents_go()
    words = ("run", "shop", "--headless")
    for _kill in range(6):
        runner = shop.start(*words)
        try:
            runner.communicate(timeout=moments.uniform(0.4, 3.0))
            break
        except subprocess.TimeoutExpired:
            kill(runner)
        words = ("run", "shop", "--headless")
    final = shop.start(*words)
    _out, told = final.communicate(timeout=120)
    assert final.returncode == 0, told
    assert branch_content(shop) == WANTED
    assert git(shop.root, "rev-list", "--count", f"main..{BRANCH}") == "1"
    assert set(shop.turns().values()) == {1}
    assert git(shop.root, "status", "--porcelain") == ""
