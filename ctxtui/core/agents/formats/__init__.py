"""The output formats of coding agents: one file and one row each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ctxtui.core.agents.formats.claude import read_claude
from ctxtui.core.agents.formats.codex import read_codex
from ctxtui.core.agents.formats.gemini import read_gemini
from ctxtui.core.agents.formats.opencode import read_opencode
from ctxtui.core.agents.formats.pi import read_pi
from ctxtui.core.agents.record_reader import ReadRecord

FORMATS: Mapping[str, ReadRecord] = MappingProxyType(
    {
        "claude": read_claude,
        "codex": read_codex,
        "gemini": read_gemini,
        "opencode": read_opencode,
        "pi": read_pi,
    }
)
