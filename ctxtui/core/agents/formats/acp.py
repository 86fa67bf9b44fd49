"""The Agent Client Protocol as the bridge records it: every message with its direction and time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ctxtui.core.agents.trouble import Fault
from ctxtui.core.agents.turn_notes import Said, TurnNotes
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import EventKind
from ctxtui.core.ports.agents import Trouble

AUTHENTICATION_REQUIRED = -32000
CANCELLED = "cancelled"
SILENT = "it ended its turn without a word, as it does when a limit is reached"
_WRITING_KINDS = frozenset({"edit", "delete", "move"})
_ENTERING = frozenset({"session/resume", "session/load"})
_BESIDE_MODEL = re.compile(r"^.*\||[\[(][^\])]*[\])]$")
"""What some put around a model's name: where it is from, how one logs in, how hard it thinks."""
_CHUNKS = {"agent_message_chunk": EventKind.MESSAGE, "agent_thought_chunk": EventKind.THOUGHT}


class AcpReader:
    """Follows one turn's messages: which request an answer belongs to, and what is only replayed history."""

    def __init__(self) -> None:
        self._asked: dict[object, tuple[str, Mapping[str, Any]]] = {}
        self._questions: dict[object, Mapping[str, Any]] = {}
        self._calls: dict[str, dict[str, Any]] = {}
        self._is_replay = False

    def __call__(self, record: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
        message, is_sent = record["message"], record["direction"] == "sent"
        method = message.get("method")
        if method == "session/update":
            if not self._is_replay:
                yield from self._update(message["params"]["update"], notes)
            return
        yield from notes.flush()
        if method and "id" in message:
            self._request(message, is_sent=is_sent)
            if method == "session/prompt":
                notes.begin(record["at"])
        elif not method and is_sent:
            yield from self._permission(message)
        elif not method:
            yield from self._answer(message, notes)

    def _request(self, message: Mapping[str, Any], *, is_sent: bool) -> None:
        if is_sent:
            self._asked[message["id"]] = (message["method"], message.get("params") or {})
            self._is_replay = self._is_replay or message["method"] in _ENTERING
        elif message["method"] == "session/request_permission":
            self._questions[message["id"]] = message["params"]

    def _permission(self, message: Mapping[str, Any]) -> Iterator[Said]:
        question = self._questions.pop(message["id"], None)
        if question is None:
            return
        chosen = ((message.get("result") or {}).get("outcome") or {}).get("optionId")
        kind = next((option["kind"] for option in question["options"] if option["optionId"] == chosen), "reject")
        is_granted = kind.startswith("allow")
        call = self._calls.get(question["toolCall"]["toolCallId"], {}) | dict(question["toolCall"])
        title = call.get("title") or call.get("kind") or "a tool"
        yield (
            EventKind.PERMISSION,
            f"{'granted' if is_granted else 'denied'}: {title}",
            {"tool": call.get("kind") or "other", "granted": is_granted, "paths": touched_paths(call)},
        )

    def _answer(self, message: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
        method, params = self._asked.pop(message["id"], ("", {}))
        self._is_replay = self._is_replay and method not in _ENTERING
        if "error" in message:
            yield from _failed(method, message["error"], notes)
            return
        result = message.get("result") or {}
        notes.model = _model(result) or notes.model
        if method in _ENTERING:
            notes.stays_in(params["sessionId"])
        elif method == "session/new":
            notes.stays_in(result["sessionId"])
        elif method == "session/prompt":
            yield from _ended(result, notes)

    def _update(self, update: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
        kind = update["sessionUpdate"]
        if kind in _CHUNKS:
            if usage := (update.get("_meta") or {}).get("usage"):
                notes.tally.steps[str(len(notes.tally.steps))] = _call_usage(usage)
            yield from notes.stream(_CHUNKS[kind], update["content"].get("text", ""))
            return
        yield from notes.flush()
        match kind:
            case "tool_call" | "tool_call_update":
                yield from self._tool(update, notes, is_new=kind == "tool_call")
            case "plan":
                done = sum(entry.get("status") == "completed" for entry in update["entries"])
                yield EventKind.STATUS, f"plan: {done} of {len(update['entries'])} done", {}
            case "usage_update" if update.get("cost"):
                notes.tally.cost = update["cost"]["amount"]
            case _:
                pass

    def _tool(self, update: Mapping[str, Any], notes: TurnNotes, *, is_new: bool) -> Iterator[Said]:
        identity = update["toolCallId"]
        call = self._calls.setdefault(identity, {})
        had_ended, former_title = call.get("status") in {"completed", "failed"}, call.get("title")
        call.update({key: value for key, value in update.items() if value is not None})
        name = call.get("kind") or "tool"
        if is_new or call.get("title") != former_title:
            yield from notes.tool(name, str(call.get("title") or ""), {"id": identity})
        if had_ended:
            return
        if call.get("status") == "failed":
            yield from notes.tool_failed(identity, name, _content_text(call))
        elif call.get("status") == "completed" and name in _WRITING_KINDS:
            for path in touched_paths(call):
                yield from notes.wrote(path)


def touched_paths(call: Mapping[str, Any]) -> list[str]:
    """Paths that a tool call names in its locations, its input or its diffs, each once.

    Some agents name only the last part of a path in a diff: that adds nothing to the whole path.
    """
    given = call.get("rawInput")
    named = [
        *(location.get("path") for location in call.get("locations") or ()),
        *((given.get(key) for key in ("file_path", "filePath", "path")) if isinstance(given, Mapping) else ()),
        *(part.get("path") for part in call.get("content") or () if part.get("type") == "diff"),
    ]
    paths = list(dict.fromkeys(str(path) for path in named if path))
    return [path for path in paths if not any(other.endswith(f"/{path}") for other in paths)]


def _ended(result: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    """A turn that was told to stop has no end of its own."""
    notes.is_over = result.get("stopReason") != CANCELLED
    usage = result.get("usage") or {}
    quota = ((result.get("_meta") or {}).get("quota") or {}).get("token_count") or {}
    if usage:
        cached = usage.get("cachedReadTokens") or 0
        notes.tally.total = Usage(
            input_tokens=(usage.get("inputTokens") or 0) + cached + (usage.get("cachedWriteTokens") or 0),
            output_tokens=(usage.get("outputTokens") or 0) + (usage.get("thoughtTokens") or 0),
            cached_tokens=cached,
        )
    elif quota:
        notes.tally.total = Usage(quota.get("input_tokens", 0), quota.get("output_tokens", 0))
    match result.get("stopReason"):
        case "refusal":
            notes.fail(Fault("the model refused to answer", Trouble.REFUSED))
        case "max_tokens" | "max_turn_requests" as reason:
            notes.ended_well()
            yield EventKind.STATUS, f"the turn ended at a limit of the agent: {reason}", {"stop_reason": reason}
        case reason if reason == CANCELLED:
            return
        case _:
            notes.ended_well()
            if not notes.message and not notes.has_worked:
                notes.fail(Fault(SILENT, Trouble.RATE_LIMITED))


def _call_usage(usage: Mapping[str, Any]) -> Usage:
    """What one call used, told with a piece of a message; whether its input counts cached tokens, its sum says."""
    cached, thought = usage.get("cachedReadTokens") or 0, usage.get("thoughtTokens") or 0
    given, output = usage.get("inputTokens") or 0, (usage.get("outputTokens") or 0) + thought
    is_apart = (usage.get("totalTokens") or 0) > given + output
    return Usage(input_tokens=given + (cached if is_apart else 0), output_tokens=output, cached_tokens=cached)


def _model(result: Mapping[str, Any]) -> str:
    """What a session says it asks, or a turn that it asked: an agent that only says "default" names no model."""
    asked = ((result.get("_meta") or {}).get("quota") or {}).get("model_usage") or ()
    chosen = [option for option in result.get("configOptions") or () if option.get("category") == "model"]
    names = [part.get("model") for part in asked] + [option.get("currentValue") for option in chosen]
    names.append((result.get("models") or {}).get("currentModelId"))
    name = next((str(name) for name in names if name and name != "default"), "")
    return _BESIDE_MODEL.sub("", name)


def _failed(method: str, error: Mapping[str, Any], notes: TurnNotes) -> Iterator[Said]:
    details = error.get("data")
    more = details.get("details") or details.get("message") or "" if isinstance(details, Mapping) else details or ""
    text = f"{method}: {error.get('message', 'no reason given')} {more}".strip()
    if method in {"session/new", "session/prompt", "initialize"}:
        kind = Trouble.NOT_LOGGED_IN if error.get("code") == AUTHENTICATION_REQUIRED else None
        notes.fail(Fault(text, kind))
        return
    yield EventKind.STATUS, text, {"method": method}


def _content_text(call: Mapping[str, Any]) -> str:
    parts = [part.get("content") or {} for part in call.get("content") or ()]
    return " ".join(str(part.get("text", "")) for part in parts if isinstance(part, Mapping)) or "no reason given"
