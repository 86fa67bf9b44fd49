"""Where settings stand: each source gives entries, named by dotted path, with the place they came from."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ctxtui.config.leaves import leaves, nested, sections
from ctxtui.config.paths import config_dir
from ctxtui.core.domain.errors import UsageError

COMMAND_LINE = "the command line"
PROJECT_FILE = "ctxtui.toml"
SHARED_PROJECT_FILE = "pyproject.toml"
USER_FILE = "config.toml"
OWN_VARIABLES = frozenset({"CTXTUI_DATA_DIR", "CTXTUI_CACHE_DIR", "CTXTUI_CONFIG_DIR"})
HANDED_VARIABLES = frozenset(
    {
        *("CTXTUI_RUN", "CTXTUI_PACKAGE", "CTXTUI_BRANCH", "CTXTUI_EXIT_CODE", "CTXTUI_VERDICTS"),
        *("CTXTUI_TURN", "CTXTUI_TEST_RUN", "CTXTUI_HANDSHAKE"),
    }
)
"""Variables that hooks, agents and tests are told by this program, and may hand on to it."""

_LINE = re.compile(r"^(?P<what>.*?)\s*\(at line (?P<line>\d+), column \d+\)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting as it was written.

    `folder` is what relative paths start from, `is_word` says that the value is text from a command line or
    an environment, which may mean a number.
    """

    name: str
    value: object
    origin: str
    folder: Path | None = None
    is_word: bool = False


def _entries(table: Mapping[str, object], origin: str, folder: Path | None, prefix: str = "") -> Iterator[Entry]:
    for key, value in table.items():
        name = prefix + key
        if name in sections() and isinstance(value, Mapping):
            yield from _entries(value, origin, folder, name + ".")
        else:
            yield Entry(name, value, origin, folder, is_word=folder is None and isinstance(value, str))


def _parsed(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise UsageError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The settings file {path} is not UTF-8 text at byte {error.start}: save it so.") from error
    except tomllib.TOMLDecodeError as error:
        found = _LINE.match(str(error))
        what, place = (found["what"], f"line {found['line']} of {path}") if found else (str(error), str(path))
        raise UsageError(f"The settings cannot be read, {place} is not valid TOML: {what}.") from error


def _shared_table(path: Path) -> dict[str, object] | None:
    """The `[tool.ctxtui]` table of a pyproject.toml; None when there is none, so that the search goes on."""
    tools = _parsed(path).get("tool")
    table = tools.get("ctxtui") if isinstance(tools, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise UsageError(f"`tool.ctxtui` in {path} must be a table of settings.")
    return table


def _searched_folders(start: Path, repository_root: Path | None) -> tuple[Path, ...]:
    start = start.resolve()
    nearest = start.parent if start.is_file() else start
    root = repository_root.resolve() if repository_root else nearest
    if not nearest.is_relative_to(root):
        return (nearest,)
    above = (nearest, *nearest.parents)
    return above[: above.index(root) + 1]


def project_entries(start: Path, repository_root: Path | None) -> tuple[Entry, ...]:
    """The nearest settings file from `start` up to the repository's root, `ctxtui.toml` before pyproject."""
    for folder in _searched_folders(start, repository_root):
        own, shared = folder / PROJECT_FILE, folder / SHARED_PROJECT_FILE
        if own.is_file():
            return tuple(_entries(_parsed(own), str(own), folder))
        if shared.is_file() and (table := _shared_table(shared)) is not None:
            return tuple(_entries(table, f"{shared} [tool.ctxtui]", folder))
    return ()


def user_entries(environ: Mapping[str, str]) -> tuple[Entry, ...]:
    path = config_dir(environ) / USER_FILE
    return tuple(_entries(_parsed(path), str(path), path.parent)) if path.is_file() else ()


def environment_entries(environ: Mapping[str, str]) -> tuple[Entry, ...]:
    """One variable per setting that a word can say; an empty variable is as good as none."""
    return tuple(
        Entry(leaf.name, environ[leaf.variable], f"the environment ({leaf.variable})", is_word=True)
        for leaf in leaves().values()
        if leaf.is_scalar and environ.get(leaf.variable)
    )


def typed_entries(overrides: Mapping[str, object], typed_in: str = COMMAND_LINE) -> tuple[Entry, ...]:
    """Options by setting name, dotted or nested; None and empty tuples are options that were not given."""
    given = {name: value for name, value in overrides.items() if value is not None and value != ()}
    return tuple(_entries(nested(given), typed_in, None))
