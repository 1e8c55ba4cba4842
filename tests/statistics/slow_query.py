"""Every queryable metric computed a second time in plain Python, row by row, to check the query against."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from copilot.statistics.query import Query
from tests.statistics.random_shop import RichShop
from tests.statistics.slow_metrics import BUYERS, COSTS, CUSTOMERS, DOCUMENTS, TIMES, Row, flag, meets, placed

COUNTED = {"paid", "partially_refunded", "refunded", "partially_paid", "authorized", "unknown"}
ORDER = ("country", "region", "city", "channel", "source", "device", "currency", "status", "tags")
ITEM = ("category", "product", "sku", "vendor")
BY_LINE = {
    "net_sales": "line_sales", "demand_sales": "line_sales", "gross_sales": "line_gross", "returns": "line_returns",
    "orders": "line_orders", "customers": "line_customers", "units": "line_units",
    "return_rate_value": "line_return_rate", "refunded_order_share": "line_refunded_order_share",
}  # fmt: skip


@dataclass
class SlowQuery:
    """Answers a query from plain rows. `labels`: what the engine calls each customer (RFM group, stage ...), given."""

    shop: RichShop
    query: Query
    labels: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scope = self.query.full_scope()
        self.last = max(row["ordered_at"].date() for row in self.shop.orders)
        self.end = min(self.scope.period.end, self.last) if self.scope.period else self.last
        self.lines: dict[str, list[Row]] = defaultdict(list)
        for item in self.shop.items:
            if item["kind"] == "product" and not (self.scope.repeated_lines == "drop" and item["repeated"]):
                self.lines[item["order_id"]].append(item)
        self.all = [made for row in self.shop.orders if (made := self._document(row))]
        self.histories: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self.all, key=lambda r: (r["at"], r["id"])):
            if row["valid"] and row["customer"] is not None:
                row["place"] = len(self.histories[row["customer"]])
                self.histories[row["customer"]].append(row)
        self.people = {row["customer_key"]: row for row in self.shop.customers}
        self.plans = {row["customer_key"]: row["value"] for row in self.shop.attributes}

    def _document(self, row: Row) -> Row | None:
        allowed = COUNTED | ({"pending"} if self.scope.include_pending else set())
        allowed |= {"voided", "cancelled", "expired"} if self.scope.include_voided else set()
        if row["test"] or row["status"] not in allowed:
            return None
        drop = row["repeated_gross"] if self.scope.repeated_lines == "drop" else 0.0
        gross, cut, back = row["gross_sales"] - drop, row["discounts"], row["returns"]
        total = row["total_sales"]
        total = row["gross_sales"] - cut + row["shipping"] + row["taxes"] if total is None else total
        discounted = row["discounted"] if row["discounted"] is not None else (True if cut > 0 else None)
        value = {"net_sales": gross - cut - back, "demand_sales": gross - cut, "gross_sales": gross}[self.scope.value]
        return {
            **{name: row[name] for name in ORDER}, "id": row["order_id"], "kind": row["kind"], "at": row["ordered_at"],
            "customer": row["customer_key"], "day": row["ordered_at"].date(), "gross": gross, "discounts": cut,
            "returns": back, "demand": gross - cut, "net": gross - cut - back, "value": value, "place": None,
            "shipping": row["shipping"], "taxes": row["taxes"], "total": total - drop, "discounted": discounted,
            "code": row["discount_code"], "units": row["units"],
            "valid": row["kind"] == "order" and (self.scope.include_zero or round(gross - cut, 2) > 0),
        }  # fmt: skip

    # which rows

    def documents(self, *, ever: bool = False, items: bool = True) -> list[Row]:
        start = date.min if ever or self.scope.period is None else self.scope.period.start
        end = self.scope.period.end if self.scope.period else date.max
        kept = [r for r in self.all if start <= r["day"] <= end]
        kept = [r for r in kept if r["valid"] or round(r["net"], 4) or round(r["total"], 4)]
        for condition in self.scope.where:
            if condition.field in ITEM:
                if items:
                    kept = [r for r in kept if any(meets(condition, i[condition.field]) for i in self._items(r["id"]))]
            else:
                kept = [r for r in kept if meets(condition, self._for_test(condition.field, r))]
        return [r for r in kept if self._member(r["customer"])]

    def _items(self, order_id: str) -> list[Row]:
        """Conditions on products look at all lines of an order."""
        return [{**dict.fromkeys(ITEM), **item} for item in self.shop.items if item["order_id"] == order_id]

    def _for_test(self, name: str, row: Row) -> Any:
        if name == "discounted":
            return row["discounted"]
        if name in ORDER:
            return row[name]
        label = str(row["at"].weekday()) if name == "weekday" else self.label(name, row)
        return None if label == "unknown" else label

    def _member(self, customer: str | None) -> bool:
        if self.query.segment is None:
            return True
        if customer is None:
            return False
        known = [r for r in self.histories.get(customer, []) if r["day"] <= self.end]
        times = len({r["day"] for r in known}) if self.scope.frequency == "days" else len(known)
        return times >= 2  # the segment of these tests: repeat customers

    # labels

    def label(self, name: str, row: Row) -> str:
        """The label of a document."""
        if name in ORDER:
            return row[name] or "unknown"
        if name == "discount_code":
            return row["code"] or "no code"
        if name == "discounted":
            return flag(row["discounted"])
        if name in TIMES:
            return TIMES[name](row["at"])
        if name in ("order_number", "new_or_returning"):
            return placed(name, row)
        return self.person(name, row["customer"])

    def person(self, name: str, customer: str | None) -> str:
        """The label of a customer."""
        history = self.histories.get(customer or "", [])
        given = self.people.get(customer or "", {})
        if name in self.labels_of:
            return self.labels.get(customer or "", "unknown")
        if name == "attribute:plan":
            return self.plans.get(customer or "", "unknown")
        if not history:
            return "unknown"
        first, last = history[0], max(history, key=lambda r: (r["at"], [-ord(c) for c in r["id"]]))
        if name in TIMES:
            return TIMES[name](first["at"])
        if name in ("country", "region", "city"):
            return last[name] or given.get(name) or "unknown"
        if name in ("email_consent", "customer_tags"):
            return flag(given["email_consent"]) if name == "email_consent" else given["tags"] or "unknown"
        name = name.removeprefix("first_")
        if name in ("category", "product"):
            lines = sorted(
                (i for i in self.shop.items if i["order_id"] == first["id"] and i["kind"] == "product"),
                key=lambda i: (-i["gross"], i["product"], i["sku"], i["line_no"]),
            )
            return str(lines[0][name]) if lines else "unknown"
        if name == "month":
            return TIMES["month"](first["at"])
        return self.label(name, first)

    labels_of = ("rfm_group", "klaviyo_group", "stage", "substage", "activity")

    # answers

    def answer(self, metric: str) -> dict[str, float | None]:
        """Value by label of the first dimension ("" without one)."""
        by = self.query.by[0] if self.query.by else None
        items = by in ITEM or any(c.field in ITEM for c in self.scope.where)
        if metric in CUSTOMERS:
            return self._customers(metric, by)
        if metric.startswith("line_") or metric in COSTS:
            return self._lines(metric, by)
        if items and metric in BY_LINE:
            return self._lines(BY_LINE[metric], by)
        groups = self._grouped(self.documents(), by)
        if metric in BUYERS:
            return {label: BUYERS[metric](self._buyers(rows, metric)) for label, rows in groups.items()
                    if self._buyers(rows, metric) or by is None}  # fmt: skip
        return {label: DOCUMENTS[metric](rows) for label, rows in groups.items()}

    def _grouped(self, rows: list[Row], by: str | None) -> dict[str, list[Row]]:
        groups: dict[str, list[Row]] = defaultdict(list)
        if by is None:
            groups[""] = []
        for row in rows:
            groups[self.label(by, row) if by else ""].append(row)
        return groups

    def _buyers(self, rows: list[Row], metric: str = "") -> list[Row]:
        """One row per known customer with a valid order among the rows."""
        by_customer: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row["customer"] is not None and (row["valid"] or row["kind"] == "return"):
                by_customer[row["customer"]].append(row)
        ever: dict[str, int] = {}
        if metric == "returning_customer_rate":
            ever = {b["customer"]: b["frequency"] for b in self._buyers(self.documents(ever=True))}
        found = []
        for customer, own in by_customer.items():
            valid = [r for r in own if r["valid"]]
            if valid:
                days = {r["day"] for r in valid}
                found.append(
                    {
                        "customer": customer, "orders": len(valid), "net": math.fsum(r["net"] for r in own),
                        "value": math.fsum(r["value"] for r in own), "ever": ever.get(customer, 0),
                        "frequency": len(days) if self.scope.frequency == "days" else len(valid),
                        "days_since": (self.end - max(days)).days,
                    }
                )  # fmt: skip
        return found

    def _customers(self, metric: str, by: str | None) -> dict[str, float | None]:
        rows = self._buyers(self.documents(ever=metric == "repeat_rate_lifetime"))
        groups: dict[str, list[Row]] = {} if by else {"": []}
        for row in rows:
            groups.setdefault(self.person(by, row["customer"]) if by else "", []).append(row)
        return {label: CUSTOMERS[metric](own) for label, own in groups.items()}

    def _lines(self, metric: str, by: str | None) -> dict[str, float | None]:
        conditions = [c for c in self.scope.where if c.field in ITEM]
        groups: dict[str, list[tuple[Row, Row]]] = {} if by else {"": []}
        for row in self.documents(items=False):
            if not (row["valid"] or row["kind"] == "return"):
                continue
            for item in self.lines[row["id"]]:
                if all(meets(c, item[c.field]) for c in conditions):
                    label = (item[by] or "unknown") if by in ITEM else self.label(by, row) if by else ""
                    groups.setdefault(label, []).append((row, item))
        return {label: self._line_value(metric, own) for label, own in groups.items()}

    def _line_value(self, metric: str, pairs: list[tuple[Row, Row]]) -> float | None:
        sold = [(r, i) for r, i in pairs if r["valid"]]
        sales = math.fsum(i["gross"] - i["discount"] for _, i in sold)
        back = math.fsum(i["discount"] - i["gross"] for r, i in pairs if r["kind"] == "return")
        if metric in COSTS:
            unit = {row["sku"]: row["cost"] for row in self.shop.products}
            costs = []
            for _, item in sold:
                taken = item["gross"] - item["discount"]
                cost = item["cost"]
                if cost is None and item["sku"] in unit:
                    cost = unit[item["sku"]] * item["quantity"]
                if cost is None and self.query.margin is not None:
                    cost = round(taken * (1 - self.query.margin) + 1e-9, 4)
                if cost is not None:
                    costs.append((taken, cost))
            whole, cost = math.fsum(t for t, _ in costs), math.fsum(c for _, c in costs)
            return {
                "cost": cost,
                "gross_margin": whole - cost,
                "margin_share": (whole - cost) / whole if whole else None,
            }[metric]
        orders = {r["id"] for r, _ in sold}
        refunded = {r["id"] for r, _ in sold if r["returns"] > 0}
        return {
            "line_sales": sales, "line_gross": math.fsum(i["gross"] for _, i in sold), "line_orders": len(orders),
            "line_units": sum(i["quantity"] for _, i in sold), "line_returns": back,
            "line_customers": len({r["customer"] for r, _ in sold if r["customer"]}),
            "line_return_rate": back / sales if round(sales, 4) else None,
            "line_refunded_order_share": len(refunded) / len(orders) if orders else None,
        }[metric]  # fmt: skip
