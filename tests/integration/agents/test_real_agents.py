"""Real agents from npm against a scripted model: a bad test on the first turn, mended in the same conversation.

Codex and Claude Code are installed once into the environment's folder; the others in `OPTIONAL` are tried where
CTXTUI_REAL_AGENTS names them (`CTXTUI_REAL_AGENTS=opencode,gemini`).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ctxtui.core.domain.event import EventKind
from ctxtui.core.ports.agents import Agent, Trouble
from tests.doubles.model_server import Act, Fail, ModelServer, Say, Write
from tests.doubles.turns import agent_of, first_turn, next_turn, play

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / ".venv" / "npm-agents"
PACKAGES = {
    "codex": ("@openai/codex",),
    "claude": ("@anthropic-ai/claude-code",),
    "opencode": ("opencode-ai",),
    "gemini": ("@google/gemini-cli",),
    "claude-acp": ("@agentclientprotocol/claude-agent-acp",),
}
OPTIONAL = ("opencode", "gemini", "claude-acp")
INSTALL_SECONDS = 240
pytestmark = [pytest.mark.npm, pytest.mark.slow, pytest.mark.timeout(600)]


def _installed(name: str) -> None:
    """Installs an agent's package once, one installation at a time; skips with npm's reason when it cannot."""
    if name in OPTIONAL and name not in os.environ.get("CTXTUI_REAL_AGENTS", "").split(","):
        pytest.skip(f"CTXTUI_REAL_AGENTS does not name {name}")
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if all((FOLDER / "node_modules" / package).exists() for package in PACKAGES[name]):
            return
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(FOLDER), *PACKAGES[name]]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm did not install {name} within {INSTALL_SECONDS} s")
        if done.returncode:
            pytest.skip(f"npm cannot install {name}: {done.stderr.strip().splitlines()[-1]}")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder outside the system's temporary one, where Codex's own sandbox does not work."""
    path = FOLDER / "runs" / uuid.uuid4().hex
    (path / "home").mkdir(parents=True)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def _codex(url: str, folder: Path) -> dict[str, object]:
    settings = {
        "model": "scripted", "model_provider": "fake", "model_providers.fake.name": "fake",
        "model_providers.fake.base_url": f"{url}/v1", "model_providers.fake.env_key": "FAKE_KEY",
        "model_providers.fake.wire_api": "responses", "model_providers.fake.request_max_retries": "0",
        "model_providers.fake.stream_max_retries": "0", "check_for_update_on_startup": "false",
        "analytics.enabled": "false", "features.plugins": "false",
    }  # fmt: skip
    words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    return {"command": ["codex", *words, "exec"], "env": {"FAKE_KEY": "x"}}


def _claude(url: str, folder: Path) -> dict[str, object]:
    env = {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "x", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
    return {"env": {**env, "CLAUDE_CODE_MAX_RETRIES": "1"}}


def _opencode(url: str, folder: Path) -> dict[str, object]:
    options = {"baseURL": f"{url}/v1", "apiKey": "x"}
    provider = {"npm": "@ai-sdk/openai-compatible", "name": "fake", "options": options, "models": {"m": {"name": "m"}}}
    config = folder / "opencode.json"
    config.write_text(json.dumps({"provider": {"fake": provider}, "model": "fake/m", "small_model": "fake/m"}))
    switches = ("AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD", "DEFAULT_PLUGINS")
    return {"env": {"OPENCODE_CONFIG": str(config), **{f"OPENCODE_DISABLE_{switch}": "1" for switch in switches}}}


def _gemini(url: str, folder: Path) -> dict[str, object]:
    settings = folder / "home" / ".gemini" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"security": {"auth": {"selectedType": "gemini-api-key"}}}))
    return {"env": {"GOOGLE_GEMINI_BASE_URL": url, "GEMINI_API_KEY": "x"}}


SETTINGS: dict[str, Callable[[str, Path], dict[str, object]]] = {
    "codex": _codex,
    "claude": _claude,
    "opencode": _opencode,
    "gemini": _gemini,
    "claude-acp": _claude,
}


def _agent(name: str, url: str, folder: Path) -> Agent:
    bins = FOLDER / "node_modules" / ".bin"
    environ = {"PATH": f"{bins}:{os.environ['PATH']}", "HOME": str(folder / "home"), "LANG": "C.UTF-8"}
    return agent_of(SETTINGS[name](url, folder), name, environ=environ, sandbox="auto")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_real_agent_mends_its_bad_test_in_the_same_conversation(name: str, folder: Path) -> None:
    _installed(name)
    turn = first_turn(folder)
    subprocess.run(["git", "init", "-q", str(turn.worktree)], check=True)
    target = turn.worktree / turn.test_path

    def model(prompt: str, step: int) -> Act:
        text = "assert True\n" if "Mend" in prompt else "assert False\n"
        return Say("I wrote the test.") if step else Write(str(target), text)

    with ModelServer(model) as server:
        agent = _agent(name, server.url, folder)
        assert agent.check().problem == ""
        first = play(agent, turn, seconds=240)
        assert first.outcome.trouble is None, first.outcome.message + first.stderr
        assert target.read_text().strip() == "assert False"
        second = play(agent, next_turn(first), seconds=240)

    assert second.outcome.trouble is None, second.outcome.message + second.stderr
    assert target.read_text().strip() == "assert True"
    assert second.outcome.conversation.split("#")[0] == first.outcome.conversation.split("#")[0]
    assert "Write the tests." in json.dumps(server.requests[-1][1])
    assert second.texts(EventKind.MESSAGE)[-1] == "I wrote the test."
    usages = [
        (usage.input_tokens, usage.cached_tokens, usage.output_tokens)
        for usage in (first.outcome.usage, second.outcome.usage)
    ]
    # Gemini asks its model for more than the person sees; both turns ask for the same.
    assert usages == ([usages[0]] * 2 if name == "gemini" else [(2000, 400, 100)] * 2)


@pytest.mark.parametrize("name", ["codex", "claude"])
@pytest.mark.parametrize(
    ("status", "kind", "trouble"),
    [(429, "rate_limit_error", Trouble.RATE_LIMITED), (401, "authentication_error", Trouble.NOT_LOGGED_IN)],
)
def test_what_a_real_agent_makes_of_a_refusing_service_is_understood(
    name: str, status: int, kind: str, trouble: Trouble, folder: Path
) -> None:
    _installed(name)
    body = {"type": "error", "error": {"type": kind, "message": "no"}}
    with ModelServer(lambda prompt, step: Fail(status, body)) as server:
        played = play(_agent(name, server.url, folder), first_turn(folder), seconds=240)

    assert played.outcome.trouble is trouble, played.outcome.message
