"""Prices asked from several shops at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

PriceSource = Callable[[str], Awaitable[float]]


class SupplierError(Exception):
    """A shop that cannot say what something costs."""


@dataclass(frozen=True, order=True)
class Offer:
    """A price in euros; offers sort by price, then by shop."""

    price: float
    shop: str
    item: str

    def __str__(self) -> str:
        return f"{self.item} at {self.shop}: €{self.price:.2f}"


class PriceList:
    """A shop with fixed prices.

    >>> asyncio.run(PriceList({"milk": 1.19}).price("Milk"))
    1.19
    """

    def __init__(self, prices: Mapping[str, float]) -> None:
        self._prices = {name.lower(): price for name, price in prices.items()}

    async def price(self, item: str) -> float:
        try:
            return self._prices[item.lower()]
        except KeyError:
            raise SupplierError(f"{item} is not sold here") from None


async def ask(shop: str, source: PriceSource, item: str, patience: float = 1.0) -> Offer | None:
    """One shop's offer; None when it does not sell the item or takes longer than `patience` seconds."""
    try:
        price = await asyncio.wait_for(source(item), patience)
    except (SupplierError, asyncio.TimeoutError):
        return None
    if price <= 0:
        raise ValueError(f"{shop} asks {price} for {item}: a price must be above 0")
    return Offer(price, shop, item)


async def offers(shops: Mapping[str, PriceSource], item: str, patience: float = 1.0) -> list[Offer]:
    """Offers of every shop that has one, cheapest first; all shops are asked at the same time."""
    answers = await asyncio.gather(*(ask(shop, source, item, patience) for shop, source in shops.items()))
    return sorted(offer for offer in answers if offer)


async def cheapest(shops: Mapping[str, PriceSource], item: str, patience: float = 1.0) -> Offer:
    """The best offer. Raises SupplierError when nobody has one."""
    found = await offers(shops, item, patience)
    if not found:
        raise SupplierError(f"nobody sells {item}")
    return found[0]


def basket_total(chosen: list[Offer]) -> float:
    """What a basket costs, in euros and cents.

    >>> basket_total([Offer(1.19, "corner", "milk"), Offer(2.4, "market", "bread")])
    3.59
    """
    return round(sum(offer.price for offer in chosen), 2)


def by_shop(chosen: list[Offer]) -> dict[str, list[str]]:
    """What to buy where.

    >>> by_shop([Offer(1.19, "corner", "milk"), Offer(2.4, "market", "bread"), Offer(0.9, "corner", "salt")])
    {'corner': ['milk', 'salt'], 'market': ['bread']}
    """
    plan: dict[str, list[str]] = {}
    for offer in chosen:
        plan.setdefault(offer.shop, []).append(offer.item)
    return plan
