"""What mends an environment in which the project's tests cannot run: the line to type, wherever it can be known."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from ctxtui.core.toolchains.distributions import (
    DISTRIBUTIONS,
    FIXTURES,
    HOOKS,
    NAMESPACES,
    OPTIONS,
    PYTHONS_OWN,
    SHARED,
)
from ctxtui.core.toolchains.django_settings import django_settings, script_that_configures, settings_lines
from ctxtui.core.toolchains.interpreter import install_line
from ctxtui.core.toolchains.project_settings import is_installable
from ctxtui.core.toolchains.pytest_plugins import plugin_with_setting

TEST_WORDS = ("test", "tests", "testing", "dev", "develop", "development", "ci", "all")
REQUIREMENT_FILES = (
    "requirements/*.txt",
    "requirements/*.in",
    "requirements*.txt",
    "*requirements.txt",
    "tests/requirements*.txt",
)
NOT_BUILT = "which is not built here"
"""Of a module of the project that is made from another language."""
NOT_THERE = "and there is no "
"""Of a module of the project that has no file: as a rule its build writes one, with the version."""
_PATTERNS: tuple[tuple[re.Pattern[str], Mapping[str, str]], ...] = (
    (re.compile(r"fixture '(?P<name>\w+)' not found"), FIXTURES),
    (re.compile(r"unknown hook '(?P<name>\w+)'"), HOOKS),
    (re.compile(r"unrecognized arguments: (?P<name>--?[\w-]+)"), OPTIONS),
    (re.compile(r"no option named ['\"](?P<name>[\w-]+)['\"]"), OPTIONS),
    (re.compile(r"Error importing plugin \"(?P<name>[\w.-]+)\""), {}),
    (re.compile(r"Missing required plugins: (?P<name>[\w.-]+)"), {}),
    (re.compile(r"No module named '(?P<name>[\w.]+)'"), DISTRIBUTIONS),
)
_OWN_MODULE = re.compile(r"No module named '(?P<top>\w+)(?P<below>\.[\w.]+)?'")
_TOO_OLD = re.compile(r"'minversion' requires pytest-(?P<version>[\w.]+)")
_WITHOUT_SETTINGS = re.compile(r"Requested settings?\b.* but settings are not configured|AppRegistryNotReady")
_UNKNOWN_SETTING = re.compile(r"Unknown config option: (?P<name>\w+)")
_VARIABLE = re.compile(
    r"KeyError: '(?P<key>[A-Z][A-Z0-9_]{2,})'"
    r"|\b(?P<before>[A-Z][A-Z0-9_]{2,})\b[^\n]*?\b[Ee]nv(?:ironment)?[ -]?var"
    r"|\b[Ee]nv(?:ironment)?[ -]?var(?:iable)?s?\b[^\n]*?\b(?P<behind>[A-Z][A-Z0-9_]{2,})\b",
)
_NOT_INSTALLED = re.compile(r"PackageNotFoundError: (?:No package metadata was found for )?(?P<name>[\w.-]+)")


class _Kind(Enum):
    """What an environment lacks, in the order in which it is told."""

    BUILD = auto()
    PROJECT = auto()
    DECLARED = auto()
    DISTRIBUTION = auto()
    DJANGO = auto()
    VARIABLE = auto()


@dataclass(frozen=True, slots=True)
class Mending:
    """Where the project lies, what it is called, and the interpreter that its tests run with.

    `within` is its folder in the repository where that is not the top, for lines that only do what they say there.

    `installed` are the distributions there, which nobody is told to install again; `settings` is the file with
    pytest's settings.

    Into a borrowed one nothing of the project is installed: it gets an environment of its own instead, or pytest is
    installed in the one that it has (`without_pytest`).
    """

    project: Path
    name: str
    interpreter: Path
    is_borrowed: bool = False
    without_pytest: Path | None = None
    within: str = ""
    installed: Collection[str] = ()
    settings: Path | None = None

    def remedy(self, *messages: str) -> str:
        """What to do after those messages, a sentence for each kind of need; empty when it is not known."""
        needs: dict[_Kind, list[str]] = {}
        for message in messages:
            if need := self._need(message):
                kind, what = need
                wanted = needs.setdefault(kind, [])
                wanted += [what] if what not in wanted else []
        if self.without_pytest and needs.keys() - {_Kind.VARIABLE}:
            return self._put_pytest_there(self.without_pytest)
        return " ".join(self._sentence(kind, needs[kind]) for kind in _Kind if kind in needs)

    def _put_pytest_there(self, interpreter: Path) -> str:
        install = install_line(interpreter, "--upgrade pytest")
        return f"Put pytest into the environment that the project has: run `{install}`."

    def _need(self, message: str) -> tuple[_Kind, str] | None:
        if kind := self._of_itself(message):
            return kind, "-e ."
        if _WITHOUT_SETTINGS.search(message):
            return _Kind.DJANGO, ""
        if too_old := _TOO_OLD.search(message):
            return _Kind.DISTRIBUTION, f"'pytest>={too_old['version']}'"
        wanted = next((found for pattern, table in _PATTERNS if (found := _distribution(pattern, table, message))), "")
        if not wanted and (setting := _UNKNOWN_SETTING.search(message)):
            wanted = plugin_with_setting(setting["name"])
        if wanted:
            if _plain(wanted) in map(_plain, self.installed):
                return None
            return self._declared_or_not(wanted)
        variable = _VARIABLE.search(message)
        return (_Kind.VARIABLE, variable[variable.lastgroup or 0]) if variable else None

    def _of_itself(self, message: str) -> _Kind | None:
        """Where it is the project itself that is not built or not installed."""
        if NOT_BUILT in message or (NOT_THERE in message and is_installable(self.project)):
            return _Kind.BUILD
        if (own := _OWN_MODULE.search(message)) and _plain(own["top"]) == _plain(self.name):
            return _Kind.BUILD if own["below"] else _Kind.PROJECT
        not_installed = _NOT_INSTALLED.search(message)
        return _Kind.PROJECT if not_installed and _plain(not_installed["name"]) == _plain(self.name) else None

    def _declared_or_not(self, distribution: str) -> tuple[_Kind, str]:
        """Where the project asks for it itself; without such a one, for what has its name among its words."""
        wanted = _plain(distribution)
        declared = [(where, [_plain(_name_of(line)) for line in lines]) for where, lines in _declared(self.project)]
        exactly = (where for where, names in declared if wanted in names)
        nearly = (where for where, names in declared if any(wanted in name.split("-") for name in names))
        where = next(exactly, None) or next(nearly, None)
        return (_Kind.DECLARED, where) if where else (_Kind.DISTRIBUTION, distribution)

    def _sentence(self, kind: _Kind, wanted: list[str]) -> str:
        there = f" in {self.within}" if self.within else ""
        match kind:
            case _Kind.BUILD:
                return f"Build the project: run {self._pip(*wanted)}{there}."
            case _Kind.PROJECT:
                return f"The project itself is not installed: run {self._pip(*wanted)}{there}."
            case _Kind.DECLARED:
                return f"Install what the project's tests need: run {self._pip(*wanted)}{there}."
            case _Kind.DISTRIBUTION:
                return f"Run {self._pip(*wanted)}."
            case _Kind.DJANGO:
                return self.name_django_settings()
            case _Kind.VARIABLE:
                return _setting(wanted)

    def install_or_find(self, root: Path) -> str:
        """What has pytest find the project's package in that folder, however it is started."""
        if self.without_pytest:
            return self._put_pytest_there(self.without_pytest)
        return self._sentence(_Kind.PROJECT, ["-e ."]) if is_installable(self.project) else self.put_on_the_path(root)

    def put_on_the_path(self, root: Path) -> str:
        """What has pytest look in that folder, however it is started."""
        folder = root.relative_to(self.project).as_posix() if root.is_relative_to(self.project) else str(root)
        return f"To have it found, {settings_lines({'pythonpath': [folder]}, self._settings_file())}."

    def _settings_file(self) -> Path:
        pyproject = self.project / "pyproject.toml"
        return self.settings or (pyproject if pyproject.is_file() else self.project / "pytest.ini")

    def name_django_settings(self) -> str:
        """What has pytest know them, however it is started."""
        install = "" if "pytest-django" in map(_plain, self.installed) else f"run {self._pip('pytest-django')}, "
        found = django_settings(self.project)
        script = "" if found.module else script_that_configures(self.project)
        if script:
            made = f"{install}have a conftest.py make them as {script} does, with `settings.configure(…)`"
            return f"Django's settings are made where pytest does not look: {made}, and commit it."
        written = found.lines(self._settings_file())
        return f"Django's settings are not named for pytest: {install}{written}, and commit it."

    def _pip(self, *wanted: str) -> str:
        what = " ".join(wanted)
        if self.is_borrowed:
            own = "" if "-e ." in what.replace("'", "") or not is_installable(self.project) else "-e . "
            return f"`python3 -m venv .venv && .venv/bin/python -m pip install pytest {own}{what}`"
        return f"`{install_line(self.interpreter, what)}`"


