"""Every screen by name: a screen's module is imported when it is first opened, so that the first frame comes soon."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeAlias

from textual.screen import Screen

Opener: TypeAlias = Callable[..., Screen[Any]]

_SCREENS = {
    "home": ("home.screen", "HomeScreen"),
    "run": ("run.screen", "RunScreen"),
    "history": ("history.screen", "HistoryScreen"),
    "note": ("note.screen", "NoteSheet"),
    "retry": ("retry.screen", "RetrySheet"),
    "diff": ("review.screen", "ReviewScreen"),
    "timeline": ("timeline.screen", "TimelineScreen"),
    "help": ("help.screen", "HelpScreen"),
    "search": ("search.screen", "SearchScreen"),
    "picker": ("picker.screen", "PickerScreen"),
    "messages": ("messages.screen", "MessagesScreen"),
    "theme": ("theme.screen", "ThemeScreen"),
    "confirm": ("confirm.screen", "ConfirmScreen"),
    "new_run": ("new_run.screen", "NewRunScreen"),
    "first_run": ("first_run.screen", "FirstRunScreen"),
}


def screen_class(name: str) -> Opener:
    """The class; each takes its own arguments."""
    module, class_name = _SCREENS[name]
    opener: Opener = getattr(import_module(f"ctxtui.screens.{module}"), class_name)
    return opener
