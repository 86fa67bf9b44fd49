"""Codex's `exec --json`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ctxtui.core.agents.trouble import Fault
from ctxtui.core.agents.turn_notes import Said, TurnNotes
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import EventKind

_SHELL = re.compile(r"^\S*sh -l?c ['\"]?")


def read_codex(record: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    match record.get("type"):
        case "thread.started":
            notes.stays_in(record["thread_id"])
        case "item.started":
            yield from _begun(record["item"], notes)
        case "item.completed":
            yield from _done(record["item"], notes)
        case "turn.completed":
            notes.is_over = True
            notes.tally.total = _tokens(record["usage"])
            notes.ended_well()
        case "turn.failed":
            notes.is_over = True
            notes.fail(Fault(_message(record.get("error"))))
        case "error":
            yield from notes.retrying(_message(record), Fault(_message(record)))
        case _:
            pass


def read_rollout(record: Mapping[str, Any], notes: TurnNotes) -> None:
    """Codex's own file of a thread: its model, and the tokens so far for a turn that did not come to tell them."""
    payload = record["payload"]
    if record["type"] == "turn_context":
        notes.model = str(payload["model"])
    elif payload["type"] == "token_count" and payload["info"] and not notes.is_over:
        notes.tally.total = _tokens(payload["info"]["total_token_usage"])


def _tokens(usage: Mapping[str, Any]) -> Usage:
    return Usage(
        input_tokens=usage.get("input_tokens", 0),
        output_tokens=usage.get("output_tokens", 0),
        cached_tokens=usage.get("cached_input_tokens", 0),
    )


def _begun(item: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    match item.get("type"):
        case "command_execution":
            yield from notes.tool("$", _SHELL.sub("", item["command"]), {"id": item["id"]})
        case "mcp_tool_call":
            yield from notes.tool(f"{item.get('server')}.{item.get('tool')}", "", {"id": item["id"]})
        case "web_search":
            yield from notes.tool("search", item.get("query", ""), {"id": item["id"]})
        case _:
            pass


def _done(item: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    match item.get("type"):
        case "agent_message":
            yield from notes.say(item["text"])
        case "reasoning":
            yield from notes.say(item["text"], EventKind.THOUGHT)
        case "command_execution" if item.get("exit_code"):
            output = item.get("aggregated_output") or f"exit code {item['exit_code']}"
            yield from notes.tool_failed(item["id"], "$", output[-200:])
        case "file_change" if item.get("status") == "completed":
            for change in item["changes"]:
                yield from notes.wrote(change["path"])
        case "file_change" | "mcp_tool_call" if item.get("status") == "failed":
            yield from notes.tool_failed(item["id"], item["type"].replace("_", " "), _message(item.get("error")))
        case "error":
            yield EventKind.STATUS, item["message"], {}
        case _:
            pass


def _message(error: object) -> str:
    return str(error.get("message", error)) if isinstance(error, Mapping) else str(error or "no reason given")
