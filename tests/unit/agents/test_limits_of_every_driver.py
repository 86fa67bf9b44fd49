"""Each wording of a limit as every driver's agents tell it: the state, its cost, and when the agent is asked again.

The parameters are the table. `python tests/unit/agents/test_limits_of_every_driver.py` prints it as Markdown.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from ctxtui.core.domain.attempt import SPENT, AttemptOutcome
from ctxtui.core.domain.interaction import Action, Result, ResultStatus
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.run_state import child_state, until
from ctxtui.core.domain.trouble import WAIT_SECONDS
from ctxtui.core.engine.actions.ask_agent import RETRY_AFTER
from ctxtui.core.engine.actions.work import Done
from ctxtui.core.ports.agents import Trouble, TurnOutcome
from ctxtui.core.views.states import shown_state
from tests.doubles.engine_room import START, EngineRoom
from tests.doubles.turns import agent_of

NOW = datetime(2026, 11, 26, 6, 30).astimezone()
"""A Thursday, in the zone of this machine: it is the zone of a time that names none."""
LIMITED, OVERLOADED, BUDGET = Trouble.RATE_LIMITED, Trouble.OVERLOADED, Trouble.BUDGET
WHEN_YOU_SAY = "when you say"


def here(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute).astimezone()


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


EPOCH = int(NOW.timestamp()) + 600
WORDINGS: Mapping[str, tuple[Trouble, datetime | None]] = {
    "You've hit your session limit · resets 3:45pm": (LIMITED, here(26, 15, 45)),
    "You've hit your weekly limit · resets Mon 12:00am (Asia/Tokyo)": (LIMITED, at("2026-11-30T00:00+09:00")),
    "You've hit your Opus limit · resets Nov 28 at 5pm (Europe/Berlin)": (LIMITED, at("2026-11-28T17:00+01:00")),
    "5-hour limit reached ∙ resets 6pm": (LIMITED, here(26, 18)),
    f"Claude AI usage limit reached|{EPOCH}": (LIMITED, after(600)),
    "You've hit your usage limit. Upgrade to Pro or try again in 2 days 3 hours.": (LIMITED, after(183_600)),
    "You've hit your usage limit. Try again at 3:45 PM.": (LIMITED, here(26, 15, 45)),
    "You have exhausted your capacity on this model. Your quota will reset after 3h12m5s.": (LIMITED, after(11_525)),
    "exceeded retry limit, last status: 429 Too Many Requests, retry-after: 120": (LIMITED, after(120)),
    "429 Too Many Requests, retry-after: Thu, 26 Nov 2026 23:00:00 GMT": (LIMITED, at("2026-11-26T23:00+00:00")),
    "429 rate_limit_error: This request would exceed your organization's rate limit": (LIMITED, None),
    "Server is temporarily limiting requests (not your usage limit)": (OVERLOADED, None),
    "529 overloaded_error: Overloaded": (OVERLOADED, None),
    "503 The service is at capacity, please retry after 30 s": (OVERLOADED, after(30)),
    "You've hit your limit · resets 6pm (UTC)": (LIMITED, at("2026-11-26T18:00+00:00")),
    "You're out of extra usage · resets 6pm (UTC)": (LIMITED, at("2026-11-26T18:00+00:00")),
    "You exceeded your current quota, please check your plan and billing details. Please retry in 37s.": (
        LIMITED,
        after(37),
    ),
    "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.": (
        LIMITED,
        at("2026-12-01T00:00+00:00"),
    ),
    "Request was throttled. Expected available in 12 seconds.": (LIMITED, after(12)),
    "Too many tokens per day, please wait before trying again.": (LIMITED, None),
    "Free tier limit reached: 1500 requests per day": (LIMITED, None),
    "No capacity available for this model": (OVERLOADED, None),
    "500 Internal server error": (OVERLOADED, None),
    "You exceeded your current quota, please check your plan and billing details.": (BUDGET, None),
    "You have run out of free credits": (BUDGET, None),
    "spend limit reached": (BUDGET, None),
    "402 insufficient credits: Your credit balance is too low": (BUDGET, None),
}
"""What is said, what it means, and until when; None where it does not say."""


def records(*items: object) -> bytes:
    return b"".join(json.dumps(item, ensure_ascii=False).encode() + b"\n" for item in items)


def received(**message: object) -> dict[str, object]:
    return {"at": "", "direction": "received", "message": message}


PROMPT = {"at": "", "direction": "sent", "message": {"id": 3, "method": "session/prompt", "params": {}}}
CHUNK = {"sessionUpdate": "agent_message_chunk"}


def acp_message(said: str) -> dict[str, object]:
    update = {**CHUNK, "content": {"type": "text", "text": said}}
    return received(method="session/update", params={"update": update})


TELLS: Mapping[str, tuple[str, Callable[[str], bytes], int]] = {
    "claude": (
        "claude",
        lambda said: records({"type": "result", "subtype": "success", "is_error": True, "result": said}),
        1,
    ),
    "codex": (
        "codex",
        lambda said: records({"type": "error", "message": said}, {"type": "turn.failed", "error": {"message": said}}),
        1,
    ),
    "gemini": ("gemini", lambda said: records({"type": "result", "status": "error", "error": {"message": said}}), 1),
    "opencode": (
        "opencode",
        lambda said: records({"type": "error", "error": {"name": "APIError", "data": {"message": said}}}),
        1,
    ),
    "pi": (
        "pi",
        lambda said: records(
            {
                "type": "message_end",
                "message": {"role": "assistant", "content": [], "stopReason": "error", "errorMessage": said},
            },
            {"type": "agent_end"},
        ),
        0,
    ),
    "qwen": (
        "qwen",
        lambda said: records(
            {"type": "result", "subtype": "success", "is_error": False, "result": f"[API Error: {said}]"}
        ),
        0,
    ),
    "acp": (
        "claude-acp",
        lambda said: records(
            PROMPT, received(id=3, error={"code": -32603, "message": "Internal error", "data": {"details": said}})
        ),
        1,
    ),
    "aider": ("aider", lambda said: f"litellm.RateLimitError: {said}\n".encode(), 0),
    "plain": ("", lambda said: f"{said}\n".encode(), 1),
}
"""How each driver's agent tells an error: its descriptor, the bytes it writes, and the exit code it ends with.

