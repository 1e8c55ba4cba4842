"""Pairs, next products and reorder cycles, each counted a second time in pandas; and the traps of order lines."""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.errors import UnknownName
from copilot.statistics.assortment.lines import bought, merchandise, things
from copilot.statistics.assortment.next_product import after_product
from copilot.statistics.assortment.performance import product_performance
from copilot.statistics.assortment.replenishment import replenishment
from copilot.statistics.baskets import basket_pairs, pair_counts
from copilot.statistics.scope import Scope
from tests.statistics.random_shop import RandomShop, random_shop
from tests.statistics.shops import credit, order, shop


def slow_pairs(held: pd.DataFrame) -> tuple[dict[tuple[str, str], int], pd.Series[int], int]:
    """Orders with both, orders with each, orders; `held` is order_id, name, each once."""
    both: dict[tuple[str, str], int] = {}
    for names in held.groupby("order_id")["name"].apply(sorted):
        for pair in combinations(names, 2):
            both[pair] = both.get(pair, 0) + 1
    return both, held.groupby("name").size(), held["order_id"].nunique()


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
@pytest.mark.parametrize("level", ["product", "category"])
def test_pairs_equal_a_slow_count(level: Any, seed: int) -> None:
    made = random_shop(90, seed)
    goods = made.items[made.items["kind"] == "product"]
    both, each, total = slow_pairs(goods.rename(columns={level: "name"})[["order_id", "name"]].drop_duplicates())
    found = pair_counts(made.tables, Scope(), level, 1)
    assert {(row.first, row.second): row.both for row in found.itertuples(index=False)} == both
    assert all(row.n_first == each[row.first] for row in found.itertuples(index=False))
    for pair in basket_pairs(made.tables, Scope(), level).pairs:
        n = both[min(pair.first, pair.second), max(pair.first, pair.second)]
        assert pair.support.value == pytest.approx(n / total)
        assert pair.confidence.value == pytest.approx(n / each[pair.first])
        assert pair.confidence_back.value == pytest.approx(n / each[pair.second])
        assert pair.leverage.value == pytest.approx(n / total - each[pair.first] * each[pair.second] / total**2)


def line(order_id: str, place: int, name: str, **more: Any) -> dict[str, Any]:
    made = {"order_id": order_id, "line_no": place, "product": name, "kind": "product", "quantity": 1,
            "unit_price": 5.0, "gross": 5.0}  # fmt: skip
    return made | more


def test_what_is_no_choice_is_no_product_and_variants_are_one() -> None:
    items = [
        line("o00000", 0, "Shirt", variant="S"),
        line("o00000", 1, "Shirt", variant="M"),  # two variants, one product
        line("o00000", 2, "Gift card", kind="gift_card"),
        line("o00000", 3, "Shipping", kind="shipping"),
        line("o00000", 4, "Tote bag", unit_price=0.0, gross=0.0),  # added free
        line("o00000", 5, "Candle", discount=5.0),  # a free gift by discount
        line("o00000", 6, "Free sample: balm"),
        line("o00000", 7, "Shipping protection"),
        line("o00000", 8, "Sample box of six"),  # paid and chosen
        line("o00000", 9, "Free range eggs"),
    ]
    tables = shop([order(0, "a", "2024-01-01", 40.0)], order_items=pd.DataFrame(items))
    names = sorted(set(tables.frame(merchandise(tables))["name"]))
    assert names == ["Free range eggs", "Sample box of six", "Shirt"]
    assert len(tables.frame(bought(tables, Scope(), "product"))) == 3


def test_lines_without_prices_are_kept() -> None:
    items = [
        line("o00000", 0, "Milk", unit_price=None, gross=None),
        line("o00000", 1, "Rolls", unit_price=None, gross=None),
    ]
    tables = shop([order(0, "a", "2024-01-01", 2.0)], order_items=pd.DataFrame(items))
    assert len(tables.frame(things(tables, Scope(), "product"))) == 2


