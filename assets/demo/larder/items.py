"""Things that stand on a shelf, and how long they keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, IntEnum


class Category(Enum):
    """Where something belongs."""

    DRY = "dry"
    FRESH = "fresh"
    FROZEN = "frozen"
    DRINK = "drink"

    @property
    def shelf_life(self) -> timedelta:
        """How long things of this kind keep when nothing is printed on them."""
        days = {Category.DRY: 365, Category.FRESH: 7, Category.FROZEN: 180, Category.DRINK: 270}
        return timedelta(days=days[self])


class Freshness(IntEnum):
    """Ordered, so that the most urgent sorts first."""

    EXPIRED = 0
    USE_SOON = 1
    FRESH = 2


@dataclass(frozen=True)
class Item:
    """An amount of one thing; `unit` is empty for things that are counted."""

    name: str
    amount: float
    unit: str = ""
    category: Category = Category.DRY
    expires: date | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("an item needs a name")
        if self.amount < 0:
            raise ValueError(f"{self.name}: the amount cannot be negative")

    @property
    def is_empty(self) -> bool:
        return self.amount == 0

    def with_amount(self, amount: float) -> Item:
        """The same thing, more or less of it."""
        return replace(self, amount=amount)

    def days_left(self, today: date) -> int | None:
        """Days until it expires, negative when it has; None when nothing is printed on it.

        >>> Item("milk", 1, "l", Category.FRESH, date(2024, 3, 10)).days_left(date(2024, 3, 7))
        3
        """
        return None if self.expires is None else (self.expires - today).days

    def freshness(self, today: date, soon: int = 3) -> Freshness:
        """How urgent it is to use this up.

        >>> Item("milk", 1, "l", expires=date(2024, 3, 10)).freshness(date(2024, 3, 9)).name
        'USE_SOON'
        """
        left = self.days_left(today)
        if left is None or left > soon:
            return Freshness.FRESH
        return Freshness.EXPIRED if left < 0 else Freshness.USE_SOON


def bought_on(day: date, name: str, amount: float, unit: str = "", category: Category = Category.DRY) -> Item:
    """A new item that keeps as long as its category does.

    >>> bought_on(date(2024, 3, 1), "spinach", 200, "g", Category.FRESH).expires
    datetime.date(2024, 3, 8)
    """
    return Item(name, amount, unit, category, day + category.shelf_life)
