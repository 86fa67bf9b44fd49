"""What an interpreter has installed that running tests needs; asked of the interpreter itself, once."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.processes.temporary import temporary_folder
from ctxtui.core.toolchains.clean_environment import clean_environment

PROBE = """
import json, os, sys
from importlib import metadata
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
def names(place):
    # A distribution's folder is called NAME-VERSION.dist-info: its metadata, many lines each, is not read for that.
    entries = os.listdir(place or ".") if os.path.isdir(place or ".") else []
    folders = [entry for entry in entries if entry.endswith((".dist-info", ".egg-info"))]
    return [folder.rpartition(".")[0].partition("-")[0] for folder in folders]
plugins = {}
for dist in metadata.distributions():
    for entry in dist.entry_points:
        if entry.group == "pytest11":
            plugins[entry.name] = dist.metadata["Name"]
installed = sorted({name for place in sys.path for name in names(place)})
print(json.dumps({"version": list(sys.version_info[:3]), "pytest": version("pytest"),
                  "coverage": version("coverage"), "plugins": plugins, "installed": installed}))
"""
PROBE_LIMIT = 30.0
OLDEST = (3, 8)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """`pytest` and `coverage` are versions, empty when not installed; `plugins` maps entry points to distributions.

    `installed` are the names of all distributions there, as their folders spell them.
    """

    path: Path
    version: tuple[int, int, int]
    pytest: str
    coverage: str
    plugins: Mapping[str, str]
    installed: tuple[str, ...] = ()

    @property
    def grammar(self) -> tuple[int, int]:
        return self.version[:2]

    @property
    def identity(self) -> str:
        """Another one once anything is installed there; empty where that leaves no trace that is looked for."""
        changed = changed_at(self.path)
        plugins = sorted(self.plugins.items())
        return f"{self.path} {self.version} {self.pytest} {self.coverage} {plugins} {changed}" if changed else ""

    @property
    def has_pytest(self) -> bool:
        return self.pytest.split(".")[0].isdigit() and int(self.pytest.split(".")[0]) >= OLDEST_PYTEST


OLDEST_PYTEST = 7


def locate(name: str, root: Path) -> Path:
    """An interpreter a person named: a path, a virtual environment's folder, or a program on the search path."""
    for place in (Path(name).expanduser(), root / name):
        if (place / "bin" / "python").exists():
            return (place / "bin" / "python").absolute()
        if place.is_file() and ("/" in name or place.is_absolute()):
            return place.absolute()
    found = shutil.which(name)
    if found is None:
        raise ToolchainError(f"The interpreter {name} was not found; name a path such as .venv/bin/python.")
    return Path(found)


def install_line(path: Path, what: str) -> str:
    """What to type to install something there: an environment that uv made has no pip of its own."""
    folder = path.parent.parent
    try:
        settings = (folder / "pyvenv.cfg").read_text("utf-8", "replace")
    except OSError:
        settings = ""
    is_made_by_uv = any(line.partition("=")[0].strip() == "uv" for line in settings.splitlines())
    if is_made_by_uv and not any((folder / "lib").glob("python*/site-packages/pip")):
        return f"uv pip install --python {path} {what}"
    return f"{path} -m pip install {what}"


def probe(path: Path) -> Interpreter:
    """Raises ToolchainError when the interpreter does not start or is too old."""
    try:
        return _probe(path, changed_at(path))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise ToolchainError(
            f"The interpreter {path} does not run ({_first_line(error)}); name another one with `interpreter`."
        ) from error


def changed_at(path: Path) -> int:
    """When something was last installed there, so that a person who mends an environment is believed."""
    places = (path.parent.parent / "lib").glob("python*/*-packages")
    return max((place.stat().st_mtime_ns for place in places), default=0)


@lru_cache(maxsize=32)
def _probe(path: Path, _changed_at: int) -> Interpreter:
    with temporary_folder("probe") as folder:
        done = subprocess.run(
            [str(path), "-c", PROBE],
            cwd=folder,
            env=clean_environment(path, folder, folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=PROBE_LIMIT,
        )
    facts = json.loads(done.stdout)
    names = tuple(facts["installed"])
    return Interpreter(path, tuple(facts["version"]), facts["pytest"], facts["coverage"], facts["plugins"], names)


def _first_line(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError) and error.stderr:
        return str(error.stderr.decode("utf-8", "replace").strip().splitlines()[-1])
    return str(error).split("\n", 1)[0]
