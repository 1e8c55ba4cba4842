"""Best customers: who they are, what share they bring, and whom gross sales would have named wrongly."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.errors import NothingLoaded, UsageProblem
from copilot.statistics.concentration import top_share_figure, value_word
from copilot.statistics.condition import Condition
from copilot.statistics.conduct.kinds import KINDS, LeftOut, left_out, ranked_customers
from copilot.statistics.contrast import SetsApart, sets_apart
from copilot.statistics.intervals import quantile_interval, top_count
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule, top_rule

CAME_BACK: Final = 0.5  # a top customer by gross sales of whose sales less than this is left is a wrong name


class BestCustomers(Result):
    """The top customers by value, against the rest. `table` and `wrong_names` list single people (personal)."""

    rule: SegmentRule
    size: Figure
    share: Figure
    median_orders: Figure
    median_value: Figure
    median_recency: Figure
    rest_median_orders: Figure
    rest_median_value: Figure
    rest_median_recency: Figure
    table: ResultTable
    wrong_names_count: Figure
    wrong_names: ResultTable | None  # among the first `limit` by gross sales, not by value
    apart: SetsApart
    left_out: LeftOut | None = None


def best_customers(
    tables: Tables, scope: Scope, *, top: float = 0.10, limit: int = 10, include: Collection[str] = ()
) -> BestCustomers:
    """The top customers by the scope's value: a share of all customers (`top` below 1) or a number of them.

    Test customers, staff, resellers, wholesale and gift buyers are not ranked unless `include` names them ("all":
    everybody); `left_out` counts them. Ties at the border are cut by customer key. Raises NothingLoaded if no
    customer has a valid order.
    """
    if top <= 0:
        raise UsageProblem("The group of top customers cannot be empty.", "Use a share such as 0.10, or a number.")
    receipts = Receipts(tables, scope, "best_customers", {"top": top, **_included(include)})
    frame = _ranked(tables, scope, include)
    n = len(frame)
    if n == 0:
        raise NothingLoaded(
            "No order with a known customer counts here.", "Load an order export with e-mails or customer ids."
        )
    count = min(n, top_count(n, top) if top < 1 else int(top))
    rule = top_rule(scope, share=top) if top < 1 else top_rule(scope, count=count)
    rule = _with_kinds(rule, include)
    group, rest = frame.iloc[:count], frame.iloc[count:]
    share = top_share_figure(receipts, np.sort(frame["value"].to_numpy(dtype=float)), top if top < 1 else count / n)
    if top >= 1:
        label = f"Share of {value_word(scope)}, {rule.name}"
        share = share.model_copy(update={"name": f"top_{count}_share", "label": label})
    out = left_out(tables, scope, include)
    if out.kinds:
        share = share.model_copy(
            update={
                "definition": share.definition.replace("all", "all ranked", 1)
                + " Kinds kept out of the ranking are in neither."
            }
        )
    wrong = _wrong_names(frame, limit) if scope.value != "gross_sales" else frame.iloc[:0]
    return BestCustomers(
        rule=rule,
        size=receipts.figure("top_customers", count, definition=f"Customers in: {rule.text()}."),
        share=share,
        **_medians(receipts, group, rest),
        table=_table(group.head(limit), scope, receipts, count),
        wrong_names_count=receipts.figure(
            "wrong_names", len(wrong), definition=f"Customers among the first {limit} by gross sales of whose sales "
            f"less than half is left as {value_word(scope)}, and who are not among the first {limit} by it.",
        ),
        wrong_names=_wrong_table(wrong, scope, receipts) if len(wrong) else None,
        apart=sets_apart(tables, scope, rule),
        left_out=out,
    )  # fmt: skip


def _included(include: Collection[str]) -> dict[str, Any]:
    return {"include": sorted(include)} if include else {}


def _with_kinds(rule: SegmentRule, include: Collection[str]) -> SegmentRule:
    """The rule with the kinds asked for said in it, so that it means the same people wherever it is used."""
    if not include:
        return rule
    out = tuple(kind for kind in KINDS if kind not in include)
    said = Condition(field="customer_kind", op="not_in", value=out)
    if "all" in include or not out:
        said = Condition(field="customer_kind", op="not_null")
    return rule.model_copy(update={"conditions": (said, *rule.conditions)})


def _ranked(tables: Tables, scope: Scope, include: Collection[str]) -> pd.DataFrame:
    """All customers who are ranked, highest value first."""
    customers = ranked_customers(tables, scope, include)
    chosen = customers.select(
        "customer_key", "customer_ref", "country", "orders", "days_since", "last_day",
        value=customers.value.cast("float64"), gross=customers.gross_sales.cast("float64"),
    )  # fmt: skip
    frame = tables.frame(chosen.order_by([chosen.value.desc(), chosen.customer_key]))
    frame["rank"] = range(1, len(frame) + 1)
    return frame


def _medians(receipts: Receipts, group: pd.DataFrame, rest: pd.DataFrame) -> dict[str, Figure]:
    made: dict[str, Figure] = {}
    for key, metric, column in (
        ("median_orders", "median_orders", "orders"),
        ("median_value", "median_value", "value"),
        ("median_recency", "median_days_since", "days_since"),
    ):
        for prefix, who, rows in (("", "the top group", group), ("rest_", "the rest", rest)):
            values = np.sort(rows[column].to_numpy(dtype=float))
            details: dict[str, Any] = {"name": f"{prefix}{key}", "n": len(values), "of": "customers"}
            made[f"{prefix}{key}"] = receipts.figure(
                metric,
                float(np.median(values)) if len(values) else None,
                label=f"{_WORDS[metric]}, typical customer of {who}",
                interval_of=(quantile_interval(values, 0.5), "order statistics 95 %"),
                **details,
            )
    return made


_WORDS: Final = {"median_orders": "Orders", "median_value": "Value", "median_days_since": "Days since the last order"}


def _wrong_names(frame: pd.DataFrame, limit: int) -> pd.DataFrame:
    by_gross = frame.sort_values(["gross", "customer_key"], ascending=[False, True]).copy()
    by_gross["gross_rank"] = range(1, len(by_gross) + 1)
    first = by_gross.head(limit)
    return first[(first["rank"] > limit) & (first["value"] < CAME_BACK * first["gross"])]


def _table(rows: pd.DataFrame, scope: Scope, receipts: Receipts, count: int) -> ResultTable:
    return ResultTable(
        title=f"Best customers by {value_word(scope)}",
        columns=(
            Column(key="customer_ref", label="Customer"),
            Column(key="country", label="Country"),
            Column(key="orders", label="Orders", unit="count"),
            Column(key="value", label=value_word(scope).capitalize(), unit="money"),
            Column(key="last_day", label="Last order", unit="date"),
            Column(key="days_since", label="Days since", unit="days"),
        ),
        rows=tuple(
            {
                "customer_ref": row.customer_ref,
                "country": None if pd.isna(row.country) else row.country,
                "orders": int(row.orders),
                "value": float(row.value),
                "last_day": pd.Timestamp(row.last_day).date().isoformat(),
                "days_since": int(row.days_since),
            }
            for row in rows.itertuples()
        ),
        personal=True,
        note=f"the first {len(rows)} of {count:,}" if len(rows) < count else "",
        currency=receipts.currency,
    )


def _wrong_table(rows: pd.DataFrame, scope: Scope, receipts: Receipts) -> ResultTable:
    return ResultTable(
        title="Names that gross sales would have got wrong",
        columns=(
            Column(key="customer_ref", label="Customer"),
            Column(key="gross", label="Gross sales", unit="money"),
            Column(key="gross_rank", label="Rank by gross sales", unit="count"),
            Column(key="value", label=value_word(scope).capitalize(), unit="money"),
            Column(key="rank", label=f"Rank by {value_word(scope)}", unit="count"),
        ),
        rows=tuple(
            {
                "customer_ref": row.customer_ref,
                "gross": float(row.gross),
                "gross_rank": int(row.gross_rank),
                "value": float(row.value),
                "rank": int(row.rank),
            }
            for row in rows.itertuples()
        ),
        personal=True,
        currency=receipts.currency,
    )
