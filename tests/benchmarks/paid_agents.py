"""What a run adds to agents whose model takes its time: 30 modules at 2 s an answer, four at a time, by default.

Run it by itself: `python tests/benchmarks/paid_agents.py [agent] [modules] [seconds]`. Real agents from npm are asked,
with a model on loopback. The ideal is what the model's answers alone take, four at a time. Where the agents keep the
processors busy longer than that, the floor is what they take for as many answers when a loop starts them that does
nothing else: nobody who asks these agents on this machine is faster. The run is measured by the ideal, and its ratio to
the longer of both is printed beside that. `beyond` is the processor time that the run takes beside its agents, to
judge what they wrote for the most part. The last line says how much of each module's first request a service has seen
already, at the beginning of another module's.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from one_child import make_project

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.doubles.model_server import Act, ModelServer, Say, Write
from tests.doubles.real_agents import SETTINGS, environment, install, own_folder

JOBS = 4
MOST_OF_IDEAL = 1.15
TEST = "from pkg import {0}\n\n\ndef test_value_is_its_number():\n    assert f'm{{{0}.value()}}' == '{0}'\n"
ALONE = {
    "codex": ["--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", "{prompt}"],
    "claude": ["claude", "-p", "{prompt}", "--permission-mode", "bypassPermissions"],
}


@dataclass
class Model:
    """Answers after a while: with the tests of the module that it is asked for, then with a word."""

    seconds: float
    times: list[float] = field(default_factory=list)

    def answer(self, prompt: str, step: int) -> Act:
        found = re.search(r"(?:Your module:|Your tests for) `pkg\.(m\d+)`", prompt)
        if found is None:
            return Say("A title")
        begun = time.monotonic()
        time.sleep(self.seconds)
        self.times += [begun, time.monotonic()]
        if step:
            return Say(f"I wrote the tests of {found[1]}.")
        return Write(f"tests/test_{found[1]}.py", TEST.format(found[1]))

    def took(self) -> tuple[float, int]:
        """From the first question to the last answer, and how many there were."""
        span, count = max(self.times) - min(self.times), len(self.times) // 2
        self.times.clear()
        return span, count


class Prefixes:
    """The first request of each module, in the order in which services keep their beginnings."""

    def __init__(self, requests: list[tuple[str, dict[str, object]]]) -> None:
        first: dict[str, str] = {}
        for _path, body in requests:
            found = re.search(r"Your module: `pkg\.(m\d+)`", json.dumps(body))
            if found is not None and body.get("tools"):
                first.setdefault(found[1], self._in_order(body))
        self.texts = list(first.values())

    def told(self) -> str:
        seen, whole, parted = 0, 0, Counter[str]()
        for number, text in enumerate(self.texts[1:], 1):
            known = max(self._shared(text, other) for other in self.texts[:number])
            seen, whole = seen + known, whole + len(text)
            parted[re.sub(r"\d+$", "", text[max(0, known - 40) : known])] += 1
        places = "; ".join(f"{count} after {place!r}" for place, count in parted.most_common(2))
        return f"{seen / max(1, whole):.1%} of {whole // max(1, len(self.texts) - 1):,} characters; they part: {places}"

    @staticmethod
    def _shared(one: str, other: str) -> int:
        pairs = enumerate(zip(one, other, strict=False))
        return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))

    def _in_order(self, body: dict[str, object]) -> str:
        system = body.get("system") or body.get("instructions") or body.get("systemInstruction")
        said = body.get("messages") or body.get("input") or body.get("contents")
        return json.dumps([body.get("tools"), system, self._without_ids(said)])

    def _without_ids(self, value: object) -> object:
        if isinstance(value, dict):
            return {key: self._without_ids(item) for key, item in value.items() if key != "id"}
        return [self._without_ids(item) for item in value] if isinstance(value, list) else value


def settings(agent: str, url: str, folder: Path) -> str:
    lines = [f'agent = "{agent}"', f'[agents."{agent}"]']
    for key, value in SETTINGS[agent](url, folder).items():
        pairs = value.items() if isinstance(value, dict) else ()
        shown = "{" + ", ".join(f"{name} = {json.dumps(one)}" for name, one in pairs) + "}"
        lines.append(f"{key} = {shown if pairs else json.dumps(value)}")
    return "\n".join(lines)


def run(project: Path, environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "ctxtui", "run", "pkg", "--headless", "--jobs", str(JOBS), "-q"]
    done = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the run ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def alone(agent: str, project: Path, environ: dict[str, str], changes: dict[str, object], modules: int) -> None:
    """The agent's own turns, as many at a time, without anything around them."""
    words = [*changes.get("command", ()), *ALONE[agent]]  # type: ignore[misc]
    environ = environ | changes.get("env", {})  # type: ignore[operator]

    def turn(number: int) -> None:
        command = [word.format(prompt=f"Your module: `pkg.m{number}`") for word in words]
        subprocess.run(command, cwd=project, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False)

    with ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(turn, range(modules)))


def cpu_of_children() -> float:
    return sum(os.times()[2:4])


def main() -> int:
    agent = sys.argv[1] if len(sys.argv) > 1 else "codex"
    modules = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 2.0
    try:
        install(agent)
    except pytest.skip.Exception as skipped:
        print(f"{agent} is not measured: {skipped}")
        return 0
    model = Model(seconds)
    with own_folder() as folder, ModelServer(model.answer) as server:
        places = {f"CTXTUI_{name}_DIR": str(folder / name.lower()) for name in ("DATA", "CACHE", "CONFIG")}
        environ = environment(folder) | places | {"IS_SANDBOX": "1"}
        (folder / "config").mkdir()
        (folder / "config" / "config.toml").write_text(settings(agent, server.url, folder))
        project = make_project(folder, modules)
        (project / "ctxtui.toml").unlink()
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", "-C", project, *identity, "commit", "-qam", "No settings"], check=True)
        begun = cpu_of_children()
        run(project, environ)
        ours, answers = model.took()
        prefixes = Prefixes(server.requests)
        whole = cpu_of_children() - begun
        alone(agent, project, environ, SETTINGS[agent](server.url, folder), modules)
        its_own, own_answers = model.took()
        agents = cpu_of_children() - begun - whole
    ideal, share = answers * seconds / JOBS, answers / own_answers
    floor = max(ideal, its_own * share)
    processors = len(os.sched_getaffinity(0))
    print(f"{agent}, {modules} modules, {answers} answers of {seconds:g} s, {processors} processors")
    print(f"run     {ours:.1f} s; the ideal is {ideal:.1f} s: {ours / ideal:.3f} of it (at most {MOST_OF_IDEAL})")
    print(f"alone   {its_own * share:.1f} s for as many answers: {its_own * share / ideal:.3f} of the ideal")
    print(f"ratio   {ours / floor:.3f} of the longer of both")
    asking = agents * share
    print(f"beyond  {(whole - asking) / modules:.2f} s of CPU a module, and {asking / modules:.2f} s of its agent")
    print(f"busy    {whole / processors:.1f} s for {processors} processors that do nothing else")
    print(f"prefix  {prefixes.told()}")
    return int(ours / ideal > MOST_OF_IDEAL)


if __name__ == "__main__":
    sys.exit(main())
