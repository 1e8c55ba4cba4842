"""Olist: seven files of one download make orders with money, people, products and reviews, in any order of files."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from copilot.data.formats.registry import FORMATS, format_of
from copilot.data.tables import NO_AMOUNTS
from copilot.statistics.overview import overview
from copilot.statistics.query import Query, run_query
from copilot.statistics.scope import Scope
from tests.data.formats.loading import Shop, lines, rows

# Two orders of one person (u1 has a new customer_id each time), one of another, one cancelled without items.
FILES = {
    "olist_orders_dataset.csv": lines(
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
        "order_delivered_customer_date,order_estimated_delivery_date",
        "o1,c1,delivered,2018-01-05 10:00:00,2018-01-05 11:00:00,,2018-01-20 00:00:00,2018-01-25 00:00:00",
        "o2,c2,shipped,2018-03-07 23:30:00,,,,2018-03-25 00:00:00",
        "o3,c3,delivered,2018-02-01 09:00:00,,,,",
        "o4,c4,unavailable,2018-02-02 09:00:00,,,,",
    ),
    "olist_order_items_dataset.csv": lines(
        "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value",
        "o1,1,p100,s1,2018-01-09 00:00:00,20.00,5.50",
        "o1,2,p100,s1,2018-01-09 00:00:00,20.00,5.50",
        "o2,1,p200,s2,2018-03-09 00:00:00,100.00,10.00",
        "o3,1,p100,s1,2018-02-09 00:00:00,20.00,7.25",
        "o3,2,p200,s2,2018-02-09 00:00:00,90.00,0.75",
    ),
    "olist_order_payments_dataset.csv": lines(
        "order_id,payment_sequential,payment_type,payment_installments,payment_value",
        "o1,1,voucher,1,11.00",
        "o1,2,credit_card,2,40.00",
        "o2,1,boleto,1,110.00",
        "o3,1,credit_card,10,121.00",  # three reais of interest on instalments
        "o4,1,credit_card,1,33.00",
    ),
    "olist_customers_dataset.csv": lines(
        "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state",
        "c1,u1,01310,sao paulo,SP",
        "c2,u1,20230,rio de janeiro,RJ",
        "c3,u2,01310,sao paulo,SP",
        "c4,u3,01310,sao paulo,SP",
    ),
    "olist_order_reviews_dataset.csv": lines(
        "review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,"
        "review_answer_timestamp",
        'r1,o1,5,,"Ótimo, recomendo.\r\nChegou antes do prazo!",2018-01-21 00:00:00,2018-01-22 08:00:00',
        "r2,o2,1,Atrasado,Ainda não chegou,2018-03-26 00:00:00,2018-03-27 08:00:00",
        "r2,o3,1,Atrasado,Ainda não chegou,2018-03-26 00:00:00,2018-03-27 08:00:00",
        "r3,o4,2,,,2018-02-10 00:00:00,2018-02-11 08:00:00",
    ),
    "olist_products_dataset.csv": lines(
        "product_id,product_category_name,product_name_lenght,product_description_lenght,product_photos_qty,"
        "product_weight_g,product_length_cm,product_height_cm,product_width_cm",
        "p100,beleza_saude,40,200,1,300,10,10,10",
        "p200,esporte_lazer,41,201,1,900,20,20,20",
    ),
    "olist_sellers_dataset.csv": lines(
        "seller_id,seller_zip_code_prefix,seller_city,seller_state", "s1,14940,ibitinga,SP", "s2,80010,curitiba,PR"
    ),
    "product_category_name_translation.csv": "\ufeff"
    + lines("product_category_name,product_category_name_english", "beleza_saude,health_beauty"),
}
EVERY_ORDER = Scope(include_pending=True, include_voided=True, include_zero=True)
FOLDER = "olist_subset_8135"


def write(folder: Path, names: list[str]) -> list[Path]:
    folder.mkdir()
    for name in names:
        (folder / name).write_text(FILES[name], encoding="utf-8", newline="")
    return [folder / name for name in names]


@pytest.mark.parametrize("turn", range(4))
def test_the_files_make_one_shop_in_any_order(tmp_path: Path, turn: int) -> None:
    names = list(FILES)
    names = [*names[turn * 2 :], *names[: turn * 2]] if turn % 2 else [*reversed(names[turn:]), *names[:turn]]
    shop = Shop(tmp_path / "home", *write(tmp_path / "files", names))
    assert all(report.rows == report.kept and not report.set_aside for report in shop.reports)
    # gross: 40 + 100 + 110 of prices; shipping: 11 + 10 + 8 of freight; charged: 51 + 110 + 121 of payments
    assert shop.figures() == {
        "gross_sales": 250.0, "discounts": 0.0, "returns": 0.0, "net_sales": 250.0, "shipping": 29.0, "taxes": None,
        "total_sales": 282.0, "orders": 3, "customers": 2,
    }  # fmt: skip
    assert shop.orders("gross_sales", "shipping", "total_sales", "status", "currency", "ordered_at") == [
        ("o1", 40.0, 11.0, 51.0, "paid", "BRL", "2018-01-05 10:00:00"),
        ("o2", 100.0, 10.0, 110.0, "paid", "BRL", "2018-03-07 23:30:00"),
        ("o3", 110.0, 8.0, 121.0, "paid", "BRL", "2018-02-01 09:00:00"),
        ("o4", None, None, 33.0, "cancelled", "BRL", "2018-02-02 09:00:00"),
    ]
    assert shop.items("line_no", "sku", "category", "vendor", "gross") == [
        ("o1", 1, "p100", "health_beauty", "ibitinga, SP (s1)", 20.0),
        ("o1", 2, "p100", "health_beauty", "ibitinga, SP (s1)", 20.0),
        ("o2", 1, "p200", "esporte_lazer", "curitiba, PR (s2)", 100.0),  # no English name for it in the table
        ("o3", 1, "p100", "health_beauty", "ibitinga, SP (s1)", 20.0),
        ("o3", 2, "p200", "esporte_lazer", "curitiba, PR (s2)", 90.0),
    ]
    repeat = {figure.name: figure for figure in overview(shop.tables, Scope()).kpis}["repeat_rate_lifetime"]
    assert (repeat.numerator, repeat.denominator) == (1, 2)  # u1 of u1 and u2; u3 has no order that counts
    assert NO_AMOUNTS not in shop.tables.facts.notes
    assert shop.tables.facts.currency == "BRL"
    assert len(rows(shop.tables.customers, "customer_ref")) == 3


def test_reviews_belong_to_the_customer_and_the_product_of_their_order(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "home", *write(tmp_path / "files", list(FILES)))
    people = dict(rows(shop.tables.orders, "order_id", "customer_key"))
    assert people["o1"] == people["o2"] != people["o3"]
    assert rows(shop.tables.feedback, "feedback_id", "rating", "rating_max", "text", "product", "customer_key") == [
        ("r1", 5.0, 5.0, "Ótimo, recomendo.\r\nChegou antes do prazo!", "p100", people["o1"]),
        ("r2-o2", 1.0, 5.0, "Atrasado. Ainda não chegou", "p200", people["o2"]),
        ("r2-o3", 1.0, 5.0, "Atrasado. Ainda não chegou", None, people["o3"]),  # two products: which is not said
        ("r3", 2.0, 5.0, None, None, people["o4"]),
    ]


def test_the_orders_file_alone_says_that_it_holds_no_amounts(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "home", *write(tmp_path / "files", ["olist_orders_dataset.csv"]))
    assert shop.report.format == "Olist orders"
    assert shop.problems()["no_amounts"] == shop.problems()["customer_per_order"] == 1
    assert NO_AMOUNTS in shop.tables.facts.notes
    assert {row[1] for row in shop.orders("gross_sales")} == {None}


def test_payments_alone_give_the_orders_their_worth(tmp_path: Path) -> None:
    files = write(tmp_path / "files", ["olist_order_payments_dataset.csv", "olist_orders_dataset.csv"])
    assert Shop(tmp_path / "home", *files).figures("total_sales", "orders") == {"total_sales": 282.0, "orders": 3}


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_known_by_its_own_format_only(name: str) -> None:
    header = tuple(FILES[name].lstrip("\ufeff").splitlines()[0].split(","))
    sure = [known.name for known in FORMATS if known.recognise(header) == 1.0]
    assert sure == [format_of(header).name]
    assert sure[0].startswith("Olist")


@pytest.fixture(scope="module", params=[0, 1])
def olist(request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    files = sorted((shared / "data" / FOLDER).glob("*.csv"), reverse=bool(request.param))
    return Shop(tmp_path_factory.mktemp("olist"), *files)


@pytest.mark.shared
def test_the_real_files_give_the_known_figures(olist: Shop, truth: dict[str, Any]) -> None:
    wanted = truth[FOLDER]["all_orders"]
    figures = olist.figures(scope=EVERY_ORDER)
    assert figures["orders"] == wanted["orders"] == 8_135
    assert figures["customers"] == wanted["customers"] == 8_016
    assert figures["total_sales"] == wanted["revenue"] == 1_428_602.81
    orders = olist.tables.orders
    sums = orders.aggregate(price=orders.gross_sales.sum(), freight=orders.shipping.sum()).to_pyarrow().to_pylist()[0]
    assert (float(sums["price"]), float(sums["freight"])) == (wanted["price_sum"], wanted["freight_sum"])
    repeat = {figure.name: figure for figure in overview(olist.tables, EVERY_ORDER).kpis}["repeat_rate_lifetime"]
    assert (repeat.numerator, round(repeat.value or 0, 6)) == (wanted["repeat_customers"], 0.009107)
    rating = olist.tables.feedback.rating.mean().execute()
    assert (len(rows(olist.tables.feedback, "feedback_id")), round(rating, 4)) == (8_225, wanted["review_score_mean"])


@pytest.mark.shared
def test_the_usual_scope_against_the_files_themselves(olist: Shop, shared: Path) -> None:
    folder = shared / "data" / FOLDER
    orders, items, payments, people = (
        pd.read_csv(folder / f"olist_{name}_dataset.csv")
        for name in ("orders", "order_items", "order_payments", "customers")
    )
    orders = orders[~orders.order_status.isin(["canceled", "unavailable", "created"])].merge(people, on="customer_id")
    orders["price"] = orders.order_id.map(items.groupby("order_id").price.sum())
    orders["paid"] = orders.order_id.map(payments.groupby("order_id").payment_value.sum())
    bare = orders[orders.price.isna()]
    assert (len(bare), round(bare.paid.sum(), 2)) == (3, 226.96)  # of three only the payment is known: that counts
    found = run_query(olist.tables, Query(metrics=("net_sales", "orders", "customers"))).values[0]
    assert round(found[0].value or 0, 2) == round(orders.price.sum() + bare.paid.sum(), 2) == 996_248.35
    assert found[1].value == len(orders) == 6_896
    assert found[2].value == orders.customer_unique_id.nunique()
    repeat = overview(olist.tables, Scope()).kpis[4]
    assert repeat.numerator == (orders.customer_unique_id.value_counts() > 1).sum() == 52
    assert len(set(itertools.chain(*rows(olist.tables.order_items, "category")))) > 60
