"""Kinds of customers: each planted kind is found and kept out of the ranking, aloud; a trade shop keeps everybody."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from copilot.data.tables import Tables
from copilot.statistics.best import best_customers
from copilot.statistics.conduct.kinds import customer_kinds, kinds_table, left_out, ranked_customers
from copilot.statistics.listing import customer_list
from copilot.statistics.scope import Scope
from copilot.statistics.segments import resolve_segment
from tests.statistics.shops import order, people, shop


class Books:
    """Orders with their lines, written one by one."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.items: list[dict[str, Any]] = []

    def sell(self, customer: str, day: str, *lines: tuple[str, float, float], **more: Any) -> None:
        number = len(self.orders)
        made = order(number, customer, day, sum(units * price for _, units, price in lines), **more)
        self.orders.append(made)
        for place, (name, units, price) in enumerate(lines):
            self.items.append(
                {"order_id": made["order_id"], "line_no": place, "product": name, "kind": "product",
                 "quantity": units, "unit_price": price, "gross": units * price}
            )  # fmt: skip

    def tables(self, **frames: pd.DataFrame) -> Tables:
        return shop(self.orders, order_items=pd.DataFrame(self.items), **frames)


def ordinary(customers: int = 100) -> Books:
    """Shoppers who buy one to three pieces for 20 each."""
    books = Books()
    for person in range(customers):
        for turn in range(1 + person % 3):
            day = f"2024-0{1 + turn}-{1 + person % 28:02d} 10:{person % 60:02d}:{turn:02d}"
            books.sell(f"c{person:03d}", day, ("Mug", 1 + (person + turn) % 3, 20.0), ("Tea", 1, 8.0))
    return books


def kinds_of(tables: Tables) -> dict[str, str]:
    frame = tables.frame(kinds_table(tables, Scope()))
    return {row.customer_key: row.kind for row in frame.itertuples() if row.kept_out}


MARKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("wholesale", {"tags": "VIP, Wholesale-EU"}),
    ("wholesale", {"channel": "B2B portal"}),
    ("wholesale", {"discount_code": "GROSSHANDEL20"}),
    ("reseller", {"tags": "Wiederverkäufer"}),
    ("staff", {"discount_code": "MITARBEITER50"}),
    ("test", {"tags": "test order"}),
    ("gift", {"tags": "gift"}),
)
LOOKS_LIKE_IT: tuple[dict[str, Any], ...] = (
    {"tags": "non-wholesale"},
    {"tags": "latest"},  # holds "test" inside a word
    {"tags": "contest winner"},
    {"discount_code": "GIFT10"},  # a code called gift is a promotion
    {"tags": "gift card buyer"},
    {"tags": "fair trade"},
    {"source": "wholesale-blog.example"},
)


def test_the_shops_own_marks_decide_and_words_that_only_look_like_marks_do_not() -> None:
    books = ordinary()
    for place, (_, marks) in enumerate(MARKED):
        books.sell(f"marked{place}", "2024-05-01 12:00:01", ("Mug", 2, 20.0), **marks)
    for place, marks in enumerate(LOOKS_LIKE_IT):
        books.sell(f"plain{place}", "2024-05-01 12:00:01", ("Mug", 2, 20.0), **marks)
    assert kinds_of(books.tables()) == {f"marked{place}": kind for place, (kind, _) in enumerate(MARKED)}


def test_customer_tags_and_attributes_count_but_survey_answers_do_not() -> None:
    given = pd.DataFrame(
        [
            {"customer_key": "c001", "name": "Customer group", "value": "Händler"},
            {"customer_key": "c002", "name": "How did you hear about us?", "value": "wholesale fair"},
        ]
    )
    tagged = people({"customer_key": "c003", "customer_ref": "#3", "tags": "employee"})
    tables = ordinary().tables(customers=tagged, customer_attributes=given)
    assert kinds_of(tables) == {"c001": "wholesale", "c003": "staff"}


def test_few_bulk_buyers_clearly_apart_are_wholesale_and_one_product_in_bulk_is_a_reseller() -> None:
    books = ordinary()
    for turn in range(3):
        books.sell("trade", f"2024-06-0{1 + turn} 09:00:03", ("Mug", 30, 20.0), ("Tea", 40, 8.0))
    books.sell("flip", "2024-06-05 09:00:03", ("Mug", 60, 20.0))
    assert kinds_of(books.tables()) == {"trade": "wholesale", "flip": "reseller"}


