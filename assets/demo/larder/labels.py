"""What is written on a jar: its name, what is in it, and the lot it belongs to."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import date, datetime, timedelta

WIDTH = 24
ALLERGENS = ("almond", "celery", "egg", "milk", "mustard", "peanut", "sesame", "soy", "walnut", "wheat")


class LabelError(ValueError):
    """Something that does not fit on a label."""


def packed_day(weighed_at: str) -> date:
    """The day something was packed, from the time that the kitchen scale wrote down.

    >>> packed_day("2024-06-10T12:00:00+00:00")
    datetime.date(2024, 6, 10)
    """
    try:
        moment = datetime.fromisoformat(weighed_at)
    except ValueError:
        raise LabelError(f"not a time: {weighed_at!r}") from None
    return moment.astimezone().date()


def lot_code(packed: date, line: str = "A") -> str:
    """Year, day of the year and packing line, so that a jar can be traced back.

    >>> lot_code(date(2024, 6, 10))
    'L24162A'
    """
    if len(line) != 1 or not line.isalpha():
        raise LabelError(f"a packing line is one letter, not {line!r}")
    return packed.strftime("L%y%j") + line.upper()


def best_before(packed: date, days: int) -> str:
    """The month until which it keeps, the way it is printed on tins.

    >>> best_before(date(2024, 6, 10), days=365)
    '06/2025'
    """
    if days < 1:
        raise LabelError("it has to keep for at least a day")
    return (packed + timedelta(days=days)).strftime("%m/%Y")


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


def label(name: str, ingredients: Iterable[str], packed: date, days: int = 365) -> str:
    """A whole label, line by line.

    >>> print(label("Plum chutney", ["plums", "mustard seed"], date(2024, 6, 10)))
    PLUM CHUTNEY
    contains mustard
    best before 06/2025
    lot L24162A
    """
    if not name.strip():
        raise LabelError("a label needs a name")
    found = allergens(ingredients)
    lines = [line.upper() for line in wrapped(name)]
    lines += wrapped("contains " + ", ".join(found)) if found else []
    lines += [f"best before {best_before(packed, days)}", f"lot {lot_code(packed)}"]
    return "\n".join(lines)
