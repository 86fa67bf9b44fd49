"""What to buy: recipes compared with the stock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from larder.ingredients import Ingredient
from larder.pantry import Pantry
from larder.units import UnitError, convert, friendly_amount

AISLES = {
    "produce": ("apple", "carrot", "garlic", "lemon", "onion", "spinach", "tomato"),
    "dairy": ("butter", "cheese", "cream", "egg", "milk", "yoghurt"),
    "baking": ("flour", "sugar", "yeast", "vanilla"),
}


@dataclass(frozen=True)
class Line:
    """One thing to buy; `amount` is None when nobody said how much."""

    name: str
    amount: float | None = None
    unit: str = ""

    def __str__(self) -> str:
        amount = "" if self.amount is None else friendly_amount(self.amount)
        return " ".join(part for part in (amount, self.unit, self.name) if part)


def aisle(name: str) -> str:
    """Where in the shop something is found.

    >>> aisle("red onions")
    'produce'
    >>> aisle("soap")
    'other'
    """
    lowered = name.lower()
    return next((place for place, words in AISLES.items() if any(word in lowered for word in words)), "other")


def combine(ingredients: Iterable[Ingredient]) -> list[Line]:
    """The same thing from several recipes as one line; amounts that cannot be added stay apart.

    >>> [str(line) for line in combine([Ingredient("flour", 500, "g"), Ingredient("Flour", 1, "kg")])]
    ['1500 g flour']
    """
    lines: list[Line] = []
    for wanted in ingredients:
        for place, line in enumerate(lines):
            if line.name.lower() == wanted.name.lower():
                total = _total(line, wanted)
                if total is not None:
                    lines[place] = total
                    break
        else:
            lines.append(Line(wanted.name, wanted.amount, wanted.unit))
    return lines


def _total(line: Line, wanted: Ingredient) -> Line | None:
    if line.amount is None or wanted.amount is None:
        return line if line.amount is wanted.amount else None
    if line.unit == wanted.unit:
        return Line(line.name, line.amount + wanted.amount, line.unit)
    try:
        return Line(line.name, line.amount + convert(wanted.amount, wanted.unit, line.unit), line.unit)
    except UnitError:
        return None


def missing(pantry: Pantry, line: Line) -> Line | None:
    """What is left to buy of a line; None when there is enough in the pantry."""
    if line.name not in pantry:
        return line
    if line.amount is None:
        return None
    item = pantry.get(line.name)
    try:
        there = item.amount if item.unit == line.unit else convert(item.amount, item.unit, line.unit)
    except UnitError:
        return line
    return Line(line.name, line.amount - there, line.unit) if there < line.amount else None


def shopping_list(pantry: Pantry, ingredients: Iterable[Ingredient]) -> list[Line]:
    """Everything to buy, by aisle and then by name.

    >>> [str(line) for line in shopping_list(Pantry(), [Ingredient("soap"), Ingredient("milk", 1, "l")])]
    ['1 l milk', 'soap']
    """
    places = [*AISLES, "other"]
    lines = [short for line in combine(ingredients) if (short := missing(pantry, line))]
    return sorted(lines, key=lambda line: (places.index(aisle(line.name)), line.name.lower()))