def test_return_documents_are_no_baskets() -> None:
    back = {"quantity": -1, "gross": -5.0}
    items = [line("o00000", 0, "Cup"), line("o00000", 1, "Plate")]
    items += [line("o00009", 0, "Cup", **back), line("o00009", 1, "Plate", **back)]
    rows = [order(0, "a", "2024-01-01", 10.0), credit(9, "a", "2024-01-05", 10.0)]
    tables = shop(rows, order_items=pd.DataFrame(items))
    assert pair_counts(tables, Scope(), "product", 1)["both"].tolist() == [1]


def test_three_orders_with_both_are_noise_whatever_the_lift() -> None:
    items, orders = [], []
    for number in range(300):
        orders.append(order(number, f"c{number}", "2024-01-01", 10.0))
        name = f"o{number:05d}"
        rare = number < 3
        items += [line(name, 0, "Ring" if rare else "Mug"), line(name, 1, "Box" if rare else f"Thing {number % 7}")]
    found = basket_pairs(shop(orders, order_items=pd.DataFrame(items)), Scope())
    assert all({pair.first, pair.second} != {"Ring", "Box"} for pair in found.pairs)


@pytest.fixture(scope="module")
def made() -> RandomShop:
    return random_shop(300, 11)


def history(made: RandomShop) -> pd.DataFrame:
    """One row an order: customer, place, day, set of products."""
    goods = made.items[made.items["kind"] == "product"].groupby("order_id")["product"].apply(set)
    orders = made.orders.sort_values(["customer_key", "ordered_at", "order_id"])
    orders = orders.assign(place=orders.groupby("customer_key").cumcount(), held=orders["order_id"].map(goods))
    return orders.assign(day=orders["ordered_at"].dt.normalize())


def test_what_follows_a_product_equals_a_slow_count(made: RandomShop) -> None:
    found = after_product(made.tables, Scope(), "teapot")
    buyers = back = 0
    after: dict[str, list[int]] = {}
    ever: dict[str, int] = {}
    others, elsewhere = 0, dict.fromkeys(("Mug", "Tray", "Candle", "Bowl", "Spoon"), 0)
    for _, rows in history(made).groupby("customer_key"):
        orders = list(rows.itertuples())
        for one, two in pairwise(orders):
            if "Teapot" not in one.held:
                others += 1
                for name in two.held - one.held - {"Teapot"}:
                    elsewhere[name] += 1
        start = next((i for i, one in enumerate(orders) if "Teapot" in one.held), None)
        if start is None:
            continue
        buyers += 1
        if start + 1 < len(orders):
            back += 1
            for name in orders[start + 1].held - orders[start].held:
                after.setdefault(name, []).append((orders[start + 1].day - orders[start].day).days)
            later = set().union(*(one.held for one in orders[start + 1 :])) - orders[start].held
            for name in later:
                ever[name] = ever.get(name, 0) + 1
    assert (found.buyers.value, found.came_back.numerator) == (buyers, back)
    assert {line.name for line in found.following} == set(after)
    for one in found.following:
        assert (one.share.numerator, one.share.denominator) == (len(after[one.name]), back)
        assert one.ever.numerator == ever[one.name]
        assert one.median_days.value == pytest.approx(np.median(after[one.name]))
        base = elsewhere[one.name] / others
        assert one.lift.value == pytest.approx(len(after[one.name]) / back / base)


def test_a_planted_sequence_is_found_and_chance_is_not() -> None:
    generator = np.random.default_rng(5)
    orders, items = [], []
    for person in range(400):
        held = [str(generator.choice(["Machine", "Cup", "Jar", "Spoon"]))]
        held.append("Filter" if held[0] == "Machine" and generator.random() < 0.6
                    else str(generator.choice(["Cup", "Jar", "Spoon", "Filter"], p=[0.3, 0.3, 0.3, 0.1])))  # fmt: skip
        for turn, name in enumerate(held):
            made = order(len(orders), f"c{person}", f"2024-0{1 + 2 * turn}-{1 + person % 28:02d}", 10.0)
            orders.append(made)
            items.append(line(made["order_id"], 0, name))
    found = after_product(shop(orders, order_items=pd.DataFrame(items)), Scope(), "Machine")
    assert [one.name for one in found.following if one.reliable] == ["Filter"]
    assert (found.following[0].lift.low or 0) > 2


