"""Output that no agent should write, and some do: it is recorded, survived, and read in linear time."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from ctxtui.core.agents.conversation import FORGOTTEN, Conversation
from ctxtui.core.agents.lines import KEPT, LONGEST_LINE
from ctxtui.core.agents.text_reader import STORED_PER_TURN
from ctxtui.core.agents.turn_header import TurnHeader
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.ports.agents import Trouble, TurnOutcome
from tests.doubles.turns import agent_of

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
JSON_AGENTS = ("claude", "codex", "gemini", "opencode", "pi", "qwen", "claude-acp")
MESSAGE = {"type": "item.completed", "item": {"id": "1", "type": "agent_message", "text": "hello"}}
DONE = {"type": "turn.completed", "usage": {"input_tokens": 100, "cached_input_tokens": 20, "output_tokens": 10}}


def read(name: str, chunks: Iterable[bytes], exit_code: int | None = 0) -> tuple[list[Event], TurnOutcome]:
    reader = agent_of(
        {"base": name} if name != "plain" else {"driver": "plain", "command": ["x"]}, now=lambda: NOW
    ).reader()
    events = [event for chunk in chunks for event in reader.feed(chunk)]
    last, outcome = reader.finish(exit_code, "")
    return [*events, *last], outcome


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def texts(events: Iterable[Event], kind: EventKind) -> list[str]:
    return [event.text for event in events if event.kind is kind]


@pytest.mark.parametrize("name", ["plain", "codex", "gemini"])
def test_events_are_the_same_wherever_chunks_end(name: str) -> None:
    delta = {"type": "message", "role": "assistant", "content": "more \n" * 80, "delta": True}
    stream = lines(MESSAGE, delta, delta, DONE) + b"\nand a last line\nwithout end"
    whole, _ = read(name, [stream])
    for size in (1, 2, 3, 7, 50):
        pieces, _ = read(name, [stream[at : at + size] for at in range(0, len(stream), size)])
        assert [(event.kind, event.text) for event in pieces] == [(event.kind, event.text) for event in whole]


def test_half_a_line_at_exit_is_read_as_far_as_it_goes() -> None:
    events, outcome = read("codex", [lines(MESSAGE), json.dumps(DONE).encode()])
    assert outcome.usage.output_tokens == 10

    events, outcome = read("codex", [lines(MESSAGE), b'{"type":"turn.comp'], exit_code=None)
    assert texts(events, EventKind.RAW)[-1] == '{"type":"turn.comp'
    assert outcome.trouble is Trouble.CRASHED


@pytest.mark.parametrize("name", JSON_AGENTS)
def test_lines_that_make_no_sense_are_recorded_and_reading_goes_on(name: str) -> None:
    odd = [
        b"not json\n",
        b"{broken\n",
        b"[1, 2]\n",
        b"{}\n",
        b'{"type": null}\n',
        b'{"type": "assistant"}\n',
        b'{"type": "assistant", "message": 3}\n',
        b'{"type": "item.completed", "item": []}\n',
        b'{"type": "result", "usage": "many"}\n',
        b'{"type": "message_end", "message": {"role": "assistant", "content": [1]}}\n',
        b'{"direction": "received", "message": {"method": "session/update", "params": {}}}\n',
        b'{"direction": "received", "message": {"id": 9, "result": null}}\n',
        b'{"type": ' + b"[" * 100_000 + b"\n",
        b'{"type": "\\ud800"}\n',
    ]
    events, _ = read(name, odd)

    assert len(texts(events, EventKind.RAW)) == len(odd)


@pytest.mark.parametrize("name", ["plain", "codex"])
def test_bytes_that_are_no_text_are_replaced_and_flagged(name: str) -> None:
    events, _ = read(name, [b"caf\xff\xfe \x00 late\n"])

    raw = next(event for event in events if event.kind is EventKind.RAW)
    assert raw.text == "caf�� � late"
    assert raw.data["invalid_utf8"] is True


def test_a_character_split_between_chunks_is_whole_again() -> None:
    word = "größe\n".encode()
    for at in range(1, len(word)):
        events, _ = read("plain", [word[:at], word[at:]])
        assert texts(events, EventKind.OUTPUT) == ["größe"]
        assert "invalid_utf8" not in events[0].data


def test_a_line_of_ten_megabytes_is_understood_and_stored_cut_with_its_digest() -> None:
    big = {"type": "item.completed", "item": {"id": "1", "type": "agent_message", "text": "x" * 10_000_000}}
    stream = lines(big, DONE)
    events, outcome = read("codex", [stream[at : at + 65536] for at in range(0, len(stream), 65536)])

    raw = events[0]
    assert len(raw.text) == KEPT
    assert raw.data["bytes"] == len(stream.splitlines()[0])
    assert len(raw.data["sha256"]) == 64
    assert texts(events, EventKind.MESSAGE)[0].startswith("xxx")
    assert outcome.usage.input_tokens == 100


def test_a_line_longer_than_any_is_recorded_by_its_beginning_and_not_kept_in_memory() -> None:
    chunk = b"y" * (1024 * 1024)
    reader = agent_of({"base": "codex"}).reader()
    for _ in range(LONGEST_LINE // len(chunk) + 8):
        assert reader.feed(chunk) == []
    events = reader.feed(b"\n" + lines(MESSAGE))

    assert len(events[0].text) == KEPT
    assert events[0].data["bytes"] == LONGEST_LINE + 8 * len(chunk)
    assert texts(events, EventKind.MESSAGE) == ["hello"]


def test_a_flood_of_terminal_sequences_reads_as_its_text() -> None:
    pieces = [
        "\x1b[2K\r\x1b[1;32mok\x1b[0m\n",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x\x1b\\",
        "50%\r100%\n",
        "\x1b",
        "\x9b",
    ]
    events, _ = read("plain", ["".join(pieces[:4]).encode()])
    assert "\n".join(texts(events, EventKind.OUTPUT)) == "ok\n100%"

    chooser = random.Random(7)
    flood = "".join(chooser.choice(pieces) for _ in range(200_000)).encode()
    events, _ = read("plain", [flood[at : at + 65536] for at in range(0, len(flood), 65536)])


@pytest.mark.parametrize("name", ["plain", "codex"])
def test_output_beyond_the_limit_of_a_turn_is_not_stored_but_still_read(name: str) -> None:
    chunk = (b"z" * 1023 + b"\n") * 1024
    reader = agent_of({"base": "codex"} if name == "codex" else {"driver": "plain", "command": ["x"]}).reader()
    stored = 0
    for _ in range(STORED_PER_TURN // len(chunk) + 4):
        stored += sum(len(event.text) for event in reader.feed(chunk) if event.kind is EventKind.RAW)
    _, outcome = reader.finish(1, "")

    assert stored <= STORED_PER_TURN
    assert outcome.trouble is Trouble.CRASHED


def test_an_error_that_a_retry_overcame_is_no_trouble() -> None:
    stream = lines({"type": "error", "message": "Reconnecting... 1/5 (429 Too Many Requests)"}, MESSAGE, DONE)
    events, outcome = read("codex", [stream])

    assert outcome.trouble is None
    assert texts(events, EventKind.STATUS) == ["Reconnecting... 1/5 (429 Too Many Requests)"]


def test_words_of_a_message_are_never_taken_for_an_error() -> None:
    said = {**MESSAGE, "item": {**MESSAGE["item"], "text": "The client raises 429 rate limit and 401 unauthorized."}}
    assert read("codex", [lines(said, DONE)])[1].trouble is None
    assert read("codex", [lines(said)], exit_code=1)[1].trouble is Trouble.CRASHED


def test_a_killed_turn_still_counts_the_tokens_its_steps_told() -> None:
    usage = {"input_tokens": 80, "cache_read_input_tokens": 20, "output_tokens": 10}
    step = {"type": "assistant", "message": {"id": "m1", "content": [{"type": "text", "text": "a"}], "usage": usage}}
    _, outcome = read("claude", [lines(step, step)], exit_code=None)

    assert outcome.usage.input_tokens == 100
    assert outcome.usage.output_tokens == 10


def test_a_denial_by_the_agents_own_rules_is_shown() -> None:
    result = {"type": "result", "subtype": "success", "permission_denials": [{"tool_name": "Bash"}]}
    events, _ = read("claude", [lines(result)])

    assert texts(events, EventKind.PERMISSION) == ["Bash denied by the agent's own rules"]


def test_a_refusal_is_told_from_a_crash() -> None:
    message = {"id": "m", "content": [{"type": "text", "text": "I cannot."}], "stop_reason": "refusal"}
    result = {"type": "result", "subtype": "success", "is_error": False, "stop_reason": "refusal", "result": "No."}
    _, outcome = read("claude", [lines({"type": "assistant", "message": message}, result)])

    assert outcome.trouble is Trouble.REFUSED


@pytest.mark.parametrize(
    ("text", "trouble", "retry_after"),
    [
        (f"Claude AI usage limit reached|{NOW.timestamp() + 600:.0f}", Trouble.RATE_LIMITED, 600.0),
        (f"Claude AI usage limit reached|{NOW.timestamp() - 5:.0f}", Trouble.RATE_LIMITED, None),
        ("Credit balance is too low", Trouble.BUDGET, None),
        ("429: please try again in 12.5s", Trouble.RATE_LIMITED, 12.5),
        ("HTTP 429, retry-after: 30", Trouble.RATE_LIMITED, 30.0),
        ("Overloaded", Trouble.OVERLOADED, None),
        ("Not logged in · Please run /login", Trouble.NOT_LOGGED_IN, None),
        ("boom", Trouble.CRASHED, None),
    ],
)
def test_what_an_agent_says_of_its_failure_names_the_trouble(
    text: str, trouble: Trouble, retry_after: float | None
) -> None:
    result = {"type": "result", "subtype": "error_during_execution", "is_error": True, "result": text}
    _, outcome = read("claude", [lines(result)], exit_code=1)

    assert outcome.trouble is trouble, outcome.message
    assert outcome.retry_after == retry_after


def test_a_turn_is_over_once_the_agent_says_so_and_an_end_by_force_is_then_in_order() -> None:
    reader = agent_of({}, "claude").reader()
    assert not reader.is_over
    reader.feed(lines({"type": "result", "subtype": "success", "is_error": False, "result": "Wrote the tests."}))
    assert reader.is_over

    assert reader.finish(None, "")[1].trouble is None


def limited(**info: object) -> dict[str, object]:
    return {"type": "rate_limit_event", "rate_limit_info": {"rateLimitType": "five_hour", **info}}


@pytest.mark.parametrize("said", ["", "You've hit your session limit · resets 3:45pm"])
def test_a_turn_that_a_limit_ended_in_order_is_limited_until_the_time_in_its_stream(said: str) -> None:
    event = limited(status="rejected", resetsAt=NOW.timestamp() + 7200)
    done = {"type": "result", "subtype": "success", "is_error": False, "result": said}
    _, outcome = read("claude", [lines(event, done)])

    assert outcome.trouble is Trouble.RATE_LIMITED
    assert outcome.retry_after == 7200


def test_a_limit_that_another_model_got_round_is_no_trouble() -> None:
    event = limited(status="rejected", resetsAt=NOW.timestamp() + 7200)
    done = {"type": "result", "subtype": "success", "is_error": False, "result": "Wrote the tests."}
    assert read("claude", [lines(event, done)])[1].trouble is None


def test_how_much_of_a_limit_is_used_is_told_before_it_is_reached() -> None:
    events, _ = read("claude", [lines(limited(status="allowed_warning", utilization=0.91))])
    assert texts(events, EventKind.STATUS) == ["5-hour limit 91 % used"]


@pytest.mark.parametrize("name", ["claude", "command"])
def test_a_notice_in_place_of_an_answer_is_a_limit_whatever_the_exit_code(name: str) -> None:
    notice = "You've hit your usage limit. Try again in 2 days 3 hours."
    done = {"type": "result", "subtype": "success", "is_error": False, "result": notice}
    _, outcome = read(name, [lines(done) if name == "claude" else notice.encode()])

    assert (outcome.trouble, outcome.retry_after) == (Trouble.RATE_LIMITED, 183600)


def test_aider_is_believed_when_it_fails_with_exit_code_zero() -> None:
    _, outcome = read("aider", [b"litellm.AuthenticationError: OpenAIException - Incorrect API key provided\n"])

    assert outcome.trouble is Trouble.NOT_LOGGED_IN


def test_a_missing_program_found_by_the_shell_is_not_a_crash() -> None:
    assert read("codex", [b""], exit_code=127)[1].trouble is Trouble.NOT_INSTALLED


def test_a_conversation_text_gives_back_what_went_in() -> None:
    for conversation in (
        Conversation(),
        Conversation("thread-1"),
        Conversation("a b#c&d=é", Usage(1, 2, 3)),
        Conversation("x", Usage(5, 6, 0, cost=0.125)),
        Conversation("y", folder="/a b/c#d&e"),
    ):
        assert Conversation.from_text(conversation.to_text()) == conversation
    assert Conversation.from_text(FORGOTTEN) == Conversation()


def test_records_that_only_repeat_themselves_are_not_stored() -> None:
    events, _ = read("pi", [b'{"type":"message_update","message":"a"}\n{"type":"turn_start"}\n'])

    assert texts(events, EventKind.RAW) == ['{"type":"turn_start"}']


def test_a_tool_call_that_gets_a_better_title_is_told_again() -> None:
    def update(**fields: object) -> dict[str, object]:
        params = {"update": {"toolCallId": "1", **fields}}
        return {"direction": "received", "message": {"method": "session/update", "params": params}}

    stream = lines(
        update(sessionUpdate="tool_call", kind="edit", title="Write"),
        update(sessionUpdate="tool_call_update", title="Write a.py"),
        update(sessionUpdate="tool_call_update", status="completed", locations=[{"path": "a.py"}]),
        update(sessionUpdate="tool_call_update", status="completed"),
    )
    events, _ = read("claude-acp", [stream])

    assert texts(events, EventKind.TOOL) == ["edit Write", "edit Write a.py"]
    assert texts(events, EventKind.FILE) == ["a.py"]


def _turn_over_acp(result: dict[str, object], cost: float, model: str = "m-1") -> bytes:
    def message(direction: str, **fields: object) -> dict[str, object]:
        return {"direction": direction, "message": fields}

    options = [{"id": "model", "category": "model", "currentValue": model}]
    update = {"sessionUpdate": "usage_update", "used": 1, "size": 2, "cost": {"amount": cost, "currency": "USD"}}
    return lines(
        message("sent", id=1, method="session/new", params={}),
        message("received", id=1, result={"sessionId": "s", "configOptions": options}),
        message("sent", id=2, method="session/prompt", params={}),
        message("received", method="session/update", params={"update": update}),
        message("received", id=2, result={"stopReason": "end_turn", **result}),
    )


def test_each_turn_costs_what_its_own_process_told() -> None:
    reader = agent_of({"base": "claude-acp"}).reader()
    header = TurnHeader(Conversation("s", Usage(cost=0.25)).to_text(), is_new=False).to_line().encode()
    reader.feed(header + b"\n" + _turn_over_acp({"usage": {"inputTokens": 10, "outputTokens": 1}}, 0.25))
    _, outcome = reader.finish(0, "")

    assert outcome.usage.cost == 0.25


def test_a_session_names_its_model_and_a_turn_the_one_that_it_asked() -> None:
    asked = {"_meta": {"quota": {"token_count": {}, "model_usage": [{"model": "m-2"}]}}}
    for result, model, named in (
        ({}, "m-1", "m-1"),
        (asked, "m-1", "m-2"),
        ({}, "default", ""),
        ({}, "$runtime|a|m-3(a)", "m-3"),
    ):
        assert read("codex-acp", [_turn_over_acp(result, 1.0, model)])[1].usage.model == named


def test_tokens_of_the_last_call_only_are_told_as_the_least() -> None:
    usage = {"usage": {"inputTokens": 10, "outputTokens": 1}}
    for name, told in (("opencode-acp", "at least 10 tokens in"), ("codex-acp", "10 tokens in")):
        events, _ = read(name, [_turn_over_acp(usage, 1.0)])
        assert texts(events, EventKind.USAGE)[0].startswith(told)


def test_calls_that_are_told_one_by_one_are_summed_also_of_a_turn_that_was_cut_short() -> None:
    def call(total: int) -> dict[str, object]:
        usage = {"inputTokens": 100, "outputTokens": 5, "totalTokens": total, "cachedReadTokens": 20}
        chunk = {"sessionUpdate": "agent_message_chunk", "content": {"text": ""}, "_meta": {"usage": usage}}
        return {"direction": "received", "message": {"method": "session/update", "params": {"update": chunk}}}

    _, outcome = read("qwen-acp", [lines(call(105), call(125))], exit_code=None)
    assert outcome.usage == Usage(input_tokens=220, output_tokens=10, cached_tokens=40)
