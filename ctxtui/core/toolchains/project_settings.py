"""What a project says about itself: its name, where its sources lie, and how it has pytest set up."""

from __future__ import annotations

import configparser
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ctxtui.core.toolchains.pytest_options import Options, read_options

SETTINGS_FILES = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)
"""In the order in which pytest looks."""


@dataclass(frozen=True, slots=True)
class PytestSettings:
    """pytest's settings as a project wrote them.

    `file` is where they stand, None when there are none; `root` is what pytest takes for its root folder.
    `functions`, `classes` and `python_files` are the patterns of what pytest collects.
    """

    file: Path | None = None
    root: Path = field(default_factory=Path)
    options: Options = field(default_factory=Options)
    keys: tuple[str, ...] = ()
    required_plugins: tuple[str, ...] = ()
    test_paths: tuple[str, ...] = ()
    python_files: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    def test_places(self, root: Path) -> tuple[str, ...]:
        """The folders of `testpaths` that are there, relative to `root`; the whole project is none of them."""
        found = [os.path.normpath(self.root / path) for path in self.test_paths]
        outer = os.path.normpath(root)
        inside = [os.path.relpath(place, outer) for place in found if place.startswith(outer + os.sep)]
        return tuple(place for place in inside if (root / place).is_dir() and root / place != self.root)


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """`source_roots` are folders relative to the project that its build takes packages from.

    One that `is_installable` says how it is built; others are worked on where they lie.
    """

    name: str = ""
    source_roots: tuple[str, ...] = ()
    is_installable: bool = False
    pytest: PytestSettings = field(default_factory=PytestSettings)


def read_settings(folder: Path, outermost: Path | None = None) -> ProjectSettings:
    """`folder` is the project's; pytest's own settings may also stand in a folder around it, up to `outermost`."""
    pyproject = _toml(folder / "pyproject.toml")
    setup = _ini(folder / "setup.cfg")
    return ProjectSettings(
        name=_name(pyproject, setup),
        source_roots=_source_roots(pyproject, setup),
        is_installable=is_installable(folder),
        pytest=pytest_settings(folder, outermost or folder),
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


def is_installable(project: Path) -> bool:
    """Whether pip makes a distribution of it.

    Settings alone are none; what says nothing of its build is built by setuptools, which refuses several packages.
    """
    pyproject = _toml(project / "pyproject.toml")
    switches = (("poetry", "package-mode"), ("uv", "package"), ("pdm", "distribution"))
    if any(_at(pyproject, "tool", *switch) is False for switch in switches):
        return False
    if "build-system" in pyproject or (project / "setup.py").is_file():
        return True
    packages = [init for init in project.glob("*/__init__.py") if init.parent.name not in {"tests", "test", "docs"}]
    return "project" in pyproject and (len(packages) <= 1 or (project / "src").is_dir())


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


def pytest_settings(folder: Path, outermost: Path) -> PytestSettings:
    """What pytest finds when it is started in `folder`: the first file that will do, from there outwards.

    Nothing outside of `outermost` is looked at. `folder` is its root when no file says otherwise.
    """
    named_by_setup = None
    for place in (folder, *folder.parents):
        for name in SETTINGS_FILES:
            section = _section_of(place / name)
            if section is not None:
                return _read_pytest(place / name, section)
        if named_by_setup is None and any((place / name).is_file() for name in ("pyproject.toml", "setup.py")):
            named_by_setup = place
        if place == outermost:
            break
    return PytestSettings(root=named_by_setup or folder)


def _section_of(path: Path) -> Mapping[str, Any] | None:
    """A file's table for pytest; None when the file is not there or says nothing to pytest."""
    if not path.is_file():
        return None
    match path.name:
        case "pytest.toml" | ".pytest.toml":
            section = _at(_toml(path), "pytest")
            return section if isinstance(section, Mapping) else {}
        case "pyproject.toml":
            pyproject = _toml(path)
            older = _at(pyproject, "tool", "pytest", "ini_options")
            return _mapping(older) or _mapping(_at(pyproject, "tool", "pytest"))
        case "pytest.ini" | ".pytest.ini":
            return _section(_ini(path), "pytest")
        case "tox.ini":
            return _section(_ini(path), "pytest") or None
        case _:
            return _section(_ini(path), "tool:pytest") or None


def _mapping(value: object) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) and value else None


def _section(parser: configparser.ConfigParser, name: str) -> dict[str, Any]:
    return dict(parser[name]) if parser.has_section(name) else {}


def _read_pytest(file: Path, section: Mapping[str, Any]) -> PytestSettings:
    return PytestSettings(
        file=file,
        root=file.parent,
        options=read_options(section.get("addopts", ""), file.parent),
        keys=tuple(section),
        required_plugins=tuple(_words(section.get("required_plugins"))),
        test_paths=tuple(_words(section.get("testpaths"))),
        python_files=tuple(_words(section.get("python_files"))),
        functions=tuple(_words(section.get("python_functions"))),
        classes=tuple(_words(section.get("python_classes"))),
    )


def _words(value: object) -> list[str]:
    return value.split() if isinstance(value, str) else _strings(value)
