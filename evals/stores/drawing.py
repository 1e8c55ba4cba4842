"""Draws planted shops: customers with independent traits, gamma-Poisson repeat orders, log-normal values, refunds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from cmo_copilot.evals.stores.model import DAYS, START, Mask

LEVELS: Final[dict[str, dict[str, float]]] = {
    "first_source": {"podcast": 0.35, "search": 0.30, "social": 0.20, "mail": 0.15},
    "first_category": {"tea": 0.35, "coffee": 0.30, "ware": 0.20, "gifts": 0.15},
    "country": {"DE": 0.45, "FR": 0.25, "AT": 0.18, "CH": 0.12},
    "first_device": {"mobile": 0.55, "desktop": 0.35, "tablet": 0.10},
    "first_channel": {"web": 0.7, "app": 0.3},
}
DISCOUNTED: Final = 0.3  # share of first orders with a discount
DISCOUNT: Final = 0.15
REPEATS: Final = 1.8  # mean repeat orders of an ordinary customer over the mean tenure
SHAPE: Final = 1.2  # of the gamma distribution of order rates
REFUNDED: Final = 0.06  # chance that an order is sent back in part
COST: Final = 0.5  # cost of goods / list price

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class People:
    """Customers before they order: traits, first day (from the start), and multipliers of what they do."""

    traits: pd.DataFrame
    first: Floats
    rate: Floats  # times the ordinary order rate
    basket: Floats  # times the ordinary order value
    refunded: Floats  # chance that an order is sent back in part
    later_discount: Floats  # chance that a later order is discounted
    discount: Floats = field(default_factory=lambda: np.array([]))  # depth; empty: the ordinary one


def draw_people(generator: np.random.Generator, n: int, levels: dict[str, dict[str, float]] | None = None) -> People:
    """`n` customers with independent traits who behave alike."""
    drawn = {
        name: generator.choice(list(shares), n, p=list(shares.values()))
        for name, shares in {**LEVELS, **(levels or {})}.items()
    }
    drawn["first_discounted"] = np.where(generator.random(n) < DISCOUNTED, "yes", "no")
    return People(
        pd.DataFrame(drawn), generator.uniform(0, DAYS - 60, n), np.ones(n), np.ones(n), np.full(n, REFUNDED),
        np.full(n, DISCOUNTED),
    )  # fmt: skip


def has(people: People, **rule: str) -> Mask:
    """Customers with these levels."""
    chosen: Mask = np.logical_and.reduce([(people.traits[name] == level).to_numpy() for name, level in rule.items()])
    return chosen


@dataclass(frozen=True)
class Orders:
    """Orders and their lines (one each), with `cost` per order; `people` is indexed by customer key."""

    people: pd.DataFrame
    orders: pd.DataFrame
    items: pd.DataFrame


def draw_orders(
    generator: np.random.Generator, people: People, prefix: str, *, repeats: float = REPEATS, costs: bool = False
) -> Orders:
    """Everybody's orders. Keys carry `prefix`, so that many shops fit into one set of tables."""
    n = len(people.first)
    keys = np.array([f"{prefix}-{i:05d}" for i in range(n)])
    tenure = (DAYS - people.first) / (DAYS / 2)
    later = generator.poisson(generator.gamma(SHAPE, repeats / SHAPE, n) * people.rate * tenure)
    who = np.concatenate([np.arange(n), np.repeat(np.arange(n), later)])
    is_first = np.arange(len(who)) < n
    days = np.where(
        is_first, people.first[who], people.first[who] + generator.random(len(who)) * (DAYS - people.first[who])
    )
    gross = generator.lognormal(3.6, 0.6, len(who)) * people.basket[who]
    depth = people.discount[who] if len(people.discount) else np.full(len(who), DISCOUNT)
    first_discounted = (people.traits["first_discounted"] == "yes").to_numpy()
    cut = np.where(is_first, first_discounted[who], generator.random(len(who)) < people.later_discount[who])
    gross = np.where(cut, gross / (1 - depth), gross).round(2)  # what is paid does not depend on the discount
    discounts = np.where(cut, gross * depth, 0.0).round(2)
    sent_back = generator.random(len(who)) < people.refunded[who]
    returns = np.where(sent_back, (gross - discounts) * generator.beta(5, 1.5, len(who)), 0.0).round(2)
    ids = np.array([f"{prefix}-o{i:06d}" for i in range(len(who))])
    traits = people.traits
    orders = pd.DataFrame(
        {
            "order_id": ids, "kind": "order", "customer_key": keys[who],
            "ordered_at": (pd.Timestamp(START) + pd.to_timedelta(days, unit="D")).round("min"), "currency": "EUR",
            "gross_sales": gross, "discounts": discounts, "returns": returns, "status": "paid", "discounted": cut,
            "source": traits["first_source"].to_numpy()[who], "device": traits["first_device"].to_numpy()[who],
            "channel": traits["first_channel"].to_numpy()[who], "country": traits["country"].to_numpy()[who],
            "units": 1 + (gross > 40), "upload_id": "u",
        }
    )  # fmt: skip
    own = traits["first_category"].to_numpy()[who]
    other = generator.choice(list(LEVELS["first_category"]), len(who), p=list(LEVELS["first_category"].values()))
    items = pd.DataFrame(
        {
            "order_id": ids, "line_no": 1, "category": np.where(is_first, own, other), "kind": "product",
            "quantity": 1.0, "unit_price": gross, "gross": gross, "discount": discounts,
            "cost": (gross * COST).round(2) if costs else np.nan, "upload_id": "u",
        }
    )  # fmt: skip
    return Orders(traits.set_index(pd.Index(keys, name="customer_key")), orders, items)
