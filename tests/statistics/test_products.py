"""Products: each figure computed a second time in pandas; the planted gateway product stands out, chance does not."""

from __future__ import annotations

import itertools
from collections import Counter

import pandas as pd
import pytest
from scipy import stats

from copilot.data.tables import tables_from_frames
from copilot.statistics.condition import Condition
from copilot.statistics.products import basket_pairs, entry_products, next_products, product_table
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule
from tests.statistics.random_shop import RandomShop, facts, random_shop

REPEAT = SegmentRule(name="repeat customers", conditions=(Condition(field="frequency", op="ge", value=2),))
EVERYBODY = SegmentRule(name="all customers")


@pytest.fixture(scope="module")
def shop() -> RandomShop:
    return random_shop()


def lines(shop: RandomShop) -> pd.DataFrame:
    """Product lines with their order's customer, time and place among the customer's orders."""
    orders = shop.orders.sort_values(["customer_key", "ordered_at", "order_id"])
    orders = orders.assign(place=orders.groupby("customer_key").cumcount())
    items = shop.items[shop.items["kind"] == "product"]
    return items.merge(orders[["order_id", "customer_key", "ordered_at", "place"]], on="order_id")


def test_product_table_equals_pandas_and_leaves_shipping_out(shop: RandomShop) -> None:
    found = product_table(shop.tables, Scope())
    sold = lines(shop).groupby("product")
    assert found.products.value == len(sold)
    total = lines(shop)["gross"].sum()
    for row in found.table.rows:
        part = sold.get_group(row["name"])
        assert row["gross"] == pytest.approx(part["gross"].sum())
        assert row["share"] == pytest.approx(part["gross"].sum() / total)
        assert row["net_units"] == part["quantity"].sum()
        assert row["orders"] == part["order_id"].nunique()
        assert row["customers"] == part["customer_key"].nunique()
    assert all(row["name"] != "Shipping" for row in found.table.rows)
    by_category = product_table(shop.tables, Scope(), "category")
    assert {row["name"] for row in by_category.table.rows} == {"Cups", "Wood", "Light"}


def test_entry_products_equal_pandas_and_name_the_planted_one(shop: RandomShop) -> None:
    found = entry_products(shop.tables, Scope(), REPEAT)
    first = lines(shop)[lines(shop)["place"] == 0]
    orders = shop.orders.groupby("customer_key").size()
    repeat, once = set(orders[orders >= 2].index), set(orders[orders == 1].index)
    for entry in found.products:
        began = set(first[first["product"] == entry.name]["customer_key"])
        a, b = len(began & repeat), len(began & once)
        assert entry.in_group.numerator == a
        assert entry.in_group.denominator == len(repeat)
        assert entry.in_rest is not None
        assert entry.in_rest.numerator == b
        assert entry.ratio is not None
        assert entry.ratio.value == pytest.approx((a / len(repeat)) / (b / len(once)))
        assert entry.repeat_rate.value == pytest.approx(a / (a + b))
    assert {entry.name for entry in found.standout} == {"Teapot"}
    teapot = found.standout[0]
    assert teapot.ratio is not None
    assert (teapot.ratio.low or 0) > 1
    assert teapot.q is not None
    assert teapot.q <= 0.05


def test_the_tests_are_counted_and_corrected_over_products_and_categories(shop: RandomShop) -> None:
    found = entry_products(shop.tables, Scope(), REPEAT)
    both = (*found.products, *found.categories)
    first = lines(shop)[lines(shop)["place"] == 0]
    orders = shop.orders.groupby("customer_key").size()
    repeat, once = set(orders[orders >= 2].index), set(orders[orders == 1].index)
    p_values = {}
    for entry in both:
        column = "category" if entry in found.categories else "product"
        began = set(first[first[column] == entry.name]["customer_key"])
        a, b = len(began & repeat), len(began & once)
        table = [[a, len(repeat) - a], [b, len(once) - b]]
        p_values[column, entry.name] = stats.chi2_contingency(table, correction=False)[1]
    assert found.tested.value == len(p_values)
    q_values = dict(zip(p_values, stats.false_discovery_control(list(p_values.values())), strict=True))
    for entry in both:
        column = "category" if entry in found.categories else "product"
        assert entry.q == pytest.approx(q_values[column, entry.name])


def test_everybody_has_no_rest_to_stand_out_from(shop: RandomShop) -> None:
    found = entry_products(shop.tables, Scope(), EVERYBODY)
    assert found.products
    assert all(entry.ratio is None and entry.in_rest is None and not entry.reliable for entry in found.products)
    assert found.standout == ()


