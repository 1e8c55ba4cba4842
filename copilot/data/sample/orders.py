"""Draws the sample shop's orders: who buys what again and when, what is taken back, and what does not count."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from copilot.data.sample.catalogue import CATEGORIES, EQUIPMENT, GIFTS, PRODUCTS, Product
from copilot.data.sample.chance import Urn
from copilot.data.sample.people import CUSTOMERS, END, START, Person

FIRST_PRODUCT: Final = "LT-SAM-06"  # planted: after the sampler comes the breakfast tea
NEXT_PRODUCT: Final = "LT-ASM-250"
NEXT_SHARE: Final = 0.45
BUSY_HOURS: Final = (20, 21, 22)  # planted: orders between 20:00 and 22:59
TYPICAL_GAP: Final = 34.0  # planted: days, median of the drawn gaps
COUNTED: Final = frozenset({"paid", "partially_refunded", "refunded"})

_HOURS: Final = Urn.of(
    range(24),
    (3, 2, 1, 1, 1, 2, 6, 14, 22, 26, 28, 28, 34, 30, 24, 22, 24, 28, 32, 46, 96, 104, 78, 14),
)
_WEEKDAYS: Final = (1.0, 0.95, 0.95, 1.0, 0.9, 1.05, 1.45)  # Monday first
_DAYS_LEFT: Final = tuple(Urn.of(range(day, 7), _WEEKDAYS[day:]) for day in range(7))
_LATER_CATEGORIES: Final = Urn.of(CATEGORIES, (0.36, 0.27, 0.20, 0.08, 0.09))
_EXTRA_LINES: Final = Urn.of(range(3), (0.45, 0.37, 0.18))
_RETURN_SOURCES: Final = Urn.of(("email", "direct", ""), (0.5, 0.3, 0.2))  # "": the same way as the first time
_TRAP_PRODUCTS: Final = Urn.of([p for p in PRODUCTS if p.category == EQUIPMENT and p.price >= 2900], (0.2, 0.4, 0.4))


@dataclass(frozen=True)
class Line:
    """One order line; `quantity` pieces of `product`."""

    product: Product
    quantity: int

    @property
    def gross(self) -> int:
        """Pence before discount."""
        return self.product.price * self.quantity


@dataclass(frozen=True)
class Order:
    """One order as the shop knows it; money in pence. `person` is None for a guest at the counter."""

    number: int
    person: Person | None
    at: datetime
    lines: tuple[Line, ...]
    source: str
    channel: str = "web"
    status: str = "paid"
    code: str = ""
    discount: int = 0
    shipping: int = 0
    refunded: int = 0
    cancelled: bool = False
    test: bool = False
    tags: tuple[str, ...] = field(default=())

    @property
    def gross(self) -> int:
        """Value of the lines before discounts."""
        return sum(line.gross for line in self.lines)

    @property
    def net(self) -> int:
        """Value of the lines after discounts and refunds, without shipping."""
        return self.gross - self.discount - self.refunded

    @property
    def total(self) -> int:
        """What was charged: lines after discount, and shipping. The shop charges no tax on top."""
        return self.gross - self.discount + self.shipping

    @property
    def counts(self) -> bool:
        """Whether the order is a sale: paid for, not cancelled, not a test."""
        return self.status in COUNTED and not self.cancelled and not self.test


def draw_orders(rng: np.random.Generator, people: list[Person]) -> list[Order]:
    """All orders of the shop, oldest first, numbered as the shop would."""
    drawn: list[Order] = []
    for person in people:
        drawn.extend(_orders_of(rng, person))
    drawn.extend(_guest_orders(rng, CUSTOMERS // 15))
    drawn.extend(_test_orders(rng, 6))
    drawn.sort(key=lambda order: order.at)
    return [replace(order, number=1001 + index) for index, order in enumerate(drawn)]


def _orders_of(rng: np.random.Generator, person: Person) -> list[Order]:
    if person.first_at is None:
        return []
    stay, pace = _habit(rng, person)
    orders: list[Order] = []
    at = _moment(rng, person.first_at)
    while at < END:
        orders.append(_order(rng, person, at, orders))
        if rng.random() > stay:
            break
        days = pace * float(np.exp(rng.normal(0.0, 0.45)))
        at = _moment(rng, at + timedelta(days=max(days, 2.0)))
    return orders


def _habit(rng: np.random.Generator, person: Person) -> tuple[float, float]:
    """(chance of yet another order, typical days between orders) of one person."""
    pace = TYPICAL_GAP * float(np.exp(rng.normal(0.0, 0.30)))
    if person.driver:
        return float(rng.beta(6.1, 2.1)), pace
    if person.hunter:
        return float(rng.beta(7.0, 2.6)), pace * 0.8
    if person.trap:
        return float(rng.beta(2.4, 3.6)), pace * 1.2
    if person.decoy:
        return float(rng.beta(2.7, 2.6)), pace
    return float(rng.beta(2.9, 2.5)), pace


def _order(rng: np.random.Generator, person: Person, at: datetime, before: list[Order]) -> Order:
    first = not before
    lines = _basket(rng, person, before)
    gross = sum(line.gross for line in lines)
    share, code = _discount(rng, person, first=first)
    discount = round(gross * share)
    paid = gross - discount
    order = Order(
        number=0,
        person=person,
        at=at,
        lines=lines,
        source=person.source if first else _RETURN_SOURCES.draw(rng) or person.source,
        channel="web" if rng.random() < 0.97 else "3890849",
        code=code,
        discount=discount,
        shipping=0 if paid >= 3500 else 395,
        tags=("gift-note",) if rng.random() < 0.05 else (),
    )
    return _outcome(rng, order)


def _outcome(rng: np.random.Generator, order: Order) -> Order:
    """What became of the order: mostly paid; some taken back, cancelled or never paid."""
    person, roll = order.person, float(rng.random())
    paid = order.gross - order.discount
    if person is not None and person.trap and roll < 0.92:
        if roll < 0.20:
            return replace(order, status="refunded", refunded=paid)
        return replace(order, status="partially_refunded", refunded=int(paid * rng.uniform(0.65, 0.95)))
    if roll < 0.012:
        return replace(order, status="refunded", refunded=paid)
    if roll < 0.040:
        return replace(order, status="partially_refunded", refunded=int(paid * rng.uniform(0.15, 0.6)))
    if roll < 0.052:
        return replace(order, status="voided", cancelled=True)
    if roll < 0.064:
        return replace(order, status="pending")
    return order


def _basket(rng: np.random.Generator, person: Person, before: list[Order]) -> tuple[Line, ...]:
    """First baskets hold one category; later ones wander. Every product appears at most once."""
    if person.trap:
        return (Line(_TRAP_PRODUCTS.draw(rng), int(rng.integers(1, 4))),)
    if before and before[-1].lines[0].product.sku == FIRST_PRODUCT and rng.random() < NEXT_SHARE:
        lead = _by_sku(NEXT_PRODUCT)
    else:
        category = person.category
        if before and rng.random() < 0.45:
            category = _LATER_CATEGORIES.draw(rng)
        lead = _shelf(category, not before).draw(rng)
    chosen = {lead.sku: lead}
    single = person.hunter or lead.category in {EQUIPMENT, GIFTS}  # dear things come one at a time
    for _ in range(0 if single else _EXTRA_LINES.draw(rng)):
        extra = _shelf(lead.category, not before).draw(rng)
        chosen.setdefault(extra.sku, extra)
    return tuple(Line(product, 1 if single else int(rng.integers(1, 3))) for product in chosen.values())


def _discount(rng: np.random.Generator, person: Person, *, first: bool) -> tuple[float, str]:
    if person.hunter:
        return (0.30, "DEAL30") if rng.random() < 0.94 else (0.0, "")
    roll = rng.random()
    if first:
        return (0.10, "HELLO10") if roll < 0.28 else (0.0, "")
    return (0.10, "TEATIME10") if roll < 0.10 else (0.0, "")


def _guest_orders(rng: np.random.Generator, count: int) -> list[Order]:
    """Sales at the counter, without an e-mail address."""
    days = rng.integers(0, (END - START).days, size=count)
    orders = []
    for day in days:
        at = (START + timedelta(days=int(day))).replace(hour=int(rng.integers(10, 18)), minute=int(rng.integers(60)))
        product = _shelf(CATEGORIES[int(rng.integers(len(CATEGORIES)))], False).draw(rng)
        orders.append(Order(0, None, at, (Line(product, int(rng.integers(1, 3))),), source="", channel="pos"))
    return orders


def _test_orders(rng: np.random.Generator, count: int) -> list[Order]:
    """Trials of the till by the shop itself: large, tagged, never a sale."""
    days = rng.integers(0, (END - START).days, size=count)
    return [
        Order(
            number=0,
            person=None,
            at=START + timedelta(days=int(day), hours=3),
            lines=(Line(_by_sku("BE-KTL-900"), 10),),
            source="",
            test=True,
            tags=("test",),
        )
        for day in days
    ]


def _moment(rng: np.random.Generator, day: datetime) -> datetime:
    """A time on or just after that day: people shop in the evening and on Sundays."""
    week = day - timedelta(days=day.weekday())
    date = week + timedelta(days=_DAYS_LEFT[day.weekday()].draw(rng))
    hour = _HOURS.draw(rng)
    return date.replace(hour=hour, minute=int(rng.integers(60)), second=int(rng.integers(60)))


@lru_cache(maxsize=16)
def _shelf(category: str, newcomer: bool) -> Urn[Product]:
    """The products of a category; samplers are bought by newcomers and hardly again."""
    choices = [product for product in PRODUCTS if product.category == category]
    return Urn.of(choices, [p.weight if newcomer or p.sku != FIRST_PRODUCT else 0.4 for p in choices])


@lru_cache(maxsize=16)
def _by_sku(sku: str) -> Product:
    return next(product for product in PRODUCTS if product.sku == sku)
