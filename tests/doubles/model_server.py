"""A model on loopback that says what a script says, streamed or not.

It speaks chat completions, Responses, Messages and generateContent.

It keeps no state: the turn is the last text of the user in a request, the step is how many tool results came since.
A script is a function `(prompt, step) -> Act`; which tool an act becomes is looked up in the tools of the request.

    with ModelServer(script) as server:
        server.url   # http://127.0.0.1:PORT
"""

from __future__ import annotations

import json
import re
import select
import shlex
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

USAGE = {"input": 1000, "cached": 200, "output": 50}
"""What every answer costs; `input` includes what was cached."""


@dataclass(frozen=True)
class Say:
    text: str


@dataclass(frozen=True)
class Write:
    path: str
    text: str


@dataclass(frozen=True)
class Fail:
    status: int
    body: dict
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Hold:
    """Answers only when the server is told to let go, or closes."""


Act = Say | Write | Fail | Hold
Script = Callable[[str, int], Act]
Tools = dict[str, dict]
"""The parameters of the tools a request offers, by name."""


def _shell(act: Write) -> str:
    return f"cat > {shlex.quote(act.path)} <<'END_OF_FILE'\n{act.text}\nEND_OF_FILE"


WRITING_TOOLS = ("Write", "write", "write_file")
SHELL_TOOLS = ("exec_command", "shell_command", "shell", "bash")
FOLDER = re.compile(r"working in the directory: (/[^\s\\\"]+)")
"""How an agent whose tools want absolute paths tells its model where it is."""
HELD_SECONDS = 300.0
PATH_KEYS = ("file_path", "filePath", "path")
COMMAND_KEYS = ("cmd", "command")


