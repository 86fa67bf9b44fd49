"""Settings put together: the command line beats the environment, that the project, that the person's own file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from ctxtui.config import wording
from ctxtui.config.anchoring import Anchor, anchored
from ctxtui.config.leaves import PREFIX, flat_values, leaves, nested, sections
from ctxtui.config.schema import Settings
from ctxtui.config.sources import (
    COMMAND_LINE,
    HANDED_VARIABLES,
    OWN_VARIABLES,
    Entry,
    environment_entries,
    project_entries,
    typed_entries,
    user_entries,
)
from ctxtui.core.domain.errors import UsageError
from ctxtui.core.domain.nearest import nearest
from ctxtui.core.typed import converted

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """`origins` says by dotted name where a value came from; an entry of a map has a line of its own."""

    settings: Settings
    origins: Mapping[str, str]


@dataclass(slots=True)
class _Draft:
    """Settings being put together, weakest source first; problems are gathered, not raised one by one."""

    repository_root: Path | None
    values: dict[str, object] = field(default_factory=lambda: flat_values(Settings()))
    origins: dict[str, str] = field(default_factory=lambda: dict.fromkeys(leaves(), DEFAULT))
    problems: list[str] = field(default_factory=list)

    def take(self, source: Callable[[], Iterable[Entry]]) -> None:
        try:
            entries = tuple(source())
        except UsageError as problem:
            self.problems.append(str(problem))
            return
        for entry in entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        try:
            value = anchored(entry.name, _usable_value(entry), Anchor(entry.folder, self.repository_root))
        except UsageError as problem:
            self.problems.append(str(problem))
            return
        known = self.values[entry.name]
        if isinstance(known, dict) and isinstance(value, dict):
            self.origins |= {f"{entry.name}.{key}": entry.origin for key in value}
            value = known | value
        self.values[entry.name] = value
        self.origins[entry.name] = entry.origin

    def finished(self) -> LoadedSettings:
        return LoadedSettings(converted(nested(self.values), Settings), self.origins)


def _usable_value(entry: Entry) -> object:
    leaf = leaves().get(entry.name)
    if leaf is None:
        tell = wording.no_table if entry.name in sections() else wording.unknown_setting
        raise UsageError(tell(entry.name, entry.value, entry.origin))
    if entry.is_word and not wording.is_text(str(entry.value)):
        raise UsageError(f"`{entry.name}` in {entry.origin} is not UTF-8 text.")
    try:
        value = _with_dotted_keys(entry.value) if leaf.is_flat_map else entry.value
        return converted(value, leaf.type, strict=not entry.is_word)
    except msgspec.ValidationError as error:
        raise UsageError(wording.unusable_value(entry.name, entry.value, leaf.type, entry.origin)) from error


def _with_dotted_keys(value: object) -> object:
    """TOML takes a key with dots that is not quoted for tables within each other."""
    if not isinstance(value, dict):
        return value
    flat: dict[str, object] = {}
    for key, inner in value.items():
        within = _with_dotted_keys(inner)
        flat |= {f"{key}.{rest}": one for rest, one in within.items()} if isinstance(within, dict) else {key: within}
    return flat


def _draft(
    start: Path,
    repository_root: Path | None,
    overrides: Mapping[str, object],
    environ: Mapping[str, str],
    typed_in: str = COMMAND_LINE,
) -> _Draft:
    draft = _Draft(repository_root)
    draft.take(partial(user_entries, environ))
    draft.take(partial(project_entries, start, repository_root))
    draft.take(partial(environment_entries, environ))
    draft.take(partial(typed_entries, overrides, typed_in))
    return draft


def standing_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with its relative paths made absolute, for a process that starts in another folder."""
    here = Anchor(folder=None, repository_root=None)
    own = {name: here.absolute(environ[name]) for name in OWN_VARIABLES if environ.get(name)}
    settings = {
        leaf.variable: str(anchored(leaf.name, environ[leaf.variable], here))
        for leaf in leaves().values()
        if leaf.is_scalar and environ.get(leaf.variable)
    }
    return {**environ, **settings, **own}


def load_settings(
    start: Path,
    repository_root: Path | None,
    overrides: Mapping[str, object],
    environ: Mapping[str, str],
    *,
    typed_in: str = COMMAND_LINE,
) -> LoadedSettings:
    """Settings for a target folder. `overrides` are what was typed, by setting name. Raises UsageError."""
    draft = _draft(start, repository_root, overrides, environ, typed_in)
    match draft.problems:
        case []:
            return draft.finished()
        case [problem]:
            raise UsageError(problem)
        case [first, *others]:
            raise UsageError(f"{first} (and {len(others)} more: `ctxtui config validate` lists them)")
    raise AssertionError(draft.problems)


def settings_problems(start: Path, repository_root: Path | None, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Everything wrong with the settings in force, a sentence each; misspelt environment variables too."""
    return (*_draft(start, repository_root, {}, environ).problems, *stray_variables(environ))


def usable_settings(start: Path, repository_root: Path | None, environ: Mapping[str, str]) -> LoadedSettings:
    """What can be used of the settings in force, whatever is wrong with the rest."""
    return _draft(start, repository_root, {}, environ).finished()


def stray_variables(environ: Mapping[str, str]) -> Iterable[str]:
    """A sentence for each variable that looks like a setting and has no effect."""
    variables = {leaf.variable: leaf for leaf in leaves().values()}
    for name in sorted(environ):
        if name in variables and not variables[name].is_scalar:
            yield f"{name} has no effect: set `{variables[name].name}` in a settings file."
        elif name.startswith(PREFIX) and name not in {*variables, *OWN_VARIABLES, *HANDED_VARIABLES}:
            known = {one.removeprefix(PREFIX) for one in (*variables, *OWN_VARIABLES)}
            meant = nearest(name.removeprefix(PREFIX), known)
            yield f"{name} is no setting" + (f": did you mean {PREFIX}{meant}?" if meant else ".")
