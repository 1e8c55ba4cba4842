"""RFM: recency, frequency and money scores with printed thresholds; each customer in exactly one group."""

from __future__ import annotations

from typing import Any, Final, Literal

import ibis
import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.ranks import rank_scores
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.rhythm import Thresholds, thresholds
from copilot.statistics.scope import Scope, customer_table

Method = Literal["quintile", "tercile_klaviyo", "fixed_adaptive", "shopify_style"]

# Klaviyo's six groups: score string R, F, M, each 1 to 3; all 27 are there (Klaviyo help centre, 2026-04-21).
KLAVIYO: Final[dict[str, tuple[str, ...]]] = {
    "champions": ("333", "332", "323"),
    "loyal": ("321", "322", "331", "232", "233"),
    "recent": ("311", "312", "313", "222", "223"),
    "needs_attention": ("213", "221", "123", "132", "133"),
    "at_risk": ("231", "212", "122", "131", "211"),
    "inactive": ("111", "112", "113", "121"),
}
# The gap-free grid over R and F, each 1 to 5: (R scores, F scores).
GRID: Final[dict[str, tuple[str, str]]] = {
    "champions": ("5", "45"),
    "loyal_customers": ("34", "45"),
    "potential_loyalists": ("45", "23"),
    "new_customers": ("5", "1"),
    "promising": ("4", "1"),
    "need_attention": ("3", "3"),
    "about_to_sleep": ("3", "12"),
    "at_risk": ("12", "34"),
    "cant_lose": ("12", "5"),
    "hibernating": ("12", "12"),
}
# Approximately Shopify's groups over R and FM = (F + M) / 2, in whole half-points (2 FM = F + M): first match wins.
# Shopify publishes the words but not the numbers: (R scores, lowest F + M, highest F + M).
SHOPIFY: Final[dict[str, tuple[str, int, int]]] = {
    "champions": ("5", 8, 10),
    "loyal": ("34", 8, 10),
    "new": ("5", 2, 3),
    "promising": ("34", 2, 3),
    "active": ("45", 4, 7),
    "needs_attention": ("3", 4, 7),
    "previously_loyal": ("12", 9, 10),
    "at_risk": ("12", 6, 8),
    "almost_lost": ("2", 2, 5),
    "dormant": ("1", 2, 5),
}
LABELS: Final[dict[str, str]] = {
    "cant_lose": "Can't lose them",
    "need_attention": "Need attention",
    "needs_attention": "Needs attention",
    "at_risk": "At risk",
}
MANY_ONE_TIMERS: Final = 0.6
FEW_CUSTOMERS: Final = 500


class RfmGroup(Result):
    """One group. Shares are of all customers, and of all customers' value."""

    name: str  # stable, e.g. champions
    label: str
    rule: str  # score cells in words
    customers: Figure
    share: Figure
    value: Figure
    value_share: Figure
    median_days_since: Figure


class RfmGroups(Result):
    """All groups, including empty ones; their sizes add up to all customers."""

    method: Method
    method_text: str  # why this method, and its scores in words
    customers: Figure
    groups: tuple[RfmGroup, ...]
    thresholds: ResultTable  # score -> from, to of R, F, M
    table: ResultTable


def rfm_groups(tables: Tables, scope: Scope, method: Method | None = None) -> RfmGroups:
    """Every customer in exactly one group. Default method: `fixed_adaptive` if more than 60 % bought once or there
    are fewer than 500 customers, else `quintile`. Frequency counts what the scope says (orders, or days).
    """
    chosen = method or default_method(tables, scope)
    receipts = Receipts(tables, scope, "rfm_groups", {"method": chosen})
    limits = _limits(tables, scope, chosen)
    scored = _scored(tables, scope, chosen, limits)
    cells = tables.frame(_cells(scored))
    days = tables.frame(scored.group_by("rfm_group").aggregate(days=scored.days_since.cast("float64").median()))
    frame = cells.groupby("rfm_group")[["customers", "value"]].sum().join(days.set_index("rfm_group"))
    frame["value"] = frame["value"].astype(float)
    total, worth = int(frame["customers"].sum()), float(frame["value"].sum())
    found = frame.to_dict("index")
    groups = tuple(
        _group(receipts, name, chosen, found.get(name, {"customers": 0, "value": 0.0, "days": None}), (total, worth))
        for name in group_names(chosen)
    )
    return RfmGroups(
        method=chosen,
        method_text=_method_text(chosen, limits, chosen_by_rule=method is None),
        customers=receipts.figure("customers", total),
        groups=groups,
        thresholds=_score_table(cells, receipts),
        table=_table(groups, receipts),
    )


