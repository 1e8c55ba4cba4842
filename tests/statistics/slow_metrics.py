"""The metrics of the slow second computation, each from plain rows, and its labels and conditions."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from copilot.statistics.condition import Condition

Row = dict[str, Any]


def total(name: str) -> Callable[[list[Row]], float]:
    return lambda rows: math.fsum(row[name] for row in rows)


def valid(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["valid"]]


def share(
    part: Callable[[Row], bool], whole: Callable[[Row], bool] = lambda _: True
) -> Callable[[list[Row]], float | None]:
    def of(rows: list[Row]) -> float | None:
        counted = [row for row in valid(rows) if whole(row)]
        return sum(map(part, counted)) / len(counted) if counted else None

    return of


def per_order(amount: Callable[[list[Row]], float]) -> Callable[[list[Row]], float | None]:
    return lambda rows: amount(rows) / len(valid(rows)) if valid(rows) else None


def ratio(top: str, bottom: str) -> Callable[[list[Row]], float | None]:
    def of(rows: list[Row]) -> float | None:
        whole = math.fsum(row[bottom] for row in rows)
        return math.fsum(row[top] for row in rows) / whole if round(whole, 4) else None

    return of


def quantile(values: list[float], q: float) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * q
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def mean(name: str) -> Callable[[list[Row]], float | None]:
    return lambda rows: math.fsum(row[name] for row in rows) / len(rows) if rows else None


def rate(test: Callable[[Row], bool]) -> Callable[[list[Row]], float | None]:
    return lambda rows: sum(map(test, rows)) / len(rows) if rows else None


def buyers(rows: list[Row], *, new: bool | None = None) -> int:
    everyone = {row["customer"] for row in valid(rows) if row["customer"]}
    first = {row["customer"] for row in valid(rows) if row["place"] == 0}
    return len(everyone) if new is None else len(first) if new else len(everyone - first)


DOCUMENTS: dict[str, Callable[[list[Row]], float | None]] = {
    "gross_sales": total("gross"), "discounts": total("discounts"), "returns": total("returns"),
    "net_sales": total("net"), "demand_sales": total("demand"), "shipping": total("shipping"),
    "taxes": total("taxes"), "total_sales": total("total"),
    "total_after_refunds": lambda rows: total("total")(rows) - total("returns")(rows),
    "new_customer_sales": lambda rows: math.fsum(r["net"] for r in rows if r["place"] == 0),
    "returning_sales": lambda rows: math.fsum(r["net"] for r in rows if (r["place"] or 0) > 0),
    "discount_rate": ratio("discounts", "gross"), "return_rate_value": ratio("returns", "demand"),
    "orders": lambda rows: len(valid(rows)), "customers": buyers,
    "new_customers": lambda rows: buyers(rows, new=True), "returning_customers": lambda rows: buyers(rows, new=False),
    "customer_orders": lambda rows: sum(r["customer"] is not None for r in valid(rows)),
    "guest_orders": lambda rows: sum(r["customer"] is None for r in valid(rows)),
    "guest_order_share": share(lambda r: r["customer"] is None),
    "aov": per_order(lambda rows: math.fsum(r["demand"] for r in valid(rows))), "aov_net": per_order(total("net")),
    "median_order_value": lambda rows: quantile([r["demand"] for r in valid(rows)], 0.5),
    "p90_order_value": lambda rows: quantile([r["demand"] for r in valid(rows)], 0.9),
    "discounted_order_share": share(lambda r: bool(r["discounted"]), lambda r: r["discounted"] is not None),
    "full_price_order_share": share(lambda r: not r["discounted"], lambda r: r["discounted"] is not None),
    "refunded_order_share": share(lambda r: r["returns"] > 0),
    "units": lambda rows: sum(r["units"] for r in valid(rows)),
    "units_per_order": per_order(lambda rows: sum(r["units"] for r in valid(rows))),
}  # fmt: skip
BUYERS: dict[str, Callable[[list[Row]], float | None]] = {
    "repeat_purchase_rate": rate(lambda b: b["frequency"] >= 2),
    "returning_customer_rate": rate(lambda b: b["ever"] >= 2),
    "orders_per_customer": mean("frequency"), "revenue_per_customer": mean("net"),
}  # fmt: skip
CUSTOMERS: dict[str, Callable[[list[Row]], float | None]] = {
    "repeat_rate_lifetime": rate(lambda b: b["frequency"] >= 2),
    "repeat_customers": lambda rows: sum(b["frequency"] >= 2 for b in rows),
    "one_time_customers": lambda rows: sum(b["frequency"] == 1 for b in rows),
    "median_orders": lambda rows: quantile([b["orders"] for b in rows], 0.5),
    "median_value": lambda rows: quantile([b["value"] for b in rows], 0.5),
    "median_days_since": lambda rows: quantile([b["days_since"] for b in rows], 0.5),
    "mean_value": mean("value"),
}  # fmt: skip
COSTS = ("cost", "gross_margin", "margin_share")
TIMES: dict[str, Callable[[Any], str]] = {
    "day": lambda at: at.strftime("%Y-%m-%d"), "month": lambda at: at.strftime("%Y-%m"),
    "week": lambda at: (at.date() - timedelta(days=at.weekday())).isoformat(),
    "quarter": lambda at: f"{at.year}-Q{(at.month + 2) // 3}", "year": lambda at: str(at.year),
    "weekday": lambda at: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][at.weekday()],
    "hour": lambda at: f"{at.hour:02d}:00",
}  # fmt: skip


def flag(value: bool | None) -> str:
    return "unknown" if value is None else "yes" if value else "no"


def placed(name: str, row: Row) -> str:
    if row["kind"] == "return":
        return "return documents"
    if row["customer"] is None:
        return "no customer"
    if row["place"] is None:
        return "unknown"
    if name == "new_or_returning":
        return "new" if row["place"] == 0 else "returning"
    words = ("1st order", "2nd order", "3rd order", "4th order")
    return words[row["place"]] if row["place"] < 4 else "5th order or later"


def meets(condition: Condition, value: Any) -> bool:
    """Text without regard to case; an unknown value passes `ne` and `not_in` only."""
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    plain = [w.strip().lower() if isinstance(w, str) else w for w in wanted]
    own = value.strip().lower() if isinstance(value, str) else value
    if condition.op in ("eq", "in"):
        return own is not None and own in plain
    return own is None or own not in plain
