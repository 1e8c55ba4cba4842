"""Owns the definition switches of a reconciliation: what each does to a figure, in words and in arithmetic."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from copilot.statistics.result import Unit

Measure = Literal[
    "net_sales", "gross_sales", "demand_sales", "total_sales", "returns", "discounts", "shipping", "taxes", "aov",
    "orders", "customers", "units",
]  # fmt: skip
Family = Literal["sales", "part", "aov", "count", "people"]

PARTS: Final = (
    "orders", "units", "gross", "discounts", "returns", "shipping", "taxes", "gap", "gift", "postage", "other",
    "repeated", "repeated_back", "stacked",
)  # fmt: skip
"""What is added up over documents: counts, then money. `gap` is what a stated order total has beyond its parts,
`stacked` the order total once for each line."""


@dataclass(frozen=True)
class Switch:
    """One difference of definition. `on` says it where theirs has it and ours not, `off` the other way round.

    `adds` (of population switches): switched on it takes documents in; else it leaves them out. `weight` is how far
    it speaks against an explanation that it needs the switch: 1 is common, more is rarer.
    """

    key: str
    on: str
    off: str
    weight: float = 1.0
    adds: bool = False


POPULATION: Final = (
    Switch("voided", "cancelled and voided orders are counted", "cancelled and voided orders are left out", adds=True),
    Switch("pending", "orders not paid yet (pending) are counted", "pending orders are left out", adds=True),
    Switch("test", "test orders are counted", "test orders are left out", 1.2, adds=True),
    Switch("adjustments", "bookings that are neither order nor return are counted",
           "bookings that are neither order nor return are left out", 1.3, adds=True),
    Switch("zero", "orders worth nothing are counted", "orders worth nothing are left out", 1.1, adds=True),
    Switch("return_documents", "return documents are counted too", "return documents are not counted", 1.2, adds=True),
    Switch("guests", "orders without a known customer are left out", "orders without a known customer are counted"),
    Switch("refunded", "fully refunded orders are left out", "fully refunded orders are counted", 1.1),
    Switch("unpaid", "authorised and partly paid orders are left out",
           "authorised and partly paid orders are counted", 1.2),
    Switch("draft", "draft orders are left out", "draft orders are counted"),
    Switch("pos", "orders taken at the till (point of sale) are left out", "orders taken at the till are counted"),
    Switch("marketplace", "marketplace orders are left out", "marketplace orders are counted", 1.1),
    Switch("trade", "wholesale, reseller and staff customers are left out",
           "wholesale, reseller and staff customers are counted", 1.2),
)  # fmt: skip
MONEY_SWITCHES: Final = (
    Switch("before_returns", "returns and refunds are not taken off", "returns and refunds are taken off"),
    Switch("before_discounts", "discounts are not taken off", "discounts are taken off"),
    Switch("shipping", "shipping charged is in it", "shipping charged is not in it"),
    Switch("taxes", "tax is in it", "tax is not in it"),
    Switch("without_tax", "tax is taken out of prices that include it", "tax stays in prices that include it"),
    Switch("stated_totals", "order totals are taken as the file states them", "order totals are the sum of their parts",
           1.2),
    Switch("gift_cards", "gift cards sold are left out", "gift cards sold are counted", 1.1),
    Switch("postage", "shipping and postage lines are left out", "shipping and postage lines are counted", 1.2),
    Switch("other_lines", "fees and other lines that are no goods are left out",
           "fees and other lines that are no goods are counted", 1.3),
    Switch("repeated", "lines repeated exactly count once", "lines repeated exactly count each time", 1.3),
    Switch("per_line", "order totals (with shipping and tax, before refunds) are added up once for each order line",
           "the order total counts once", 1.3),
)  # fmt: skip
PEOPLE_GUESTS: Final = Switch(
    "guests", "each order without a known customer counts as a customer", "orders without a customer add nobody",
    1.2, adds=True,
)  # fmt: skip

_TOTAL: Final = frozenset({"shipping", "taxes", "stated_totals"})
_SHARED: Final = frozenset({"before_returns", "before_discounts", "shipping", "taxes"})
# What systems usually do otherwise than we: an explanation made of these is likelier.
USUAL: Final[dict[str, frozenset[str]]] = {
    "shopify": frozenset({"voided", "pending", "shipping", "taxes"}),
    "ga4": frozenset({"shipping", "taxes", "before_returns", "pos", "draft"}),
    "klaviyo": frozenset({"before_returns", "voided", "pending", "shipping", "taxes"}),
    "payments": frozenset({"shipping", "taxes", "before_returns"}),
}


@dataclass(frozen=True)
class Declared:
    """A measure that can be reconciled: its metric, its family, and the switches that are on in our definition."""

    metric: str
    family: Family
    unit: Unit
    noun: str | None = None
    base: frozenset[str] = frozenset()
    part: str = ""


MEASURES: Final[dict[Measure, Declared]] = {
    "net_sales": Declared("net_sales", "sales", "money"),
    "gross_sales": Declared("gross_sales", "sales", "money", base=frozenset({"before_returns", "before_discounts"})),
    "demand_sales": Declared("demand_sales", "sales", "money", base=frozenset({"before_returns"})),
    "total_sales": Declared("total_after_refunds", "sales", "money", base=_TOTAL),
    "returns": Declared("returns", "part", "money", part="returns"),
    "discounts": Declared("discounts", "part", "money", part="discounts"),
    "shipping": Declared("shipping", "part", "money", part="shipping"),
    "taxes": Declared("taxes", "part", "money", part="taxes"),
    "aov": Declared("aov", "aov", "money", base=frozenset({"before_returns"})),
    "orders": Declared("orders", "count", "count", "orders", part="orders"),
    "customers": Declared("customers", "people", "count", "customers"),
    "units": Declared("units", "count", "count", "units", part="units"),
}


def coefficients(declared: Declared, active: Collection[str]) -> dict[str, int]:
    """How often each part of money (or count) enters the figure under the switches that are on."""
    if declared.family not in ("sales", "aov"):
        once = -1 if declared.part == "returns" and "repeated" in active else 0
        return {declared.part: 1, "repeated_back": once}
    if "per_line" in active:
        return {"stacked": 1}
    taken_off = 0 if "before_returns" in active else 1
    totals = "stated_totals" in active and {"shipping", "taxes"} <= set(active) and "before_discounts" not in active
    once = 1 if "repeated" in active else 0
    return {
        "gross": 1,
        "discounts": 0 if "before_discounts" in active else -1,
        "returns": -taken_off,
        "shipping": int("shipping" in active),
        "taxes": int("taxes" in active) - int("without_tax" in active),
        "gap": int(totals),
        "gift": -int("gift_cards" in active),
        "postage": -int("postage" in active),
        "other": -int("other_lines" in active),
        "repeated": -once,
        "repeated_back": once * taken_off,
    }


def weight(switch: Switch, system: str | None) -> float:
    """How far needing this switch speaks against an explanation, given which system shows the other figure."""
    usual = USUAL.get(system or "", _SHARED if system is None else frozenset())
    return switch.weight - (0.2 if switch.key in usual else 0.0)
