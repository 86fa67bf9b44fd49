"""Opens the terminal interface."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import UsageError
from ctxtui.screens.services import HomeStart, RunRef, RunStart, UiSettings
from ctxtui.services.screens import ScreenServices

if TYPE_CHECKING:
    from ctxtui.core.domain.scope import Scope


def open_home(shell: Shell) -> int:
    """The list of runs. Raises UsageError where there is no terminal."""
    return _open(shell, HomeStart())


def open_run(shell: Shell, scope: Scope, run_id: str) -> int:
    return _open(shell, RunStart(RunRef(scope, run_id)))


def _open(shell: Shell, start: HomeStart | RunStart) -> int:
    if not shell.is_terminal:
        raise UsageError("The interface needs a terminal; `ctxtui ls` and `ctxtui show` print without one.")
    from ctxtui.app import CtxtuiApp  # noqa: PLC0415 - Textual, once it is sure that there is a terminal

    settings = shell.here()
    services = ScreenServices(settings, shell.environ, Path.cwd())
    app = CtxtuiApp(
        services,
        start,
        UiSettings(theme=settings.ui.theme, keymap=settings.ui.keymap, notify=settings.ui.notify),
    )
    summary = app.run(mouse=settings.ui.mouse)
    if summary:
        shell.out(summary)
    return app.return_code or 0
