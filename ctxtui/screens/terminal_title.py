"""The terminal's title: how a run stands, for whoever looks at another window."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App
from textual.screen import Screen

from ctxtui.screens.presentation.spans import clean

KEEP = "\x1b[22;0t"
GIVE_BACK = "\x1b[23;0t"


def title_of(screens: Sequence[Screen[object]]) -> str:
    """`2 need you · 14/29 · shop` of the run that is looked at, or the program's name."""
    from ctxtui.core.views.run_view import RunView  # noqa: PLC0415 - after the first frame
    from ctxtui.core.views.states import ShownState  # noqa: PLC0415 - as above

    for screen in reversed(screens):
        run = getattr(screen, "run", None)
        if isinstance(run, RunView) and run.parent is not None:
            return clean(
                " · ".join((*_needs(run.counts[ShownState.NEEDS_YOU]), f"{run.proved}/{run.total}", run.parent.name))
            )
        needing = getattr(screen, "needing_count", None)
        if needing is not None:
            return " · ".join((*_needs(needing), "ctxtui"))
    return "ctxtui"


def _needs(count: int) -> tuple[str, ...]:
    return (f"{count} need{'s' if count == 1 else ''} you",) if count else ()


class TerminalTitle:
    """Writes the title when it changed. The one that was there before comes back where the terminal can keep it."""

    def __init__(self, app: App[str]) -> None:
        self._app = app
        self._shown = ""

    def begin(self) -> None:
        self._write(KEEP)

    def update(self) -> None:
        title = title_of(self._app.screen_stack)
        if title != self._shown:
            self._shown = title
            self._write(f"\x1b]2;{title}\x1b\\")

    def end(self) -> None:
        self._write(GIVE_BACK)

    def _write(self, sequence: str) -> None:
        driver = self._app._driver  # noqa: SLF001 - Textual offers no other way to write an escape sequence
        if driver is not None:
            driver.write(sequence)