def test_an_unknown_product_is_named(made: RandomShop) -> None:
    with pytest.raises(UnknownName):
        after_product(made.tables, Scope(), "Samovar")


def test_reorder_cycles_equal_a_slow_count(made: RandomShop) -> None:
    found = replenishment(made.tables, Scope(), name="Mug")
    (cycle,) = found.cycles
    orders = history(made)
    mugs = orders[[("Mug" in held) for held in orders["held"]]]
    days = mugs.groupby("customer_key")["day"].apply(lambda d: sorted(set(d)))
    gaps = [(b - a).days for one in days for a, b in pairwise(one)]
    assert cycle.days.value == pytest.approx(np.median(gaps))
    assert cycle.days.n == len(gaps)
    assert (cycle.again.numerator, cycle.again.denominator) == (sum(len(d) > 1 for d in days), len(days))
    as_of = pd.Timestamp(made.tables.facts.analysis_date)
    waits = sorted(((d[1] - d[0]).days, True) if len(d) > 1 else ((as_of - d[0]).days, False) for d in days)
    survival, within = 1.0, None
    for day in sorted({w for w, _ in waits}):
        at_risk, came = sum(w >= day for w, _ in waits), sum(w == day and c for w, c in waits)
        if day <= 365:
            survival *= 1 - came / at_risk
            within = 1 - survival
    assert cycle.within_year is not None
    assert cycle.within_year.value == pytest.approx(within)
    low, high = np.quantile(gaps, 0.25), np.quantile(gaps, 0.9)
    due = sum(len(d) > 1 and low <= (as_of - d[-1]).days <= high for d in days)
    assert cycle.due.value == due


def test_same_day_purchases_are_no_reorder_and_few_gaps_name_no_cycle() -> None:
    orders = [order(n, f"c{n % 5}", f"2024-01-0{1 + n // 10}", 10.0) for n in range(20)]
    items = [line(one["order_id"], 0, "Tea") for one in orders]
    found = replenishment(shop(orders, order_items=pd.DataFrame(items)), Scope(), name="tea")
    assert found.cycles == ()
    assert "Too few" in found.warnings[0]


def test_one_products_portrait_equals_a_slow_count(made: RandomShop) -> None:
    found = product_performance(made.tables, Scope(), "candle")
    goods = made.items[made.items["kind"] == "product"]
    mine = goods[goods["product"] == "Candle"].merge(made.orders, on="order_id")
    assert found.name == "Candle"
    assert found.sales.value == pytest.approx(mine["gross"].sum())
    assert found.share.value == pytest.approx(mine["gross"].sum() / goods["gross"].sum())
    assert found.orders.value == mine["order_id"].nunique()
    assert found.customers.value == mine["customer_key"].nunique()
    assert found.discounted is not None
    assert found.discounted.value == pytest.approx(mine.drop_duplicates("order_id")["discounted"].mean())
    orders = history(made)
    begun = orders[(orders["place"] == 0) & orders["held"].map(lambda held: "Candle" in held)]
    assert found.began.numerator == len(begun)
    as_of = pd.Timestamp(made.tables.facts.analysis_date)
    age = (as_of - mine["ordered_at"].dt.normalize()).dt.days
    assert found.trend is not None
    now, before = mine[age < 90]["gross"].sum(), mine[(age >= 90) & (age < 180)]["gross"].sum()
    assert found.trend.value == pytest.approx(now / before)
    assert any("dead stock" in warning for warning in found.warnings)


