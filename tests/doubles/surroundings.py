"""The environment that tests start from: the same on every machine, in every shell and for everybody."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, MutableMapping
from fnmatch import fnmatchcase
from types import MappingProxyType

AS_STARTED: Mapping[str, str] = MappingProxyType(dict(os.environ))
"""The environment of whoever started the tests, for what has to reach a package registry."""

PASSED_ON = (
    "PATH",
    "TMPDIR",
    "PYTHONHASHSEED",
    "PYTEST_*",
    "COV_CORE_*",
    "COVERAGE_*",
    "HYPOTHESIS_*",
    "TEXTUAL_SNAPSHOT_*",
    "CTXTUI_TEST_*",
    "CTXTUI_REAL_AGENTS",
    "LD_PRELOAD",
    "FAKETIME*",
)
"""What tests may see of it: where programs are, what pytest and its plugins tell each other, and a shifted clock."""
FIXED = {"LANG": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color", "USER": "tester", "LOGNAME": "tester"}
NO_PLUGINS = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
"""Where only small projects are tested: the plugins of our own environment take three times as long as pytest itself.

The tests of what a project's own pytest does leave them in.
"""
CLOCK = ("LD_PRELOAD", "FAKETIME*")
"""What shifts the clock of a process, and has to reach every process whose times are compared."""


def matching(environ: Mapping[str, str], patterns: tuple[str, ...]) -> dict[str, str]:
    """The variables whose names match one of the patterns."""
    return {name: value for name, value in environ.items() if any(fnmatchcase(name, pattern) for pattern in patterns)}


def clean(environ: MutableMapping[str, str]) -> None:
    """Takes out of the environment what a test must not depend on."""
    left = {**matching(environ, PASSED_ON), **FIXED}
    environ.clear()
    environ.update(left)
    time.tzset()


def small_environ(*names: str) -> dict[str, str]:
    """The environment for a process that a test starts: these variables of its own, and the clock."""
    return {
        **{name: os.environ[name] for name in ("PATH", *names) if name in os.environ},
        **matching(os.environ, CLOCK),
    }
