"""The output formats of coding agents: one file and one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ctxtui.core.agents.formats.acp import AcpReader
from ctxtui.core.agents.formats.claude import read_claude
from ctxtui.core.agents.formats.codex import read_codex
from ctxtui.core.agents.formats.gemini import read_gemini
from ctxtui.core.agents.formats.opencode import read_opencode
from ctxtui.core.agents.formats.pi import read_pi
from ctxtui.core.agents.formats.qwen import read_qwen
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
