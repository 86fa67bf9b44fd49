"""Which key does what, as the keymap in use has it."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def key_names(screen: Screen[Any]) -> dict[str, str]:
    """The first key of each binding, by the binding's id."""
    names: dict[str, str] = {}
    for active in screen.active_bindings.values():
        if active.binding.id:
            names.setdefault(active.binding.id, screen.app.get_key_display(active.binding))
    return names
