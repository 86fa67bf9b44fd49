"""Tells texts that name places of this machine, or what only one shell sets: on the next one they would be others."""

from __future__ import annotations

import os
import platform
import site
import sys
import sysconfig
from functools import lru_cache
from typing import Iterable

SHORTEST = 8
"""A shorter path, such as /usr, is on every machine."""


_private: list[str] = []
"""Values of the variables that a person lets tests have."""


def keep_private(variables: Iterable[str]) -> None:
    values = [os.environ.get(name, "") for name in variables]
    _private.extend(text for value in values for text in (value, repr(value)[1:-1]) if len(value) >= SHORTEST)


def names_this_machine(text: str) -> bool:
    return any(place in text for place in (*_private, *_places()))


@lru_cache(maxsize=1)
def _places() -> tuple[str, ...]:
    """Folders that Python and the code under test are in, and this machine's name."""
    folders = {*sys.path, *sysconfig.get_paths().values(), *site.getsitepackages(), sys.prefix, sys.base_prefix}
    folders |= {sys.executable, os.path.realpath(sys.executable), os.path.dirname(os.__file__)}  # noqa: PTH120 - as text
    found = {path for folder in folders for path in (folder, os.path.realpath(folder))}
    return tuple(place for place in {*found, platform.node()} if len(place) >= SHORTEST)
