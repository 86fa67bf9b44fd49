"""Opens the terminal interface."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtui.cli.shell import Shell
from ctxtui.core.domain.errors import StoreError, UsageError
from ctxtui.core.processes.garbage import begin_uncollected
from ctxtui.screens.services import HomeStart, RunRef, RunStart, UiSettings
from ctxtui.screens.theme.background import BackgroundQuestion
from ctxtui.screens.theme.themes import default_theme, follows_terminal, is_known
from ctxtui.services.interface_memory import remembered
from ctxtui.services.screens import ScreenServices
from ctxtui.services.settings_names import unusable_in_screens

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
    begin_uncollected()
    loaded = shell.standing()
    settings = loaded.settings
    for problem in unusable_in_screens(loaded):
        raise UsageError(problem)
    theme = settings.ui.theme or _remembered_theme(shell.environ)
    with _background_question(theme, shell.environ) as question:
        from ctxtui.app import CtxtuiApp  # noqa: PLC0415 - Textual, while the terminal answers

        theme = theme or default_theme(shell.environ, is_light=question.is_light() if question else None)
    app = CtxtuiApp(
        ScreenServices(settings, shell.environ, Path.cwd()),
        start,
        UiSettings(theme=theme, keymap=settings.ui.keymap, notify=settings.ui.notify, commands=settings.ui.commands),
    )
    app.begin_with_keys(question.typed if question else "")
    summary = app.run(mouse=settings.ui.mouse)
    if app.fault is not None:
        raise app.fault
    if app.failure:
        raise StoreError(app.failure)
    if summary:
        with contextlib.suppress(OSError):  # the terminal is gone: nobody is left to read it
            shell.out(summary)
    return app.return_code or 0


def _remembered_theme(environ: Mapping[str, str]) -> str:
    """Another version may have had others."""
    theme = remembered(environ).theme
    return theme if is_known(theme) else ""


def _background_question(
    theme: str, environ: Mapping[str, str]
) -> contextlib.AbstractContextManager[BackgroundQuestion | None]:
    if theme or not follows_terminal(environ) or sys.__stdin__ is None or sys.__stdout__ is None:
        return contextlib.nullcontext()
    return BackgroundQuestion(sys.__stdin__.fileno(), sys.__stdout__.fileno())
