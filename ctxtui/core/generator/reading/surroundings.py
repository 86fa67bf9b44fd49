"""What the project's own test run sets up before it imports a module: paths, conftest files, Django's settings."""

from __future__ import annotations

import configparser
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PREPARES = re.compile(r"sys\.path|environ|django|settings|pytest_configure")
"""What a conftest file mentions that may matter to an import."""
_SECTIONS = (("pytest.ini", "pytest"), (".pytest.ini", "pytest"), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest"))
_TOML_TABLES = (
    ("pytest.toml", ("pytest",)),
    ("pyproject.toml", ("tool", "pytest", "ini_options")),
    ("pyproject.toml", ("tool", "pytest")),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Absolute paths; `settings_module` is Django's, empty where the project names none.

    `project` is the folder in which pytest is started; what lies in it can be imported where nothing else has its name.
    """

    project: str
    import_paths: tuple[str, ...] = ()
    conftests: tuple[str, ...] = ()
    settings_module: str = ""


def surroundings_of(worktree: Path, test_path: str) -> Surroundings:
    project = project_of(worktree, test_path)
    settings = pytest_settings(project)
    given = settings.get("pythonpath", ())
    names = shlex.split(given) if isinstance(given, str) else [str(name) for name in given]
    return Surroundings(
        str(project),
        tuple(str((project / name).resolve()) for name in names),
        tuple(str(path) for path in _conftests(worktree, test_path)),
        str(settings.get("DJANGO_SETTINGS_MODULE", "")),
    )


def project_of(worktree: Path, test_path: str) -> Path:
    """The nearest folder around a test that has settings for pytest: one repository may hold several projects."""
    folders = [worktree / folder for folder in Path(test_path).parents]
    return next((folder for folder in folders if pytest_settings(folder)), worktree)


def _conftests(worktree: Path, test_path: str) -> Iterator[Path]:
    """Those that a test at this path would load, the outermost first."""
    folder = worktree
    for part in ("", *Path(test_path).parent.parts):
        folder /= part
        path = folder / "conftest.py"
        if path.is_file() and _PREPARES.search(path.read_text(encoding="utf-8", errors="replace")):
            yield path


def pytest_settings(folder: Path) -> Mapping[str, Any]:
    """The first of pytest's settings files that has its section."""
    for name, table in _TOML_TABLES:
        data = toml_at(folder / name, table)
        if data and isinstance(data, dict):
            return data
    for name, section in _SECTIONS:
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read(folder / name, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError):
            continue
        if parser.has_section(section):
            # Names of settings are case-sensitive to pytest, and configparser gives them in lower case.
            found = dict(parser[section])
            return {**found, "DJANGO_SETTINGS_MODULE": found.get("django_settings_module", "")}
    return {}


def toml_at(path: Path, keys: Sequence[str]) -> Any:  # noqa: ANN401 - as TOML has it
    """What stands in a file below these keys; None where it does not."""
    try:
        data: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data
