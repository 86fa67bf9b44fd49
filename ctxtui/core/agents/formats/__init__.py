"""The output formats of coding agents: one file and one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ctxtui.core.agents.formats.acp import AcpReader
from ctxtui.core.agents.formats.claude import read_claude
from ctxtui.core.agents.formats.codex import ROLLOUT_WORDS, read_codex, read_rollout
from ctxtui.core.agents.formats.gemini import read_gemini
from ctxtui.core.agents.formats.opencode import read_opencode
from ctxtui.core.agents.formats.pi import read_pi
from ctxtui.core.agents.formats.qwen import read_qwen
from ctxtui.core.agents.own_records import ReadOwn
from ctxtui.core.agents.record_reader import ReadRecord

FORMATS: Mapping[str, Callable[[], ReadRecord]] = MappingProxyType(
    {
        "acp": AcpReader,
        "claude": lambda: read_claude,
        "codex": lambda: read_codex,
        "gemini": lambda: read_gemini,
        "opencode": lambda: read_opencode,
        "pi": lambda: read_pi,
        "qwen": lambda: read_qwen,
    }
)
"""Gives what reads one turn's records."""

OWN_RECORDS: Mapping[str, tuple[tuple[str, ...], ReadOwn]] = MappingProxyType({"codex": (ROLLOUT_WORDS, read_rollout)})
"""Of formats that leave something out: which words mark a line of the agent's own file, and what reads it."""
