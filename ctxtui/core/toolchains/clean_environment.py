"""The environment that the project's interpreter runs in: nothing of the person's but what programs need to start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PYTHONHOME")
TIME_ZONES = ("UTC", "America/St_Johns", "Asia/Kolkata", "Pacific/Auckland", "America/Los_Angeles")


def clean_environment(
    interpreter: Path, home: Path, temporary: Path, seed: int | None = None, hash_seed: int = 0
) -> dict[str, str]:
    """`seed` picks the time zone, so that tests that depend on one show it. `home` and `temporary` are thrown away."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
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
        "COLUMNS": "80",
        "LINES": "24",
        "TZ": TIME_ZONES[(seed or 0) % len(TIME_ZONES)],
        "PYTHONHASHSEED": str(hash_seed % 2**32),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    if (interpreter.parent.parent / "pyvenv.cfg").is_file():
        environment["VIRTUAL_ENV"] = str(interpreter.parent.parent)
    else:
        environment["PYTHONUSERBASE"] = _user_base(os.environ)  # packages installed for the user stay importable
    return environment


def _user_base(environ: Mapping[str, str]) -> str:
    return environ.get("PYTHONUSERBASE") or str(Path("~/.local").expanduser())
