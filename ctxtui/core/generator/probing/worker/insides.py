"""A quick look at what an object holds inside, public or not: whether a call did anything to it."""

from __future__ import annotations

from typing import Any, Collection, Iterator, Tuple

from .careful import attribute, members_of

MOST_MEMBERS = 40
_PLAIN = (int, float, str, bytes, type(None))
Inside = Tuple[Tuple[str, Any], ...]


def inside_of(value: object) -> Inside:
    """Plain values as they are, of containers the size, of others which they are."""
    return tuple((name, _seen(held)) for name, held in _held_by(value))


def _held_by(value: object) -> Iterator[tuple[str, Any]]:
    yield from members_of(value)[:MOST_MEMBERS]
    for owner in type(value).__mro__:
        slots = vars(owner).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            mangled = f"_{owner.__name__.lstrip('_')}{name}" if name.startswith("__") and name[-2:] != "__" else name
            if mangled not in ("__dict__", "__weakref__"):
                yield mangled, attribute(value, mangled)


def _seen(held: Any) -> object:  # noqa: ANN401 - whatever an object holds
    if type(held) in _PLAIN or isinstance(held, bool):
        return held
    if isinstance(held, Collection) and type(held).__module__ in ("builtins", "collections"):
        return len(held)
    return id(held)
