"""Tells texts that name places of this machine: on the next one they would be others."""

from __future__ import annotations

import os
import platform
import site
import sys
import sysconfig
from functools import lru_cache

SHORTEST = 8
"""A shorter path, such as /usr, is on every machine."""


def names_this_machine(text: str) -> bool:
    return any(place in text for place in _places())


@lru_cache(maxsize=1)
def _places() -> tuple[str, ...]:
    """Folders that Python and the code under test are in, and this machine's name."""
    folders = {*sys.path, *sysconfig.get_paths().values(), *site.getsitepackages(), sys.prefix, sys.base_prefix}
    folders |= {sys.executable, os.path.realpath(sys.executable), os.path.dirname(os.__file__)}  # noqa: PTH120 - as text
    found = {path for folder in folders for path in (folder, os.path.realpath(folder))}
    return tuple(place for place in {*found, platform.node()} if len(place) >= SHORTEST)