def default_method(tables: Tables, scope: Scope) -> Method:
    """`fixed_adaptive` where one-time buyers dominate or customers are few, else `quintile`."""
    customers = customer_table(tables, scope)
    row = tables.frame(customers.aggregate(n=customers.count(), once=(customers.frequency == 1).sum())).iloc[0]
    n, once = int(row["n"]), float(row["once"] or 0)
    return "fixed_adaptive" if n < FEW_CUSTOMERS or once / n > MANY_ONE_TIMERS else "quintile"


def group_names(method: Method) -> tuple[str, ...]:
    """The groups of a method, best first."""
    if method == "tercile_klaviyo":
        return tuple(KLAVIYO)
    return tuple(SHOPIFY if method == "shopify_style" else GRID)


def rfm_table(tables: Tables, scope: Scope, method: Method | None = None, limits: Thresholds | None = None) -> ir.Table:
    """customer_key, days_since, frequency, value, r, f, m (scores) and rfm_group.

    `limits` are the recency borders of `fixed_adaptive`; without them the shop's own at the analysis date.
    """
    chosen = method or default_method(tables, scope)
    borders = limits if limits is not None and chosen == "fixed_adaptive" else _limits(tables, scope, chosen)
    name = f"rfm-{chosen}-{borders.key() if borders else 'ranks'}-{scope.key()}"
    return tables.kept(name, lambda: _scored(tables, scope, chosen, borders))


def _limits(tables: Tables, scope: Scope, method: Method) -> Thresholds | None:
    """The recency borders of the method; None where ranks or fixed days decide."""
    return thresholds(tables, scope) if method == "fixed_adaptive" else None


def _scored(tables: Tables, scope: Scope, method: Method, limits: Thresholds | None) -> ir.Table:
    customers = customer_table(tables, scope).select("customer_key", "days_since", "frequency", "value")
    days, often = customers.days_since, customers.frequency
    if limits is not None:
        scores = rank_scores(tables, customers, ("m",), 5) | {
            "r": ibis.cases(
                (days <= limits.g50, 5), (days <= limits.g80, 4), (days <= limits.g90, 3), (days <= limits.g95, 2),
                else_=1,
            ),
            "f": ibis.cases((often >= 6, 5), (often >= 4, 4), (often == 3, 3), (often == 2, 2), else_=1),
        }  # fmt: skip
    elif method == "tercile_klaviyo":
        scores = rank_scores(tables, customers, ("f", "m"), 3)
        scores["r"] = ibis.cases((days <= 180, 3), (days <= 365, 2), else_=1)
    else:
        scores = rank_scores(tables, customers, ("r", "f", "m"), 5)
    scored = customers.mutate(**{letter: scores[letter].cast("int64") for letter in "rfm"})
    return scored.mutate(rfm_group=_cell(scored, method))


def _cells(scored: ir.Table) -> ir.Table:
    """One row per combination of scores: group, customers, value, and the smallest and largest of what is scored."""
    measured = {"r": scored.days_since, "f": scored.frequency, "m": scored.value}
    return scored.group_by("r", "f", "m", "rfm_group").aggregate(
        customers=scored.count(),
        value=scored.value.sum(),
        **{f"low_{letter}": column.cast("float64").min() for letter, column in measured.items()},
        **{f"high_{letter}": column.cast("float64").max() for letter, column in measured.items()},
    )


def _cell(scored: ir.Table, method: Method) -> ir.StringValue:
    if method == "tercile_klaviyo":
        key = scored.r.cast("string") + scored.f.cast("string") + scored.m.cast("string")
        return ibis.cases(*((key.isin(cells), name) for name, cells in KLAVIYO.items()))
    if method == "shopify_style":
        both = scored.f + scored.m
        return ibis.cases(
            *(
                (scored.r.isin([int(r) for r in recency]) & both.between(low, high), name)
                for name, (recency, low, high) in SHOPIFY.items()
            )
        )
    return ibis.cases(
        *(
            (scored.r.isin([int(r) for r in recency]) & scored.f.isin([int(f) for f in frequency]), name)
            for name, (recency, frequency) in GRID.items()
        )
    )


