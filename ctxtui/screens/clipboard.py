"""Copies text to where the user can paste it from, and says where that is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import NamedTuple

from textual.app import App

_LONGEST = 2.0


class _Way(NamedTuple):
    """A program that takes text for a clipboard, where the environment variable says that it can."""

    variable: str
    argv: tuple[str, ...]
    place: str


_WAYS = (
    _Way("TMUX", ("tmux", "load-buffer", "-w", "-"), "tmux's buffer"),
    _Way("WAYLAND_DISPLAY", ("wl-copy",), "the clipboard"),
    _Way("DISPLAY", ("xclip", "-selection", "clipboard"), "the clipboard"),
    _Way("DISPLAY", ("xsel", "--clipboard", "--input"), "the clipboard"),
    _Way("HOME", ("pbcopy",), "the clipboard"),
)
"""In this order. tmux comes first: by default it drops what a program asks of the terminal's clipboard."""


def copied_by_a_program(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """The place the text was copied to, or an empty one where no program took it."""
    for way in _WAYS:
        if environ.get(way.variable) and shutil.which(way.argv[0]) and _takes(way.argv, text):
            return way.place
    return ""


def _takes(argv: tuple[str, ...], text: str) -> bool:
    try:
        done = subprocess.run(
            argv,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def copy_text(app: App[object], text: str, what: str) -> str:
    """Copies, and gives the sentence that says what is known of it."""
    app.copy_to_clipboard(text)
    place = getattr(app, "copied_to", "")
    if place:
        return f"Copied {what} to {place}."
    return f"Sent {what} to the terminal's clipboard; a terminal that allows no OSC 52 keeps nothing."
