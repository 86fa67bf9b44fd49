"""What an agent's output leaves out is read from the file that it keeps of a conversation, where there is one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import EventKind
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


BEFORE, BEGAN, AFTER = (f"2026-03-01T12:0{minute}:00.5+00:00" for minute in range(3))
SESSION = "0a1b2c3d-4e5f"


def feed(agent: str, env: dict[str, str], records: list[object], exit_code: int | None) -> tuple[str, TurnOutcome]:
    reader = agent_of({"base": agent, "env": env}).reader()
    reader.feed("".join(f"{json.dumps(record)}\n" for record in records).encode())
    events, told = reader.finish(exit_code, "")
    return next((event.text for event in events if event.kind is EventKind.USAGE), ""), told


def protocol(*messages: tuple[str, dict[str, object]]) -> list[object]:
    return [{"at": BEGAN, "direction": direction, "message": message} for direction, message in messages]


OPENED = protocol(
    ("sent", {"id": 1, "method": "session/new", "params": {}}),
    ("received", {"id": 1, "result": {"sessionId": SESSION}}),
    ("sent", {"id": 2, "method": "session/prompt", "params": {"sessionId": SESSION}}),
)
ENDED = protocol(
    ("received", {"id": 2, "result": {"stopReason": "end_turn", "usage": {"inputTokens": 8, "outputTokens": 9}}})
)
STARTED = [{"type": "init", "timestamp": BEGAN, "session_id": SESSION, "model": "auto"}]


def claude_said(at: str, identity: str, written: int) -> dict[str, object]:
    usage = {"input_tokens": 80, "cache_read_input_tokens": 20, "output_tokens": written}
    message = {"id": identity, "model": "claude-opus-4-1", "usage": usage}
    return {"type": "assistant", "timestamp": at, "message": message}


def gemini_said(at: str, identity: str, written: int) -> dict[str, object]:
    tokens = {"input": 100, "output": written - 1, "cached": 20, "thoughts": 1, "tool": 0}
    return {"type": "gemini", "timestamp": at, "id": identity, "tokens": tokens, "model": "gemini-2.5-pro"}


def lines(path: Path, *records: object) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"{json.dumps(record)}\n" for record in ({"sessionId": SESSION}, *records)))


def claude_wrote(home: Path, *calls: tuple[str, str, int]) -> None:
    lines(home / ".claude" / "projects" / "-work" / f"{SESSION}.jsonl", *(claude_said(*call) for call in calls))


def gemini_wrote(home: Path, *calls: tuple[str, str, int]) -> None:
    chat = home / ".gemini" / "tmp" / "slot-01" / "chats" / f"session-2026-03-01T12-01-{SESSION[:8]}.jsonl"
    lines(chat, *(gemini_said(*call) for call in calls))


def opencode_wrote(home: Path, *calls: tuple[str, str, int]) -> None:
    folder = home / ".local" / "share" / "opencode"
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "opencode.db")) as connection, connection:
        connection.execute("CREATE TABLE session (id, parent_id)")
        connection.execute("CREATE TABLE message (id, session_id, data)")
        connection.executemany(
            "INSERT INTO session VALUES (?, ?)", [(SESSION, None), ("helper", SESSION), ("other", "")]
        )
        for at, identity, written in calls:
            created = datetime.fromisoformat(at).timestamp() * 1000
            tokens = {"input": 80, "output": written, "reasoning": 0, "cache": {"read": 20, "write": 0}}
            told = {"role": "assistant", "time": {"created": created}, "tokens": tokens, "cost": 1}
            rows = [(f"{identity}-{place}", place, json.dumps(told)) for place in (SESSION, "helper", "other")]
            rows.append((f"{identity}-asked", SESSION, json.dumps({"role": "user", "time": {"created": created}})))
            connection.executemany("INSERT INTO message VALUES (?, ?, ?)", rows)


CALLS = ((BEFORE, "m0", 1000), (AFTER, "m1", 4), (AFTER, "m1", 5), (AFTER, "m2", 2))
"""One of the turn before, one that is written down twice as it grows, and a further one."""


@pytest.mark.parametrize(
    ("agent", "wrote", "records"),
    [
        ("claude-acp", claude_wrote, OPENED),
        ("gemini", gemini_wrote, STARTED),
        ("gemini-acp", gemini_wrote, OPENED),
    ],
)
def test_a_turn_that_was_cut_short_counts_its_calls_as_the_agent_wrote_them_down(
    tmp_path: Path, agent: str, wrote: Callable[..., None], records: list[object]
) -> None:
    wrote(tmp_path, *CALLS)
    _text, told = feed(agent, {"HOME": str(tmp_path)}, records, None)

    assert (told.usage.input_tokens, told.usage.cached_tokens, told.usage.output_tokens) == (200, 40, 7)
    assert told.usage.model in {"claude-opus-4-1", "gemini-2.5-pro"}


def test_a_turn_that_told_its_sum_is_not_counted_from_the_agents_own_file(tmp_path: Path) -> None:
    claude_wrote(tmp_path, *CALLS)
    _text, told = feed("claude-acp", {"HOME": str(tmp_path)}, [*OPENED, *ENDED], 0)

    assert (told.usage.input_tokens, told.usage.output_tokens) == (8, 9)


def test_a_sum_that_does_not_tell_cached_tokens_gets_them_from_the_agents_own_file(tmp_path: Path) -> None:
    gemini_wrote(tmp_path, *CALLS)
    quota = {"quota": {"token_count": {"input_tokens": 200, "output_tokens": 7}}}
    ended = protocol(("received", {"id": 2, "result": {"stopReason": "end_turn", "_meta": quota}}))
    text, told = feed("gemini-acp", {"HOME": str(tmp_path)}, [*OPENED, *ended], 0)

    assert text.startswith("200 tokens in (40 cached), 7 out")
    assert (told.usage.input_tokens, told.usage.cached_tokens, told.usage.output_tokens) == (200, 40, 7)


def test_cached_tokens_that_a_sum_tells_are_not_counted_again(tmp_path: Path) -> None:
    gemini_wrote(tmp_path, *CALLS)
    stats = {"input_tokens": 200, "output_tokens": 7, "cached": 30}
    ended = [{"type": "result", "status": "success", "stats": stats}]
    _text, told = feed("gemini", {"HOME": str(tmp_path)}, [*STARTED, *ended], 0)

    assert told.usage.cached_tokens == 30


def test_every_call_counts_of_an_agent_that_tells_only_its_last_one(tmp_path: Path) -> None:
    opencode_wrote(tmp_path, *CALLS[:2], CALLS[3])
    text, told = feed("opencode-acp", {"HOME": str(tmp_path)}, [*OPENED, *ENDED], 0)

    assert (told.usage.input_tokens, told.usage.cached_tokens, told.usage.output_tokens) == (400, 80, 12)
    assert text == "400 tokens in (80 cached), 12 out"
    assert told.usage.cost is None, "what the conversation cost is told apart"


def test_without_its_own_file_the_last_call_is_the_least_that_was_used(tmp_path: Path) -> None:
    (tmp_path / ".local" / "share" / "opencode").mkdir(parents=True)
    (tmp_path / ".local" / "share" / "opencode" / "opencode.db").write_text("no database")
    text, told = feed("opencode-acp", {"HOME": str(tmp_path)}, [*OPENED, *ENDED], 0)

    assert (told.usage.input_tokens, told.usage.output_tokens) == (8, 9)
    assert text.startswith("at least ")
