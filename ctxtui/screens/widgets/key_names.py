"""Which key does what, as the keymap in use has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual.screen import Screen

from ctxtui.screens.widgets.key_bar import KeyBar, KeyOffer


@dataclass(frozen=True, slots=True)
class Offered:
    """A key for the footer, named by its binding's id; `key` where a widget keeps the key to itself."""

    id: str
    label: str
    action: str
    is_enabled: bool = True
    key: str = ""


HELP = Offered("app.help", "help", "app.help")
LEAVE = Offered("app.leave", "leave", "app.leave")


def key_names(screen: Screen[Any]) -> dict[str, str]:
    """The first key of each binding that is reachable now, by the binding's id."""
    names: dict[str, str] = {}
    for active in screen.active_bindings.values():
        if active.binding.id:
            names.setdefault(active.binding.id, screen.app.get_key_display(active.binding))
    return names


def offer_keys(screen: Screen[Any], offered: tuple[Offered, ...], fixed: tuple[Offered, ...]) -> None:
    """Fills the screen's footer; a key that cannot be reached, while something is typed, is left out."""
    names = key_names(screen)

    def named(some: tuple[Offered, ...]) -> tuple[KeyOffer, ...]:
        keys = ((one, names.get(one.id, one.key)) for one in some)
        return tuple(KeyOffer(key, one.label, one.action, one.is_enabled) for one, key in keys if key)

    screen.query_one(KeyBar).offer(named(offered), named(fixed))