@pytest.mark.shared
def test_online_retail_pairs_are_the_published_ones(shared: Path) -> None:
    truth = json.loads((shared / "data" / "ground_truth.json").read_text())["online_retail_affinity"]
    lines = pd.read_parquet(shared / "data" / "online_retail" / "online_retail.parquet")
    lines.columns = [name.strip() for name in lines.columns]
    clean = lines[
        ~lines["InvoiceNo"].astype(str).str.startswith("C") & lines["CustomerID"].notna()
        & (lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)
    ]  # fmt: skip
    items = pd.DataFrame(
        {"order_id": clean["InvoiceNo"].astype(str), "line_no": range(len(clean)), "kind": "product",
         "product": clean["StockCode"].astype(str), "quantity": clean["Quantity"].astype(float),
         "unit_price": clean["UnitPrice"], "gross": clean["Quantity"] * clean["UnitPrice"]}
    )  # fmt: skip
    orders = items.groupby("order_id")["gross"].sum().reset_index(name="gross_sales")
    when = clean.groupby(clean["InvoiceNo"].astype(str))
    orders["ordered_at"] = pd.to_datetime(when["InvoiceDate"].min()).reindex(orders["order_id"]).to_numpy()
    orders["customer_key"] = when["CustomerID"].first().astype(str).reindex(orders["order_id"]).to_numpy()
    orders = orders.assign(kind="order", status="paid", gross_sales=orders["gross_sales"].round(4))
    tables = shop(orders, order_items=items)
    assert int(tables.frame(bought(tables, Scope(), "product"))["basket"].nunique()) == truth["baskets"]
    counted = pair_counts(tables, Scope(), "product", 100).set_index(["first", "second"])
    found = counted.sort_values("both", ascending=False).head(len(truth["top_pairs"]))
    for pair in truth["top_pairs"]:
        row = found.loc[(pair["a"], pair["b"])]
        assert row["both"] == pair["n"]
        assert row["both"] / truth["baskets"] == pytest.approx(pair["support"], abs=1e-6)
        lift = row["both"] * truth["baskets"] / (row["n_first"] * row["n_second"])
        assert lift == pytest.approx(pair["lift"], abs=1e-4)
        assert row["both"] / row["n_first"] == pytest.approx(pair["conf_ab"], abs=1e-4)
        assert row["both"] / row["n_second"] == pytest.approx(pair["conf_ba"], abs=1e-4)
    items_of = tables.frame(things(tables, Scope(), "product")).set_index("name")["baskets"]
    for item in truth["top_items"]:
        assert items_of[item["item"]] == item["baskets"]
    assert (items_of >= 0.01 * truth["baskets"]).sum() == truth["items_ge_1pct"]


@pytest.mark.shared
def test_groceries_pairs_equal_pandas(shared: Path) -> None:
    (path,) = (shared / "data" / "groceries").glob("*.csv")
    rows = pd.read_csv(path)
    rows.columns = ["member", "date", "item"]
    rows["order_id"] = rows["member"].astype(str) + "/" + rows["date"]
    orders = rows.drop_duplicates("order_id")
    frame = pd.DataFrame(
        {"order_id": orders["order_id"], "customer_key": orders["member"].astype(str), "kind": "order",
         "ordered_at": pd.to_datetime(orders["date"], dayfirst=True), "status": "paid", "gross_sales": 1.0}
    )  # fmt: skip
    items = pd.DataFrame({"order_id": rows["order_id"], "product": rows["item"], "kind": "product",
                          "line_no": range(len(rows)), "quantity": 1.0})  # fmt: skip
    tables = shop(frame, order_items=items)
    both, each, total = slow_pairs(rows.rename(columns={"item": "name"})[["order_id", "name"]].drop_duplicates())
    assert total == 14963
    counted = pair_counts(tables, Scope(), "product", 10)
    assert len(counted) == sum(n >= 10 for n in both.values())
    for row in counted.itertuples(index=False):
        assert row.both == both[row.first, row.second]
    found = basket_pairs(tables, Scope())
    top = max(both, key=lambda pair: both[pair])
    assert top == ("other vegetables", "whole milk")
    assert both[top] * total / (each[top[0]] * each[top[1]]) < 1  # the commonest pair is rarer than by chance
    assert all({pair.first, pair.second} != set(top) for pair in found.pairs)
    assert all((pair.lift.low or 0) > 1 and pair.q <= 0.05 for pair in found.pairs)
