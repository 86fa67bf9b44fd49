"""Everything that a key of the present screen does, for the palette of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen

_LEFT_OUT = ("list.", "text.", "tree.", "app.commands")
"""Moving about is done with keys; it would only hide the rest."""


def commands_of(screen: Screen[Any]) -> Iterator[SystemCommand]:
    seen: set[str] = set()
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.id and binding.description and binding.id not in seen and not binding.id.startswith(_LEFT_OUT):
            seen.add(binding.id)
            told = f"key {screen.app.get_key_display(binding)}"
            # What is typed to find it is the act's own word: what it does is told in others.
            name = binding.id.rpartition(".")[2].replace("-", " ")
            yield SystemCommand(f"{name}: {binding.description}", told, _presser(screen, key))


def _presser(screen: Screen[Any], key: str) -> Callable[[], None]:
    def press() -> None:
        pressed = screen.active_bindings[key]
        screen.app.call_later(screen.app.run_action, pressed.binding.action, pressed.node)

    return press
