"""Where people's tools keep the environments that they make for a project, the most likely one first."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

IN_PROJECT = (".venv", "venv", "env", ".pixi/envs/default", ".conda")
CONDA_HOMES = ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda")
CONDA_FILES = ("environment.yml", "environment.yaml", "environment-dev.yml")
CONDA_NAME = re.compile(r"^name:\s*['\"]?([\w.-]+)", re.MULTILINE)
OTHER_TASKS = frozenset(
    {"lint", "docs", "doc", "types", "typing", "mypy", "static", "style", "format", "build", "release"}
)
MOST_OF_A_KIND = 3
"""How many environments of one tool are looked at: some have one for each task."""
MOST_READ = 1 << 16


def environments(project: Path, environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """The interpreter of each environment that is there for the project in that folder, and what it is."""
    for environment, why in _folders(project, environ):
        python = environment if environment.is_file() else environment / "bin" / "python"
        if python.exists():
            yield python.absolute(), why


def _folders(project: Path, environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Environments, or interpreters themselves, whether they are there or not."""
    if named := environ.get("UV_PROJECT_ENVIRONMENT"):
        yield project / named, "the environment that UV_PROJECT_ENVIRONMENT names"
    for name in IN_PROJECT:
        place = project / name
        if place.is_file():  # some tools keep a file there that says where the environment is
            yield project / _first_line(place), f"the environment that {name} names"
        else:
            yield place, f"the environment in {name}"
    if said := _first_line(project / ".pdm-python"):
        yield Path(said), "the environment that pdm uses"
    for tool in ("tox", "nox"):
        for place in _for_tests((project / f".{tool}").glob("*")):
            yield place, f"the environment in .{tool}/{place.name}"
    home = Path(environ["HOME"]) if environ.get("HOME") else None
    if home is not None:
        yield from _in_home(project, environ, home)


def _in_home(project: Path, environ: Mapping[str, str], home: Path) -> Iterator[tuple[Path, str]]:
    """Where the tools that name an environment after the project's own folder keep it."""
    mark = base64.urlsafe_b64encode(hashlib.sha256(str(project).encode()).digest()).decode()[:8]
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    kept = Path(environ.get("POETRY_CACHE_DIR") or cache / "pypoetry") / "virtualenvs"
    poetry = Path(environ.get("POETRY_VIRTUALENVS_PATH") or kept)
    for place in sorted(poetry.glob(f"*-{mark}-py*"), key=_version, reverse=True)[:MOST_OF_A_KIND]:
        yield place, "the environment that poetry made"
    hatch = Path(environ.get("HATCH_DATA_DIR") or data / "hatch")
    for place in _for_tests((hatch / "env" / "virtual").glob(f"*/{mark}/*")):
        yield place, f"the environment {place.name} that hatch made"
    if (project / "Pipfile").is_file():
        pipenv = Path(environ.get("WORKON_HOME") or data / "virtualenvs")
        for place in sorted(pipenv.glob(f"{project.name}-*")):
            if _first_line(place / ".project") == str(project):
                yield place, "the environment that pipenv made"
    for name in _conda_names(project):
        for around in _conda_places(environ, home):
            yield around / name, f"the conda environment {name}"


def _for_tests(places: Iterable[Path]) -> list[Path]:
    """Environments for tests before a tool's default one; those for other tasks, such as a linter, are left out."""
    ranked = [(_rank(place.name), place) for place in places]
    wanted = [(rank, _version(place), place) for rank, place in ranked if rank]
    return [place for _, _, place in sorted(wanted, reverse=True)][:MOST_OF_A_KIND]


def _rank(name: str) -> int:
    words = re.split(r"[-_.]", name.lower())
    if OTHER_TASKS.intersection(words):
        return 0
    if {"test", "tests"}.intersection(words):
        return 3
    return 2 if re.fullmatch(r"py\d*|pypy\d*", words[0]) else 1


def _version(place: Path) -> tuple[int, ...]:
    """The Python in an environment's name: `py312` as `py3.12`."""
    found = re.search(r"(?:py)?3[.-]?(\d+)", place.name)
    return (int(found[1]),) if found else ()


def _conda_names(project: Path) -> Iterator[str]:
    for file in CONDA_FILES:
        found = CONDA_NAME.search(_text(project / file))
        if found:
            yield found[1]


def _conda_places(environ: Mapping[str, str], home: Path) -> Iterator[Path]:
    if root := environ.get("MAMBA_ROOT_PREFIX"):
        yield Path(root) / "envs"
    if program := environ.get("CONDA_EXE"):
        yield Path(program).parent.parent / "envs"
    yield from (home / name / "envs" for name in CONDA_HOMES)
    for line in _text(home / ".conda" / "environments.txt").splitlines():
        yield Path(line.strip()).parent


def _first_line(file: Path) -> str:
    return _text(file).partition("\n")[0].strip()


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_READ).decode("utf-8", "replace")
    except OSError:
        return ""
