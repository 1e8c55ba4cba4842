"""Owns the make-up of a group: places, channels, devices, categories, RFM groups and stages, against the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, Result
from copilot.statistics.scope import Scope, customer_orders
from copilot.statistics.segments import SegmentRule
from copilot.statistics.split import marked, product_lines

LEVELS_SHOWN: Final = 6
SMALLEST_CELL: Final = 10  # customers; smaller groups of people are not listed by place or channel

_EXPORT: Final = {
    "country": "No country in the files. Shopify > Orders > Export has it (Shipping Country).",
    "region": "No region in the files. Shopify > Orders > Export has it (Shipping Province).",
    "first_channel": "No sales channel in the files. Shopify > Orders > Export has it (Source).",
    "first_source": "No referring source in the files. A GA4 purchase report or Shopify > Analytics > 'Sales by "
    "traffic referrer' by order would supply it.",
    "first_device": "No device in the files. A GA4 report by transaction and device category would supply it.",
    "category": "No product categories in the files. Shopify > Products > Export has them (Type or Category).",
}
_LABELS: Final = {
    "country": "country",
    "region": "region",
    "first_channel": "channel of the first order",
    "first_source": "source of the first order",
    "first_device": "device of the first order",
    "category": "category ever bought",
    "rfm_group": "RFM group",
    "substage": "journey sub-stage",
}


class Level(Result):
    """One value of a trait (country Germany, channel web): share in the group and in the rest."""

    name: str
    share: Figure
    rest: Figure | None


class Mix(Result):
    """The commonest values of a trait; empty with `missing` if the files do not have it."""

    trait: str
    label: str
    levels: tuple[Level, ...]
    missing: str = ""


@dataclass(frozen=True)
class Mixer:
    """Makes mixes from counts; `compared` is False if the group is everybody."""

    receipts: Receipts
    compared: bool

    def of_column(self, customers: pd.DataFrame, trait: str) -> Mix:
        """A column of the customers (with in_group), unknown values left out of the denominator."""
        known = customers[customers[trait].notna() & (customers[trait].astype("string").fillna("") != "")]
        if known.empty:
            return Mix(trait=trait, label=_LABELS[trait], levels=(), missing=_EXPORT.get(trait, ""))
        counts = known.groupby([trait, "in_group"]).size().unstack(fill_value=0)
        sizes = (int(known["in_group"].sum()), int((~known["in_group"]).sum()))
        pairs = [(str(name), int(row.get(True, 0)), int(row.get(False, 0))) for name, row in counts.iterrows()]
        return self.mix(trait, pairs, sizes, smallest=1 if trait in ("rfm_group", "substage") else SMALLEST_CELL)

    def mix(
        self, trait: str, counts: Sequence[tuple[str, int, int]], sizes: tuple[int, int], smallest: int = SMALLEST_CELL
    ) -> Mix:
        """Levels from (name, in group, in rest) counts; `sizes` are the denominators of group and rest."""
        shown = sorted((each for each in counts if each[1] >= smallest), key=lambda each: (-each[1], each[0]))
        label = _LABELS[trait]
        if not counts:
            return Mix(trait=trait, label=label, levels=(), missing=_EXPORT.get(trait, ""))
        levels = tuple(
            Level(
                name=name,
                share=self._share(f"{label}: {name}", inside, sizes[0], "the group"),
                rest=self._share(f"{label}: {name}", outside, sizes[1], "the rest") if self.compared else None,
            )
            for name, inside, outside in shown[:LEVELS_SHOWN]
        )
        missing = "" if levels else f"No {label} with {smallest} or more customers of this group."
        return Mix(trait=trait, label=label, levels=levels, missing=missing)

    def _share(self, label: str, part: int, whole: int, side: str) -> Figure:
        return self.receipts.share(
            "level_share", part, whole, of="customers", label=f"Share of {side}, {label}", people=part
        )


def category_counts(
    tables: Tables, scope: Scope, rule: SegmentRule
) -> tuple[list[tuple[str, int, int]], tuple[int, int]]:
    """(category, customers of the group who ever bought it, of the rest), and customers with a known category."""
    bought = tables.kept(f"bought-categories-{scope.key()}", lambda: _bought(tables, scope))
    joined = marked(tables, scope, rule, bought)
    each = joined.group_by("category").aggregate(a=joined.in_group.sum(), b=(~joined.in_group).sum())
    counts = {str(row.category): (int(row.a), int(row.b)) for row in tables.frame(each).itertuples()}
    sizes = counts.pop("", (0, 0))
    return [(name, inside, outside) for name, (inside, outside) in counts.items()], sizes


def _bought(tables: Tables, scope: Scope) -> ir.Table:
    lines = product_lines(tables)
    lines = lines.filter(lines.category.notnull(), lines.category != "")
    orders = customer_orders(tables, scope).select("order_id", "customer_key")
    bought = lines.join(orders, "order_id").select("customer_key", "category").distinct()
    anything = bought.select("customer_key").distinct().mutate(category=ibis.literal(""))
    return bought.union(anything)  # the empty name counts the people themselves


def counted_members(tables: Tables, group: ir.Table, people: ir.Table, column: str) -> dict[str, tuple[int, int]]:
    """Value of `column` of `people` -> how many in `group` (a table of customer_key) and outside it."""
    marked = people.left_join(group.mutate(in_group=ibis.literal(True)), "customer_key").drop("customer_key_right")
    marked = marked.mutate(in_group=marked.in_group.fill_null(False))
    each = marked.group_by(column).aggregate(a=marked.in_group.sum(), b=(~marked.in_group).sum())
    return {str(row[column]): (int(row["a"]), int(row["b"])) for row in tables.frame(each).to_dict("records")}