Aider's own name for the error stands before the words, and decides.
"""

STRUCTURED: Mapping[str, tuple[str, bytes, int, Trouble, datetime | None]] = {
    "claude: 429 after the service's own retries": (
        "claude",
        records(
            {"type": "system", "subtype": "api_retry", "attempt": 3, "max_retries": 3, "error_status": 429},
            {"type": "result", "subtype": "success", "is_error": True, "api_error_status": 429, "result": "API Error"},
        ),
        1,
        LIMITED,
        None,
    ),
    "claude: rate_limit_event.resetsAt": (
        "claude",
        records(
            {
                "type": "rate_limit_event",
                "rate_limit_info": {"status": "rejected", "resetsAt": EPOCH, "rateLimitType": "five_hour"},
            },
            {"type": "result", "subtype": "success", "is_error": True, "result": "You've hit your limit"},
        ),
        1,
        LIMITED,
        after(600),
    ),
    "claude: 529 in the result": (
        "claude",
        records(
            {"type": "result", "subtype": "success", "is_error": True, "api_error_status": 529, "result": "Overloaded"}
        ),
        1,
        OVERLOADED,
        None,
    ),
    "codex: words that nobody knew, with the time of an end": (
        "codex",
        records({"type": "turn.failed", "error": {"message": "Your allowance is gone; it is restored at 5:00 PM UTC"}}),
        1,
        LIMITED,
        at("2026-11-26T17:00+00:00"),
    ),
    "acp: a turn that ends without a word": (
        "claude-acp",
        records(PROMPT, received(id=3, result={"stopReason": "end_turn"})),
        0,
        LIMITED,
        None,
    ),
    "acp: a notice in place of an answer": (
        "claude-acp",
        records(
            PROMPT,
            acp_message("You've hit your session limit · resets 3:45pm"),
            received(id=3, result={"stopReason": "end_turn"}),
        ),
        0,
        LIMITED,
        here(26, 15, 45),
    ),
    "plain: a notice in place of an answer, exit code 0": (
        "",
        b"You've hit your session limit \xc2\xb7 resets 3:45pm\n",
        0,
        LIMITED,
        here(26, 15, 45),
    ),
}
"""Limits that are not, or not only, told in words."""


def outcome_of(agent: str, output: bytes, exit_code: int) -> TurnOutcome:
    descriptor = {"base": agent} if agent else {"driver": "plain", "command": ["x"]}
    reader = agent_of(descriptor, now=lambda: NOW).reader()
    reader.feed(output)
    return reader.finish(exit_code, "")[1]


def said_by(driver: str, wording: str) -> TurnOutcome:
    agent, tell, exit_code = TELLS[driver]
    return outcome_of(agent, tell(wording), exit_code)


def moment(outcome: TurnOutcome) -> datetime | None:
    return None if outcome.retry_after is None else NOW + timedelta(seconds=outcome.retry_after)


@pytest.mark.parametrize("driver", TELLS)
@pytest.mark.parametrize("wording", WORDINGS)
def test_every_driver_understands_every_wording_of_a_limit(driver: str, wording: str) -> None:
    trouble, resumes = WORDINGS[wording]
    outcome = said_by(driver, wording)
    assert outcome.trouble is (LIMITED if driver == "aider" else trouble)
    assert moment(outcome) == resumes


@pytest.mark.parametrize("case", STRUCTURED)
def test_a_limit_told_by_structure_is_understood(case: str) -> None:
    agent, output, exit_code, trouble, resumes = STRUCTURED[case]
    outcome = outcome_of(agent, output, exit_code)
    assert outcome.trouble is trouble
    assert moment(outcome) == resumes


@pytest.mark.parametrize(
    ("told", "used"),
    [
        ({"status": "allowed_warning", "utilization": 0.85}, 0.85),
        ({"status": "allowed_warning", "utilization": 85}, 0.85),
        ({"status": "allowed"}, 0.0),
    ],
)
def test_how_much_of_a_limit_is_used_is_told_before_it_is_reached(told: dict[str, object], used: float) -> None:
    event = {"type": "rate_limit_event", "rate_limit_info": {"resetsAt": EPOCH, "rateLimitType": "five_hour", **told}}
    outcome = outcome_of("claude", records(event, {"type": "result", "subtype": "success", "result": "Wrote them."}), 0)
    assert outcome.trouble is None
    assert outcome.limit_used == pytest.approx(used)


def met(folder: Path, outcome: TurnOutcome) -> tuple[str, int, timedelta | None, EngineRoom]:
    """A run whose only agent has met that: the state shown, the attempts it cost, and how long it waits."""
    room = EngineRoom(folder, ("alpha",), {"retry": RetryPolicy(max_attempts=1)}).open()
    room.end("run")
    room.until("alpha", Action.ASK_AGENT)
    data = {"trouble": str(outcome.trouble)}
    data |= {} if outcome.retry_after is None else {RETRY_AFTER: outcome.retry_after}
    room.end("alpha", Done(Result(ResultStatus.ERROR, outcome.message, data), AttemptOutcome.TROUBLED))
    rows = {row.name: row for row in room.store.feed.changes(room.session().scope, room.run_id).rows}
    child, run = rows["shop.alpha"], rows["shop"]
    end = until(child_state(child.state))
    run_waits = bool(run.state.get("waiting"))
    state = shown_state(child, owner_alive=True, run_waits=run_waits)
    cost = sum(attempt.outcome in SPENT for attempt in child.attempts if attempt.ended_at)
    return state, cost, None if end is None else end - START, room


KINDS = {(trouble, resumes is None): wording for wording, (trouble, resumes) in WORDINGS.items()}
"""One wording for each thing that may follow."""


@pytest.mark.parametrize("wording", KINDS.values())
def test_a_limit_costs_no_attempt_and_the_run_goes_on_after_it(tmp_path: Path, wording: str) -> None:
    trouble, resumes = WORDINGS[wording]
    state, cost, wait, room = met(tmp_path, said_by("claude", wording))
    try:
        assert cost == 0
        if trouble is BUDGET:
            assert (state, wait) == ("needs you", None)
            return
        assert state == "retrying"
        assert wait is not None
        told = WAIT_SECONDS[trouble] if resumes is None else (resumes - NOW).total_seconds()
        jitter = min(told / 5, 60)
        assert told <= wait.total_seconds() <= told + jitter + 1
        room.tick()
        assert room.busy == []
        room.clock.now += wait
        room.tick()
        room.finish()
        assert room.status("alpha") == "complete"
    finally:
        room.store.close()


def table() -> str:
    """A row for each wording and what follows from it, with the drivers for which that is so."""
    rows: dict[str, list[str]] = {}
    cases = [(wording, driver, said_by(driver, wording)) for wording in WORDINGS for driver in TELLS]
    cases += [(case, case.partition(":")[0], outcome_of(*STRUCTURED[case][:3])) for case in STRUCTURED]
    for said, driver, outcome in cases:
        told, follows = said.replace("|", "\\|"), _follows(outcome.trouble, moment(outcome))
        rows.setdefault(f"| `{told}` | {{}} | {follows} |", []).append(driver)
    head = ["| said | by | state | attempts | asked again |", "|---|---|---|---|---|"]
    everybody = {tuple(TELLS): "all"}
    return "\n".join([*head, *(row.format(everybody.get(tuple(by), ", ".join(by))) for row, by in rows.items())])


@cache
def _follows(trouble: Trouble | None, resumes: datetime | None) -> str:
    retry_after = None if resumes is None else (resumes - NOW).total_seconds()
    with tempfile.TemporaryDirectory() as folder:
        state, cost, wait, room = met(Path(folder), TurnOutcome("", trouble, retry_after=retry_after))
        room.store.close()
    when = WHEN_YOU_SAY if wait is None else f"after {WAIT_SECONDS[trouble or LIMITED]:g} s, doubling"
    when = f"{resumes:%a %d %b %H:%M:%S %z}" if resumes and wait else when
    return f"{state} ({trouble}) | {cost} | {when}"


if __name__ == "__main__":
    print(table())  # noqa: T201 - the table is what it is called for
