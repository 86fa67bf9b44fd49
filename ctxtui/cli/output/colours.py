"""The colours of states on a terminal; a word always says the same."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import click

from ctxtui.cli.output.lines import Output
from ctxtui.core.views.states import BUSY, ShownState

_COLOURS: Mapping[ShownState, str] = MappingProxyType(
    {
        ShownState.PASSED: "green",
        ShownState.REUSED: "green",
        ShownState.FAILED: "red",
        ShownState.NEEDS_YOU: "yellow",
        ShownState.INTERRUPTED: "yellow",
        **dict.fromkeys(BUSY, "cyan"),
    }
)


def coloured(output: Output, shown: ShownState, text: str) -> str:
    """The text in its state's colour, where that can be seen."""
    return click.style(text, fg=_COLOURS[shown]) if output.has_colours and shown in _COLOURS else text
