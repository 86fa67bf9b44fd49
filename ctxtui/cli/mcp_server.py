"""The commands as tools of the Model Context Protocol: each call is the command that a person would type.

A command runs in a process of its own, so that what it prints never gets into the protocol's stream.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field, ValidationError

from ctxtui.cli.output.progress import SETTLED
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.views.states import ShownState

INSTRUCTIONS = """\
ctxtui writes tests for every module of a Python package, each in a session of its own, and proves them by running
them. `start` begins a run in the background, `wait` stays until it ends or needs a decision, `status` shows it,
`evidence` says why a module's tests were refused, `retry` asks again with a note. The result is one git branch; the
checkout is never changed. A run goes on when this server ends.
"""
LONGEST_WAIT = 3600.0
MEANING = {
    ExitCode.OK: "every module has proved tests; the branch is there",
    ExitCode.RETRYABLE: "the run waits for a decision: read the evidence, then retry with a note",
    ExitCode.AGENT_UNAVAILABLE: "the agent cannot start or log in; mend that, then retry",
    ExitCode.FAILED_COMPONENTS: "finished without the modules that failed or were left out",
    ExitCode.INTERRUPTED: "stopped or cancelled",
}
OVER = frozenset({ShownState.PASSED, ShownState.FAILED, ShownState.CANCELLED, ShownState.NEEDS_YOU})
"""A run in these states goes on only when it is asked to."""
Record = dict[str, Any]
Run = Annotated[str, Field(description="The start of a run's id, its package's name, or `last`.")]
Folder = Annotated[str, Field(description="The project's folder; empty: where this server was started.")]
Modules = Annotated[list[str], Field(description="Modules by name, such as `billing` or `shop.billing`.")]


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed: JSON, a line each, and its words."""

    code: int
    lines: tuple[Record, ...]
    words: str


async def start(
    target: Annotated[str, Field(description="A folder, a dotted package name, or a module of it.")],
    agent: Annotated[str, Field(description="Who writes the tests, such as `claude:haiku`; empty: as set.")] = "",
    only: Annotated[list[str], Field(description="Only these modules: names or globs.")] = [],  # noqa: B006 - never changed
    changed: Annotated[str, Field(description="Only modules that differ from this git revision.")] = "",
    jobs: Annotated[int, Field(description="Modules at a time; 0: as set.")] = 0,
    directory: Folder = "",
) -> Record:
    """Start a run in the background: tests for every module of a package. Started twice, it is the same run."""
    options = {"agent": agent, "only": only, "changed": changed, "jobs": jobs}
    said = await _typed(_words("run", [target], options, "--detach"), directory)
    return {"run": said.lines[-1]["run"], "notes": said.words.splitlines()}


async def status(run: Run = "last", directory: Folder = "") -> Record:
    """Show a run: state, branch, and each module's verdict with its reason."""
    said = await _typed(_words("show", [run]), directory)
    return _told(said.lines[-1])


async def wait(
    context: Context[Any],
    run: Run = "last",
    seconds: Annotated[float, Field(gt=0, le=LONGEST_WAIT, description="How long to stay at most.")] = 600.0,
    directory: Folder = "",
) -> Record:
    """Stay until a run ends, or waits for a decision, or the time is over; then show it as `status` does."""
    watching = await _process(_words("watch", [run]), directory)
    settled: set[str] = set()
    try:
        async with asyncio.timeout(seconds):
            async for record in _records(watching):
                name, state = str(record.get("name")), record.get("state")
                if record.get("type") == "component" and state in SETTLED and name not in settled:
                    settled.add(name)
                    await context.report_progress(len(settled), message=f"{name}: {state}")
    except TimeoutError:
        # Only the watching ends; the run goes on.
        return await status(run, directory)
    finally:
        with contextlib.suppress(ProcessLookupError):
            watching.terminate()
        await watching.wait()
    return await status(run, directory)


async def evidence(run: Run = "last", module: str = "", directory: Folder = "") -> Record:
    """Say what the checks found of one module, or of each that did not pass: messages, tracebacks, missed changes."""
    if module:
        return (await _typed(_words("show", [run, module]), directory)).lines[-1]
    shown = await status(run, directory)
    names = [item["name"] for item in shown["components"] if item["verdict"] not in {"passed", "reused"}]
    found = [(await _typed(_words("show", [str(shown["run"]), name]), directory)).lines[-1] for name in names]
    return {"run": shown["run"], "modules": found}


