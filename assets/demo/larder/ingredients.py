"""Recipe lines as people write them, read into amounts, units and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from larder.units import ALIASES, GRAMS, MILLILITRES, canonical_unit, friendly_amount

_GLYPHS = {"¼": "1/4", "½": "1/2", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
_NUMBER = re.compile(r"\s*(?:(?P<whole>\d+)\s+)?(?P<top>\d+)\s*/\s*(?P<bottom>\d+)|\s*(?P<plain>\d+(?:[.,]\d+)?)")
_UNIT_NAMES = {*ALIASES, *GRAMS, *MILLILITRES}


class IngredientError(ValueError):
    """A line that cannot be read as an ingredient."""


@dataclass(frozen=True)
class Ingredient:
    """One line of a recipe; `amount` is None for "to taste", `note` is what stands after the comma."""

    name: str
    amount: float | None = None
    unit: str = ""
    note: str = ""

    def __str__(self) -> str:
        amount = "" if self.amount is None else friendly_amount(self.amount)
        return " ".join(part for part in (amount, self.unit, self.name) if part)


def parse_amount(text: str) -> tuple[float | None, str]:
    """The number a line begins with, and the rest of the line.

    >>> parse_amount("1 1/2 cups flour")
    (1.5, 'cups flour')
    >>> parse_amount("salt")
    (None, 'salt')
    """
    for glyph, fraction in _GLYPHS.items():
        text = text.replace(glyph, f" {fraction}")
    found = _NUMBER.match(text)
    if not found:
        return None, text.strip()
    rest = text[found.end() :].strip()
    if found["plain"]:
        return float(found["plain"].replace(",", ".")), rest
    if int(found["bottom"]) == 0:
        raise IngredientError(f"a fraction cannot have 0 below the line: {text.strip()!r}")
    return float(int(found["whole"] or 0) + Fraction(int(found["top"]), int(found["bottom"]))), rest


def parse_ingredient(line: str) -> Ingredient:
    """One line of a recipe.

    >>> parse_ingredient("2 tablespoons olive oil")
    Ingredient(name='olive oil', amount=2.0, unit='tbsp', note='')
    >>> parse_ingredient("½ cup walnuts, chopped")
    Ingredient(name='walnuts', amount=0.5, unit='cup', note='chopped')
    >>> parse_ingredient("3 eggs")
    Ingredient(name='eggs', amount=3.0, unit='', note='')
    """
    amount, rest = parse_amount(line)
    name, _, note = rest.partition(",")
    word, _, after = name.strip().partition(" ")
    unit = ""
    if amount is not None and after and word.lower().rstrip(".") in _UNIT_NAMES:
        unit, name = canonical_unit(word), after.removeprefix("of ")
    if not name.strip():
        raise IngredientError(f"no ingredient in {line!r}")
    return Ingredient(name.strip(), amount, unit, note.strip())


def parse_recipe(text: str) -> list[Ingredient]:
    """Every ingredient of a recipe; blank lines, headings (`For the dough:`) and bullets are skipped.

    >>> [str(each) for each in parse_recipe("For the dough:\\n- 500 g flour\\n\\n- salt")]
    ['500 g flour', 'salt']
    """
    lines = (line.strip().lstrip("-*• ") for line in text.splitlines())
    return [parse_ingredient(line) for line in lines if line and not line.endswith(":")]
