"""The interface's own themes, and the colour that every tone has in them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from textual.theme import BUILTIN_THEMES, Theme

from ctxtui.core.domain.errors import UsageError
from ctxtui.core.domain.nearest import nearest

_TRUE_COLOR = frozenset({"truecolor", "24bit"})
_MANY_COLORS = frozenset({"256color", "kitty", "direct", "alacritty", "foot", "ghostty", "wezterm"})
"""Last parts of TERM that stand for more than sixteen colours."""
DARK, LIGHT, ANSI = "ctxtui-dark", "ctxtui-light", "ctxtui-ansi"
_NAMES = (DARK, LIGHT, ANSI, *BUILTIN_THEMES)

_DARK_TONES = {
    "text": "#d3d9e0",
    "strong": "#f2f5f8",
    "muted": "#8d98a4",
    "faint": "#5a6570",
    "accent": "#e79adf",
    "busy": "#71b3f5",
    "check": "#5fcdc4",
    "good": "#80cb8c",
    "bad": "#f27e82",
    "warn": "#e3b866",
    "key": "#b9cce2",
}
_LIGHT_TONES = {
    "text": "#24292f",
    "strong": "#0b0f13",
    "muted": "#5d6670",
    "faint": "#98a1ab",
    "accent": "#97309f",
    "busy": "#0a5fbe",
    "check": "#0a7470",
    "good": "#1a7535",
    "bad": "#c0262d",
    "warn": "#8a5d00",
    "key": "#2f4a68",
}
_DARK_FILLS = {
    "cursor": "#24384c",
    "cursor-idle": "#1c242c",
    "band": "#182028",
    "added": "#12291c",
    "removed": "#331a1e",
}
_LIGHT_FILLS = {
    "cursor": "#d3e4f8",
    "cursor-idle": "#e9edf1",
    "band": "#eef1f4",
    "added": "#dff5e4",
    "removed": "#fce3e4",
}


def _variables(tones: Mapping[str, str], fills: Mapping[str, str]) -> dict[str, str]:
    named = {f"tone-{name}": color for name, color in tones.items()}
    named |= {f"fill-{name}": color for name, color in fills.items()}
    return named | {
        "block-cursor-background": fills["cursor"],
        "block-cursor-foreground": tones["strong"],
        "block-cursor-text-style": "bold",
        "border": tones["busy"],
        "border-blurred": tones["faint"],
        "scrollbar": fills["cursor"],
        "scrollbar-hover": tones["faint"],
        "scrollbar-active": tones["busy"],
        "scrollbar-background": fills["band"],
        "scrollbar-background-hover": fills["band"],
        "scrollbar-background-active": fills["band"],
        "scrollbar-corner-color": fills["band"],
    }


def _theme(name: str, tones: dict[str, str], fills: dict[str, str], background: str, *, is_dark: bool) -> Theme:
    return Theme(
        name=name,
        primary=tones["busy"],
        secondary=tones["check"],
        warning=tones["warn"],
        error=tones["bad"],
        success=tones["good"],
        accent=tones["accent"],
        foreground=tones["text"],
        background=background,
        surface=background,
        panel=fills["band"],
        dark=is_dark,
        variables=_variables(tones, fills),
    )


_ANSI_TONES = {
    "text": "ansi_default",
    "strong": "ansi_default",
    "muted": "ansi_default",
    "faint": "ansi_bright_black",
    "accent": "ansi_magenta",
    "busy": "ansi_blue",
    "check": "ansi_cyan",
    "good": "ansi_green",
    "bad": "ansi_red",
    "warn": "ansi_yellow",
    "key": "ansi_cyan",
}
_ANSI_FILLS: dict[str, str] = dict.fromkeys(("cursor", "cursor-idle", "band", "added", "removed"), "ansi_default")


def themes() -> tuple[Theme, ...]:
    ansi = Theme(
        name=ANSI,
        primary="ansi_blue",
        secondary="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        accent="ansi_magenta",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        ansi=True,
        variables=_variables(_ANSI_TONES, _ANSI_FILLS)
        | {"ansi-background": "ansi_black", "ansi-foreground": "ansi_white"}
        | {"block-cursor-background": "ansi_blue", "block-cursor-foreground": "ansi_bright_white"}
        | {"scrollbar": "ansi_bright_black", "scrollbar-active": "ansi_blue"},
    )
    return (
        _theme(DARK, _DARK_TONES, _DARK_FILLS, "#11161b", is_dark=True),
        _theme(LIGHT, _LIGHT_TONES, _LIGHT_FILLS, "#fbfbfa", is_dark=False),
        ansi,
    )


def is_known(name: str) -> bool:
    return name in _NAMES


def refuse_unknown(name: str) -> None:
    """Raises UsageError for a name that no theme has."""
    if not is_known(name):
        near = nearest(name, _NAMES)
        hint = f"did you mean `{near}`?" if near else f"such are `{DARK}`, `{LIGHT}` and `{ANSI}`."
        raise UsageError(f"There is no theme `{name}`: {hint}")


def follows_terminal(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the theme depends on the colour that the terminal has, which then is worth a question."""
    return not _wants_ansi(environ) and not environ.get("COLORFGBG")


def default_theme(environ: Mapping[str, str] = os.environ, *, is_light: bool | None = None) -> str:
    """Terminal colours where there are few or none are wanted; else light or dark, as the terminal is.

    `is_light` is the terminal's own answer; without one, COLORFGBG counts.
    """
    if _wants_ansi(environ):
        return ANSI
    if is_light is None:
        is_light = environ.get("COLORFGBG", "").rpartition(";")[2] in {"7", "15"}
    return LIGHT if is_light else DARK


def _wants_ansi(environ: Mapping[str, str]) -> bool:
    """Where colour is unwanted, or where the sixteen colours of the terminal are all there are."""
    if "NO_COLOR" in environ:
        return True
    if environ.get("COLORTERM", "").casefold() in _TRUE_COLOR or "TEXTUAL_COLOR_SYSTEM" in environ:
        return False
    terminal = environ.get("TERM", "")
    return bool(terminal) and terminal.rpartition("-")[2] not in _MANY_COLORS


FALLBACK = _variables(_DARK_TONES, _DARK_FILLS)
"""Values of this interface's own variables under a theme that does not define them."""
