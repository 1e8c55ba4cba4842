"""The same figures computed a second time, row by row in plain Python, to check the engine against."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from copilot.statistics.scope import Scope

COUNTED = {"paid", "partially_refunded", "refunded", "partially_paid", "authorized", "unknown"}


@dataclass
class SlowShop:
    """Plain rows and a scope."""

    rows: list[dict[str, Any]]
    scope: Scope
    as_of: date

    def documents(self) -> list[dict[str, Any]]:
        allowed = set(COUNTED)
        if self.scope.include_pending:
            allowed.add("pending")
        if self.scope.include_voided:
            allowed |= {"voided", "cancelled", "expired"}
        kept = []
        for row in self.rows:
            if row.get("test") or row.get("status", "unknown") not in allowed:
                continue
            day = row["ordered_at"].date()
            if self.scope.period and not self.scope.period.start <= day <= self.scope.period.end:
                continue
            gross, discounts = row.get("gross_sales") or 0, row.get("discounts") or 0
            returns = row.get("returns") or 0
            kept.append(
                {
                    "customer": row["customer_key"],
                    "day": day,
                    "gross": gross,
                    "demand": gross - discounts,
                    "net": gross - discounts - returns,
                    "valid": row["kind"] == "order" and (self.scope.include_zero or gross - discounts > 0),
                    "kind": row["kind"],
                }
            )
        return kept

    def customers(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = defaultdict(lambda: {"orders": 0, "days": [], "net": 0.0, "gross": 0.0})
        for doc in self.documents():
            if doc["customer"] is None or not (doc["valid"] or doc["kind"] == "return"):
                continue
            customer = found[doc["customer"]]
            customer["net"] += doc["net"]
            customer["gross"] += doc["gross"]
            if doc["valid"]:
                customer["orders"] += 1
                customer["days"].append(doc["day"])
        return {key: value for key, value in found.items() if value["orders"]}

    def gaps(self) -> list[int]:
        found = []
        for customer in self.customers().values():
            days = sorted(set(customer["days"]))
            found += [(b - a).days for a, b in pairwise(days)]
        return found

    def top_share(self, share: float) -> float:
        values = sorted((c["net"] for c in self.customers().values()), reverse=True)
        return sum(values[: max(1, math.ceil(round(share * len(values), 9)))]) / sum(values)

    def median_order(self) -> float:
        return median(doc["demand"] for doc in self.documents() if doc["valid"])
