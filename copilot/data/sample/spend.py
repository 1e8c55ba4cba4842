"""Draws what the sample shop paid for advertising: a row a week and channel, as an ad report would give it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from copilot.data.sample.catalogue import PODCAST, SEARCH, SOCIAL, VOUCHERS
from copilot.data.sample.people import DAYS, START, Person


@dataclass(frozen=True)
class Channel:
    """A paid channel: pence paid for a new customer it really brings, price and yield of a click, overclaiming.

    `claims`: conversions the platform reports for each new customer the shop sees; above 1 it counts too much.
    """

    source: str
    campaign: str
    pence_a_customer: int
    pence_a_click: int
    clicks_per_thousand: float
    claims: float


CHANNELS: Final = (
    Channel(SEARCH, "Search, brand and tea", 1150, 62, 41.0, 1.2),
    Channel(SOCIAL, "Brewing reels", 2240, 48, 9.0, 1.7),
    Channel(PODCAST, "The Slow Cup", 1480, 95, 6.0, 0.7),
    Channel(VOUCHERS, "Code placement", 520, 30, 55.0, 1.9),
)
_WEEK: Final = 7
_NOISE: Final = 0.18  # spread of a week's budget round what its customers cost
_MEAN_ORDER: Final = 3100  # pence a platform books for each conversion it claims


@dataclass(frozen=True)
class AdWeek:
    """One channel's week; money in pence."""

    day: date
    channel: str
    campaign: str
    cost: int
    impressions: int
    clicks: int
    conversions: int
    value: int


def draw_spend(rng: np.random.Generator, customers: Sequence[Person]) -> list[AdWeek]:
    """Weeks of spend over the whole time, oldest first. The budget follows the customers each channel brought, so
    that its cost per new customer is near `pence_a_customer` in the long run."""
    brought = Counter(
        (person.source, (person.first_at - START).days // _WEEK) for person in customers if person.first_at is not None
    )
    weeks = DAYS // _WEEK
    usual = {channel.source: _usual(brought, channel.source, weeks) for channel in CHANNELS}
    rows = []
    for week in range(weeks):
        for channel in CHANNELS:
            people = 0.5 * brought[channel.source, week] + 0.5 * usual[channel.source]
            cost = round(people * channel.pence_a_customer * float(rng.lognormal(-(_NOISE**2) / 2, _NOISE)))
            clicks = int(rng.poisson(cost / channel.pence_a_click))
            claimed = int(rng.poisson(brought[channel.source, week] * channel.claims))
            rows.append(
                AdWeek(
                    day=START.date() + timedelta(days=week * _WEEK),
                    channel=channel.source,
                    campaign=channel.campaign,
                    cost=cost,
                    impressions=round(clicks * 1000 / channel.clicks_per_thousand),
                    clicks=clicks,
                    conversions=claimed,
                    value=claimed * _MEAN_ORDER,
                )
            )
    return rows


def _usual(brought: Counter[tuple[str, int]], source: str, weeks: int) -> float:
    return sum(count for (channel, week), count in brought.items() if channel == source and week < weeks) / weeks


def spent(rows: Sequence[AdWeek]) -> dict[str, float]:
    """Money paid by channel over all weeks, in the shop's currency."""
    total: Counter[str] = Counter()
    for row in rows:
        total[row.channel] += row.cost
    return {channel: pence / 100 for channel, pence in total.items()}
