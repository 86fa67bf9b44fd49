"""The output formats of coding agents: one file and one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ctxtui.core.agents.formats.acp import AcpReader
from ctxtui.core.agents.formats.claude import read_claude, read_transcript
from ctxtui.core.agents.formats.codex import read_codex, read_rollout
from ctxtui.core.agents.formats.gemini import read_chat, read_gemini
from ctxtui.core.agents.formats.opencode import STORED_MESSAGES, read_opencode, read_stored
from ctxtui.core.agents.formats.pi import read_pi
from ctxtui.core.agents.formats.qwen import read_qwen
from ctxtui.core.agents.own_records import OwnFormat
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

OWN_FORMATS: Mapping[str, OwnFormat] = MappingProxyType(
    {
        "claude": OwnFormat(read_transcript, words=('"assistant"',)),
        "codex": OwnFormat(read_rollout, words=('"turn_context"', '"token_count"')),
        "gemini": OwnFormat(read_chat, words=('"tokens"',)),
        "opencode": OwnFormat(read_stored, query=STORED_MESSAGES),
    }
)
"""How the files are read that agents keep of a conversation for themselves, by what a descriptor calls them."""
