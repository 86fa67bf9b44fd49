"""The agents known here: the embedded one, those described by a file beside this one, and those a person adds."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from types import MappingProxyType

from ctxtui.core.agents.account import account_name
from ctxtui.core.agents.acp_agent import AcpAgent
from ctxtui.core.agents.cli_agent import CliAgent, Provided, utc_now
from ctxtui.core.agents.descriptor import Descriptor, parse_descriptor, what_was_meant
from ctxtui.core.agents.formats import FORMATS
from ctxtui.core.agents.open_conversation import open_command
from ctxtui.core.agents.sandbox import Sandbox, SandboxMode
from ctxtui.core.domain.errors import AgentError, UnknownAgentError, UsageError
from ctxtui.core.ports.agents import Agent, AgentHealth, Talk

DRIVERS: Mapping[str, type[CliAgent]] = MappingProxyType({"plain": CliAgent, "jsonl": CliAgent, "acp": AcpAgent})
_NOTHING: Mapping[str, Mapping[str, object]] = MappingProxyType({})


class AgentRegistry:
    """The agents by name: `user_descriptors` add some, or change keys of a shipped one of the same name.

    A `base` key in a description names a shipped agent to start from.
    Nothing is read or imported for an agent before it is asked for.
    """

    def __init__(
        self,
        builtin: Agent,
        user_descriptors: Mapping[str, Mapping[str, object]] = _NOTHING,
        *,
        environ: Mapping[str, str] | None = None,
        sandbox: str = SandboxMode.AUTO,
        now: Callable[[], datetime] = utc_now,
        provided: Provided | None = None,
    ) -> None:
        self._builtin = builtin
        self._user_descriptors = user_descriptors
        self._environ = os.environ if environ is None else environ
        self._sandbox = Sandbox(SandboxMode(sandbox))
        self._now = now
        self._provided = provided or Provided()

    def names(self) -> tuple[str, ...]:
        """The embedded agent first, then the others by name."""
        others = {*shipped_names(), *self._user_descriptors} - {self._builtin.name}
        return (self._builtin.name, *sorted(others))

    def get(self, name: str) -> Agent:
        if name == self._builtin.name:
            return self._builtin
        descriptor = self.descriptor(name)
        if descriptor.format not in (*FORMATS, "text"):
            formats = (*FORMATS, "text")
            raise UsageError(
                f"The description of agent `{name}` names an unknown format `{descriptor.format}`: "
                f"{what_was_meant(descriptor.format, formats)}"
            )
        sandbox = Sandbox(SandboxMode.OFF) if descriptor.has_own_sandbox else self._sandbox
        return DRIVERS[descriptor.driver](name, descriptor, self._environ, sandbox, self._now, self._provided)

    def account(self, name: str) -> str:
        """Whose limits an agent meets, as a name for a file. Raises AgentError for an unknown agent."""
        if name == self._builtin.name:
            return name
        return account_name(self.descriptor(name), self._environ)

    def health(self, name: str) -> AgentHealth:
        """Whether an agent answers, as far as can be told without a model call."""
        agent = self.get(name)
        return agent.handshake() if isinstance(agent, AcpAgent) else agent.check()

    def open_command(self, name: str, talk: Talk) -> tuple[str, ...]:
        """The command that opens a conversation in a terminal. Raises AgentError where the agent has none."""
        if name == self._builtin.name:
            raise AgentError(f"Agent `{name}` holds no conversations: it looks at the module anew each time.")
        return open_command(name, self.descriptor(name), talk)

    @property
    def protection(self) -> str:
        """A sentence that says what keeps agents' writes in place."""
        return self._sandbox.protection

    def descriptor(self, name: str) -> Descriptor:
        """Raises AgentError for an unknown name, UsageError for a description that is not right."""
        return parse_descriptor(name, self._raw(name))

    def _raw(self, name: str) -> Mapping[str, object]:
        own = self._user_descriptors.get(name)
        if own is None and ":" in name:
            return self._with_model(*name.split(":", 1))
        if own is None:
            return self._shipped(name)
        base = own.get("base", name if name in shipped_names() else None)
        if base is None:
            return own
        shipped = dict(self._shipped(str(base)))
        if _program(own) not in {None, _program(shipped)}:
            # Another program may take the question for its version as work to do.
            shipped["version_args"] = []
        return {**shipped, **{key: value for key, value in own.items() if key != "base"}}

    def _with_model(self, name: str, model: str) -> Mapping[str, object]:
        """`claude:opus` is the agent `claude` with the model `opus`."""
        raw: Mapping[str, object] = {} if name == self._builtin.name else self._raw(name)
        if not model or not (raw.get("model_args") or raw.get("driver") == "acp"):
            raise UsageError(f"`{name}:{model}`: give a model that agent `{name}` can be asked for, or `{name}` alone.")
        return {**raw, "model": model}

    def _shipped(self, name: str) -> Mapping[str, object]:
        if name not in shipped_names():
            raise UnknownAgentError(f"There is no agent `{name}`: {what_was_meant(name, self.names())}")
        text = resources.files("ctxtui.core.agents").joinpath("descriptors", f"{name}.toml").read_text(encoding="utf-8")
        return tomllib.loads(text)


def _program(description: Mapping[str, object]) -> object:
    command = description.get("command")
    return command[0] if isinstance(command, list | tuple) and command else None


@cache
def shipped_names() -> tuple[str, ...]:
    folder = resources.files("ctxtui.core.agents").joinpath("descriptors")
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))
