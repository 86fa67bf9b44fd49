"""Speaks the Agent Client Protocol with an agent for one turn, and writes every message as a line to its output.

Run as `python -m ctxtui.core.agents.acp_bridge TASK.json`. Lines are `{"at", "direction", "message"}`. Ends with 0
after a turn that the agent ended, 1 with a sentence on standard error otherwise, 143 when asked to stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctxtui.core.agents.acp_task import AcpTask, read_task
from ctxtui.core.agents.formats.acp import AUTHENTICATION_REQUIRED
from ctxtui.core.agents.permission import PermissionPolicy
from ctxtui.core.processes.ending import end_family
from ctxtui.core.processes.family import Kin, family
from ctxtui.core.processes.table import this_machine

if TYPE_CHECKING:
    from acp.connection import Connection, StreamEvent

PROTOCOL_VERSION = 1
LONGEST_MESSAGE = 64 * 1024 * 1024
STOPPED = 143
_CANCEL_SECONDS = 1.0
_END_SECONDS = 0.4
_POLL_SECONDS = 0.02


class AcpTurn:
    """One turn over one agent process, which is a process group of its own so that all of it can be ended."""

    def __init__(self, task: AcpTask, connection: Connection) -> None:
        self._task = task
        self._connection = connection
        self._session = ""

    async def run(self) -> None:
        """Raises acp.RequestError for what the agent refuses, ConnectionError when it goes away."""
        about = await self._ask(
            "initialize",
            protocolVersion=PROTOCOL_VERSION,
            clientCapabilities={"fs": {"readTextFile": False, "writeTextFile": False}, "terminal": False},
            clientInfo={"name": "ctxtui", "version": self._task.version},
        )
        if self._task.is_handshake:
            return
        has_history = await self._continue(about.get("agentCapabilities") or {})
        if not has_history:
            await self._begin()
        prompt = self._task.prompt if has_history else self._task.prompt_with_summary
        await self._ask("session/prompt", sessionId=self._session, prompt=[{"type": "text", "text": prompt}])

    async def cancel(self) -> None:
        if self._session:
            await self._connection.send_notification("session/cancel", {"sessionId": self._session})

    async def _continue(self, capabilities: Mapping[str, Any]) -> bool:
        """Whether the agent went on with the conversation, by the cheapest way it offers."""
        from acp import RequestError  # noqa: PLC0415 - an extra that only this process needs

        if not self._task.conversation:
            return False
        can_resume = (capabilities.get("sessionCapabilities") or {}).get("resume") is not None
        ways = {"session/resume": can_resume, "session/load": bool(capabilities.get("loadSession"))}
        for method in (method for method, is_offered in ways.items() if is_offered):
            with contextlib.suppress(RequestError):
                result = await self._ask(
                    method, sessionId=self._task.conversation, cwd=self._task.worktree, mcpServers=[]
                )
                self._session = self._task.conversation
                await self._configure(result)
                return True
        return False

    async def _begin(self) -> None:
        from acp import RequestError  # noqa: PLC0415 - an extra that only this process needs

        try:
            result = await self._ask("session/new", cwd=self._task.worktree, mcpServers=[])
        except RequestError as error:
            if error.code != AUTHENTICATION_REQUIRED or not self._task.login_method:
                raise
            await self._ask("authenticate", methodId=self._task.login_method)
            result = await self._ask("session/new", cwd=self._task.worktree, mcpServers=[])
        self._session = result["sessionId"]
        await self._configure(result)

    async def _configure(self, session: Mapping[str, Any]) -> None:
        """Sets the mode and the model where the agent knows them; it says in its answer which it knows."""
        modes = (session.get("modes") or {}).get("availableModes") or ()
        if self._task.mode and self._task.mode in [mode["id"] for mode in modes]:
            await self._ask("session/set_mode", sessionId=self._session, modeId=self._task.mode)
        options = [option for option in session.get("configOptions") or () if option.get("category") == "model"]
        if self._task.model and options:
            await self._ask(
                "session/set_config_option",
                sessionId=self._session,
                configId=options[0]["id"],
                value=self._task.model,
            )
        elif self._task.model and session.get("models"):
            await self._ask("session/set_model", sessionId=self._session, modelId=self._task.model)

    async def _ask(self, method: str, **params: object) -> Mapping[str, Any]:
        return await self._connection.send_request(method, params) or {}


class Questions:
    """Answers what the agent asks of its client: permissions by policy, nothing else."""

    def __init__(self, policy: PermissionPolicy) -> None:
        self._policy = policy
        self._calls: dict[str, dict[str, Any]] = {}

    async def __call__(self, method: str, params: Any, is_notification: bool) -> dict[str, Any] | None:  # noqa: ANN401, FBT001 - the SDK's shape
        from acp import RequestError  # noqa: PLC0415 - an extra that only this process needs

        if method == "session/update":
            self._remember(params["update"])
            return None
        if method == "session/request_permission":
            return self._policy.answer(self._remember(params["toolCall"]), params["options"])
        if is_notification:
            return None
        raise RequestError.method_not_found(method)

    def _remember(self, update: Mapping[str, Any]) -> dict[str, Any]:
        """A question may name a tool call without repeating what was said of it."""
        if "toolCallId" not in update:
            return {}
        call = self._calls.setdefault(update["toolCallId"], {})
        call.update({key: value for key, value in update.items() if value is not None})
        return call


def record(event: StreamEvent) -> None:
    direction = {"incoming": "received", "outgoing": "sent"}[event.direction.value]
    line = {"at": datetime.now(UTC).isoformat(), "direction": direction, "message": event.message}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def play(task: AcpTask) -> int:
    agent = await asyncio.create_subprocess_exec(
        *task.command,
        cwd=task.worktree,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_MESSAGE,
        process_group=0,
    )
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    try:
        return await _converse(task, agent, stopping)
    finally:
        await end(agent)


async def _converse(task: AcpTask, agent: asyncio.subprocess.Process, stopping: asyncio.Event) -> int:
    # The agent starts up while the SDK is imported.
    from acp import RequestError  # noqa: PLC0415 - an extra that only this process needs
    from acp.connection import Connection  # noqa: PLC0415 - as above

    if agent.stdin is None or agent.stdout is None:
        raise ConnectionError(f"{task.command[0]} was started without pipes")
    policy = PermissionPolicy(Path(task.worktree), task.owned, allows_other=task.allows_other)
    connection = Connection(Questions(policy), agent.stdin, agent.stdout, observers=[record])
    turn = AcpTurn(task, connection)
    playing = asyncio.create_task(turn.run())
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait({playing, stop}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if not playing.done():
            await turn.cancel()
            await asyncio.wait({playing}, timeout=_CANCEL_SECONDS)
            playing.cancel()
            return STOPPED
        await playing
    except RequestError as error:
        sys.stderr.write(f"{task.command[0]}: {error} {json.dumps(error.data) if error.data else ''}\n")
        return 1
    except ConnectionError:
        await asyncio.sleep(_POLL_SECONDS)
        ended = f" with exit code {agent.returncode}" if agent.returncode is not None else ""
        sys.stderr.write(f"{task.command[0]} closed the connection{ended}\n")
        return 127 if agent.returncode == 127 else 1  # noqa: PLR2004 - the shell's word for a missing program
    finally:
        stop.cancel()
        with contextlib.suppress(ConnectionError, asyncio.TimeoutError):
            await asyncio.wait_for(connection.close(), _END_SECONDS)
    return 0


async def end(agent: asyncio.subprocess.Process) -> None:
    """Closes the agent's input, then ends its process group and all it started: politely, then for certain."""
    if agent.stdin is not None:
        agent.stdin.close()
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(agent.wait(), _END_SECONDS)
    table, kin = this_machine(), Kin(groups={agent.pid})
    await asyncio.to_thread(end_family, table, lambda known: family(table, kin, known), _END_SECONDS)


def main(task_path: str) -> int:
    return asyncio.run(play(read_task(Path(task_path))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
