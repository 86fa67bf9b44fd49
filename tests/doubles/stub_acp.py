"""An agent of the Agent Client Protocol on the official SDK, which does what its prompt says.

Run as `stub_acp.py STATE_DIR [no_resume] [no_load]`. What a prompt may ask for: HANG, CRASH, LIMIT, LOGIN, OVERLOADED,
REFUSE, NOTHING, `OUTSIDE path` (asks to write there) and COMMAND (asks to run one); any other prompt asks to write the
test file, and writes it when that is granted. A turn costs 100 tokens in, 20 of them cached, and 10 out;
its cost is told as the whole conversation's so far.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import uuid
from pathlib import Path

from acp import RequestError, run_agent
from acp.schema import (
    AgentCapabilities,
    AgentMessageChunk,
    Cost,
    Implementation,
    InitializeResponse,
    LoadSessionResponse,
    NewSessionResponse,
    PermissionOption,
    PromptResponse,
    ResumeSessionResponse,
    SessionCapabilities,
    SessionResumeCapabilities,
    TextContentBlock,
    ToolCallLocation,
    ToolCallProgress,
    ToolCallStart,
    ToolCallUpdate,
    Usage,
    UsageUpdate,
)

TEST_PATH = "tests/test_prices.py"
FAILURES = {
    "LIMIT": RequestError(-32603, "429 Too Many Requests: rate limit reached, retry after 7 s"),
    "LOGIN": RequestError(-32000, "Authentication required"),
    "OVERLOADED": RequestError(-32603, "529 the service is overloaded"),
}
OPTIONS = [
    PermissionOption(option_id="always", name="Always", kind="allow_always"),
    PermissionOption(option_id="once", name="Once", kind="allow_once"),
    PermissionOption(option_id="no", name="No", kind="reject_once"),
]


class StubAgent:
    def __init__(self, state_dir: str, *words: str) -> None:
        self.state = Path(state_dir)
        self.state.mkdir(parents=True, exist_ok=True)
        self.can_resume, self.can_load = "no_resume" not in words, "no_load" not in words
        self.is_cancelled = asyncio.Event()

    def on_connect(self, conn) -> None:
        self.client = conn

    async def initialize(self, protocol_version, **kwargs):
        resume = SessionResumeCapabilities() if self.can_resume else None
        capabilities = AgentCapabilities(
            load_session=self.can_load, session_capabilities=SessionCapabilities(resume=resume)
        )
        about = Implementation(name="stub", version="1.2.3")
        return InitializeResponse(protocol_version=1, agent_capabilities=capabilities, agent_info=about)

    async def new_session(self, cwd, **kwargs):
        session = f"session-{uuid.uuid4().hex}"
        (self.state / session).write_text("[]")
        return NewSessionResponse(session_id=session)

    def history(self, session: str) -> list[str]:
        path = self.state / session
        if not path.exists():
            raise RequestError.resource_not_found(session)
        return json.loads(path.read_text())

    async def resume_session(self, session_id, **kwargs):
        self.history(session_id)
        return ResumeSessionResponse()

    async def load_session(self, session_id, **kwargs):
        for asked in self.history(session_id):
            await self.say(session_id, f"REPLAYED {asked}")
        return LoadSessionResponse()

    async def say(self, session: str, text: str) -> None:
        for piece in (text[:5], text[5:]):
            content = TextContentBlock(type="text", text=piece)
            update = AgentMessageChunk(session_update="agent_message_chunk", content=content)
            await self.client.session_update(session, update)

    async def may(self, session: str, kind: str, title: str, paths: list[str]) -> bool:
        locations = [ToolCallLocation(path=path) for path in paths]
        call = {"tool_call_id": "call-1", "title": title, "kind": kind, "locations": locations}
        start = ToolCallStart(session_update="tool_call", status="pending", **call)
        await self.client.session_update(session, start)
        answer = await self.client.request_permission(session, ToolCallUpdate(tool_call_id="call-1"), OPTIONS)
        is_granted = answer.outcome.outcome == "selected" and answer.outcome.option_id in {"once", "always"}
        status = "completed" if is_granted else "failed"
        update = ToolCallProgress(session_update="tool_call_update", tool_call_id="call-1", status=status)
        await self.client.session_update(session, update)
        return is_granted

    async def write(self, session: str, asked: str, text: str) -> None:
        target = Path.cwd() / (asked.split("OUTSIDE ")[1].split(maxsplit=1)[0] if "OUTSIDE" in asked else TEST_PATH)
        if await self.may(session, "edit", f"Write {target}", [str(target)]):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)

    async def prompt(self, prompt, session_id, **kwargs):
        asked = prompt[0].text
        history = [*self.history(session_id), asked]
        (self.state / session_id).write_text(json.dumps(history))
        for word, error in FAILURES.items():
            if word in asked:
                raise error
        if "CRASH" in asked:
            sys.stderr.write("Segmentation fault\n")
            os._exit(139)
        if "HANG" in asked:
            (self.state / "pid").write_text(str(os.getpid()))
            await self.is_cancelled.wait()
            (self.state / "cancelled").touch()
            return PromptResponse(stop_reason="cancelled")
        if "REFUSE" in asked:
            return PromptResponse(stop_reason="refusal")
        await self.say(session_id, f"You first asked: {history[0]}")
        if "COMMAND" in asked:
            granted = await self.may(session_id, "execute", "rm -rf /", [])
            await self.say(session_id, f"command {'ran' if granted else 'denied'}")
        elif "NOTHING" not in asked:
            await self.write(session_id, asked, f"# turn {len(history)}\n")
        cost = Cost(amount=0.5 * len(history), currency="USD")
        await self.client.session_update(
            session_id, UsageUpdate(session_update="usage_update", used=1, size=2, cost=cost)
        )
        usage = Usage(total_tokens=110, input_tokens=80, cached_read_tokens=20, output_tokens=10)
        return PromptResponse(stop_reason="end_turn", usage=usage)

    async def cancel(self, session_id, **kwargs) -> None:
        self.is_cancelled.set()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run_agent(StubAgent(*sys.argv[1:])))
