"""Where a Django project's settings are: its own runner names them by itself, pytest has to be told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = ("tox.ini", "pyproject.toml", "setup.cfg", "manage.py", "runtests.py", "noxfile.py", "Makefile")
INNER_SCRIPTS = ("*/manage.py", "*/runtests.py", "*/*/manage.py")
"""A project that holds one app keeps the site that tests it in a folder of its own."""
NAMED = re.compile(r"DJANGO_SETTINGS_MODULE['\"\s,=:]+([A-Za-z_][\w.]+)|--settings[= ]([A-Za-z_][\w.]+)")
FILES = ("tests/settings.py", "*settings.py", "*/settings.py")
CONFIGURED = re.compile(r"\bsettings\.configure\(")
CONFIGURING = ("*.py", "tests/*.py")
NATIVE_TABLE = re.compile(r"^\[tool\.pytest\]", re.MULTILINE)
DOTTED_KEYS = re.compile(r"^\[tool\.pytest\](?:\n(?!\[).*)*?\nini_options\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DjangoSettings:
    """`module` is empty where nobody names it; `folder` is where it is imported from, relative to the project."""

    module: str = ""
    folder: str = ""

    def lines(self, file: Path) -> str:
        """What to write into that file of pytest's settings, and where in it."""
        folders = {"pythonpath": [self.folder]} if self.folder else {}
        return settings_lines({"DJANGO_SETTINGS_MODULE": self.module or "…", **folders}, file)


def settings_lines(values: Mapping[str, str | list[str]], file: Path) -> str:
    """What to write into a file of pytest's settings, as its format has it, and where in it.

    A list that the file has already gets one entry more: no format takes a name twice.
    """
    is_toml = file.suffix == ".toml"
    before = "ini_options." if is_toml and DOTTED_KEYS.search(_text(file)) else ""
    known = [name for name, value in values.items() if isinstance(value, list) and _has(file, before + name)]
    lines = [
        f"`{before}{name} = {json.dumps(value, ensure_ascii=False) if is_toml else _plain(value)}`"
        for name, value in values.items()
        if name not in known
    ]
    told = [f"write {' and '.join(lines)} below `{_table(file)}` in {file.name}"] if lines else []
    return ", and ".join(
        [*told, *(f"add `{_plain(values[name])}` to `{before}{name}` in {file.name}" for name in known)]
    )


def _has(file: Path, name: str) -> bool:
    return re.search(rf"^[ \t]*{re.escape(name)}[ \t]*=", _text(file), re.MULTILINE) is not None


def _plain(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def _table(file: Path) -> str:
    match file.name:
        case "pyproject.toml":
            is_native = NATIVE_TABLE.search(_text(file))
            return "[tool.pytest]" if is_native else "[tool.pytest.ini_options]"
        case "setup.cfg":
            return "[tool:pytest]"
        case _:
            return "[pytest]"


def django_settings(project: Path) -> DjangoSettings:
    """What the project's own scripts name and is there, or the module that is called so beside its tests."""
    named = list(_named(project))
    there = (one for one in named if _is_there(project / one.folder, one.module))
    return next(there, None) or next(iter(named), None) or _called_so(project)


def script_that_configures(project: Path) -> str:
    """The project's own runner where it makes the settings itself, and there is no module to name."""
    files = (file for pattern in CONFIGURING for file in sorted(project.glob(pattern)))
    return next((file.relative_to(project).as_posix() for file in files if CONFIGURED.search(_text(file))), "")


def _named(project: Path) -> Iterator[DjangoSettings]:
    """Those in a folder of their own only where the settings lie beside them."""
    for name in SCRIPTS:
        for module in _modules(project / name):
            yield DjangoSettings(module, _looked_in(project))
    for pattern in INNER_SCRIPTS:
        for script in sorted(project.glob(pattern)):
            for module in _modules(script):
                if _is_there(script.parent, module):
                    yield DjangoSettings(module, script.parent.relative_to(project).as_posix())


def _modules(script: Path) -> Iterator[str]:
    yield from (found[1] or found[2] for found in NAMED.finditer(_text(script)))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def _is_there(folder: Path, module: str) -> bool:
    path = folder.joinpath(*module.split("."))
    return path.with_suffix(".py").is_file() or path.is_dir()


def _called_so(project: Path) -> DjangoSettings:
    files = (file for pattern in FILES for file in sorted(project.glob(pattern)))
    modules = (".".join(file.relative_to(project).with_suffix("").parts) for file in files)
    return next((DjangoSettings(module, _looked_in(project)) for module in modules), DjangoSettings())


def _looked_in(project: Path) -> str:
    """What pytest has to be told to look in for settings in the project's own folder: it goes by manage.py there."""
    return "" if (project / "manage.py").is_file() else "."
