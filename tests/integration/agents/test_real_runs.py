"""Real agents through the whole program: the sample project tested by Codex and Claude Code, with a scripted model."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from ctxtui import bootstrap
from ctxtui.config import Settings
from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.ports.store import ChildRow
from tests.doubles.model_server import Act, Hold, ModelServer, Say, Write
from tests.doubles.real_agents import PRICES, ROOT, SETTINGS, environment, install, own_folder

pytestmark = [pytest.mark.npm, pytest.mark.slow, pytest.mark.timeout(600)]
AGENTS = ("codex", "claude", "claude-acp")
BRANCH = "test-context-testing-session-for-larder"
MENDED = "labels"
"""The module whose first tests fail."""
MODULES = ("barcodes", "ingredients", "items", "labels", "pantry", "shopping", "suppliers")
TEST = "from larder import {0}\n\n\ndef test_{0}_has_its_name():\n    assert {0}.__name__ {1} 'larder.{0}'\n"
TOKENS = (2000, 400, 100)
"""What a turn of two answers costs: input, of that cached, output."""
COST = ((TOKENS[0] - TOKENS[1]) * PRICES[0] + TOKENS[1] * PRICES[1] + TOKENS[2] * PRICES[2]) / 1_000_000


@dataclass
class Larder:
    """The sample project in a repository of its own, a model that knows what to write, and the program's words."""

    agent: str
    folder: Path
    server: ModelServer = field(init=False)
    holds: Callable[[str, int], bool] = lambda prompt, step: False
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        shutil.copytree(ROOT / "assets" / "demo", self.root)
        for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "larder"]):
            self.git(*words)
        self.server = ModelServer(self.answer)

    @property
    def root(self) -> Path:
        return self.folder / "larder"

    @property
    def environ(self) -> dict[str, str]:
        places = {name: str(self.folder / name.lower()) for name in ("DATA", "CACHE", "CONFIG")}
        return environment(self.folder) | {f"CTXTUI_{name}_DIR": place for name, place in places.items()}

    def git(self, *words: str) -> str:
        identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
        done = subprocess.run(
            ["git", "-C", str(self.root), *identity, *words], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def configure(self) -> None:
        changes = SETTINGS[self.agent](self.server.url, self.folder)
        lines = [f'agent = "{self.agent}"', 'rungs = ["fence", "collects", "passes"]', f'[agents."{self.agent}"]']
        for key, value in changes.items():
            pairs = value.items() if isinstance(value, dict) else ()
            shown = "{" + ", ".join(f"{name} = {json.dumps(one)}" for name, one in pairs) + "}"
            lines.append(f"{key} = {shown if pairs else json.dumps(value)}")
        folder = Path(self.environ["CTXTUI_CONFIG_DIR"])
        folder.mkdir(parents=True)
        lines += ["[prices]", *(f'"{model}" = {list(PRICES)}' for model in ("scripted", "gemini-2.5-pro"))]
        (folder / "config.toml").write_text("\n".join(lines))

    def answer(self, prompt: str, step: int) -> Act:
        """The model: writes a module's tests, wrong ones first for one of them, and says what it did."""
        # A conversation that could not be gone on with is told first what was asked before.
        given = next(reversed(list(re.finditer(r"(Your module:|Your tests for) `larder\.(\w+)`", prompt))), None)
        if given is None:
            return Say("A title")
        is_mending, module = given[1] == "Your tests for", given[2]
        if self.holds(prompt, step):
            return Hold()
        if step:
            return Say(f"I wrote the tests of {module}.")
        self.asked["mend" if is_mending else "write", module] += 1
        is_wrong = module == MENDED and not is_mending
        return Write(f"tests/test_{module}.py", TEST.format(module, "!=" if is_wrong else "=="))

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "ctxtui", *words],
            cwd=self.root,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def history(self, module: str) -> str:
        out, _told = self.start("history", "last", f"larder.{module}", "--full").communicate(timeout=60)
        return out

    def rows(self) -> dict[str, ChildRow]:
        store = bootstrap.open_store(Settings(), self.environ)
        try:
            run = store.sessions.runs(None, Settings().account)[0]
            changes = store.feed.changes(run.scope, run.id)
        finally:
            store.close()
        return {row.name.rpartition(".")[2]: row for row in changes.rows if row.parent_id}

    def end(self) -> None:
        for process in psutil.process_iter(["environ"]):
            if (process.info["environ"] or {}).get("HOME") == self.environ["HOME"]:
                process.kill()


@pytest.fixture(params=AGENTS)
def larder(request: pytest.FixtureRequest) -> Iterator[Larder]:
    install(request.param)
    with own_folder() as folder:
        larder = Larder(request.param, folder)
        with larder.server:
            larder.configure()
            yield larder
        larder.end()


def _conversation(attempt_conversation: str | None) -> str:
    """The agent's own id of a conversation, without what was counted of it."""
    return (attempt_conversation or "").split("#")[0]


def _check_result(larder: Larder) -> None:
    rows = larder.rows()
    wanted = Counter({("write", module): 1 for module in MODULES} | {("mend", MENDED): 1})
    assert larder.asked == wanted, "\n".join(larder.history(module) for _what, module in larder.asked - wanted)
    assert set(rows) == set(MODULES)
    for module, row in rows.items():
        outcomes = [attempt.outcome for attempt in row.attempts]
        assert (
            outcomes == [AttemptOutcome.FAILED, AttemptOutcome.PASSED] if module == MENDED else [AttemptOutcome.PASSED]
        )
        for attempt in row.attempts:
            usage = attempt.usage
            assert (usage.input_tokens, usage.cached_tokens, usage.output_tokens) == TOKENS, module
            # An agent that tells its cost prices a model that it does not know by itself, each turn alike.
            told = rows[MENDED].attempts[0].usage
            assert usage.cost == pytest.approx(COST if usage.is_estimated else told.cost), module
        assert len({_conversation(attempt.conversation) for attempt in row.attempts} - {""}) == 1
    paths = larder.git("diff", "--name-only", "main", BRANCH).split()
    assert paths == [f"tests/test_{module}.py" for module in sorted(MODULES)]
    assert larder.git("status", "--porcelain") == ""


def test_real_agents_test_a_package_and_mend_what_failed(larder: Larder) -> None:
    process = larder.start("run", "larder", "--skip", "units", "--jobs", "4", "--headless")
    _out, told = process.communicate(timeout=500)
    assert process.returncode == 0, told
    assert "larder.labels · retrying · attempt 2/3" in told
    _check_result(larder)


def test_a_conversation_goes_on_after_its_runner_was_killed(larder: Larder) -> None:
    larder.holds = lambda prompt, step: "did not pass" in prompt and step == 1 and not larder.server.let_go.is_set()
    process = larder.start("run", "larder", "--skip", "units", "--jobs", "4", "--headless")
    assert larder.server.is_held.wait(400)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    larder.server.let_go.set()
    resumed = larder.start("resume", "--headless")
    _out, told = resumed.communicate(timeout=500)
    assert resumed.returncode == 0, told
    _check_result(larder)
