"""Owns what a planted shop is: its frames, its truth, and the settings it is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from copilot.data.tables import ShopFacts, Tables, tables_from_frames

START: Final = date(2023, 1, 1)
DAYS: Final = 720

Rule = Mapping[str, str]  # trait -> level, all must hold
Mask = npt.NDArray[np.bool_]
Confidence = Literal["certain", "not certain", "either"]


@dataclass(frozen=True)
class Planted:
    """What is true of a shop, counted from its realised orders.

    `rule`: the planted customers (None: there is no pattern). `size`: how many they are. `ratio`: realised mean net
    value inside / outside. `confidence`: what an honest answer may claim. `forbidden`: rules that must not be named
    as the answer with certainty. `accepted`: further rules that are right too (other words for the same people).
    """

    rule: Rule | None
    size: int = 0
    ratio: float | None = None
    confidence: Confidence = "certain"
    forbidden: tuple[Rule, ...] = ()
    accepted: tuple[Rule, ...] = ()
    real: frozenset[str] = frozenset()  # traits that truly go with value; all others are chance


@dataclass(frozen=True)
class Shop:
    """A generated shop. `people`: one row a customer with the drawn traits, index customer_key."""

    code: str
    seed: int
    people: pd.DataFrame
    orders: pd.DataFrame
    items: pd.DataFrame
    truth: Planted
    attributes: pd.DataFrame = field(default_factory=pd.DataFrame)

    def tables(self) -> Tables:
        """The shop alone, as canonical tables."""
        return tables_of([self])

    def members(self, rule: Rule) -> Mask:
        """Customers who meet the rule, in the order of `people`."""
        chosen: Mask = np.logical_and.reduce([(self.people[name] == level).to_numpy() for name, level in rule.items()])
        return chosen


Maker = Callable[[int], Shop]


def facts_of(orders: pd.DataFrame) -> ShopFacts:
    """The facts of orders in euros, or in several currencies."""
    currencies = tuple(sorted(orders["currency"].unique()))
    first, last = orders["ordered_at"].min().date(), orders["ordered_at"].max().date()
    only = currencies[0] if len(currencies) == 1 else None
    return ShopFacts("planted shop", only, currencies, first, last, last, "Europe/Berlin", ())


def tables_of(shops: list[Shop]) -> Tables:
    """Several shops in one set of tables; their customers stay apart, since customers and orders have own keys."""
    orders = pd.concat([shop.orders for shop in shops], ignore_index=True)
    items = pd.concat([shop.items for shop in shops], ignore_index=True)
    frames = {"orders": orders, "order_items": items}
    attributes = [shop.attributes for shop in shops if len(shop.attributes)]
    if attributes:
        frames["customer_attributes"] = pd.concat(attributes, ignore_index=True)
    return tables_from_frames(frames, facts_of(orders), key=f"{shops[0].code}-{shops[0].seed}-{len(shops)}")


def realised(shop_orders: pd.DataFrame, keys: pd.Index, *, cost: pd.Series[float] | None = None) -> pd.Series[float]:
    """Net value of each customer: gross - discounts - returns of all orders.

    Less `cost` by order, if given, in proportion to what was kept (what comes back is sold again).
    """
    paid = shop_orders["gross_sales"] - shop_orders["discounts"]
    net = paid - shop_orders["returns"]
    if cost is not None:
        net = net - cost * net / paid
    summed: pd.Series[float] = net.groupby(shop_orders["customer_key"]).sum().reindex(keys, fill_value=0.0)
    return summed


def value_ratio(value: pd.Series[float], inside: Mask) -> float:
    """Mean inside / mean outside."""
    numbers = value.to_numpy()
    return float(numbers[inside].mean() / numbers[~inside].mean())
