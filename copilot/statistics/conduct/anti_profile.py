"""Owns the anti-profile: customers who cost more than they bring, each rule in plain words, with count and cost."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.condition import Condition
from copilot.statistics.conduct.groups import Store, conduct_table, store
from copilot.statistics.conduct.kinds import LeftOut, left_out
from copilot.statistics.conduct.refunds import more_than_luck, refunds_by_chance
from copilot.statistics.contrast import SetsApart, sets_apart
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope, customer_table
from copilot.statistics.segments import SegmentRule

WORTH_A_CONTRAST: Final = 50  # customers before it is asked what else they have in common
FAIR_USE: Final = (
    "Leave them out of offers and look-alike audiences; do not deny them service, and let a person look at each case: "
    "a return may be your product's fault."
)


class AntiGroup(Result):
    """One kind of customer not to target: the rule in words, how many, what they cost, and what marks them."""

    name: str
    label: str
    rule: SegmentRule
    rule_text: str
    customers: Figure
    share: Figure
    net_sales: Figure
    cost: Figure
    advice: str
    by_chance: Figure | None = None  # serial returners: how many luck alone would give
    more_than_luck: bool = True
    apart: SetsApart | None = None


class AntiProfile(Result):
    """Groups not to target: those that cost most first, those that luck explains last.

    Empty groups are named in `none`, those that cannot be computed in `missing`.
    """

    groups: tuple[AntiGroup, ...]
    table: ResultTable
    none: tuple[str, ...]
    missing: tuple[str, ...]
    left_out: LeftOut
    fair_use: str = FAIR_USE


# name, field, label, which cost, advice
_GROUPS: Final = (
    ("discount_only", "deal_seeker", "Discount-only buyers", "discounts",
     "Send them no discount first; show new arrivals at full price and see who buys."),
    ("serial_returners", "serial_returner", "Serial returners", "returns",
     "No free-return perks and no look-alike audience from them; check size and product information first."),
    ("one_item_raiders", "one_item_raider", "One-item raiders", "discounts",
     "Set a minimum order for the code they used, and keep it out of public code sites."),
    ("kept_nothing", "kept_nothing", "Customers who sent everything back", "returns",
     "Ask why before mailing them again."),
    ("negative_margin", "negative_margin", "Customers who cost more than they paid", "loss",
     "Raise the minimum order or the price of what they buy; a discount makes it worse."),
)  # fmt: skip


def anti_profile(tables: Tables, scope: Scope) -> AntiProfile:
    """Customers whom offers and advertising should leave out (domain: 5.6), for exclusion, not for denying service.

    A person can be in several groups. `cost` is the money given away, refunded or lost on them.
    """
    receipts = Receipts(tables, scope, "anti_profile")
    usual = store(tables, scope)
    totals = _totals(tables, scope)
    made: list[AntiGroup] = []
    none: list[str] = []
    for name, field, label, cost, advice in _GROUPS:
        row = totals[field]
        if field == "negative_margin" and not usual.costs:
            continue
        if not row["n"]:
            none.append(label.lower())
            continue
        luck = refunds_by_chance(tables, scope) if field == "serial_returner" else None
        rule = SegmentRule(name=label.lower(), conditions=(Condition(field=field, value=True),))
        made.append(
            AntiGroup(
                name=name,
                label=label,
                rule=rule,
                rule_text=rule_words(field, usual),
                customers=receipts.figure(
                    "anti_customers", row["n"], label=label, definition=f"Customers with {rule_words(field, usual)}."
                ),
                share=receipts.share("anti_share", row["n"], usual.customers, of="customers", label=f"{label}: share"),
                net_sales=receipts.figure(
                    "group_value", row["net"], label=f"Net sales of {label.lower()}", people=int(row["n"])
                ),
                cost=receipts.figure(f"anti_{cost}", row[cost], label=_COST[cost].format(label.lower()),
                                     people=int(row["n"])),
                advice=advice,
                by_chance=luck,
                more_than_luck=luck is None or more_than_luck(row["n"], luck),
                apart=sets_apart(tables, scope, rule) if row["n"] >= WORTH_A_CONTRAST else None,
            )
        )  # fmt: skip
    made.sort(key=lambda group: (not group.more_than_luck, -(group.cost.value or 0.0)))
    return AntiProfile(
        groups=tuple(made),
        table=_table(made, receipts.currency),
        none=tuple(none),
        missing=_missing(usual),
        left_out=left_out(tables, scope),
    )


_COST: Final = {
    "discounts": "Discounts given to {}",
    "returns": "Refunded to {}",
    "loss": "Lost on {}",
}


def rule_words(field: str, usual: Store) -> str:
    """The rule in plain words, without the shop's own numbers."""
    return {
        "deal_seeker": "two or more orders, at least four fifths (80 %) of them discounted",
        "serial_returner": "three or more orders, at least two refunds or returns, and twice as many per order as "
        "usual",
        "one_item_raider": "a single order: one piece, among the cheapest 25 % of orders, at a discount at least as "
        "deep as usual",
        "kept_nothing": "everything they bought refunded or sent back",
        "negative_margin": "goods kept that cost more than they paid for them"
        if usual.costs
        else "costs are not known",
    }[field]


def _totals(tables: Tables, scope: Scope) -> dict[str, dict[str, float]]:
    """For each mark: customers, their net sales, discounts, returns and loss."""
    marks = conduct_table(tables, scope)
    customers = customer_table(tables, scope)
    money = customers.select(
        "customer_key",
        discounts=customers.discounts.cast("float64"),
        returns=customers.returns.cast("float64"),
        net=customers.net_sales.cast("float64"),
    )
    joined = marks.join(money, "customer_key")
    fields = [field for _, field, *_ in _GROUPS]
    measures: dict[str, ir.Scalar] = {}
    for field in fields:
        mark = joined[field]
        measures[f"{field} n"] = mark.cast("int64").sum().fill_null(0)
        for name in ("discounts", "returns", "net"):
            measures[f"{field} {name}"] = joined[name].sum(where=mark).fill_null(0)
        measures[f"{field} loss"] = (-joined.margin).sum(where=mark).fill_null(0)
    row = tables.frame(joined.aggregate(**measures)).iloc[0]
    return {
        field: {name: float(row[f"{field} {name}"]) for name in ("n", "discounts", "returns", "net", "loss")}
        for field in fields
    }


def _missing(usual: Store) -> tuple[str, ...]:
    said: list[str] = []
    if usual.discount_share is None:
        said.append("The files do not say which orders were discounted, so discount-only buyers cannot be told.")
    if not usual.costs:
        said.append("Costs are not in the files, so customers who lose you money cannot be told; add a cost column.")
    return tuple(said)


def _table(groups: list[AntiGroup], currency: str | None) -> ResultTable:
    return ResultTable(
        title="Whom not to target",
        columns=(
            Column(key="group", label="group"),
            Column(key="customers", label="customers", unit="count"),
            Column(key="share", label="of all customers", unit="share"),
            Column(key="net", label="net sales", unit="money"),
            Column(key="cost", label="given away, refunded or lost", unit="money"),
            Column(key="rule", label="rule"),
        ),
        rows=tuple(
            {
                "group": group.label,
                "customers": group.customers.value,
                "share": group.share.value,
                "net": group.net_sales.value,
                "cost": group.cost.value,
                "rule": group.rule_text,
            }
            for group in groups
        ),
        currency=currency,
    )
