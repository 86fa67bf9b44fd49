"""The environment that the project's interpreter runs in: nothing of the person's but what programs need to start."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PYTHONHOME")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What differs from one machine or terminal to the next, and tests should not depend on."""

    zone: str
    columns: int = 80
    lines: int = 24
    colour: str = ""
    """The variable that is set to 1, if any."""

    def __str__(self) -> str:
        colour = f", {self.colour}=1" if self.colour else ""
        return f"time zone {self.zone}, {self.columns} columns{colour}"


PLAIN = Surroundings("UTC")
BY_SEED = (
    Surroundings("Pacific/Auckland", 60, 18, "FORCE_COLOR"),
    Surroundings("America/St_Johns", 132, 43, "NO_COLOR"),
    Surroundings("Pacific/Chatham", 60, 18, "FORCE_COLOR"),
    Surroundings("America/Sao_Paulo", 200, 50, "NO_COLOR"),
)
"""In turn, from seed 1 on. Of two neighbours one is half a day ahead and one behind, so that noon and midnight move.

They lie in both halves of the world, and differ in colours.
"""


def _around(seed: int | None) -> Surroundings:
    return BY_SEED[(seed - 1) % len(BY_SEED)] if seed else PLAIN


def surroundings(seed: int | None, days_ahead: int = 0) -> str:
    """In words, for whoever looks for the reason of a difference; empty for a run without a seed."""
    if seed is None:
        return ""
    ahead = f", the clock {days_ahead} days ahead" if days_ahead else ""
    return f"{_around(seed)}{ahead}"


def passed_on(names: Iterable[str]) -> dict[str, str]:
    """What a person lets tests have of the shell; what is not set there is left out."""
    return {name: os.environ[name] for name in names if name in os.environ}


def clean_environment(
    interpreter: Path,
    home: Path,
    temporary: Path,
    seed: int | None = None,
    hash_seed: int = 0,
    pass_env: tuple[str, ...] = (),
) -> dict[str, str]:
    """`seed` picks the surroundings, so that tests that depend on them show it; the folders are thrown away.

    What a proof sets itself is not taken from `pass_env`.
    """
    around = _around(seed)
    environment = passed_on((*PASSED_ON, *pass_env))
    environment |= {
        "PATH": os.pathsep.join([str(interpreter.parent), os.environ.get("PATH", os.defpath)]),
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "USER": "tester",
        "LOGNAME": "tester",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLUMNS": str(around.columns),
        "LINES": str(around.lines),
        "TZ": around.zone,
        "PYTHONHASHSEED": str(hash_seed % 2**32),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if around.colour:
        environment[around.colour] = "1"
    if (interpreter.parent.parent / "pyvenv.cfg").is_file():
        environment["VIRTUAL_ENV"] = str(interpreter.parent.parent)
    else:
        environment["PYTHONUSERBASE"] = _user_base(os.environ)  # packages installed for the user stay importable
    return environment


def _user_base(environ: Mapping[str, str]) -> str:
    return environ.get("PYTHONUSERBASE") or str(Path("~/.local").expanduser())
