"""Every analysis by name, as calls on tables; what each gives, as plain values that two engines can be compared by."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer
from copilot.statistics.acquisition.reports import ad_reports
from copilot.statistics.acquisition.spend import acquisition
from copilot.statistics.assortment.gateway import gateway_products
from copilot.statistics.assortment.next_product import after_product
from copilot.statistics.assortment.performance import product_performance
from copilot.statistics.assortment.replenishment import replenishment
from copilot.statistics.baskets import basket_pairs
from copilot.statistics.best import best_customers
from copilot.statistics.change.explain import sales_change
from copilot.statistics.clv.predict import predicted_value
from copilot.statistics.concentration import concentration
from copilot.statistics.condition import Condition
from copilot.statistics.conduct.anti_profile import anti_profile
from copilot.statistics.conduct.discounts import discounts
from copilot.statistics.conduct.kinds import customer_kinds
from copilot.statistics.conduct.refunds import refunds
from copilot.statistics.contrast import sets_apart
from copilot.statistics.dimensions import dimensions
from copilot.statistics.inventory import inventory
from copilot.statistics.journey import journey_stages
from copilot.statistics.lifetime.cohorts import cohorts
from copilot.statistics.lifetime.ltv import lifetime_value
from copilot.statistics.lifetime.movement import rfm_movement
from copilot.statistics.lifetime.next_order import next_orders
from copilot.statistics.lifetime.survival import order_chances
from copilot.statistics.lifetime.transitions import stage_transitions
from copilot.statistics.listing import customer_list
from copilot.statistics.metrics import metric_names
from copilot.statistics.opportunity import expected_orders, offer_cost, stage_value
from copilot.statistics.product_ratings import product_ratings
from copilot.statistics.products import entry_products, next_products, product_table
from copilot.statistics.profile import segment_profile
from copilot.statistics.query import Query, run_query
from copilot.statistics.repeat import repeat_rates
from copilot.statistics.result import Period, Result
from copilot.statistics.rfm import rfm_groups
from copilot.statistics.rhythm import buying_rhythm
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule, resolve_segment, top_rule
from copilot.statistics.stage_moves import stage_moves
from copilot.statistics.strongest import strongest_rule
from copilot.statistics.survey import survey
from copilot.statistics.timing import order_timing
from copilot.statistics.trend import by_month
from copilot.statistics.voice import themes
from copilot.statistics.voice_contrast import rating_contrast, voice_contrast

ALL = Scope()
NARROW = Scope(
    period=Period(start=date(2024, 3, 1), end=date(2025, 1, 31)),
    where=(Condition(field="country", value="DE"), Condition(field="category", value="Cups")),
    include_pending=True,
    repeated_lines="drop",
    frequency="days",
    value="demand_sales",
)
TOP = top_rule(ALL, share=0.2)
REPEAT = SegmentRule(name="repeat", conditions=(Condition(field="frequency", op="ge", value=2),))
BEFORE, AFTER = (
    Period(start=date(2024, 1, 1), end=date(2024, 6, 30)),
    Period(start=date(2024, 7, 1), end=date(2024, 12, 31)),
)

Call = Callable[[Tables], Result]
ANALYSES: dict[str, Call] = {
    "sales ladder": lambda t: sales_ladder(t, ALL),
    "sales ladder, narrow": lambda t: sales_ladder(t, NARROW),
    "trend": lambda t: by_month(t, ALL),
    "repeat": lambda t: repeat_rates(t, ALL),
    "repeat, narrow": lambda t: repeat_rates(t, NARROW),
    "rhythm": lambda t: buying_rhythm(t, ALL),
    "concentration": lambda t: concentration(t, ALL),
    "best customers": lambda t: best_customers(t, ALL),
    "best customers, narrow": lambda t: best_customers(t, NARROW),
    "customer list": lambda t: customer_list(t, ALL, TOP),
    "sets apart": lambda t: sets_apart(t, ALL, REPEAT),
    "strongest": lambda t: strongest_rule(t, ALL),
    "profile": lambda t: segment_profile(t, ALL, TOP),
    "timing": lambda t: order_timing(t, ALL, REPEAT),
    "RFM": lambda t: rfm_groups(t, ALL),
    "RFM quintiles": lambda t: rfm_groups(t, ALL, "quintile"),
    "RFM Klaviyo": lambda t: rfm_groups(t, ALL, "tercile_klaviyo"),
    "RFM movement": lambda t: rfm_movement(t, ALL),
    "stages": lambda t: journey_stages(t, ALL),
    "stage transitions": lambda t: stage_transitions(t, ALL),
    "stage moves": lambda t: stage_moves(t, ALL),
    "stage value": lambda t: stage_value(t, ALL),
    "expected orders": lambda t: expected_orders(t, ALL, REPEAT),
    "offer cost": lambda t: offer_cost(t, ALL, TOP),
    "cohorts": lambda t: cohorts(t, ALL),
    "cohorts by channel": lambda t: cohorts(t, ALL, "first_source", "value"),
    "LTV": lambda t: lifetime_value(t, ALL),
    "next orders": lambda t: next_orders(t, ALL),
    "order chances": lambda t: order_chances(t, ALL),
    "CLV": lambda t: predicted_value(t, ALL),
    "products": lambda t: product_table(t, ALL),
    "categories": lambda t: product_table(t, NARROW, "category"),
    "entry products": lambda t: entry_products(t, ALL, REPEAT),
    "next products": lambda t: next_products(t, ALL),
    "after a product": lambda t: after_product(t, ALL, "Mug"),
    "gateway products": lambda t: gateway_products(t, ALL),
    "performance": lambda t: product_performance(t, ALL, "Mug"),
    "replenishment": lambda t: replenishment(t, ALL),
    "basket pairs": lambda t: basket_pairs(t, ALL),
    "discounts": lambda t: discounts(t, ALL),
    "refunds": lambda t: refunds(t, ALL),
    "customer kinds": lambda t: customer_kinds(t, ALL),
    "anti-profile": lambda t: anti_profile(t, ALL),
    "acquisition": lambda t: acquisition(t, ALL),
    "ad reports": lambda t: ad_reports(t, ALL),
    "change": lambda t: sales_change(t, ALL, BEFORE, AFTER, ("country",)),
    "survey": survey,
    "themes": themes,
    "voice contrast": lambda t: voice_contrast(t, ALL, REPEAT),
    "rating contrast": rating_contrast,
    "product ratings": product_ratings,
    "inventory": inventory,
    "segment by words": lambda t: customer_list(t, ALL, resolve_segment(t, ALL, "country = DE and orders >= 2")),
    "stage list": lambda t: customer_list(t, ALL, resolve_segment(t, ALL, "hot")),
}
# Spark needs seconds for what takes a database milliseconds: these touch every kind of expression; PostgreSQL runs all.
ON_SPARK = (
    "sales ladder, narrow", "repeat", "rhythm", "best customers", "profile", "RFM quintiles", "stages", "cohorts",
    "LTV", "products", "basket pairs", "discounts", "gateway products", "change", "order chances",
)  # fmt: skip


def queries() -> dict[str, Call]:
    """Every declared metric without a split, and the first of them by every dimension that allows it."""
    made: dict[str, Call] = {
        f"metric {name}": (lambda t, name=name: run_query(t, Query(metrics=(name,)))) for name in metric_names()
    }
    for name in dimensions():
        for wanted in ("net_sales", "customers"):
            made[f"{wanted} by {name}"] = lambda t, name=name, wanted=wanted: run_query(
                t, Query(metrics=(wanted,), by=(name,), order=name, limit=40)
            )
    return made


def outcome(call: Call, tables: Tables) -> list[tuple[str, Any]]:
    """Every figure and table cell of a result in order, or the words of a refusal."""
    try:
        result = call(tables)
    except CannotAnswer as refusal:
        return [("refused", str(refusal))]
    found: list[tuple[str, Any]] = []
    for figure in result.figures():
        for part in ("value", "n", "numerator", "denominator", "low", "high"):
            found.append((f"{figure.name} | {figure.label} | {part}", getattr(figure, part)))
        found.append((f"{figure.name} warnings", figure.warnings))
    for table in result.tables():
        for place, row in enumerate(table.rows):
            found += [(f"{table.title} {place} {key}", value) for key, value in row.items() if key != "file"]
    return found


def unequal(one: list[tuple[str, Any]], two: list[tuple[str, Any]]) -> list[str]:
    """Where two outcomes differ; floats by a billionth."""
    if [name for name, _ in one] != [name for name, _ in two]:
        odd = [f"{a[0]} / {b[0]}" for a, b in zip(one, two, strict=False) if a[0] != b[0]]
        return [f"other figures: {len(one)} and {len(two)}; {odd[:3]}"]
    return [f"{name}: {a!r} and {b!r}" for (name, a), (_, b) in zip(one, two, strict=True) if not _same(a, b)]


def _same(one: Any, two: Any) -> bool:
    if one is None or two is None or isinstance(one, str) or isinstance(two, str):
        return bool(one == two)
    try:
        left, right = float(one), float(two)
    except (TypeError, ValueError):
        return bool(one == two)
    return (math.isnan(left) and math.isnan(right)) or left == pytest.approx(right, rel=1e-9, abs=1e-9)
