"""Real coding agents from npm, installed once into the environment's folder and pointed at a model on loopback.

Codex and Claude Code are installed when a test asks for them; the others in `OPTIONAL` where CTXTUI_REAL_AGENTS names
them (`CTXTUI_REAL_AGENTS=opencode,gemini`). What cannot be installed is skipped with npm's reason.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.doubles.surroundings import AS_STARTED

PRICES = (5.0, 0.5, 25.0)
"""US dollars a million tokens, fresh, cached and written, for agents that do not know what the model costs."""
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv" / "npm-agents"
PACKAGES = {
    "codex": ("@openai/codex",),
    "claude": ("@anthropic-ai/claude-code",),
    "opencode": ("opencode-ai",),
    "gemini": ("@google/gemini-cli",),
    "qwen": ("@qwen-code/qwen-code",),
    "pi": ("@mariozechner/pi-coding-agent",),
    "claude-acp": ("@agentclientprotocol/claude-agent-acp",),
    "codex-acp": ("@agentclientprotocol/codex-acp",),
    "gemini-acp": ("@google/gemini-cli",),
    "opencode-acp": ("opencode-ai",),
    "qwen-acp": ("@qwen-code/qwen-code",),
}
OPTIONAL = tuple(name for name in PACKAGES if name not in {"codex", "claude"})
INSTALL_SECONDS = 120
REFUSED_FOR = 1800
"""Seconds for which an installation that failed is not tried again: every test of that agent would wait for it."""


def install(name: str) -> None:
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
        refused = FOLDER / f"{name}.refused"
        if refused.exists() and time.time() - refused.stat().st_mtime < REFUSED_FOR:
            pytest.skip(refused.read_text())
        if reason := _install(name):
            refused.write_text(reason)
            pytest.skip(reason)


def _install(name: str) -> str:
    """Why it cannot be installed, or an empty text."""
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(FOLDER), *PACKAGES[name]]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=INSTALL_SECONDS, env=AS_STARTED
        )
    except subprocess.TimeoutExpired:
        return f"npm did not install {name} within {INSTALL_SECONDS} s"
    last = (done.stderr.strip() or f"it ended with exit code {done.returncode}").splitlines()[-1]
    return f"npm cannot install {name}: {last}" if done.returncode else ""


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder with an empty home, outside the system's temporary one, where Codex's own sandbox does not work."""
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
    # It does not say which model it asks; one that is named here has a price.
    return {"command": ["codex", *words, "exec"], "model": "scripted", "env": {"FAKE_KEY": "x"}}


def _claude(url: str, folder: Path) -> dict[str, object]:
    env = {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "x", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
    return {"env": {**env, "CLAUDE_CODE_MAX_RETRIES": "1"}}


def _opencode(url: str, folder: Path) -> dict[str, object]:
    cost = dict(zip(("input", "cache_read", "output"), PRICES, strict=True))
    # It says what a conversation cost where it knows how long one may be.
    model = {"name": "m", "cost": cost, "limit": {"context": 200_000, "output": 8_000}}
    options = {"baseURL": f"{url}/v1", "apiKey": "x"}
    provider = {"npm": "@ai-sdk/openai-compatible", "name": "fake", "options": options, "models": {"m": model}}
    config = folder / "opencode.json"
    config.write_text(json.dumps({"provider": {"fake": provider}, "model": "fake/m", "small_model": "fake/m"}))
    switches = ("AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD", "DEFAULT_PLUGINS")
    return {"env": {"OPENCODE_CONFIG": str(config), **{f"OPENCODE_DISABLE_{switch}": "1" for switch in switches}}}


def _gemini(url: str, folder: Path) -> dict[str, object]:
    settings = folder / "home" / ".gemini" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"security": {"auth": {"selectedType": "gemini-api-key"}}}))
    # Without a model it asks another one first which to use, and retries for over a minute what is no JSON.
    return {"model": "gemini-2.5-pro", "env": {"GOOGLE_GEMINI_BASE_URL": url, "GEMINI_API_KEY": "x"}}


def _qwen(url: str, folder: Path) -> dict[str, object]:
    settings = folder / "home" / ".qwen" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"security": {"auth": {"selectedType": "openai"}}}))
    keys = {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "x", "OPENAI_MODEL": "scripted"}
    return {"model": "scripted", "env": keys}


def _qwen_acp(url: str, folder: Path) -> dict[str, object]:
    # It refuses to be told a model that only its environment names, and asks that one by itself.
    return {"env": _qwen(url, folder)["env"]}


def _pi(url: str, folder: Path) -> dict[str, object]:
    models = folder / "home" / ".pi" / "agent" / "models.json"
    models.parent.mkdir(parents=True)
    cost = dict(zip(("input", "cacheRead", "output"), PRICES, strict=True)) | {"cacheWrite": 0}
    model = {"id": "scripted", "cost": cost}
    provider = {"baseUrl": f"{url}/v1", "api": "openai-completions", "apiKey": "x", "models": [model]}
    models.write_text(json.dumps({"providers": {"fake": provider}}))
    return {"model": "fake/scripted"}


def _codex_acp(url: str, folder: Path) -> dict[str, object]:
    config = folder / "home" / ".codex" / "config.toml"
    config.parent.mkdir(parents=True)
    provider = {"name": "fake", "base_url": f"{url}/v1", "env_key": "FAKE_KEY", "wire_api": "responses"}
    lines = ['model = "scripted"', 'model_provider = "fake"', "check_for_update_on_startup = false"]
    lines += ["[analytics]", "enabled = false", "[features]", "plugins = false", "[model_providers.fake]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in provider.items()]
    config.write_text("\n".join([*lines, "request_max_retries = 0", "stream_max_retries = 0"]))
    return {"env": {"FAKE_KEY": "x"}}


SETTINGS: dict[str, Callable[[str, Path], dict[str, object]]] = {
    "codex": _codex,
    "claude": _claude,
    "opencode": _opencode,
    "gemini": _gemini,
    "qwen": _qwen,
    "pi": _pi,
    "claude-acp": _claude,
    "codex-acp": _codex_acp,
    "gemini-acp": _gemini,
    "opencode-acp": _opencode,
    "qwen-acp": _qwen_acp,
}


def environment(folder: Path) -> dict[str, str]:
    """What an agent in that folder may see: the installed programs, and an empty home."""
    bins = FOLDER / "node_modules" / ".bin"
    return {"PATH": f"{bins}:{os.environ['PATH']}", "HOME": str(folder / "home"), "LANG": "C.UTF-8"}
