"""The styles that tones have under the theme in use."""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from ctxtui.screens.presentation.spans import Tone

_FILLED = {Tone.BAND: "band", Tone.ADDED: "added", Tone.REMOVED: "removed"}
_BOLD = frozenset({Tone.STRONG, Tone.KEY, Tone.MATCH})
_COLORED = tuple(tone for tone in Tone if tone not in {*_FILLED, Tone.MATCH, Tone.TAB})
_SHAPED = {Tone.MATCH: Style(bold=True, reverse=True), Tone.TAB: Style(bold=True, underline=True)}
_FOREIGN = {
    Tone.ACCENT: "text-accent",
    Tone.BUSY: "text-primary",
    Tone.CHECK: "text-secondary",
    Tone.GOOD: "text-success",
    Tone.BAD: "text-error",
    Tone.WARN: "text-warning",
    Tone.KEY: "text-primary",
}
"""The variable a tone takes under a theme of somebody else."""


@dataclass(frozen=True)
class Palette:
    """A style for each tone, and those of the selected row with and without the focus."""

    tones: dict[Tone, Style]
    cursor: Style
    cursor_idle: Style


_COLORLESS = Palette(
    dict.fromkeys(Tone, Style())
    | dict.fromkeys((Tone.STRONG, Tone.KEY, Tone.ACCENT, Tone.BAD), Style(bold=True))
    | {Tone.FAINT: Style(dim=True)}
    | _SHAPED,
    Style(reverse=True),
    Style(underline=True),
)
"""Where colour is unwanted: what can be used is never dimmer than what cannot."""
_by_theme: dict[tuple[str, bool], Palette] = {}


def palette_of(app: App[object]) -> Palette:
    """The palette of the app's theme; made once a theme."""
    palette = _by_theme.get((app.theme, app.no_color))
    if palette is None:
        palette = _palette(app.current_theme, app.theme_variables, has_color=not app.no_color)
        _by_theme[app.theme, app.no_color] = palette
    return palette


def _palette(theme: Theme, variables: dict[str, str], *, has_color: bool) -> Palette:
    if not has_color:
        return _COLORLESS
    if theme.ansi:
        return _ansi_palette(variables)
    own = "tone-text" in theme.variables
    colors = {tone: variables[f"tone-{tone}"] for tone in _COLORED} if own else _foreign_colors(variables)
    fills = {
        fill: variables[f"fill-{fill}"] if own else variables["panel"] for fill in (*_FILLED.values(), "cursor-idle")
    }
    tones = {tone: _style(fg=color, bold=tone in _BOLD) for tone, color in colors.items()}
    tones |= {tone: _style(bg=fills[fill]) for tone, fill in _FILLED.items()} | _SHAPED
    cursor = variables["fill-cursor"] if own else variables["primary-muted"]
    return Palette(tones, _style(bg=cursor), _style(bg=fills["cursor-idle"]))


def _foreign_colors(variables: dict[str, str]) -> dict[Tone, str]:
    """Colours of a theme that knows nothing of tones."""
    foreground, background = Color.parse(variables["foreground"]), Color.parse(variables["background"])
    shades = {Tone.MUTED: 0.65, Tone.FAINT: 0.4}
    return {
        tone: variables[_FOREIGN[tone]] if tone in _FOREIGN else background.blend(foreground, shades.get(tone, 1.0)).hex
        for tone in _COLORED
    }


def _ansi_palette(variables: dict[str, str]) -> Palette:
    tones = {
        tone: _style(fg=variables.get(f"tone-{tone}", "ansi_default"), bold=tone in _BOLD, dim=tone is Tone.MUTED)
        for tone in Tone
    }
    tones |= _SHAPED
    tones |= {Tone.BAND: Style(), Tone.ADDED: _style(fg="ansi_green"), Tone.REMOVED: _style(fg="ansi_red")}
    return Palette(tones, Style(reverse=True), Style(bold=True))


def _style(fg: str = "", bg: str = "", *, bold: bool = False, dim: bool = False) -> Style:
    return Style(
        color=Color.parse(fg).rich_color if fg else None,
        bgcolor=Color.parse(bg).rich_color if bg else None,
        bold=bold or None,
        dim=dim or None,
    )
