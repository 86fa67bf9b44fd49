"""What a project says about itself: its name, where its sources lie, and how it has pytest set up."""

from __future__ import annotations

import configparser
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KEPT_OPTIONS = ("--import-mode", "--ds", "--dc", "--asyncio-mode")
"""Options in `addopts` that decide how tests load; all others (coverage, parallel runs, reports) are left out."""


@dataclass(frozen=True, slots=True)
class PytestSettings:
    """pytest's settings as a project wrote them. `plugins` are given with `-p`, `options` are kept from `addopts`."""

    options: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    required_plugins: tuple[str, ...] = ()
    test_paths: tuple[str, ...] = ()
    python_files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """`source_roots` are folders relative to the project that its build takes packages from."""

    name: str = ""
    source_roots: tuple[str, ...] = ()
    pytest: PytestSettings = field(default_factory=PytestSettings)


def read_settings(folder: Path) -> ProjectSettings:
    pyproject = _toml(folder / "pyproject.toml")
    setup = _ini(folder / "setup.cfg")
    return ProjectSettings(
        name=_name(pyproject, setup),
        source_roots=_source_roots(pyproject, setup),
        pytest=_pytest_settings(folder, pyproject, setup),
    )


def _toml(path: Path) -> dict[str, Any]:
    """A file that cannot be read says nothing: the build tool is the one to complain about it."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _ini(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(path, "utf-8")
    except (OSError, ValueError, configparser.Error):
        return configparser.ConfigParser()
    return parser


def _at(table: Mapping[str, Any], *keys: str) -> Any:  # noqa: ANN401 - whatever TOML holds there
    found: Any = table
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _name(pyproject: Mapping[str, Any], setup: configparser.ConfigParser) -> str:
    return str(
        _at(pyproject, "project", "name")
        or _at(pyproject, "tool", "poetry", "name")
        or setup.get("metadata", "name", fallback="")
    )


def _source_roots(pyproject: Mapping[str, Any], setup: configparser.ConfigParser) -> tuple[str, ...]:
    roots: list[str] = []
    roots += _strings(_at(pyproject, "tool", "setuptools", "packages", "find", "where"))
    directories = _at(pyproject, "tool", "setuptools", "package-dir")
    roots += _strings([directories[""]] if isinstance(directories, Mapping) and "" in directories else None)
    for packages in (
        _at(pyproject, "tool", "hatch", "build", "targets", "wheel", "packages"),
        _at(pyproject, "tool", "hatch", "build", "packages"),
    ):
        roots += [package.rpartition("/")[0] for package in _strings(packages)]
    roots += _strings(_at(pyproject, "tool", "pdm", "build", "package-dir"))
    for package in _at(pyproject, "tool", "poetry", "packages") or ():
        roots += _strings(_at(package, "from"))
    roots += _strings(setup.get("options.packages.find", "where", fallback=None))
    for line in setup.get("options", "package_dir", fallback="").splitlines():
        package, _, folder = line.partition("=")
        if not package.strip():
            roots += _strings(folder.strip())
    cleaned = [root.strip().removeprefix("./").strip("/") for root in roots]
    return tuple(dict.fromkeys(root for root in cleaned if root not in {"", "."} and ".." not in root))


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split() if "\n" in value else [value]
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _pytest_settings(folder: Path, pyproject: Mapping[str, Any], setup: configparser.ConfigParser) -> PytestSettings:
    """The first file that has any, in the order that pytest looks."""
    for section in (
        _section(_ini(folder / "pytest.ini"), "pytest"),
        _section(_ini(folder / ".pytest.ini"), "pytest"),
        _at(pyproject, "tool", "pytest", "ini_options"),
        _section(_ini(folder / "tox.ini"), "pytest"),
        _section(setup, "tool:pytest"),
    ):
        if isinstance(section, Mapping) and section:
            return _read_pytest(section)
    return PytestSettings()


def _section(parser: configparser.ConfigParser, name: str) -> dict[str, Any]:
    return dict(parser[name]) if parser.has_section(name) else {}


def _read_pytest(section: Mapping[str, Any]) -> PytestSettings:
    options, plugins = _addopts(section.get("addopts", ""))
    return PytestSettings(
        options=options,
        plugins=plugins,
        keys=tuple(section),
        required_plugins=tuple(_words(section.get("required_plugins"))),
        test_paths=tuple(_words(section.get("testpaths"))),
        python_files=tuple(_words(section.get("python_files"))),
    )


def _words(value: object) -> list[str]:
    return value.split() if isinstance(value, str) else _strings(value)


def _addopts(value: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = _strings(value) if isinstance(value, list) else _split(str(value))
    kept: list[str] = []
    plugins: list[str] = []
    waiting = iter(words)
    for word in waiting:
        name, equals, _ = word.partition("=")
        if word == "-p":
            plugins += [next(waiting, "")]
        elif word.startswith("-p") and not word.startswith("--"):
            plugins += [word[2:]]
        elif name in KEPT_OPTIONS:
            kept += [word] if equals else [word, next(waiting, "")]
    return tuple(kept), tuple(plugin for plugin in plugins if plugin and plugin != "no:cacheprovider")


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
