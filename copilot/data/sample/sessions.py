"""Draws the sample shop's web sessions of the last quarter: buyers, people on the list, and strangers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from copilot.data.sample.chance import Urn
from copilot.data.sample.orders import Order
from copilot.data.sample.people import END, Person

SESSIONS: Final = 25_000
START: Final = datetime(2026, 7, 1, tzinfo=END.tzinfo)
LISTED_SHARE: Final = 0.45  # of the people on the list, seen at least once
_CHANNELS: Final = ("google", "instagram", "direct", "podcast", "email", "voucher-site", "friend")
_CHANNEL_SHARES: Final = (0.36, 0.24, 0.16, 0.09, 0.06, 0.05, 0.04)
_KNOWN_CHANNELS: Final = Urn.of(("email", "direct", "google"), (0.5, 0.3, 0.2))
_HOURS: Final = np.array(
    [3, 2, 1, 1, 1, 2, 6, 14, 22, 26, 28, 28, 34, 30, 26, 26, 28, 32, 36, 46, 70, 74, 50, 14], dtype=float
)


@dataclass(frozen=True)
class Session:
    """One visit; `person` is known when the visitor was signed in or came from an e-mail."""

    visitor: int
    person: Person | None
    at: datetime
    channel: str
    device: str
    pages: int
    views: int
    cart: bool
    checkout: bool
    ordered: bool


def draw_sessions(rng: np.random.Generator, orders: Sequence[Order], prospects: Sequence[Person]) -> list[Session]:
    """Sessions of the quarter, oldest first; each web order of the quarter has the session it came from."""
    drawn = [_bought(rng, order) for order in orders if _traceable(order)]
    known = [person for person in prospects if rng.random() < LISTED_SHARE]
    buyers = list({order.person.number: order.person for order in orders if order.person is not None}.values())
    known += [buyers[int(index)] for index in rng.integers(0, len(buyers), size=900)]
    for person in known:
        for _ in range(int(rng.integers(1, 4))):
            drawn.append(_visit(rng, person, visitor=person.number))
    strangers = SESSIONS - len(drawn)
    numbers = 100_000 + rng.integers(0, int(strangers * 0.7), size=strangers)
    drawn.extend(_strangers(rng, numbers))
    drawn.sort(key=lambda session: session.at)
    return drawn


def _traceable(order: Order) -> bool:
    return order.person is not None and order.channel == "web" and order.at >= START and order.counts


def _bought(rng: np.random.Generator, order: Order) -> Session:
    person = order.person
    pages = int(rng.integers(4, 19))
    return Session(
        visitor=person.number if person else 0,
        person=person,
        at=order.at - timedelta(minutes=int(rng.integers(2, 35))),
        channel=order.source,
        device=_device(person),
        pages=pages,
        views=max(1, pages - int(rng.integers(2, 5))),
        cart=True,
        checkout=True,
        ordered=True,
    )


def _visit(rng: np.random.Generator, person: Person, *, visitor: int) -> Session:
    """A visit without an order by somebody known."""
    pages = int(rng.geometric(0.22))
    views = int(rng.integers(0, pages + 1))
    cart = views > 0 and bool(rng.random() < 0.22)
    return Session(
        visitor=visitor,
        person=person,
        at=START + timedelta(days=int(rng.integers(0, (END - START).days)), minutes=int(rng.integers(0, 1440))),
        channel=_KNOWN_CHANNELS.draw(rng),
        device=_device(person),
        pages=pages,
        views=views,
        cart=cart,
        checkout=cart and bool(rng.random() < (0.55 if person.mobile else 0.35)),
        ordered=False,
    )


def _strangers(rng: np.random.Generator, visitors: np.ndarray) -> list[Session]:
    """Visits without an order by people the shop cannot name; phones give up at the checkout more often."""
    count = len(visitors)
    channels = rng.choice(len(_CHANNELS), size=count, p=_CHANNEL_SHARES)
    mobile = rng.random(count) < 0.71
    tablet = rng.random(count) < 0.05
    pages = rng.geometric(0.34, size=count)
    views = rng.binomial(pages, 0.45)
    cart = (views > 0) & (rng.random(count) < 0.085)
    checkout = cart & (rng.random(count) < np.where(mobile, 0.62, 0.36))
    days = rng.integers(0, (END - START).days, size=count)
    hours = rng.choice(24, size=count, p=_HOURS / _HOURS.sum())
    seconds = rng.integers(0, 3600, size=count)
    return [
        Session(
            visitor=int(visitors[i]),
            person=None,
            at=START + timedelta(days=int(days[i]), hours=int(hours[i]), seconds=int(seconds[i])),
            channel=_CHANNELS[int(channels[i])],
            device="tablet" if tablet[i] else "mobile" if mobile[i] else "desktop",
            pages=int(pages[i]),
            views=int(views[i]),
            cart=bool(cart[i]),
            checkout=bool(checkout[i]),
            ordered=False,
        )
        for i in range(count)
    ]


def _device(person: Person | None) -> str:
    return "mobile" if person is not None and person.mobile else "desktop"
