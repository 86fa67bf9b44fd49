"""Every screen by name: a screen's module is imported when it is first opened, so that the first frame comes soon."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeAlias

from textual.screen import Screen

Opener: TypeAlias = Callable[..., Screen[Any]]

_SCREENS = {
    "home": ("home", "HomeScreen"),
    "run": ("run", "RunScreen"),
    "history": ("history", "HistoryScreen"),
    "retry": ("retry", "RetrySheet"),
    "diff": ("diff", "DiffScreen"),
    "timeline": ("timeline", "TimelineScreen"),
    "help": ("help", "HelpScreen"),
    "confirm": ("confirm", "ConfirmScreen"),
    "new_run": ("new_run", "NewRunScreen"),
    "first_run": ("first_run", "FirstRunScreen"),
}


def screen_class(name: str) -> Opener:
    """The class; each takes its own arguments."""
    module, class_name = _SCREENS[name]
    opener: Opener = getattr(import_module(f"ctxtui.screens.{module}"), class_name)
    return opener