def test_a_group_defined_by_its_first_product_is_called_circular(shop: RandomShop) -> None:
    rule = SegmentRule(name="teapots", conditions=(Condition(field="first_product", value="Teapot"),))
    assert any("by definition" in warning for warning in entry_products(shop.tables, Scope(), rule).warnings)


def test_next_products_equal_pandas(shop: RandomShop) -> None:
    found = next_products(shop.tables, Scope())
    every = lines(shop)
    orders = shop.orders.sort_values(["customer_key", "ordered_at", "order_id"])
    days = orders.assign(day=pd.to_datetime(orders["ordered_at"]).dt.normalize()).groupby("customer_key")["day"]
    first_day, second_day = days.nth(0), days.nth(1)
    first_by = dict(zip(orders.loc[first_day.index, "customer_key"], first_day, strict=True))
    waits = {key: (day - first_by[key]).days
             for key, day in zip(orders.loc[second_day.index, "customer_key"], second_day, strict=True)}  # fmt: skip
    for product in found.products:
        who = set(every[(every["place"] == 1) & (every["product"] == product.name)]["customer_key"])
        had = set(every[(every["place"] == 0) & (every["product"] == product.name)]["customer_key"])
        assert product.share.numerator == len(who)
        assert product.share.denominator == len(waits)
        assert product.median_days.value == pytest.approx(pd.Series([waits[key] for key in who]).median())
        assert product.new_to_them.numerator == len(who - had)


def test_planted_basket_pair_is_found_with_its_lift() -> None:
    baskets = [("Tea", "Honey")] * 40 + [("Tea",)] * 10 + [("Honey",)] * 10
    singles = ["Mug", "Bowl", "Tray", "Spoon", "Cup"]
    baskets += [(one, two) for one, two in itertools.product(singles, singles) if one < two] * 4
    baskets += [(name,) for name in singles] * 40
    items = pd.DataFrame(
        [
            {"order_id": f"o{n}", "line_no": k, "product": name, "kind": "product", "quantity": 1, "gross": 5.0}
            for n, basket in enumerate(baskets)
            for k, name in enumerate(basket)
        ]
    )
    orders = pd.DataFrame(
        {"order_id": [f"o{n}" for n in range(len(baskets))], "kind": "order", "status": "paid", "gross_sales": 5.0,
         "customer_key": [f"c{n}" for n in range(len(baskets))], "ordered_at": pd.Timestamp("2024-03-01 10:00")}
    )  # fmt: skip
    found = basket_pairs(tables_from_frames({"orders": orders, "order_items": items}, facts()), Scope())
    assert [{pair.first, pair.second} for pair in found.pairs] == [{"Tea", "Honey"}]
    pair = found.pairs[0]
    held = Counter(name for basket in baskets for name in basket)
    assert pair.support.numerator == 40
    assert pair.confidence.value == pytest.approx(40 / held["Tea"])
    assert pair.lift.value == pytest.approx(40 * len(baskets) / (held["Tea"] * held["Honey"]))
    assert 1 < (pair.lift.low or 0) < (pair.lift.value or 0) < (pair.lift.high or 0)


def test_without_lines_the_export_is_named() -> None:
    nothing = tables_from_frames({}, facts())
    assert "line items" in product_table(nothing, Scope()).warnings[0]
    assert product_table(nothing, Scope(), "category").warnings[0].startswith("The files name no product categories")
    assert next_products(nothing, Scope()).products == ()
    assert basket_pairs(nothing, Scope()).pairs == ()
    assert any("line items" in warning for warning in entry_products(nothing, Scope(), EVERYBODY).warnings)


def test_returned_units_are_taken_off(shop: RandomShop) -> None:
    items = pd.DataFrame(
        [
            {"order_id": "o1", "line_no": 0, "product": "Mug", "kind": "product", "quantity": 5, "gross": 50.0},
            {"order_id": "r1", "line_no": 0, "product": "Mug", "kind": "product", "quantity": -2, "gross": -20.0},
        ]
    )
    orders = pd.DataFrame(
        [
            {"order_id": "o1", "kind": "order", "customer_key": "a", "gross_sales": 50.0},
            {"order_id": "r1", "kind": "return", "customer_key": "a", "gross_sales": 0.0, "returns": 20.0},
        ]
    ).assign(status="paid", ordered_at=pd.Timestamp("2024-03-01 10:00"))
    row = product_table(tables_from_frames({"orders": orders, "order_items": items}, facts()), Scope()).table.rows[0]
    assert (row["gross"], row["net_units"], row["orders"]) == (50.0, 3.0, 1)
