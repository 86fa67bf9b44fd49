"""Plain data as values of a declared type, whichever thread needs a type first."""

from __future__ import annotations

import threading
from typing import TypeVar

import msgspec

T = TypeVar("T")

_LOCK = threading.Lock()
"""msgspec learns a type at its first use, and ends the whole process where two threads do that together."""


def converted(value: object, kind: type[T], *, strict: bool = True) -> T:
    """Raises msgspec.ValidationError where the value is none of the type."""
    with _LOCK:
        return msgspec.convert(value, kind, strict=strict)  # noqa: TID251 - under the lock


def decoded(text: bytes, kind: type[T]) -> T:
    """Out of JSON. Raises msgspec.DecodeError, of which a ValidationError is one."""
    with _LOCK:
        return msgspec.json.decode(text, type=kind)  # noqa: TID251 - under the lock
