"""How values become columns: moments as microseconds, maps as JSON text, and text that every database takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def to_micros(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError(f"A moment without a time zone cannot be stored: {moment.isoformat()}.")
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def to_text(text: str) -> str:
    """The same text with what UTF-8 or a database cannot hold (lone surrogates, NUL) replaced by U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def to_json(value: object) -> str:
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:
        return _encode(_storable(value)).decode()


def from_json(text: str) -> Any:  # noqa: ANN401 - JSON text may hold any of JSON's types
    return _decode(text)


def _storable(value: object) -> object:
    if isinstance(value, str):
        return to_text(value)
    if isinstance(value, Mapping):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(item) for item in value]
    return value
