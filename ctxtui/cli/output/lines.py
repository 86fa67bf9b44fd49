"""Where a command writes: data on standard output, narration on standard error."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from typing import Any

from ctxtui.cli.output.streams import is_terminal, mute
from ctxtui.cli.output.wrapping import wrapped
from ctxtui.core.domain.control_marks import without_marks

_COLOURS_OF_STATES = re.compile(r"(\x1b\[(?:0|3[1-6])m)")


@dataclass(slots=True)
class Output:
    """`is_heard` turns false when whoever reads standard output has gone, as in `ctxtui ls | head -1`.

    The work goes on then.
    """

    is_json: bool = False
    is_quiet: bool = False
    is_heard: bool = True

    @property
    def has_colours(self) -> bool:
        """Whether standard output is a terminal that shows colours to somebody who wants them."""
        return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """The columns of the terminal on standard output; 0 where there is none, and nothing is cut or wrapped."""
        return shutil.get_terminal_size().columns if is_terminal(sys.stdout) else 0

    def say(self, text: str = "") -> None:
        """Narrates, where somebody listens."""
        if not self.is_quiet:
            self.complain(text)

    def reassure(self, text: str) -> None:
        """Narrates to somebody who sits at a terminal and would wonder whether anything happens."""
        if is_terminal(sys.stderr):
            self.say(text)

    def complain(self, text: str) -> None:
        """Says what even `--quiet` must not hide."""
        try:
            import click  # noqa: PLC0415 - the first frame says nothing here

            columns = shutil.get_terminal_size().columns if is_terminal(sys.stderr) else 0
            click.echo(wrapped(without_marks(text), columns), err=True)
        except OSError:
            mute(sys.stderr)

    def out(self, text: str) -> None:
        """Prints text for people."""
        self._write(self._harmless(text))

    def out_json(self, value: Any) -> None:  # noqa: ANN401 - anything that JSON can hold
        """Prints data: what JSON does not escape stays as it is."""
        self._write(json.dumps(value, ensure_ascii=False, default=str))

    def _write(self, text: str) -> None:
        if not self.is_heard:
            return
        try:
            import click  # noqa: PLC0415 - as above

            click.echo(text)
        except BrokenPipeError:
            self.is_heard = False
            mute(sys.stdout)

    def _harmless(self, text: str) -> str:
        """The text without what others wrote into it for the terminal to obey; the colours of states stay."""
        if not self.has_colours:
            return without_marks(text)
        parts = _COLOURS_OF_STATES.split(text)
        return "".join(part if at % 2 else without_marks(part) for at, part in enumerate(parts))
