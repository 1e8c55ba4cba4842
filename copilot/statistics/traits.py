"""Traits: what is known of each customer from the first order, the person and the shop's own attributes."""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
import pandas as pd
from pydantic import BaseModel, ConfigDict

from copilot.data.tables import Tables
from copilot.statistics.condition import Condition
from copilot.statistics.scope import Scope, customer_table

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
_YES_NO: Final = ("first_discounted", "refunded", "email_consent")


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
    """One row per customer (by key): `levels` (one text column per trait, None = unknown), `value`, `month`."""

    levels: pd.DataFrame
    value: pd.Series[float]
    month: pd.Series[str]
    skipped: tuple[str, ...]  # traits without data, or with one level only, in words

    def label(self, trait: str) -> str:
        """The trait in words."""
        return TRAITS.get(trait, trait.removeprefix(ATTRIBUTE))


def trait_frame(tables: Tables, scope: Scope) -> TraitFrame:
    """The traits of every customer of the scope. Traits that are unknown for all, or equal for all, are left out."""
    customers = customer_table(tables, scope)
    frame = tables.frame(_columns(customers).order_by("customer_key")).set_index("customer_key")
    frame["first_size"] = _size_band(frame.pop("first_order_value"))
    frame["abroad"] = _abroad(frame["country"])
    frame["first_weekday"] = frame["first_weekday"].map(_weekday)
    frame["first_daytime"] = _daytime(frame.pop("first_hour"))
    for name in _YES_NO:
        frame[name] = frame[name].map(_yes_no)
    levels = frame[[name for name in TRAITS if name in frame]].astype(object).join(_attributes(tables, frame.index))
    levels = levels.where(levels.notna(), None)
    for name in levels.columns:
        levels[name] = _commonest(levels[name])
    informative = [name for name in levels.columns if levels[name].nunique() >= 2]
    skipped = tuple(TRAITS.get(n, n.removeprefix(ATTRIBUTE)) for n in levels.columns if n not in informative)
    return TraitFrame(levels[informative], frame["value"].astype(float), frame["first_month"].astype(str), skipped)


def _columns(customers: ir.Table) -> ir.Table:
    return customers.select(
        "customer_key",
        *(name for name in TRAITS if name in customers.columns and name != "first_discounted"),
        first_discounted=customers.first_discounted,
        refunded=(customers.refunded_orders > 0) | (customers.return_documents > 0),
        first_hour=customers.first_hour,
        first_order_value=customers.first_order_value.cast("float64"),
        value=customers.value.cast("float64"),
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
    cleaned = column.map(lambda cell: str(cell).strip() or None, na_action="ignore")
    counts = cleaned.value_counts()
    if len(counts) <= MOST_LEVELS:
        return cleaned
    kept = sorted(counts.index, key=lambda level: (-counts[level], level))[:MOST_LEVELS]
    return cleaned.where(cleaned.isin(kept), None)


def _abroad(country: pd.Series[str]) -> pd.Series[str]:
    """Home or outside it, where one country has at least half of the customers."""
    counts = country.value_counts()
    if len(counts) < 3 or counts.iloc[0] < 0.5 * counts.sum():
        return pd.Series([None] * len(country), index=country.index, dtype=object)
    home = counts.index[0]
    return country.map(lambda name: home if name == home else f"{OUTSIDE}{home}", na_action="ignore")


def _yes_no(cell: object) -> str | None:
    if cell is None or pd.isna(cell):
        return None
    return YES if cell else NO


def _weekday(cell: float) -> str | None:
    return None if pd.isna(cell) else calendar.day_name[int(cell)]


def _daytime(hours: pd.Series[float]) -> pd.Series[str]:
    """Bands of the day; unknown for all if the file has dates without times (every hour is 0)."""
    if not (hours > 0).any():
        return pd.Series([None] * len(hours), index=hours.index, dtype=object)
    names = ((6, "night (0-6 h)"), (12, "morning (6-12 h)"), (15, "midday (12-15 h)"), (18, "afternoon (15-18 h)"))
    return hours.map(
        lambda hour: next((name for end, name in names if hour < end), "evening (18-24 h)"), na_action="ignore"
    )


def _size_band(values: pd.Series[float]) -> pd.Series[str]:
    """At least, or less than, the median first order rounded to a plain number."""
    known = values.dropna()
    if known.empty or known.median() <= 0:
        return pd.Series([None] * len(values), index=values.index, dtype=object)
    border = _plain_number(float(known.median()))
    return values.map(lambda v: f"{border:,g} or more" if v >= border else f"less than {border:,g}", na_action="ignore")


def _plain_number(value: float) -> float:
    """The nearest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten.

    >>> _plain_number(303.04), _plain_number(26.1)
    (300.0, 25.0)
    """
    power = 10.0 ** math.floor(math.log10(value))
    return min((step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)), key=lambda plain: abs(plain - value))