def _setting(variables: list[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in variables)
    return (
        f"Tests run without the variables of your shell: where they need {', '.join(variables)}, hand it on with "
        f"`pass_env = [{listed}]` in the settings, or set it in the project, as with "
        f'`os.environ.setdefault("{variables[0]}", "…")` in conftest.py.'
    )


def _distribution(pattern: re.Pattern[str], table: Mapping[str, str], message: str) -> str:
    found = pattern.search(message)
    if found is None:
        return ""
    name = found["name"]
    if table is HOOKS:
        return next((distribution for start, distribution in table.items() if name.startswith(start)), "")
    if table is DISTRIBUTIONS or not table:
        top, *below = name.split(".")
        part = ".".join((top, *below[:1]))
        if top in NAMESPACES:
            return part if below else ""
        if below:  # Python found the top of it, by whatever name that was installed
            return table.get(part, "")
        return table.get(top, "" if top in PYTHONS_OWN | SHARED else top)
    return table.get(name, "")


def _declared(project: Path) -> Iterator[tuple[str, list[str]]]:
    """What to give pip, and the requirements that it then installs; those that are for tests come first."""
    pyproject = _toml(project / "pyproject.toml")
    setup = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        setup.read(project / "setup.cfg", "utf-8")
    except (OSError, ValueError, configparser.Error):
        setup = configparser.ConfigParser()
    extras = dict(_table(pyproject, "project", "optional-dependencies"))
    if setup.has_section("options.extras_require"):
        extras |= {name: text.split("\n") for name, text in setup["options.extras_require"].items()}
    groups = _table(pyproject, "dependency-groups")
    poetry = _table(pyproject, "tool", "poetry", "group")
    found = [(f"-e '.[{name}]'", name, _lines(lines)) for name, lines in extras.items()]
    found += [(f"--group {name}", name, _lines(lines)) for name, lines in groups.items()]
    for name, group in poetry.items():
        wanted = list(_table(group, "dependencies")) if isinstance(group, Mapping) else []
        found.append((" ".join(wanted), name, wanted))
    for pattern in REQUIREMENT_FILES:
        for file in sorted(project.glob(pattern)):
            lines = file.read_text("utf-8", "replace").splitlines()
            found.append((f"-r {file.relative_to(project)}", file.stem, lines))
    found.append(("-e .", "", _lines(_table(pyproject, "project").get("dependencies", []))))
    for where, _, requirements in sorted(found, key=lambda item: _rank(item[1])):
        yield where, requirements


def _rank(name: str) -> int:
    words = re.split(r"[-_.]", name.lower())
    return next((rank for rank, word in enumerate(TEST_WORDS) if word in words), len(TEST_WORDS))


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _table(of: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    for key in keys:
        inner = of.get(key)
        of = inner if isinstance(inner, Mapping) else {}
    return of


def _lines(value: object) -> list[str]:
    return [line for line in value if isinstance(line, str)] if isinstance(value, list) else []


def _name_of(requirement: str) -> str:
    found = re.match(r"\s*([A-Za-z0-9][\w.-]*)", requirement)
    return found[1] if found else ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
