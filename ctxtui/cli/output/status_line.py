"""One line on standard error that is written over and over, for somebody who sits at a terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

from ctxtui.cli.output.cells import cut
from ctxtui.cli.output.lines import Output
from ctxtui.cli.output.streams import is_terminal
from ctxtui.core.domain.control_marks import without_marks

_ERASE_LINE = "\r\x1b[2K"


class StatusLine:
    """Shows nothing where nobody sees it: without a terminal, in one that is dumb, with `--json` or `--quiet`."""

    def __init__(self, output: Output, environ: Mapping[str, str] = os.environ) -> None:
        is_wanted = not output.is_json and not output.is_quiet
        self.is_visible = is_wanted and is_terminal(sys.stderr) and environ.get("TERM") != "dumb"
        self._is_shown = False

    def show(self, text: str) -> None:
        """In place of what it said before; cut off where the terminal ends."""
        if not self.is_visible:
            return
        shown = cut(without_marks(text), shutil.get_terminal_size().columns - 1)
        sys.stderr.write(_ERASE_LINE + shown)
        sys.stderr.flush()
        self._is_shown = True

    def clear(self) -> None:
        if self._is_shown:
            sys.stderr.write(_ERASE_LINE)
            sys.stderr.flush()
            self._is_shown = False
