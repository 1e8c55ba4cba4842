"""Reconciliation finds the definition that was used: planted shops, real ladders, and honest refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from copilot.data.tables import Tables
from copilot.statistics.query import Query, run_query
from copilot.statistics.reconcile.reconcile import Reconciliation, reconcile
from copilot.statistics.reconcile.search import Stated
from copilot.statistics.reconcile.switches import MEASURES, Measure
from copilot.statistics.result import Period
from copilot.statistics.scope import Scope
from tests.statistics import real_shops
from tests.statistics.shops import shop

MARCH = Period(start=date(2026, 3, 1), end=date(2026, 3, 31))
COUNTED = ("paid", "refunded", "authorized")


def planted(seed: int = 5, n: int = 900) -> pd.DataFrame:
    """Orders with something of every kind a definition may differ in; amounts to the cent, times at any minute."""
    rng = np.random.default_rng(seed)
    at = pd.Timestamp("2026-02-20") + pd.to_timedelta(rng.integers(0, 50 * 24 * 60, n), unit="min")
    gross = rng.integers(500, 30_000, n) / 100
    worthless = rng.random(n) < 0.03
    kind = np.where(rng.random(n) < 0.06, "return", "order")
    frame = pd.DataFrame(
        {
            "order_id": [f"p{i:05d}" for i in range(n)],
            "kind": kind,
            "customer_key": np.where(rng.random(n) < 0.1, None, [f"c{k}" for k in rng.integers(0, 300, n)]),
            "ordered_at": at,
            "gross_sales": np.where(worthless | (kind == "return"), 0.0, gross),
            "discounts": np.where((rng.random(n) < 0.2) & (kind == "order"), (gross * 0.1).round(2), 0.0),
            "returns": np.where(kind == "return", gross, 0.0),
            "shipping": np.where(kind == "order", rng.choice([0.0, 4.9, 7.95], n), 0.0),
            "taxes": np.where(kind == "order", (gross * 0.07).round(2), 0.0),
            "status": rng.choice(["paid", "pending", "voided", "cancelled", "refunded", "authorized"], n,
                                 p=[0.8, 0.05, 0.04, 0.04, 0.04, 0.03]),
            "test": rng.random(n) < 0.02,
            "channel": rng.choice(["web", "pos", "shopify_draft_order"], n, p=[0.85, 0.1, 0.05]),
            "lines": 1,
            "units": np.where(kind == "order", 1.0 + np.arange(n) % 4, 0.0),
        }
    )  # fmt: skip
    frame.loc[worthless, ["discounts", "shipping", "taxes"]] = 0.0
    repeated = (rng.random(n) < 0.05) & (frame["gross_sales"] > 0)
    frame["repeated_gross"] = np.where(repeated, (frame["gross_sales"] / 2).round(2), 0.0)
    goods = frame["gross_sales"] - frame["discounts"]
    frame["total_sales"] = np.where(frame["kind"] == "order", goods + frame["shipping"] + frame["taxes"], np.nan)
    return frame


FRAME = planted()


@pytest.fixture(scope="module")
def tables() -> Tables:
    """The planted shop."""
    return shop(FRAME)


def rows(
    *, statuses: tuple[str, ...] = COUNTED, test: bool = False, shift: float = 0, period: Period | None = MARCH
) -> pd.DataFrame:
    """The documents a definition counts, by plain pandas."""
    local = FRAME["ordered_at"] + pd.Timedelta(hours=shift)
    keep = FRAME["status"].isin(statuses) & (~FRAME["test"] | test)
    if period is not None:
        keep &= (local >= pd.Timestamp(period.start)) & (local < pd.Timestamp(period.end) + pd.Timedelta(days=1))
    return FRAME[keep]


def net(part: pd.DataFrame) -> float:
    return float((part["gross_sales"] - part["discounts"] - part["returns"]).sum())


def orders(part: pd.DataFrame, *, zero: bool = False) -> int:
    real = part["kind"] == "order"
    return int((real & (zero | (part["gross_sales"] - part["discounts"] > 0))).sum())


def switches(found: Reconciliation) -> list[tuple[str, ...]]:
    """The switches of each explanation told."""
    return [tuple(sorted(step.switch for step in one.steps)) for one in found.explanations]


MONEY: list[tuple[tuple[str, ...], Callable[[], float]]] = [
    (("before_returns",), lambda: net(rows()) + rows()["returns"].sum()),
    (("before_discounts",), lambda: net(rows()) + rows()["discounts"].sum()),
    (("shipping",), lambda: net(rows()) + rows()["shipping"].sum()),
    (("taxes",), lambda: net(rows()) + rows()["taxes"].sum()),
    (("shipping", "taxes"), lambda: net(rows()) + rows()["shipping"].sum() + rows()["taxes"].sum()),
    (("before_discounts", "before_returns"), lambda: float(rows()["gross_sales"].sum())),
    (("voided",), lambda: net(rows(statuses=(*COUNTED, "voided", "cancelled")))),
    (("pending",), lambda: net(rows(statuses=(*COUNTED, "pending")))),
    (("test",), lambda: net(rows(test=True))),
    (("refunded",), lambda: net(rows(statuses=("paid", "authorized")))),
    (("unpaid",), lambda: net(rows(statuses=("paid", "refunded")))),
    (("guests",), lambda: net(rows()[rows()["customer_key"].notna()])),
    (("pos",), lambda: net(rows()[rows()["channel"] != "pos"])),
    (("draft",), lambda: net(rows()[rows()["channel"] != "shopify_draft_order"])),
    (("draft", "pos"), lambda: net(rows()[rows()["channel"] == "web"])),
    (("repeated",), lambda: net(rows()) - rows()["repeated_gross"].sum()),
    (("zone10",), lambda: net(rows(shift=5))),
    (("zone-16",), lambda: net(rows(shift=-8))),
    (("zone11",), lambda: net(rows(shift=5.5))),
    (("edge0-1",), lambda: net(rows(period=Period(start=MARCH.start, end=date(2026, 3, 30))))),
    (("edge-10",), lambda: net(rows(period=Period(start=date(2026, 2, 28), end=MARCH.end)))),
    (("shipping", "taxes", "zone2"),
     lambda: net(rows(shift=1)) + rows(shift=1)["shipping"].sum() + rows(shift=1)["taxes"].sum()),
    (("before_returns", "pending", "shipping", "voided"),
     lambda: (p := rows(statuses=tuple(FRAME["status"].unique())))[["gross_sales", "shipping"]].sum().sum()
     - p["discounts"].sum()),
]  # fmt: skip


@pytest.mark.parametrize(("planted_switches", "value"), MONEY, ids=["+".join(s) for s, _ in MONEY])
def test_the_planted_difference_of_an_amount_is_found_to_the_cent(
    tables: Tables, planted_switches: tuple[str, ...], value: Callable[[], float]
) -> None:
    found = reconcile(tables, Scope(period=MARCH), "net_sales", Stated(round(value(), 2), 0.005))
    assert found.closeness == "exact"
    assert len(found.explanations) == 1
    turned = switches(found)[0]
    if any(name.startswith("zone") for name in planted_switches):  # clocks between which no order lies are one choice
        assert [name for name in turned if not name.startswith("zone")] == [
            name for name in planted_switches if not name.startswith("zone")
        ]
        assert "clock" in found.explanations[0].steps[0].words
    else:
        assert turned == tuple(sorted(planted_switches))
    assert found.explanations[0].value.value == pytest.approx(value(), abs=0.0051)
    assert found.ours.value == pytest.approx(net(rows()), abs=1e-6)


COUNTS: list[tuple[str, Callable[[], int]]] = [
    ("voided", lambda: orders(rows(statuses=(*COUNTED, "voided", "cancelled")))),
    ("zero", lambda: orders(rows(), zero=True)),
    ("guests", lambda: orders(rows()[rows()["customer_key"].notna()])),
    ("return_documents", lambda: orders(rows()) + int((rows()["kind"] == "return").sum())),
]  # fmt: skip


@pytest.mark.parametrize(("switch", "value"), COUNTS, ids=[name for name, _ in COUNTS])
def test_the_planted_difference_of_a_count_is_among_the_explanations(
    tables: Tables, switch: str, value: Callable[[], int]
) -> None:
    found = reconcile(tables, Scope(period=MARCH), "orders", Stated(value(), 0.5))
    assert found.closeness == "exact"
    assert (switch,) in switches(found)


@pytest.mark.parametrize("measure", sorted(MEASURES))
@pytest.mark.parametrize("period", [MARCH, None], ids=["march", "all"])
def test_our_own_figure_is_the_one_told_everywhere_else(
    tables: Tables, measure: Measure, period: Period | None
) -> None:
    scope = Scope(period=period)
    told = run_query(tables, Query(metrics=(MEASURES[measure].metric,), scope=scope)).values[0][0].value
    found = reconcile(tables, scope, measure, Stated(123_456_789.0, 0.5))
    assert found.ours.value == pytest.approx(told, abs=1e-6)


def test_customers_are_counted_under_other_definitions(tables: Tables) -> None:
    part = rows(statuses=(*COUNTED, "pending"), period=MARCH)
    part = part[(part["kind"] == "order") & (part["gross_sales"] - part["discounts"] > 0)]
    found = reconcile(tables, Scope(period=MARCH), "customers", Stated(part["customer_key"].nunique(), 0.5))
    assert found.closeness == "exact"
    assert ("pending",) in switches(found)


def test_an_average_order_value_with_shipping_and_tax_is_found(tables: Tables) -> None:
    part = rows()
    part = part[(part["kind"] == "order") & (part["gross_sales"] - part["discounts"] > 0)]
    value = round(float(part["total_sales"].mean()), 2)
    found = reconcile(tables, Scope(period=MARCH), "aov", Stated(value, 0.005))
    assert found.closeness == "exact"
    assert ("shipping", "taxes") in switches(found)


def test_the_same_figure_needs_no_explanation(tables: Tables) -> None:
    found = reconcile(tables, Scope(period=MARCH), "net_sales", Stated(round(net(rows()), 2), 0.005))
    assert (found.closeness, found.explanations[0].steps) == ("exact", ())


def test_a_rounded_figure_is_matched_within_its_digits_and_doubted(tables: Tables) -> None:
    value = round((net(rows()) + rows()["shipping"].sum()) / 1000) * 1000
    found = reconcile(tables, Scope(period=MARCH), "net_sales", Stated(value, 500))
    assert found.closeness == "rounded"
    assert found.chance is not None
    assert (found.chance.value or 0) > 0.3


def test_a_figure_nothing_explains_is_said_to_be_unexplained(tables: Tables) -> None:
    value = round(net(rows()) * 1.9 + 0.37, 2)
    found = reconcile(tables, Scope(period=MARCH), "net_sales", Stated(value, 0.005))
    assert found.closeness == "far"
    nearest = found.explanations[0]
    assert (nearest.value.value or 0) + (nearest.left.value or 0) == pytest.approx(value)


def test_the_ladder_goes_from_ours_to_theirs_without_a_gap(tables: Tables) -> None:
    value = round(MONEY[-1][1](), 2)
    found = reconcile(tables, Scope(period=MARCH), "net_sales", Stated(value, 0.005))
    ladder = found.ladder.rows
    assert ladder[0]["figure"] == found.ours.value
    assert ladder[-1]["figure"] == value
    changes = sum(row["change"] for row in ladder if row["change"] is not None)
    assert found.ours.value is not None
    assert found.ours.value + changes == pytest.approx(value, abs=0.0051)
    for before, step in pairwise(ladder[:-1]):
        assert before["figure"] + step["change"] == pytest.approx(step["figure"], abs=1e-6)


def test_several_definitions_with_the_same_value_are_all_named() -> None:
    frame = pd.DataFrame(
        {
            "order_id": ["a", "b", "c"],
            "kind": "order",
            "customer_key": ["x", "y", None],
            "ordered_at": pd.to_datetime(["2026-03-05 10:00", "2026-03-06 11:00", "2026-03-07 12:00"]),
            "gross_sales": [50.0, 30.0, 20.0],
            "channel": ["web", "web", "pos"],
            "status": "paid",
        }
    )
    found = reconcile(shop(frame), Scope(), "net_sales", Stated(80.0, 0.005))
    assert sorted(switches(found)) == [("guests",), ("pos",)]


def test_prices_that_include_tax_have_it_taken_out_and_never_added() -> None:
    frame = pd.DataFrame(
        {
            "order_id": [f"t{i}" for i in range(20)],
            "kind": "order",
            "customer_key": [f"c{i}" for i in range(20)],
            "ordered_at": pd.Timestamp("2026-03-05 10:00"),
            "gross_sales": [119.0 + i for i in range(20)],
            "taxes": [round((119.0 + i) * 19 / 119, 2) for i in range(20)],
            "shipping": 5.0,
            "total_sales": [124.0 + i for i in range(20)],
            "status": "paid",
        }
    )
    value = float((frame["gross_sales"] - frame["taxes"]).sum())
    found = reconcile(shop(frame), Scope(), "net_sales", Stated(round(value, 2), 0.005))
    assert (found.closeness, switches(found)) == ("exact", [("without_tax",)])


def test_gift_cards_and_postage_lines_are_told_apart() -> None:
    frame = pd.DataFrame(
        {
            "order_id": ["a", "b"], "kind": "order", "customer_key": ["x", "y"], "status": "paid",
            "ordered_at": pd.to_datetime(["2026-03-05 10:00", "2026-03-06 11:00"]), "gross_sales": [110.0, 53.5],
        }
    )  # fmt: skip
    items = pd.DataFrame(
        {
            "order_id": ["a", "a", "b", "b"], "line_no": [1, 2, 1, 2],
            "kind": ["product", "gift_card", "product", "shipping"], "gross": [60.0, 50.0, 50.0, 3.5],
            "quantity": 1.0, "unit_price": [60.0, 50.0, 50.0, 3.5],
        }
    )  # fmt: skip
    tables = shop(frame, order_items=items)
    assert switches(reconcile(tables, Scope(), "net_sales", Stated(113.5, 0.005))) == [("gift_cards",)]
    assert switches(reconcile(tables, Scope(), "net_sales", Stated(160.0, 0.005))) == [("postage",)]


def test_currencies_added_up_as_one_are_recognised() -> None:
    frame = pd.DataFrame(
        {
            "order_id": ["a", "b", "c"], "kind": "order", "customer_key": ["x", "y", "z"], "status": "paid",
            "ordered_at": pd.Timestamp("2026-03-05 10:00"), "gross_sales": [100.0, 40.0, 7.0],
            "currency": ["EUR", "EUR", "USD"],
        }
    )  # fmt: skip
    tables = shop(frame, currencies=("EUR", "USD"))
    found = reconcile(tables, Scope(), "net_sales", Stated(147.0, 0.005))
    assert (found.ours.value, found.ours.currency) == (140.0, "EUR")
    assert switches(found) == [("currency=all",)]


def test_a_month_that_was_not_named_is_recognised(tables: Tables) -> None:
    found = reconcile(tables, Scope(), "net_sales", Stated(round(net(rows()), 2), 0.005))
    assert found.closeness == "exact"
    assert found.explanations[0].steps[0].words == "only March 2026 counts"


def test_ladders_of_the_shopify_file(shared: Path) -> None:
    tables = real_shops.shopify(shared / "data")
    found = reconcile(tables, Scope(), "total_sales", Stated(1_059_301.19, 0.005, "shopify"))
    assert (found.closeness, switches(found)) == ("exact", [("before_returns", "pending")])
    assert switches(reconcile(tables, Scope(), "orders", Stated(2_323, 0.5))) == [("pending",)]
    assert switches(reconcile(tables, Scope(), "customers", Stated(541, 0.5))) == [("pending",)]
    assert switches(reconcile(tables, Scope(), "returns", Stated(21_063.77, 0.005))) == [()]
    assert switches(reconcile(tables, Scope(), "total_sales", Stated(1_038_237.42, 0.005))) == [("pending",)]


def test_ladders_of_online_retail(shared: Path, online_retail_lines: Tables) -> None:
    tables = online_retail_lines
    for value, wanted in (
        (8_911_407.90, ("before_returns", "guests")),
        (8_887_208.89, ("before_returns", "guests", "repeated")),
        (8_300_065.81, ("guests",)),
    ):
        found = reconcile(tables, Scope(), "net_sales", Stated(value, 0.005))
        assert (found.closeness, switches(found)) == ("exact", [wanted])
    assert ("guests",) in switches(reconcile(tables, Scope(), "orders", Stated(18_532, 0.5)))
    every = ("guests", "return_documents", "zero")  # that count of invoices takes in those worth nothing
    assert every in switches(reconcile(tables, Scope(), "orders", Stated(22_190, 0.5)))
    assert switches(reconcile(tables, Scope(), "customers", Stated(4_338, 0.5))) == [()]


def test_superstore_needs_no_explanation_and_a_year_is_found(shared: Path) -> None:
    tables = real_shops.superstore(shared / "data")
    raw = pd.read_csv(shared / "data" / "superstore" / "Sample - Superstore.csv", encoding="utf-8-sig")
    sales = float(raw.loc[raw["Order Date"].str.endswith("/21"), "Sales"].sum())
    assert switches(reconcile(tables, Scope(), "net_sales", Stated(2_326_534.35, 0.005))) == [()]
    found = reconcile(tables, Scope(), "net_sales", Stated(round(sales, 2), 0.005))
    assert [step.words for step in found.explanations[0].steps] == ["only 2021 counts"]