class ModelServer:
    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[tuple[str, dict]] = []
        self.answered = 0
        self.is_held = threading.Event()
        self.let_go = threading.Event()
        handler = type("Handler", (_Handler,), {"model": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict) and ("text" in part and part.get("type") in {None, "text", "input_text"}):
            yield part["text"]


def _turn(messages: list[dict]) -> tuple[str, int]:
    """The last text of the user, and the number of tool results after it."""
    prompt, step = "", 0
    for message in messages:
        content = message.get("content") or message.get("parts")
        results = (
            [part for part in content if part.get("type") == "tool_result" or "functionResponse" in part]
            if isinstance(content, list)
            else []
        )
        if results or message.get("role") == "tool" or message.get("type") == "function_call_output":
            step += len(results) or 1
        elif message.get("role") == "user" and (text := "\n".join(_texts(content))):
            prompt, step = text, 0
    return prompt, step


class _Handler(BaseHTTPRequestHandler):
    model: ModelServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass

    def do_HEAD(self) -> None:
        self._answer(200, {})

    def do_GET(self) -> None:
        self._answer(200, {"object": "list", "data": [], "models": []})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        path = self.path.partition("?")[0]
        self.model.requests.append((path, body))
        dialect = next((dialect for end, dialect in DIALECTS.items() if path.lower().endswith(end)), None)
        if dialect is None:
            self._answer(200, {"input_tokens": 10})
            return
        offered = [tool for tool in body.get("tools") or () if "functionDeclarations" not in tool]
        for group in body.get("tools") or ():
            offered += group.get("functionDeclarations", ())
        tools = {_tool_name(tool): _parameters(tool) for tool in offered}
        act = self.model.script(*_turn(body.get("messages") or body.get("input") or body.get("contents") or []))
        if not tools and isinstance(act, Write):
            act = Say("A title")
        if isinstance(act, Write) and (folder := FOLDER.search(json.dumps(body))):
            act = replace(act, path=f"{folder[1]}/{act.path}")
        if isinstance(act, Hold):
            self.model.is_held.set()
            self.model.let_go.wait(HELD_SECONDS)
            if select.select([self.connection], [], [], 0)[0]:
                return  # whoever asked has gone
            act = Say("let go")
        if isinstance(act, Fail):
            self._answer(act.status, act.body, act.headers)
            return
        self.model.answered += 1
        if body.get("stream") or "stream" in path:
            self._stream(dialect.stream(act, tools))
        else:
            self._answer(200, dialect.whole(act, tools))

    def _answer(self, status: int, body: dict, headers: dict | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _stream(self, events: Iterator[dict | str]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for event in events:
            name = f"event: {event['type']}\n" if isinstance(event, dict) and "type" in event else ""
            data = event if isinstance(event, str) else json.dumps(event)
            self.wfile.write(f"{name}data: {data}\n\n".encode())
        self.close_connection = True


def _tool_name(tool: dict) -> str:
    return tool.get("name") or tool.get("function", {}).get("name") or ""


def _parameters(tool: dict) -> dict:
    schema = (
        tool.get("input_schema")
        or tool.get("parametersJsonSchema")
        or tool.get("parameters")
        or tool.get("function", {}).get("parameters")
        or {}
    )
    return schema.get("properties") or {}


def _call(act: Write, tools: Tools) -> tuple[str, dict]:
    """Writes with the agent's own tool for files where it has one, else with its shell."""
    name = next((name for name in WRITING_TOOLS if name in tools), "")
    if name:
        return name, {next(key for key in PATH_KEYS if key in tools[name]): act.path, "content": act.text}
    name = next(name for name in SHELL_TOOLS if name in tools)
    key = next(key for key in COMMAND_KEYS if key in tools[name])
    is_list = tools[name][key].get("type") == "array"
    return name, {key: ["bash", "-c", _shell(act)] if is_list else _shell(act)}


class _Responses:
    @staticmethod
    def _body(act: Say | Write, tools: Tools) -> dict:
        if isinstance(act, Say):
            content = [{"type": "output_text", "text": act.text, "annotations": []}]
            item = {"type": "message", "role": "assistant", "id": "msg_1", "status": "completed", "content": content}
        else:
            name, arguments = _call(act, tools)
            call_id = f"call_{uuid.uuid4().hex}"
            item = {"type": "function_call", "id": "fc_1", "call_id": call_id, "name": name}
            item["arguments"] = json.dumps(arguments)
        usage = {
            "input_tokens": USAGE["input"],
            "input_tokens_details": {"cached_tokens": USAGE["cached"]},
            "output_tokens": USAGE["output"],
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": USAGE["input"] + USAGE["output"],
        }
        return {"id": "resp_1", "object": "response", "status": "completed", "output": [item], "usage": usage}

    def whole(self, act: Say | Write, tools: Tools) -> dict:
        return self._body(act, tools)

    def stream(self, act: Say | Write, tools: Tools) -> Iterator[dict]:
        body = self._body(act, tools)
        yield {"type": "response.created", "response": {"id": body["id"], "output": []}}
        yield {"type": "response.output_item.added", "output_index": 0, "item": body["output"][0]}
        yield {"type": "response.output_item.done", "output_index": 0, "item": body["output"][0]}
        yield {"type": "response.completed", "response": body}


class _Messages:
    @staticmethod
    def _body(act: Say | Write, tools: Tools) -> dict:
        if isinstance(act, Say):
            block, reason = {"type": "text", "text": act.text}, "end_turn"
        else:
            name, arguments = _call(act, tools)
            block = {"type": "tool_use", "id": f"toolu_{uuid.uuid4().hex}", "name": name, "input": arguments}
            reason = "tool_use"
        usage = {
            "input_tokens": USAGE["input"] - USAGE["cached"],
            "cache_read_input_tokens": USAGE["cached"],
            "cache_creation_input_tokens": 0,
            "output_tokens": USAGE["output"],
        }
        head = {"id": f"msg_{uuid.uuid4().hex}", "type": "message", "role": "assistant", "model": "scripted"}
        return {**head, "content": [block], "stop_reason": reason, "stop_sequence": None, "usage": usage}

    def whole(self, act: Say | Write, tools: Tools) -> dict:
        return self._body(act, tools)

    def stream(self, act: Say | Write, tools: Tools) -> Iterator[dict]:
        body = self._body(act, tools)
        block = body["content"][0]
        if block["type"] == "text":
            empty, delta = {"type": "text", "text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            empty = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield {"type": "message_start", "message": {**body, "content": [], "stop_reason": None}}
        yield {"type": "content_block_start", "index": 0, "content_block": empty}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
        yield {"type": "content_block_stop", "index": 0}
        stop = {"stop_reason": body["stop_reason"], "stop_sequence": None}
        yield {"type": "message_delta", "delta": stop, "usage": body["usage"]}
        yield {"type": "message_stop"}


class _ChatCompletions:
    @staticmethod
    def _message(act: Say | Write, tools: Tools) -> tuple[dict, str]:
        if isinstance(act, Say):
            return {"role": "assistant", "content": act.text}, "stop"
        name, arguments = _call(act, tools)
        function = {"name": name, "arguments": json.dumps(arguments)}
        call = {"index": 0, "id": f"call_{uuid.uuid4().hex}", "type": "function", "function": function}
        return {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"

    @staticmethod
    def _frame(choice: dict, kind: str) -> dict:
        usage = {
            "prompt_tokens": USAGE["input"],
            "prompt_tokens_details": {"cached_tokens": USAGE["cached"]},
            "completion_tokens": USAGE["output"],
            "total_tokens": USAGE["input"] + USAGE["output"],
        }
        frame = {"id": "chatcmpl-1", "object": kind, "created": 1, "model": "scripted", "choices": [choice]}
        return {**frame, "usage": usage} if choice.get("finish_reason") else frame

    def whole(self, act: Say | Write, tools: Tools) -> dict:
        message, reason = self._message(act, tools)
        return self._frame({"index": 0, "message": message, "finish_reason": reason}, "chat.completion")

    def stream(self, act: Say | Write, tools: Tools) -> Iterator[dict | str]:
        message, reason = self._message(act, tools)
        yield self._frame({"index": 0, "delta": message, "finish_reason": None}, "chat.completion.chunk")
        yield self._frame({"index": 0, "delta": {}, "finish_reason": reason}, "chat.completion.chunk")
        yield "[DONE]"


class _GenerateContent:
    def whole(self, act: Say | Write, tools: Tools) -> dict:
        if isinstance(act, Say):
            part = {"text": act.text}
        else:
            name, arguments = _call(act, tools)
            part = {"functionCall": {"name": name, "args": arguments}}
        usage = {
            "promptTokenCount": USAGE["input"],
            "cachedContentTokenCount": USAGE["cached"],
            "candidatesTokenCount": USAGE["output"],
            "totalTokenCount": USAGE["input"] + USAGE["output"],
        }
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "scripted"}

    def stream(self, act: Say | Write, tools: Tools) -> Iterator[dict]:
        yield self.whole(act, tools)


DIALECTS = {
    ":generatecontent": _GenerateContent(),
    ":streamgeneratecontent": _GenerateContent(),
    "/responses": _Responses(),
    "/messages": _Messages(),
    "/chat/completions": _ChatCompletions(),
}
