"""Kitchen measures: conversion, and amounts as people write them."""

from __future__ import annotations

from fractions import Fraction

GRAMS = {"g": 1.0, "kg": 1000.0, "oz": 28.349523125, "lb": 453.59237}
MILLILITRES = {"ml": 1.0, "l": 1000.0, "tsp": 5.0, "tbsp": 15.0, "cup": 240.0}

ALIASES = {
    "gram": "g",
    "grams": "g",
    "kilo": "kg",
    "kilos": "kg",
    "ounce": "oz",
    "ounces": "oz",
    "pound": "lb",
    "pounds": "lb",
    "litre": "l",
    "litres": "l",
    "liter": "l",
    "teaspoon": "tsp",
    "teaspoons": "tsp",
    "tablespoon": "tbsp",
    "tablespoons": "tbsp",
    "cups": "cup",
}

NICE_FRACTIONS = {
    Fraction(1, 4): "¼",
    Fraction(1, 3): "⅓",
    Fraction(1, 2): "½",
    Fraction(2, 3): "⅔",
    Fraction(3, 4): "¾",
}


class UnitError(ValueError):
    """A unit that is not known here, or two that cannot be converted."""


def canonical_unit(name: str) -> str:
    """The short name of a unit.

    >>> canonical_unit("Tablespoons")
    'tbsp'
    """
    lowered = name.strip().lower().rstrip(".")
    unit = ALIASES.get(lowered, lowered)
    if unit not in GRAMS and unit not in MILLILITRES:
        raise UnitError(f"unknown unit: {name!r}")
    return unit


def convert(amount: float, source: str, target: str) -> float:
    """An amount in another unit of the same kind.

    >>> convert(2, "cups", "ml")
    480.0
    >>> convert(1.5, "kg", "g")
    1500.0
    """
    source, target = canonical_unit(source), canonical_unit(target)
    for table in (GRAMS, MILLILITRES):
        if source in table and target in table:
            return amount * table[source] / table[target]
    raise UnitError(f"cannot convert {source} to {target}: one is a weight, the other a volume")


def friendly_amount(amount: float) -> str:
    """An amount with the fractions that measuring cups have.

    >>> friendly_amount(1.5)
    '1½'
    >>> friendly_amount(0.3333)
    '⅓'
    >>> friendly_amount(2.0)
    '2'
    """
    if amount < 0:
        raise ValueError("an amount cannot be negative")
    whole = int(amount)
    rest = Fraction(amount - whole).limit_denominator(8)
    if rest == 1:
        whole, rest = whole + 1, Fraction(0)
    if rest == 0:
        return str(whole)
    if rest in NICE_FRACTIONS:
        return (str(whole) if whole else "") + NICE_FRACTIONS[rest]
    return f"{amount:.2f}".rstrip("0").rstrip(".")


def scale(amount: float, servings: int, wanted: int) -> float:
    """An amount for another number of servings.

    >>> scale(300, servings=4, wanted=6)
    450.0
    """
    if servings < 1 or wanted < 1:
        raise ValueError("servings must be at least 1")
    return amount * wanted / servings
