"""Draws the sample shop's invented people: customers with independent traits, and subscribers who never buy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from copilot.data.sample.catalogue import (
    CATEGORIES,
    CATEGORY_SHARES,
    EQUIPMENT,
    FIRST_NAMES,
    GIFTS,
    LAST_NAMES,
    LEAF,
    PLACE_SHARES,
    PLACES,
    PODCAST,
    SOCIAL,
    SOURCE_SHARES,
    SOURCES,
    VOUCHERS,
    Place,
)
from copilot.data.sample.chance import Urn

START: Final = datetime(2024, 10, 1, tzinfo=UTC)
END: Final = datetime(2026, 10, 1, tzinfo=UTC)  # first moment after the data
DAYS: Final = (END - START).days
CUSTOMERS: Final = 2500
PROSPECTS: Final = 900

TRAP_SHARE_OF_SOCIAL: Final = 0.30  # social customers whose first basket is equipment
_PLACES: Final = Urn.of(PLACES, PLACE_SHARES)


@dataclass(frozen=True)
class Person:
    """An invented person; `source`, `category` and `first_at` are empty for those who never bought."""

    number: int
    first_name: str
    last_name: str
    place: Place
    email_consent: bool
    sms_consent: bool
    mobile: bool
    source: str
    category: str
    first_at: datetime | None

    @property
    def email(self) -> str:
        """A reserved address that can belong to nobody."""
        return f"{self.first_name}.{self.last_name}{self.number}@example.com".lower()

    @property
    def driver(self) -> bool:
        """Planted: the people worth having more of."""
        return self.source == PODCAST and self.category == LEAF

    @property
    def decoy(self) -> bool:
        """Planted: shares one trait with the driver and is worth no more than anybody else."""
        return not self.driver and (self.source == PODCAST or self.category == LEAF)

    @property
    def trap(self) -> bool:
        """Planted: large baskets, most of which come back."""
        return self.source == SOCIAL and self.category == EQUIPMENT

    @property
    def hunter(self) -> bool:
        """Planted: many small orders, each with a code."""
        return self.source == VOUCHERS


def draw_customers(rng: np.random.Generator) -> list[Person]:
    """The people who bought at least once, in order of their first visit to the till."""
    moments = np.sort(_first_days(rng, CUSTOMERS))
    sources = rng.choice(len(SOURCES), size=CUSTOMERS, p=SOURCE_SHARES)
    categories = rng.choice(len(CATEGORIES), size=CUSTOMERS, p=CATEGORY_SHARES)
    to_trap = rng.random(CUSTOMERS) < TRAP_SHARE_OF_SOCIAL
    people = []
    for index in range(CUSTOMERS):
        source = SOURCES[int(sources[index])]
        category = CATEGORIES[int(categories[index])]
        if source == SOCIAL and to_trap[index]:
            category = EQUIPMENT
        moment = START + timedelta(days=int(moments[index]))
        if category == GIFTS and moment.month in {3, 4, 5, 6, 7, 8} and rng.random() < 0.4:
            category = LEAF if rng.random() < 0.5 else CATEGORIES[1]
        people.append(replace(_person(rng, index + 1, 0.58), source=source, category=category, first_at=moment))
    return people


def draw_prospects(rng: np.random.Generator) -> list[Person]:
    """People on the mailing list who have not bought."""
    return [_person(rng, CUSTOMERS + 1 + index, 0.86) for index in range(PROSPECTS)]


def _person(rng: np.random.Generator, number: int, consent: float) -> Person:
    """Somebody who has not bought yet; `consent` is the chance of having agreed to e-mail."""
    return Person(
        number=number,
        first_name=FIRST_NAMES[int(rng.integers(len(FIRST_NAMES)))],
        last_name=LAST_NAMES[int(rng.integers(len(LAST_NAMES)))],
        place=_PLACES.draw(rng),
        email_consent=bool(rng.random() < consent),
        sms_consent=bool(rng.random() < 0.12),
        mobile=bool(rng.random() < 0.62),
        source="",
        category="",
        first_at=None,
    )


def _first_days(rng: np.random.Generator, count: int) -> np.ndarray:
    """Days of first orders: slow growth, a peak before Christmas, none in the last days' shadow."""
    days = np.arange(DAYS)
    month = np.array([(START + timedelta(days=int(day))).month for day in days])
    weight = 1.0 + 0.5 * days / DAYS
    weight = weight * np.where(month == 11, 1.6, 1.0) * np.where(month == 12, 1.7, 1.0)
    return rng.choice(days, size=count, p=weight / weight.sum())
