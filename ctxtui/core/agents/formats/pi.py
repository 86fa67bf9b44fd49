"""Pi's `--mode json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctxtui.core.agents.trouble import Fault
from ctxtui.core.agents.turn_notes import Said, TurnNotes
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import EventKind

_WRITING_TOOLS = frozenset({"write", "edit"})
_SUBJECTS = ("path", "command", "pattern")


def read_pi(record: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    match record.get("type"):
        case "session":
            notes.stays_in(record["id"])
        case "message_end" if record["message"].get("role") == "assistant":
            yield from _assistant(record["message"], notes)
        case "tool_execution_start":
            name, given = record["toolName"], record.get("args") or {}
            subject = next((str(given[key]) for key in _SUBJECTS if given.get(key)), "")
            if name in _WRITING_TOOLS:
                notes.expect_files(record["toolCallId"], str(given.get("path", "")))
            yield from notes.tool(name, notes.relative(subject), {"id": record["toolCallId"]})
        case "tool_execution_end" if record.get("isError"):
            yield from notes.tool_failed(record["toolCallId"], record["toolName"], str(record.get("result")))
        case "tool_execution_end":
            yield from notes.tool_succeeded(record["toolCallId"])
        case "agent_end":
            notes.is_over = True
        case "auto_retry_start":
            reason = str(record.get("errorMessage", "no answer"))
            text = f"{reason}: retry {record.get('attempt')}/{record.get('maxAttempts')}"
            yield from notes.retrying(text, Fault(reason))
        case _:
            pass


def _assistant(message: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    notes.model = message.get("model", notes.model)
    usage = message.get("usage") or {}
    cached = usage.get("cacheRead", 0)
    notes.tally.steps[str(len(notes.tally.steps))] = Usage(
        input_tokens=usage.get("input", 0) + cached + usage.get("cacheWrite", 0),
        output_tokens=usage.get("output", 0),
        cached_tokens=cached,
        cost=(usage.get("cost") or {}).get("total"),
    )
    for block in message.get("content") or ():
        if block.get("type") == "text":
            yield from notes.say(block["text"])
        elif block.get("type") == "thinking":
            yield from notes.say(block["thinking"], EventKind.THOUGHT)
    if message.get("stopReason") == "error":
        notes.fail(Fault(str(message.get("errorMessage", "no reason given"))))
    else:
        notes.ended_well()
