"""Runs tests under a clock that is years ahead: `python tests/clock_ahead.py TESTS…`, with pytest's arguments.

The clock is shifted for the tests and for every process that they start and compare times with. No outcome may
change by it: a point in time that stands in a test, and passes, is found years before it does.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import libfaketime

AHEAD = "+3y"


def shifted(environ: dict[str, str]) -> dict[str, str]:
    """The environment in which programs see the shifted clock; how long something takes is still told rightly."""
    _needs_start, additions = libfaketime.get_reload_information()
    library = str(Path(additions.get("LD_LIBRARY_PATH", ""), additions["LD_PRELOAD"]))
    return {**environ, "LD_PRELOAD": library, "FAKETIME": AHEAD, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def main(arguments: list[str]) -> None:
    # Folders of other test runs look years old to this one, which must not clear them away.
    folder = tempfile.mkdtemp(prefix="clock-ahead-")
    words = [sys.executable, "-m", "pytest", "--basetemp", str(Path(folder) / "tests"), *arguments]
    environ = shifted(dict(os.environ))
    pid = os.spawnve(os.P_NOWAIT, words[0], words, environ)
    _pid, status = os.waitpid(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1:])
