"""Harmless or known changes of the data change the answers in the known way: rows shuffled, money scaled, dates
shifted, names of levels changed, a constant column added, a file uploaded twice, renamed or in two parts."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from copilot.data.tables import Tables
from copilot.data.workspace import Workspace
from copilot.statistics.best import best_customers
from copilot.statistics.condition import Condition
from copilot.statistics.query import Query, run_query
from copilot.statistics.repeat import repeat_rates
from copilot.statistics.result import Figure, Period
from copilot.statistics.rfm import rfm_table
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope
from copilot.statistics.segments import named_segments
from tests.statistics.shops import credit, order, shop

Rows = list[dict[str, Any]]
MARCH = Period(start=date(2024, 3, 1), end=date(2024, 3, 31))
MONEY = ("gross_sales", "discounts", "returns", "total_sales")


def made(seed: int = 5) -> Rows:
    """Orders and returns of forty customers and some guests over a year."""
    chance = random.Random(seed)
    rows = []
    for number in range(160):
        gross = chance.randint(500, 20_000) / 100
        at = date(2024, 1, 1) + timedelta(days=chance.randint(0, 360))
        who = f"c{chance.randint(0, 39)}" if chance.random() < 0.9 else None
        if chance.random() < 0.06:
            rows.append(credit(number, who, str(at), gross, country="DE"))
        else:
            cut = chance.choice([0.0, 0.0, 5.0])
            rows.append(order(number, who, str(at), gross, discounts=cut, discounted=cut > 0, total_sales=gross + 4,
                              country=chance.choice(["DE", "FR"]), channel=chance.choice(["web", "pos"])))  # fmt: skip
    return rows


QUERIES = (
    Query(
        metrics=("net_sales", "orders", "aov", "median_order_value", "new_customers", "discount_rate"), by=("country",)
    ),
    Query(metrics=("net_sales", "revenue_per_customer"), by=("order_number",)),
    Query(metrics=("repeat_rate_lifetime", "median_value", "customers"), by=("first_channel",)),
    Query(metrics=("net_sales", "aov", "discounted_order_share"), period=MARCH, compare="previous"),
    Query(metrics=("aov", "units_per_order"), segment=named_segments()["repeat"], compare="rest"),
    Query(metrics=("net_sales",), by=("month",), where=(Condition(field="channel", value="web"),)),
)


def figures(tables: Tables) -> list[Figure]:
    """The figures of all public functions looked at here."""
    found = [figure for query in QUERIES for figure in run_query(tables, query).figures()]
    for analysis in (sales_ladder, repeat_rates):
        found += list(analysis(tables, Scope()).figures())
    return found + list(best_customers(tables, Scope(), limit=5).figures())


def plain(found: list[Figure], times: Callable[[Figure], float] = lambda _: 1.0) -> list[tuple[Any, ...]]:
    """What must stay, with values multiplied as a change demands."""
    return [
        (f.name, f.label, f.n, *(None if v is None else pytest.approx(v * times(f), rel=1e-6, abs=1e-4) for v in
         (f.value, f.low, f.high)))
        for f in found
    ]  # fmt: skip


def values(found: list[Figure]) -> list[tuple[Any, ...]]:
    return [(f.name, f.label, f.n, f.value, f.low, f.high) for f in found]


@cache
def before() -> tuple[Figure, ...]:
    return tuple(figures(shop(made())))


def test_order_of_rows_changes_nothing() -> None:
    rows = made()
    random.Random(1).shuffle(rows)
    assert values(figures(shop(rows))) == plain(list(before()))


def test_a_constant_column_changes_nothing() -> None:
    rows = [row | {"device": "phone", "city": "Kiel"} for row in made()]
    assert values(figures(shop(rows))) == plain(list(before()))


def test_money_times_a_hundred() -> None:
    rows = [row | {name: row[name] * 100 for name in MONEY if name in row} for row in made()]
    expected = plain(list(before()), lambda f: 100.0 if f.unit == "money" else 1.0)
    assert values(figures(shop(rows))) == expected


def test_dates_shifted_by_whole_weeks() -> None:
    weeks = timedelta(days=364)
    rows = [row | {"ordered_at": row["ordered_at"] + weeks} for row in made()]
    one, two = shop(made()), shop(rows)
    later = Period(start=MARCH.start + weeks, end=MARCH.end + weeks)
    ours = Period(start=MARCH.start - timedelta(days=31), end=MARCH.start - timedelta(days=1))
    theirs = Period(start=ours.start + weeks, end=ours.end + weeks)
    for metrics, by in ((("net_sales", "aov"), "weekday"), (("net_sales", "aov"), "order_number")):
        left = run_query(one, Query(metrics=metrics, by=(by,), period=MARCH))
        right = run_query(two, Query(metrics=metrics, by=(by,), period=later))
        assert left.labels == right.labels
        assert values(list(right.figures())) == plain(list(left.figures()))
    left = run_query(one, Query(metrics=("net_sales", "aov"), period=MARCH, compare=ours))
    right = run_query(two, Query(metrics=("net_sales", "aov"), period=later, compare=theirs))
    assert values(list(right.figures())) == plain(list(left.figures()))
    scores = [t.frame(rfm_table(t, Scope())).set_index("customer_key")["rfm_group"].to_dict() for t in (one, two)]
    assert scores[0] == scores[1]


def test_renamed_levels_keep_their_figures() -> None:
    names = {"DE": "Zamunda", "FR": "Atlantis"}
    rows = [row | {"country": names[row["country"]]} for row in made()]
    query = Query(metrics=("net_sales", "aov", "customers"), by=("country",))
    left, right = run_query(shop(made()), query), run_query(shop(rows), query)
    ours = {names[label[0]]: [f.value for f in row] for label, row in zip(left.labels, left.values, strict=True)}
    assert ours == {label[0]: [f.value for f in row] for label, row in zip(right.labels, right.values, strict=True)}


def test_sides_of_a_comparison_swapped_turn_the_sign() -> None:
    tables = shop(made())
    other = Period(start=date(2024, 5, 1), end=date(2024, 5, 31))
    one = run_query(tables, Query(metrics=("aov", "discounted_order_share"), period=MARCH, compare=other)).comparison
    two = run_query(tables, Query(metrics=("aov", "discounted_order_share"), period=other, compare=MARCH)).comparison
    assert one is not None
    assert two is not None
    for ours, theirs in zip(one.rows[0], two.rows[0], strict=True):
        assert ours.difference.value == pytest.approx(-(theirs.difference.value or 0))
        assert (ours.difference.low, ours.difference.high) == pytest.approx(
            (-(theirs.difference.high or 0), -(theirs.difference.low or 0))
        )


def _export(rows: Rows, path: Path) -> Path:
    frame = pd.DataFrame(
        {
            "Order ID": [row["order_id"] for row in rows],
            "Order Date": [row["ordered_at"].strftime("%Y-%m-%d") for row in rows],
            "Customer ID": [row["customer_key"] for row in rows],
            "Product": "Tea",
            "Quantity": 1,
            "Unit Price": [row["gross_sales"] for row in rows],
            "Country": [row["country"] for row in rows],
        }
    )
    frame.to_csv(path, index=False)
    return path


def _asked(home: Path, files: list[Path]) -> list[tuple[Any, ...]]:
    workspace = Workspace.open(home)
    for file in files:
        workspace.add([file])
    tables = workspace.tables()
    found = [f for q in (Query(metrics=("net_sales", "orders", "aov"), by=("country",)),
                         Query(metrics=("repeat_rate_lifetime", "new_customers", "median_order_value")))
             for f in run_query(tables, q).figures()]  # fmt: skip
    found += list(sales_ladder(tables, Scope()).figures())
    return values(found)


def test_the_same_file_twice_renamed_or_in_two_parts_is_the_same_shop(tmp_path: Path) -> None:
    rows = [row for row in made() if row["kind"] == "order" and row["customer_key"]]
    whole = _export(rows, tmp_path / "orders.csv")
    renamed = tmp_path / "copy of orders.csv"
    renamed.write_bytes(whole.read_bytes())
    once = _asked(tmp_path / "once", [whole])
    assert once[0][3]
    assert _asked(tmp_path / "twice", [whole, whole, renamed]) == once
    halves = [_export(rows[:70], tmp_path / "first.csv"), _export(rows[70:], tmp_path / "second.csv")]
    assert _asked(tmp_path / "halves", halves) == once
    overlapping = [_export(rows[:90], tmp_path / "a.csv"), _export(rows[50:], tmp_path / "b.csv")]
    assert _asked(tmp_path / "overlap", overlapping) == once
