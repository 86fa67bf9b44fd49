"""What is written on a jar: its name, what is in it, and the lot it belongs to."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import datetime, timedelta

WIDTH = 24
ALLERGENS = ("almond", "celery", "egg", "milk", "mustard", "peanut", "sesame", "soy", "walnut", "wheat")


class LabelError(ValueError):
    """Something that does not fit on a label."""


def packed_day(packed_at: float) -> str:
    """The day something was packed, as printed on the lid; `packed_at` is in seconds since the epoch.

    >>> packed_day(1718020800.0)
    '10 JUN 24'
    """
    return datetime.fromtimestamp(packed_at).strftime("%d %b %y").upper()


def lot_code(packed_at: float, line: str = "A") -> str:
    """Year, day of the year and packing line, so that a jar can be traced back.

    >>> lot_code(1718020800.0)
    'L24162A'
    """
    if len(line) != 1 or not line.isalpha():
        raise LabelError(f"a packing line is one letter, not {line!r}")
    return datetime.fromtimestamp(packed_at).strftime("L%y%j") + line.upper()


def best_before(packed_at: float, days: int) -> str:
    """The month until which it keeps, the way it is printed on tins.

    >>> best_before(1718020800.0, days=365)
    '06/2025'
    """
    if days < 1:
        raise LabelError("it has to keep for at least a day")
    return (datetime.fromtimestamp(packed_at) + timedelta(days=days)).strftime("%m/%Y")


def allergens(ingredients: Iterable[str]) -> list[str]:
    """The allergens named in a list of ingredients, in order and once each.

    >>> allergens(["Wheat flour", "whole milk", "salt", "milk powder"])
    ['milk', 'wheat']
    """
    named = [ingredient.lower() for ingredient in ingredients]
    return [allergen for allergen in ALLERGENS if any(allergen in ingredient for ingredient in named)]


def wrapped(text: str, width: int = WIDTH) -> list[str]:
    """Text in lines that fit on a label.

    >>> wrapped("Plum and walnut chutney, medium hot")
    ['Plum and walnut chutney,', 'medium hot']
    """
    if width < 8:
        raise LabelError("a label is at least 8 characters wide")
    return textwrap.wrap(" ".join(text.split()), width)


def label(name: str, ingredients: Iterable[str], packed_at: float, days: int = 365) -> str:
    """A whole label, line by line.

    >>> print(label("Plum chutney", ["plums", "mustard seed"], 1718020800.0))
    PLUM CHUTNEY
    contains mustard
    best before 06/2025
    packed 10 JUN 24 L24162A
    """
    if not name.strip():
        raise LabelError("a label needs a name")
    found = allergens(ingredients)
    lines = [line.upper() for line in wrapped(name)]
    lines += wrapped("contains " + ", ".join(found)) if found else []
    lines.append(f"best before {best_before(packed_at, days)}")
    lines.append(f"packed {packed_day(packed_at)} {lot_code(packed_at)}")
    return "\n".join(lines)
