"""Warnings that something a module uses grows old: with another version of that, there is none, or an error."""

from __future__ import annotations

import asyncio
import linecache
import warnings
from pathlib import Path

OF_AGE = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
LOOP = Path(asyncio.__file__).parent
"""What a coroutine says of its caller is said of the loop."""


def is_said_of_the_code(warning: warnings.WarningMessage) -> bool:
    """Whether code is warned about that names no such warning; what a call is warned about has no lines."""
    lines = linecache.getlines(warning.filename)
    is_caller = not lines or Path(warning.filename).parent == LOOP
    kind = warning.category.__name__
    return issubclass(warning.category, OF_AGE) and not is_caller and not any(kind in line for line in lines)