def test_where_large_orders_shade_into_small_ones_bulk_buying_is_how_the_shop_works() -> None:
    books = ordinary()
    for person, times in enumerate((5, 5, 6, 7, 8, 9, 11, 14)):
        books.sell(f"t{person}", "2024-06-01 09:00:03", ("Mug", 2 * times, 20.0), ("Tea", times, 8.0))
    tables = books.tables()
    assert kinds_of(tables) == {}
    said = left_out(tables, Scope())
    assert said.kinds == ()
    assert said.trade_like is not None
    assert said.trade_like.value == 2
    assert best_customers(tables, Scope()).table.rows[0]["customer_ref"] == "#t7"


def test_one_gift_buyer_must_have_no_other_order_and_wrap_bought_in_bulk_is_goods() -> None:
    books = ordinary()
    books.sell("giver", "2024-12-10 09:00:03", ("Mug", 1, 20.0), ("Gift wrapping", 1, 3.0))
    books.sell("both", "2024-12-10 09:00:03", ("Mug", 1, 20.0), ("Gift wrapping", 1, 3.0))
    books.sell("both", "2024-12-20 09:00:03", ("Mug", 1, 20.0))
    books.sell("packer", "2024-12-10 09:00:03", ("Gift wrapping", 12, 3.0))
    assert kinds_of(books.tables()) == {"giver": "gift"}


def test_orders_within_one_second_are_tests_unless_the_file_has_days_only() -> None:
    books = ordinary()
    for _ in range(4):
        books.sell("bot", "2024-06-01 09:00:03", ("Mug", 1, 20.0))
        books.sell("days", "2024-06-01", ("Mug", 1, 20.0))
    assert kinds_of(books.tables()) == {"bot": "test"}


def test_the_ranking_leaves_them_out_counts_them_and_takes_them_back_when_asked() -> None:
    books = ordinary()
    for turn in range(4):
        books.sell("trade", f"2024-06-0{1 + turn} 09:00:03", ("Mug", 30, 20.0), ("Tea", 40, 8.0))
    tables = books.tables()
    best = best_customers(tables, Scope(), top=5)
    assert "#trade" not in {row["customer_ref"] for row in best.table.rows}
    assert best.left_out is not None
    assert best.left_out.kinds == ("wholesale",)
    assert best.left_out.customers[0].value == 1
    assert best.left_out.value[0].value == pytest.approx(4 * (30 * 20 + 40 * 8))
    asked = best_customers(tables, Scope(), top=5, include=("wholesale",))
    assert asked.table.rows[0]["customer_ref"] == "#trade"
    assert asked.left_out is not None
    assert asked.left_out.kinds == ()
    assert int(ranked_customers(tables, Scope()).count().to_pandas()) == 100
    assert int(ranked_customers(tables, Scope(), include=("all",)).count().to_pandas()) == 101
    listed = customer_list(tables, Scope(), resolve_segment(tables, Scope(), "all"), limit=200)
    assert listed.size.value == 101
    assert len(listed.table.rows) == 100
    wholesale = customer_list(tables, Scope(), resolve_segment(tables, Scope(), "wholesale customers"))
    assert [row["customer_ref"] for row in wholesale.table.rows] == ["#trade"]


def test_the_top_group_is_the_same_in_the_ranking_and_as_a_segment() -> None:
    books = ordinary()
    books.sell("trade", "2024-06-01 09:00:03", ("Mug", 60, 20.0), ("Tea", 80, 8.0))
    tables = books.tables()
    found = best_customers(tables, Scope(), top=0.10)
    size = customer_list(tables, Scope(), found.rule).size.value
    assert size == found.size.value == 10


def test_subscription_orders_are_recognised_where_the_export_marks_them() -> None:
    books = ordinary()
    books.sell("s1", "2024-06-01 09:00:03", ("Tea", 1, 8.0), channel="subscription_contract")
    books.sell("s1", "2024-07-01 09:00:03", ("Tea", 1, 8.0), tags="Abo")
    books.sell("s2", "2024-07-01 09:00:03", ("Tea", 1, 8.0), tags="newsletter subscriber, about")
    found = customer_kinds(books.tables(), Scope())
    assert (found.subscription_orders.value, found.subscription_customers.value) == (2, 1)
    assert found.groups == ()


@pytest.mark.shared
def test_online_retail_is_a_trade_shop_and_keeps_its_top_ten(online_retail_lines: Tables) -> None:
    found = best_customers(online_retail_lines, Scope())
    assert found.table.rows[0]["customer_ref"] == "#14646"
    assert found.left_out is not None
    assert found.left_out.kinds == ()
    assert found.left_out.trade_like is not None
    assert (found.left_out.trade_like.value or 0) > 0
