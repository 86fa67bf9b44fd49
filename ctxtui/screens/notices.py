"""What calls a person back: the bell, and a notification of the desktop where the terminal passes one on."""

from __future__ import annotations

from textual.app import App

from ctxtui.core.views.run_view import Changed, RunView
from ctxtui.core.views.states import ShownState
from ctxtui.screens.presentation.spans import clean

_FINISHED = {ShownState.PASSED: "finished", ShownState.FAILED: "failed", ShownState.CANCELLED: "was stopped"}


def notices_of(run: RunView, changed: Changed) -> list[str]:
    """One sentence for each change that a person waits for."""
    parent = run.parent
    if parent is None:
        return []
    sentences = []
    for row_id, _before, now in changed.moved:
        name = run.rows[row_id].name
        if now is ShownState.NEEDS_YOU:
            sentences.append(f"{name} needs you")
        elif row_id == parent.id and now in _FINISHED:
            sentences.append(f"{name} {_FINISHED[now]}: {run.proved} of {run.total} passed")
    return sentences


def send_notice(app: App[str], sentence: str) -> None:
    """Rings, and asks the terminal by OSC 9 and OSC 777; terminals that know neither show nothing."""
    app.bell()
    write_escape(app, f"\x1b]9;ctxtui: {clean(sentence)}\x1b\\")
    write_escape(app, f"\x1b]777;notify;ctxtui;{clean(sentence).replace(';', ',')}\x1b\\")


def write_escape(app: App[str], sequence: str) -> None:
    driver = app._driver  # noqa: SLF001 - Textual offers no other way to write an escape sequence
    if driver is not None:
        driver.write(sequence)
