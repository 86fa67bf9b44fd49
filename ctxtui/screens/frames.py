"""How soon a change is drawn after the change before it."""

from __future__ import annotations

from textual import screen

FRAME_SECONDS = 1 / 240
"""The shortest time between two drawings of the screen.

Textual's timer skips a frame after each pause, so that with its own 1/60 s a key that follows another change waits
for up to 33 ms. Nothing is drawn that has not changed: the pace alone costs nothing.
"""


def set_pace() -> None:
    """For every screen that is opened from now on."""
    screen.UPDATE_PERIOD = FRAME_SECONDS  # type: ignore[misc]  # pyright: ignore[reportConstantRedefinition] - Textual lets only the environment set it, which programs started from here would inherit
