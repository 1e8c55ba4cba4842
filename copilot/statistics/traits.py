"""Traits: what is known of each customer from the first order, the person and the shop's own attributes."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from copilot.data.tables import Tables
from copilot.statistics.condition import Condition
from copilot.statistics.numeric_traits import NUMBERS, numbers_of, with_numbers
from copilot.statistics.scope import Scope

# Column of the frame -> words. The order is the order of testing and of ties.
TRAITS: Final[dict[str, str]] = {
    "country": "country",
    "abroad": "country",
    "region": "region",
    "first_channel": "channel of the first order",
    "first_source": "source of the first order",
    "first_device": "device of the first order",
    "first_category": "category bought first",
    "first_product": "product bought first",
    "first_discounted": "first order with a discount",
    "first_size": "size of the first order",
    "first_month": "month of the first order",
    "first_weekday": "weekday of the first order",
    "first_daytime": "time of day of the first order",
    "refunded": "had a refund or return",
    "email_consent": "e-mail consent",
}
MOST_LEVELS: Final = 40  # of one trait; the commonest are kept
MOST_ATTRIBUTES: Final = 25
ATTRIBUTE: Final = "attribute: "
YES, NO = "yes", "no"
OUTSIDE: Final = "outside "
COSTED: Final = 0.9  # share of goods by value whose cost must be on file for margin to be spoken of
_AMOUNTS: Final = ("value", "net_sales", "demand_sales", "discounts", "gross_sales")
_YES_NO: Final = ("first_discounted", "refunded", "email_consent")
# Traits that say the same in other words: one of them never explains, or pairs with, another.
_FAMILIES: Final = (
    frozenset({"country", "abroad", "region", "city"}),
    frozenset({"first_category", "first_product"}),
    frozenset({"first_size", "first_order_value"}),
)


class TraitLevel(BaseModel):
    """One value of one trait, e.g. country = Germany."""

    model_config = ConfigDict(frozen=True)

    trait: str  # column name, e.g. first_channel; attributes given by the shop are "attribute: NAME"
    label: str  # in words, e.g. "channel of the first order"
    level: str

    def text(self) -> str:
        """In words, e.g. "country: Germany"."""
        return f"{self.label}: {self.level}"

    def condition(self) -> Condition:
        """The level as a condition of a segment rule."""
        if self.trait == "abroad":
            return Condition(field="country", op="ne", value=self.level.removeprefix(OUTSIDE))
        if self.trait in _YES_NO:
            return Condition(field=self.trait, op="eq", value=self.level == YES)
        return Condition(field=self.trait, op="eq", value=self.level)


@dataclass(frozen=True)
class TraitFrame:
    """One row per customer (by key): `levels` (one text column per trait, None = unknown), `value`, `month`.

    `numbers`: one float column per numeric trait (NaN = unknown). `first_day`: day of the first order. `margin`:
    net sales less the cost of the goods kept, None where the files do not have nearly all costs. `discounts`:
    discounts and gross sales, for the share given away.
    """

    levels: pd.DataFrame
    value: pd.Series[float]
    month: pd.Series[str]
    skipped: tuple[str, ...]  # traits without data, or with one level only, in words
    numbers: pd.DataFrame = field(default_factory=pd.DataFrame)
    first_day: pd.Series[pd.Timestamp] | None = None
    margin: pd.Series[float] | None = None
    discounts: pd.DataFrame | None = None

    def label(self, trait: str) -> str:
        """The trait in words."""
        return TRAITS.get(trait, trait.removeprefix(ATTRIBUTE))

    def take(self, places: npt.NDArray[np.int64]) -> TraitFrame:
        """Only the customers at these places."""
        return TraitFrame(
            self.levels.iloc[places], self.value.iloc[places], self.month.iloc[places], self.skipped,
            self.numbers.iloc[places] if len(self.numbers) else self.numbers,
            None if self.first_day is None else self.first_day.iloc[places],
            None if self.margin is None else self.margin.iloc[places],
            None if self.discounts is None else self.discounts.iloc[places],
        )  # fmt: skip


def related(trait: str) -> frozenset[str]:
    """The trait with those that say the same in other words.

    >>> sorted(related("first_product"))
    ['first_category', 'first_product']
    """
    return next((family for family in _FAMILIES if trait in family), frozenset({trait}))


def trait_frame(tables: Tables, scope: Scope) -> TraitFrame:
    """The traits of every customer of the scope. Traits that are unknown for all, or equal for all, are left out."""
    raw = raw_traits(tables, scope)
    return described(raw, _attributes(tables, raw.index))


def raw_traits(tables: Tables, scope: Scope) -> pd.DataFrame:
    """What the engine knows of each customer (index: customer_key, sorted), before it is cut into levels."""
    rows = tables.kept(f"traits-{scope.key()}", lambda: _columns(with_numbers(tables, scope)))
    return tables.frame(rows.order_by("customer_key")).set_index("customer_key")


def described(raw: pd.DataFrame, attributes: pd.DataFrame) -> TraitFrame:
    """The trait frame of these customers; borders, homes and rare levels are judged among them alone."""
    frame = raw.copy()
    frame["first_size"] = _size_band(frame["first_order_value"])
    frame["abroad"] = _abroad(frame["country"])
    frame["first_weekday"] = _each(frame["first_weekday"], lambda day: calendar.day_name[int(day)])
    frame["first_daytime"] = _daytime(frame["first_hour"])
    for name in _YES_NO:
        frame[name] = _each(frame[name], lambda cell: YES if cell else NO)
    levels = frame[[name for name in TRAITS if name in frame]].astype(object).join(attributes)
    levels = pd.DataFrame({name: _commonest(levels[name]) for name in levels.columns}, index=levels.index)
    informative = [name for name in levels.columns if levels[name].nunique() >= 2]
    skipped = tuple(TRAITS.get(n, n.removeprefix(ATTRIBUTE)) for n in levels.columns if n not in informative)
    return TraitFrame(
        levels[informative],
        frame["value"].astype(float),
        frame["first_month"].astype(str),
        skipped,
        numbers_of(frame),
        pd.to_datetime(frame["first_day"]),
        _margin(frame),
        frame[["discounts", "gross_sales"]].astype(float),
    )


def _margin(frame: pd.DataFrame) -> pd.Series[float] | None:
    """Net sales less the cost of the goods kept; None unless the cost of 90 % of goods by value is on file.

    Where a customer sent goods back, their cost counts in proportion to what was kept (the goods are taken to be
    sold again).
    """
    gross, costed = frame["lines_gross"].sum(), frame["costed_gross"].sum()
    if not gross or costed < COSTED * gross:
        return None
    demand = frame["demand_sales"].astype(float)
    kept = (frame["net_sales"].astype(float) / demand.where(demand > 0)).clip(0, 1).fillna(0)
    margin: pd.Series[float] = frame["net_sales"].astype(float) - frame["cost"].fillna(0).astype(float) * kept
    return margin


def _columns(customers: ir.Table) -> ir.Table:
    return customers.select(
        "customer_key",
        *(name for name in TRAITS if name in customers.columns and name != "first_discounted"),
        *NUMBERS,
        "first_hour",
        "first_day",
        "lines_gross",
        "costed_gross",
        "cost",
        first_discounted=customers.first_discounted,
        refunded=(customers.refunded_orders > 0) | (customers.return_documents > 0),
        **{name: customers[name].cast("float64") for name in _AMOUNTS},
    )


def _attributes(tables: Tables, keys: pd.Index) -> pd.DataFrame:
    """Attributes given by the shop, one column each (the commonest 25); several values of one are joined apart."""
    given = tables.customer_attributes
    given = given.filter(given.customer_key.notnull(), given.value.notnull())
    counted = given.group_by("name").aggregate(n=given.customer_key.nunique())
    names = tables.frame(counted.order_by([ibis.desc("n"), "name"]).limit(MOST_ATTRIBUTES))["name"].tolist()
    if not names:
        return pd.DataFrame(index=keys)
    rows = given.filter(given.name.isin(names)).group_by("customer_key", "name").aggregate(value=given.value.max())
    wide = tables.frame(rows).pivot_table(index="customer_key", columns="name", values="value", aggfunc="first")
    wide.columns = [f"{ATTRIBUTE}{name}" for name in wide.columns]
    return wide.reindex(keys).astype(object)


def _commonest(column: pd.Series[str]) -> pd.Series[str]:
    """The commonest levels; rarer ones become None, blanks too."""
    cleaned = _each(column, lambda cell: str(cell).strip() or None)
    counts = cleaned.value_counts()
    if len(counts) <= MOST_LEVELS:
        return cleaned
    kept = sorted(counts.index, key=lambda level: (-counts[level], level))[:MOST_LEVELS]
    return cleaned.where(cleaned.isin(kept), None)


def _each(column: pd.Series[Any], named: Callable[[Any], str | None]) -> pd.Series[str]:
    """The column with each different value put through `named` once; unknown stays None."""
    codes, values = pd.factorize(column)
    names = np.array([*(named(value) for value in values), None], dtype=object)
    return pd.Series(names[codes], index=column.index, dtype=object)


def _abroad(country: pd.Series[str]) -> pd.Series[str]:
    """Home or outside it, where one country has at least half of the customers."""
    counts = country.value_counts()
    if len(counts) < 3 or counts.iloc[0] < 0.5 * counts.sum():
        return pd.Series([None] * len(country), index=country.index, dtype=object)
    home = counts.index[0]
    return _each(country, lambda name: home if name == home else f"{OUTSIDE}{home}")


def _daytime(hours: pd.Series[float]) -> pd.Series[str]:
    """Bands of the day; unknown for all if the file has dates without times (every hour is 0)."""
    if not (hours > 0).any():
        return pd.Series([None] * len(hours), index=hours.index, dtype=object)
    names = ((6, "night (0-6 h)"), (12, "morning (6-12 h)"), (15, "midday (12-15 h)"), (18, "afternoon (15-18 h)"))
    return _each(hours, lambda hour: next((name for end, name in names if hour < end), "evening (18-24 h)"))


def _size_band(values: pd.Series[float]) -> pd.Series[str]:
    """At least, or less than, the median first order rounded to a plain number."""
    known = values.dropna()
    if known.empty or known.median() <= 0:
        return pd.Series([None] * len(values), index=values.index, dtype=object)
    border = _plain_number(float(known.median()))
    return _each(values >= border, lambda more: f"{border:,g} or more" if more else f"less than {border:,g}").where(
        values.notna(), None
    )


def _plain_number(value: float) -> float:
    """The nearest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten.

    >>> _plain_number(303.04), _plain_number(26.1)
    (300.0, 25.0)
    """
    power = 10.0 ** math.floor(math.log10(value))
    return min((step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)), key=lambda plain: abs(plain - value))