async def retry(
    run: Run = "last",
    modules: Modules = [],  # noqa: B006 - never changed
    note: Annotated[str, Field(description="What the agent is told this time.")] = "",
    agent: Annotated[str, Field(description="Another agent for it, or one with a model.")] = "",
    directory: Folder = "",
) -> Record:
    """Try modules again, with a note; without modules every one that failed."""
    flags = () if modules else ("--failed",)
    words = _words("retry", [run, *modules], {"note": note, "agent": agent}, *flags)
    said = await _typed(words, directory, {ExitCode.RETRYABLE})
    return {"answers": [{"granted": line["granted"], "answer": line["answer"]} for line in said.lines]}


TOOLS = (start, status, wait, evidence, retry)


class StrictServer(MCPServer[Any]):
    """Refuses what a tool does not take: left unread, a misspelt `modules` would retry every module."""

    async def call_tool(self, name: str, arguments: Record, context: Context[Any] | None = None) -> Any:  # noqa: ANN401 - as in the base class
        taken = [known for tool in await self.list_tools() if tool.name == name for known in _taken(tool.input_schema)]
        stray = [given for given in arguments if taken and given not in taken]
        if stray:
            raise ToolError(f"`{name}` takes no `{stray[0]}`: it takes {', '.join(taken)}.")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            match error.__cause__:
                case ValidationError() as invalid:
                    raise ToolError(_sentence(name, invalid)) from error
                case ToolError() as told:
                    raise told from None
                case _:
                    raise


def _taken(schema: Record) -> list[str]:
    return list(schema["properties"])


def _sentence(name: str, error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    place = ".".join(map(str, found["loc"]))
    if found["type"] == "missing":
        return f"`{name}` needs `{place}`."
    return f"`{place}` of `{name}` cannot be used: {found['msg'][:1].lower()}{found['msg'][1:]}."


def server() -> MCPServer[Any]:
    made = StrictServer("ctxtui", version=version("ctxtui"), instructions=INSTRUCTIONS, log_level="WARNING")
    for tool in TOOLS:
        made.tool()(tool)
    return made


def _words(command: str, names: Sequence[str], options: Mapping[str, object] | None = None, *flags: str) -> list[str]:
    """What a person would type; a name or a note that begins with a dash stays one."""
    words = [command, "--json", *flags]
    for option, given in (options or {}).items():
        values = given if isinstance(given, list) else [given] if given else []
        words += [f"--{option}={value}" for value in values]
    return [*words, "--", *names]


def _told(summary: Record) -> Record:
    """The summary with what its exit code means; a run that is under way has none."""
    kept = {key: value for key, value in summary.items() if key not in {"type", "exit"}}
    is_over = summary["status"] in OVER
    return {**kept, "is_over": is_over} | ({"meaning": MEANING[ExitCode(summary["exit"])]} if is_over else {})


async def _typed(words: Sequence[str], directory: str, also: frozenset[ExitCode] | set[ExitCode] = frozenset()) -> Said:
    """Raises ToolError with the sentence that the command ended with."""
    process = await _process(words, directory)
    out, err = await process.communicate()
    code, said = process.returncode or 0, err.decode("utf-8", "replace").strip()
    if code and code not in {int(one) for one in also}:
        raise ToolError(said.removeprefix("ctxtui: ") or f"`ctxtui {words[0]}` ended with exit code {code}.")
    return Said(code, tuple(json.loads(line) for line in out.splitlines() if line.strip()), said)


async def _process(words: Sequence[str], directory: str) -> asyncio.subprocess.Process:
    folder = _folder(directory)
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ctxtui", *words),
        cwd=folder,
        env=dict(os.environ),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE if words[0] != "watch" else asyncio.subprocess.DEVNULL,
        limit=64 * 1024 * 1024,
    )


def _folder(directory: str) -> Path:
    folder = Path(directory or ".").expanduser()
    if not folder.is_dir():
        raise ToolError(f"There is no folder {folder}: give the project's folder.")
    return folder


async def _records(process: asyncio.subprocess.Process) -> AsyncIterator[Record]:
    if process.stdout is None:
        raise AssertionError("the command was started without a pipe")
    async for line in process.stdout:
        with contextlib.suppress(ValueError):
            yield json.loads(line)
