"""What an agent's output leaves out is read from the file that it keeps of a conversation, where there is one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.ports.agents import TurnOutcome
from tests.doubles.turns import agent_of

BEGUN = {"type": "thread.started", "thread_id": "thread-1"}
DONE = {"type": "turn.completed", "usage": {"input_tokens": 100, "cached_input_tokens": 20, "output_tokens": 10}}


def rollout(home: Path, *records: object) -> None:
    folder = home / "sessions" / "2026" / "03" / "01"
    folder.mkdir(parents=True)
    text = "".join(f"{json.dumps(record)}\n" for record in records)
    (folder / "rollout-2026-03-01T12-00-00-thread-1.jsonl").write_text(text)


def context(model: str) -> dict[str, object]:
    return {"type": "turn_context", "payload": {"model": model}}


def tokens(written: int) -> dict[str, object]:
    used = {"input_tokens": 100, "cached_input_tokens": 20, "output_tokens": written}
    return {"type": "event_msg", "payload": {"type": "token_count", "info": {"total_token_usage": used}}}


def outcome(home: Path, *records: object, exit_code: int | None = 0) -> TurnOutcome:
    reader = agent_of({"base": "codex", "env": {"CODEX_HOME": str(home)}}).reader()
    reader.feed("".join(f"{json.dumps(record)}\n" for record in records).encode())
    return reader.finish(exit_code, "")[1]


def test_the_model_is_the_last_one_that_the_thread_was_asked_with(tmp_path: Path) -> None:
    rollout(tmp_path, context("o3"), context("gpt-5"), tokens(999))
    usage = outcome(tmp_path, BEGUN, DONE).usage

    assert (usage.model, usage.output_tokens) == ("gpt-5", 10)
    assert usage.cost == pytest.approx((80 * 1.25 + 20 * 0.125 + 10 * 10) / 1_000_000)
    assert usage.is_estimated


def test_a_turn_that_was_cut_short_counts_what_the_thread_had_used(tmp_path: Path) -> None:
    nothing_yet = {"type": "event_msg", "payload": {"type": "token_count", "info": None}}
    rollout(tmp_path, context("gpt-5"), nothing_yet, tokens(5), tokens(7), {"type": "token_count"})
    told = outcome(tmp_path, BEGUN, exit_code=None)

    assert (told.usage.input_tokens, told.usage.cached_tokens, told.usage.output_tokens) == (100, 20, 7)
    assert "output=7" in told.conversation, "the next turn's running total would count it again"


def test_without_such_a_file_the_model_is_unknown(tmp_path: Path) -> None:
    rollout(tmp_path, context("gpt-5"))
    other = {"type": "thread.started", "thread_id": "thread-*"}

    assert outcome(tmp_path, other, DONE).usage == Usage(input_tokens=100, cached_tokens=20, output_tokens=10)
    assert outcome(tmp_path / "nowhere", BEGUN, DONE).usage.model == ""
