"""A coding agent that answers in any of the output formats, and does what its prompt says.

Run as `stub_cli.py FORMAT STATE_DIR new|resume CONVERSATION < prompt`. What a prompt may ask for: HANG, CRASH, LIMIT,
LOGIN, OVERLOADED, NOTHING; any other prompt writes the test file. Conversations are kept in STATE_DIR, so a turn that
goes on with one can say what was asked first. A turn costs 100 tokens in, 20 of them cached, and 10 out.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

TEST_PATH = "tests/test_prices.py"
FAILURES = {
    "LIMIT": ("429 Too Many Requests: rate limit reached, retry after 7 s", 429),
    "LOGIN": ("401 Unauthorized: invalid api key", 401),
    "OVERLOADED": ("529 the service is overloaded", 529),
}

Emit = Callable[[object], None]


def emit(record: object) -> None:
    sys.stdout.write((record if isinstance(record, str) else json.dumps(record)) + "\n")
    sys.stdout.flush()


class Text:
    def __init__(self, conversation: str, turns: int) -> None:
        self.conversation, self.turns = conversation, turns

    def begin(self) -> None:
        emit("\x1b[1mstub agent\x1b[0m")

    def say(self, text: str) -> None:
        emit(text)

    def wrote(self, path: str) -> None:
        emit(f"wrote {path}")

    def end(self) -> None:
        emit("done")

    def fail(self, text: str, status: int) -> int:
        sys.stderr.write(text + "\n")
        return 1


class Claude(Text):
    tokens_include_cached = False
    turns_counted = 1

    def begin(self) -> None:
        emit({"type": "system", "subtype": "init", "session_id": self.conversation, "model": "stub-model"})

    def say(self, text: str) -> None:
        message = {"id": uuid.uuid4().hex, "role": "assistant", "content": [{"type": "text", "text": text}]}
        emit({"type": "assistant", "message": message})

    def wrote(self, path: str) -> None:
        given = {"file_path": str(Path(path).resolve()), "content": "..."}
        call = {"type": "tool_use", "id": "t1", "name": "Write", "input": given}
        emit({"type": "assistant", "message": {"id": "m0", "role": "assistant", "content": [call]}})
        result = {"type": "tool_result", "tool_use_id": "t1", "content": "created"}
        emit({"type": "user", "message": {"role": "user", "content": [result]}})

    def usage(self) -> dict:
        counted = self.turns_counted
        shown = 100 if self.tokens_include_cached else 80
        return {
            "input_tokens": shown * counted,
            "cache_read_input_tokens": 20 * counted,
            "output_tokens": 10 * counted,
        }

    def end(self) -> None:
        outcome = {"subtype": "success", "is_error": False, "session_id": self.conversation, "result": "done"}
        emit({"type": "result", **outcome, "usage": self.usage(), "total_cost_usd": 0.5})

    def fail(self, text: str, status: int) -> int:
        retry = {"attempt": 1, "max_retries": 3, "retry_delay_ms": 500, "error_status": status, "error": "api_error"}
        emit({"type": "system", "subtype": "api_retry", **retry})
        outcome = {"subtype": "success", "is_error": True, "api_error_status": status, "result": text}
        emit({"type": "result", **outcome, "session_id": self.conversation})
        return 1


class Qwen(Claude):
    tokens_include_cached = True

    @property
    def turns_counted(self) -> int:
        return self.turns


class Codex(Text):
    def begin(self) -> None:
        emit({"type": "thread.started", "thread_id": self.conversation})
        emit({"type": "turn.started"})

    def say(self, text: str) -> None:
        emit({"type": "item.completed", "item": {"id": "i1", "type": "agent_message", "text": text}})

    def wrote(self, path: str) -> None:
        changes = [{"path": str(Path(path).resolve()), "kind": "add"}]
        item = {"id": "i2", "type": "file_change", "changes": changes, "status": "completed"}
        emit({"type": "item.completed", "item": item})

    def end(self) -> None:
        usage = {"input_tokens": 100, "cached_input_tokens": 20, "output_tokens": 10}
        emit({"type": "turn.completed", "usage": {key: count * self.turns for key, count in usage.items()}})

    def fail(self, text: str, status: int) -> int:
        emit({"type": "error", "message": f"Reconnecting... 1/5 ({text})"})
        emit({"type": "turn.failed", "error": {"message": text}})
        return 1


class OpenCode(Text):
    def begin(self) -> None:
        self.part("step_start", {"type": "step-start"})

    def part(self, kind: str, part: dict) -> None:
        emit({"type": kind, "timestamp": 1, "sessionID": self.conversation, "part": part})

    def say(self, text: str) -> None:
        self.part("text", {"type": "text", "text": text})

    def wrote(self, path: str) -> None:
        state = {"status": "completed", "input": {"filePath": str(Path(path).resolve())}}
        self.part("tool_use", {"type": "tool", "tool": "write", "callID": "c1", "state": state})

    def end(self) -> None:
        for step in ("s1", "s2"):
            tokens = {"input": 40, "output": 4, "reasoning": 1, "cache": {"read": 10, "write": 0}}
            self.part("step_finish", {"type": "step-finish", "id": step, "tokens": tokens, "cost": 0.25})

    def fail(self, text: str, status: int) -> int:
        error = {"name": "APIError", "data": {"message": text, "statusCode": status}}
        emit({"type": "error", "timestamp": 1, "sessionID": self.conversation, "error": error})
        return 1


class Gemini(Text):
    def begin(self) -> None:
        emit({"type": "init", "session_id": self.conversation, "model": "stub-model"})

    def say(self, text: str) -> None:
        middle = len(text) // 2
        for piece in (text[:middle], text[middle:]):
            emit({"type": "message", "role": "assistant", "content": piece, "delta": True})

    def wrote(self, path: str) -> None:
        emit({"type": "tool_use", "tool_name": "write_file", "tool_id": "w1", "parameters": {"file_path": path}})
        emit({"type": "tool_result", "tool_id": "w1", "status": "success", "output": ""})

    def end(self) -> None:
        stats = {"input_tokens": 100, "output_tokens": 10, "cached": 20, "total_tokens": 110}
        emit({"type": "result", "status": "success", "stats": stats})

    def fail(self, text: str, status: int) -> int:
        emit({"type": "result", "status": "error", "error": {"type": "ApiError", "message": text}})
        return 1


class Pi(Text):
    def begin(self) -> None:
        emit({"type": "session", "version": 3, "id": self.conversation})
        emit({"type": "agent_start"})

    def message(self, content: list[dict], **more: object) -> None:
        usage = {"input": 40, "output": 5, "cacheRead": 10, "cacheWrite": 0, "cost": {"total": 0.25}}
        message = {"role": "assistant", "content": content, "model": "stub-model", "usage": usage}
        emit({"type": "message_end", "message": {**message, "stopReason": "stop", **more}})

    def say(self, text: str) -> None:
        self.message([{"type": "text", "text": text}])

    def wrote(self, path: str) -> None:
        emit({"type": "tool_execution_start", "toolCallId": "c1", "toolName": "write", "args": {"path": path}})
        emit({"type": "tool_execution_end", "toolCallId": "c1", "toolName": "write", "isError": False})

    def end(self) -> None:
        self.message([{"type": "text", "text": "done"}])
        emit({"type": "agent_end"})

    def fail(self, text: str, status: int) -> int:
        self.message([], stopReason="error", errorMessage=text, usage={})
        return 1


FORMATS = {
    "text": Text,
    "claude": Claude,
    "qwen": Qwen,
    "codex": Codex,
    "opencode": OpenCode,
    "gemini": Gemini,
    "pi": Pi,
}


def main(name: str, state_dir: str, how: str, conversation: str) -> int:
    asked = sys.stdin.read()
    conversation = conversation or f"conversation-{uuid.uuid4().hex}"
    memory = Path(state_dir) / conversation
    if how == "resume" and not memory.exists():
        sys.stderr.write(f"No conversation found with session ID: {conversation}\n")
        return 1
    memory.parent.mkdir(parents=True, exist_ok=True)
    history = json.loads(memory.read_text()) if memory.exists() else []
    memory.write_text(json.dumps([*history, asked]))
    agent = FORMATS[name](conversation, len(history) + 1)
    agent.begin()
    for word, (text, status) in FAILURES.items():
        if word in asked:
            return agent.fail(text, status)
    if "CRASH" in asked:
        sys.stderr.write("Segmentation fault\n")
        return 139
    if "HANG" in asked:
        (Path(state_dir) / "pid").write_text(str(os.getpid()))
        while True:
            time.sleep(3600)
    agent.say(f"You first asked: {[*history, asked][0]}")
    if "NOTHING" not in asked:
        Path(TEST_PATH).parent.mkdir(parents=True, exist_ok=True)
        Path(TEST_PATH).write_text(f"# turn {len(history) + 1}\n")
        agent.wrote(TEST_PATH)
    agent.end()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
