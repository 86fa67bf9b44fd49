"""The agents known here: the embedded one, those described by a file beside this one, and those a person adds."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from ctxtui.core.agents.acp_agent import AcpAgent
from ctxtui.core.agents.cli_agent import CliAgent
from ctxtui.core.agents.descriptor import Descriptor, nearest, parse_descriptor
from ctxtui.core.agents.formats import FORMATS
from ctxtui.core.agents.sandbox import Sandbox, SandboxMode
from ctxtui.core.domain.errors import AgentError, UsageError
from ctxtui.core.ports.agents import Agent, AgentHealth

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
    ) -> None:
        self._builtin = builtin
        self._user_descriptors = user_descriptors
        self._environ = os.environ if environ is None else environ
        self._sandbox = Sandbox(SandboxMode(sandbox))

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
                f"{nearest(descriptor.format, formats)}"
            )
        sandbox = Sandbox(SandboxMode.OFF) if descriptor.has_own_sandbox else self._sandbox
        return DRIVERS[descriptor.driver](name, descriptor, self._environ, sandbox)

    def health(self, name: str) -> AgentHealth:
        """Whether an agent answers, as far as can be told without a model call."""
        agent = self.get(name)
        return agent.handshake() if isinstance(agent, AcpAgent) else agent.check()

    @property
    def protection(self) -> str:
        """A sentence that says what keeps agents' writes in place."""
        return self._sandbox.protection

    def descriptor(self, name: str) -> Descriptor:
        """Raises AgentError for an unknown name, UsageError for a description that is not right."""
        return parse_descriptor(name, self._raw(name))

    def _raw(self, name: str) -> Mapping[str, object]:
        own = self._user_descriptors.get(name)
        if own is None:
            return self._shipped(name)
        base = own.get("base", name if name in shipped_names() else None)
        if base is None:
            return own
        return {**self._shipped(str(base)), **{key: value for key, value in own.items() if key != "base"}}

    def _shipped(self, name: str) -> Mapping[str, object]:
        if name not in shipped_names():
            raise AgentError(f"There is no agent `{name}`: {nearest(name, self.names())}")
        text = resources.files("ctxtui.core.agents").joinpath("descriptors", f"{name}.toml").read_text(encoding="utf-8")
        return tomllib.loads(text)


@cache
def shipped_names() -> tuple[str, ...]:
    folder = resources.files("ctxtui.core.agents").joinpath("descriptors")
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))
