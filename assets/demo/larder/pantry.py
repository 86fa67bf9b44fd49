"""The stock of a kitchen: what is put in, taken out, and running low."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from larder.items import Freshness, Item
from larder.units import convert


class PantryError(Exception):
    """Something that cannot be done with what is in the pantry."""


class NotInPantry(PantryError):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no {name}")
        self.name = name


class NotEnough(PantryError):
    """Raised before anything is taken; `missing` is in the unit the item is kept in."""

    def __init__(self, item: Item, missing: float) -> None:
        super().__init__(f"{missing:g} {item.unit} {item.name} missing".replace("  ", " "))
        self.item = item
        self.missing = missing


class Pantry:
    """Items by name, without regard to case; the same thing added twice is one item."""

    def __init__(self, items: list[Item] | None = None) -> None:
        self._items: dict[str, Item] = {}
        self._minimum: dict[str, float] = {}
        for item in items or []:
            self.add(item)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(sorted(self._items.values(), key=lambda item: item.name.lower()))

    def get(self, name: str) -> Item:
        try:
            return self._items[name.lower()]
        except KeyError:
            raise NotInPantry(name) from None

    def add(self, item: Item) -> Item:
        """Puts something in, converted to the unit it is kept in; the earlier date of expiry stays.

        >>> pantry = Pantry([Item("flour", 500, "g")])
        >>> pantry.add(Item("Flour", 1, "kg")).amount
        1500.0
        """
        key = item.name.lower()
        if key in self._items:
            kept = self._items[key]
            more = item.amount if item.unit == kept.unit else convert(item.amount, item.unit, kept.unit)
            dates = [day for day in (kept.expires, item.expires) if day]
            item = Item(kept.name, kept.amount + more, kept.unit, kept.category, min(dates, default=None))
        self._items[key] = item
        return item

    def take(self, name: str, amount: float, unit: str = "") -> Item:
        """Takes something out and returns what is left; an item that is used up is gone.

        >>> pantry = Pantry([Item("rice", 1, "kg")])
        >>> pantry.take("rice", 250, "g").amount
        0.75
        """
        item = self.get(name)
        wanted = convert(amount, unit, item.unit) if unit and unit != item.unit else amount
        if wanted > item.amount:
            raise NotEnough(item, wanted - item.amount)
        left = item.with_amount(item.amount - wanted)
        if left.is_empty:
            del self._items[name.lower()]
        else:
            self._items[name.lower()] = left
        return left

    def keep_at_least(self, name: str, amount: float) -> None:
        """Says from which amount on something counts as running low."""
        self._minimum[name.lower()] = amount

    def running_low(self) -> list[str]:
        """Names of what is below its minimum or gone, in order."""
        amounts = {key: item.amount for key, item in self._items.items()}
        return sorted(name for name, least in self._minimum.items() if amounts.get(name, 0) < least)

    def use_first(self, today: date) -> list[Item]:
        """What should be used up, the most urgent first."""
        urgent = [item for item in self if item.freshness(today) is not Freshness.FRESH]
        return sorted(urgent, key=lambda item: (item.freshness(today), item.expires or date.max))