def group_label(name: str) -> str:
    """The group's name for the screen."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def _cells_text(name: str, method: Method) -> str:
    if method == "tercile_klaviyo":
        return "R, F, M scores " + ", ".join(KLAVIYO[name])
    if method == "shopify_style":
        recency, low, high = SHOPIFY[name]
        return f"R {' or '.join(recency)}, mean of F and M {low / 2:g} to {high / 2:g}"
    recency, frequency = GRID[name]
    return f"R {' or '.join(recency)}, F {' or '.join(frequency)}"


def _group(receipts: Receipts, name: str, method: Method, row: dict[str, Any], totals: tuple[int, float]) -> RfmGroup:
    total, worth = totals
    size, value, label, rule = int(row["customers"]), float(row["value"]), group_label(name), _cells_text(name, method)
    details: dict[str, Any] = {"people": size}
    no_share = {} if worth > 0 else {"warnings": ("customers' value is zero or negative: no share",)}
    return RfmGroup(
        name=name,
        label=label,
        rule=rule,
        customers=receipts.figure(
            "group_customers", size, name=f"rfm_{name}_customers", label=f"{label}: customers",
            definition=f"Customers with {rule}.", **details,
        ),
        share=receipts.share(
            "group_share", size, total, of="customers", name=f"rfm_{name}_share",
            label=f"{label}: share of customers", **details,
        ),
        value=receipts.figure("group_value", value, name=f"rfm_{name}_value", label=f"{label}: value", **details),
        value_share=receipts.figure(
            "group_value_share", value / worth if worth > 0 else None, name=f"rfm_{name}_value_share",
            label=f"{label}: share of sales", numerator=value, denominator=worth, **details, **no_share,
        ),
        median_days_since=receipts.figure(
            "median_days_since", row["days"] if size else None, n=size, of="customers",
            name=f"rfm_{name}_days_since", label=f"{label}: days since last order, median", **details,
        ),
    )  # fmt: skip


def _method_text(method: Method, limits: Thresholds | None, *, chosen_by_rule: bool) -> str:
    ties = "Equal values get equal scores."
    if method == "quintile":
        return f"Scores 1 to 5 by rank among this shop's customers (5 = best fifth). {ties}"
    if method == "tercile_klaviyo":
        return (
            f"Scores 1 to 3: recency 180 and 365 days, frequency and money by thirds of this shop's customers. {ties}"
        )
    if method == "shopify_style":
        return (
            "Shopify-style (approximate: Shopify publishes its groups' words, not their numbers): scores 1 to 5 by "
            f"rank among this shop's customers, groups by R and the mean of F and M. {ties}"
        )
    if limits is None:
        raise ValueError(f"{method} needs the shop's own borders")
    why = (
        "Many customers bought once, or there are few, so ranks would split them at random: " if chosen_by_rule else ""
    )
    borders = f"{limits.g50:.0f}, {limits.g80:.0f}, {limits.g90:.0f} and {limits.g95:.0f} days"
    note = f" Provisional: {limits.reason}." if limits.provisional else ""
    return f"{why}recency by the shop's own gaps ({borders}), frequency 1, 2, 3, 4-5, 6 or more orders.{note}"


def _score_table(cells: pd.DataFrame, receipts: Receipts) -> ResultTable:
    """What each score means in this shop: the smallest and largest value that got it."""
    rows: list[dict[str, Any]] = []
    for letter, words in (("r", "days since last order"), ("f", "orders"), ("m", "value")):
        scores = cells.groupby(letter)
        found = pd.DataFrame(
            {
                "low": scores[f"low_{letter}"].min(),
                "high": scores[f"high_{letter}"].max(),
                "customers": scores["customers"].sum(),
            }
        ).sort_index(ascending=False)
        rows += [
            {"what": f"{letter.upper()} ({words})", "score": int(s), "from": low, "to": high, "customers": int(n)}
            for s, low, high, n in found.itertuples()
        ]
    return ResultTable(
        title="What the scores mean here",
        columns=(
            Column(key="what", label="Score of"),
            Column(key="score", label="Score", unit="score"),
            Column(key="from", label="From", unit="number"),
            Column(key="to", label="To", unit="number"),
            Column(key="customers", label="Customers", unit="count"),
        ),
        rows=tuple(rows),
        currency=receipts.currency,
    )


def _table(groups: tuple[RfmGroup, ...], receipts: Receipts) -> ResultTable:
    rows = tuple(
        {
            "group": group.label,
            "customers": group.customers.value,
            "share": group.share.value,
            "value": group.value.value,
            "value_share": group.value_share.value,
            "days_since": group.median_days_since.value,
            "rule": group.rule,
        }
        for group in groups
    )
    return ResultTable(
        title="RFM groups",
        columns=(
            Column(key="group", label="Group"),
            Column(key="customers", label="Customers", unit="count"),
            Column(key="share", label="Share", unit="share"),
            Column(key="value", label="Value", unit="money"),
            Column(key="value_share", label="Share of value", unit="share"),
            Column(key="days_since", label="Days since last order (median)", unit="days"),
            Column(key="rule", label="Rule"),
        ),
        rows=rows,
        currency=receipts.currency,
    )
