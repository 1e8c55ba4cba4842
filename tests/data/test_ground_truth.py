"""The example datasets at row, order and sum level, against figures computed elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.data.conftest import Loaded

pytestmark = pytest.mark.shared


@pytest.fixture
def cdnow_files(
    shared: Path, truth: dict[str, Any], load: Callable[..., Loaded]
) -> tuple[Path, dict[str, Any], Callable[..., Loaded]]:
    return shared / "data" / "cdnow", truth, load


def cents(value: Any) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"))


def test_online_retail_rows_and_sums(online_retail: Loaded, truth: dict[str, Any]) -> None:
    raw = truth["online_retail_raw"]
    items, orders = online_retail.tables.order_items, online_retail.tables.orders
    found = online_retail.one(
        items.aggregate(
            rows=items.count(),
            value=items.gross.sum(),
            quantity=items.quantity.sum(),
            repeated=items.repeated.cast("int64").sum(),
            zero=(items.unit_price == 0).cast("int64").sum(),
            negative=(items.quantity < 0).cast("int64").sum(),
            codes=items.sku.nunique(),
        )
    )
    assert found["rows"] == raw["rows"] == 541_909
    assert cents(found["value"]) == cents(str(raw["revenue_raw_all_rows"]))
    assert found["quantity"] == raw["quantity_sum"]
    assert found["repeated"] == raw["exact_duplicate_rows"]
    assert found["zero"] == raw["zero_price_rows"]
    assert found["negative"] == raw["negative_quantity_rows"]
    assert found["codes"] == raw["unique_stockcodes"]
    documents = online_retail.one(
        orders.aggregate(
            all=orders.count(),
            returns=(orders.kind == "return").cast("int64").sum(),
            return_lines=orders.lines.sum(where=orders.kind == "return"),
            customers=orders.customer_key.nunique(),
            countries=orders.country.nunique(),
            first=orders.ordered_at.min(),
            last=orders.ordered_at.max(),
        )
    )
    assert documents["all"] == raw["unique_invoices"]
    assert documents["returns"] == raw["cancelled_invoices_C"]
    assert documents["return_lines"] == raw["cancelled_rows_C"]
    assert documents["customers"] == raw["unique_customers_nonnull"]
    assert documents["countries"] == raw["countries"]
    assert str(documents["first"]) == raw["first"]
    assert str(documents["last"]) == raw["last"]


def test_online_retail_clean_rule(online_retail: Loaded, truth: dict[str, Any]) -> None:
    clean, dedup = truth["online_retail_clean"], truth["online_retail_clean_dedup"]
    orders, items = online_retail.tables.orders, online_retail.tables.order_items
    known = orders.filter((orders.kind == "order") & orders.customer_key.notnull() & (orders.positive_gross > 0))
    found = online_retail.one(
        known.aggregate(
            orders=known.count(),
            customers=known.customer_key.nunique(),
            value=known.positive_gross.sum(),
            repeated=known.repeated_gross.sum(),
        )
    )
    assert found["orders"] == clean["orders"] == 18_532
    assert found["customers"] == clean["customers"] == 4_338
    assert cents(found["value"]) == cents(str(clean["revenue"]))
    assert cents(found["value"] - found["repeated"]) == cents(str(dedup["revenue"]))
    positive = items.filter((items.quantity > 0) & (items.unit_price > 0)).semi_join(known, "order_id")
    assert online_retail.one(positive.aggregate(n=positive.count()))["n"] == clean["rows"]
    people = known.group_by("customer_key").aggregate(n=known.count(), value=known.positive_gross.sum())
    best = people.join(online_retail.tables.customers, "customer_key").order_by(people["value"].desc()).limit(10)
    rows = best.select("customer_ref", "n", "value").to_pyarrow().to_pylist()
    assert [(r["customer_ref"], r["n"], cents(r["value"])) for r in rows] == [
        (f"#{top['id']}", top["orders"], cents(str(top["revenue"]))) for top in clean["top10_customers"]
    ]


def test_online_retail_net_of_cancellations(online_retail: Loaded, truth: dict[str, Any]) -> None:
    net = truth["online_retail_net_of_cancellations"]
    orders = online_retail.tables.orders
    known = orders.filter(orders.customer_key.notnull())
    found = online_retail.one(
        known.aggregate(documents=known.count(), value=known.gross_sales.sum() - known.returns.sum())
    )
    assert found["documents"] == net["orders"]
    assert cents(found["value"]) == cents(str(net["revenue"]))


def test_online_retail_lines_that_are_no_products(online_retail: Loaded) -> None:
    items = online_retail.tables.order_items
    codes = ["POST", "DOT", "C2", "M", "D", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS", "S", "gift_0001_20"]
    codes += ["85123A", "22423", "47566B", "DCGSSBOY"]
    chosen = items.filter(items.sku.isin(codes)).group_by("sku").aggregate(kind=items.kind.max())
    kinds = {row["sku"]: row["kind"] for row in chosen.to_pyarrow().to_pylist()}
    assert kinds["POST"] == kinds["DOT"] == kinds["C2"] == "shipping"
    assert kinds["BANK CHARGES"] == kinds["AMAZONFEE"] == kinds["CRUK"] == "fee"
    assert kinds["M"] == kinds["D"] == kinds["S"] == kinds["PADS"] == "adjustment"
    assert kinds["gift_0001_20"] == "gift_card"
    assert {kinds[code] for code in ("85123A", "22423", "47566B", "DCGSSBOY")} == {"product"}
    share = items.aggregate(share=(items.kind == "product").cast("int64").mean())
    assert online_retail.one(share)["share"] > 0.99


def test_online_retail_report(online_retail: Loaded) -> None:
    report = online_retail.report
    assert report.rows == report.kept + report.set_aside == 541_909
    assert (report.role, report.set_aside) == ("orders", 0)
    found = online_retail.problems()
    assert found["repeated_lines"] == 5_268
    assert found["return_documents"] == 3_836
    assert report.columns["order_id"] == "InvoiceNo"
    assert report.columns["customer_id"] == "CustomerID"


def test_shopify_orders(shopify: Loaded, truth: dict[str, Any]) -> None:
    wanted = truth["derived_shopify_from_online_retail"]
    orders, items = shopify.tables.orders, shopify.tables.order_items
    assert shopify.report.rows == wanted["file_rows"]
    status = {
        row["status"]: row["n"]
        for row in orders.group_by("status").aggregate(n=orders.count()).to_pyarrow().to_pylist()
    }
    assert status == wanted["status_counts"]
    sold = orders.filter(orders.status != "voided")
    found = shopify.one(
        sold.aggregate(
            orders=sold.count(),
            guests=sold.customer_key.isnull().cast("int64").sum(),
            customers=sold.customer_key.nunique(),
            total=sold.total_sales.sum(),
            refunded=sold.returns.sum(),
            gross=sold.gross_sales.sum(),
            discounts=sold.discounts.sum(),
            discounted=sold.discounted.cast("int64").sum(),
            first=sold.ordered_at.min(),
            last=sold.ordered_at.max(),
        )
    )
    assert found["orders"] == wanted["orders_not_voided"]
    assert found["guests"] == wanted["guest_orders_not_voided"]
    assert found["customers"] == wanted["customers"] != wanted["trap_customers_if_case_sensitive"]
    assert cents(found["total"]) == cents(str(wanted["gross_revenue"]))
    assert cents(found["total"]) != cents(str(wanted["trap_revenue_if_total_forward_filled"]))
    assert cents(found["refunded"]) == cents(str(wanted["refunded"]))
    assert (cents(found["gross"]), cents(found["discounts"])) == (Decimal("1067765.00"), Decimal("11285.31"))
    assert found["discounted"] == wanted["discounted_orders"]
    assert (str(found["first"]), str(found["last"])) == (wanted["first"], wanted["last"])
    lines = shopify.one(items.aggregate(value=items.gross.sum(), rows=items.count()))
    assert cents(lines["value"]) == cents(str(wanted["trap_line_sum_price_x_qty"]))
    assert lines["rows"] == wanted["file_rows"]


def test_shopify_report_says_what_the_example_says(shopify: Loaded) -> None:
    found = shopify.problems()
    assert found["continuation_rows"] == 46_904
    assert found["voided"] == 31
    assert found["guests"] == 37
    assert found["refunds"] == 151
    assert shopify.report.summary == (
        "orders_export.csv: Shopify orders, 2,354 orders on 49,258 rows, 1 Dec 2010 - 9 Dec 2011, GBP. 541 customers."
    )
    assert "refunds carry no date: booked on the order's day" in shopify.tables.facts.notes
    assert shopify.tables.facts.currency == "GBP"


def test_shopify_customers_join_the_orders_by_e_mail(shopify: Loaded) -> None:
    customers, orders = shopify.tables.customers, shopify.tables.orders
    found = shopify.one(customers.aggregate(n=customers.count(), refs=customers.customer_ref.nunique()))
    assert found["n"] == found["refs"] == 583  # 581 of the list and two who only have a voided order
    listed = customers.filter(customers.orders_stated.notnull())
    buyers = listed.semi_join(orders, "customer_key")
    assert shopify.one(listed.aggregate(n=listed.count()))["n"] == 581
    assert shopify.one(buyers.aggregate(n=buyers.count()))["n"] == 541


@pytest.mark.parametrize(
    ("file", "key", "rows"), [("CDNOW_master.txt", "cdnow_master", 69_659), ("CDNOW_sample.txt", "cdnow_sample", 6_919)]
)
def test_cdnow(cdnow_files: tuple[Path, dict[str, Any], Callable[..., Loaded]], file: str, key: str, rows: int) -> None:
    folder, truth, load = cdnow_files
    cdnow = load(folder / file)
    orders = cdnow.tables.orders
    found = cdnow.one(
        orders.aggregate(
            n=orders.count(),
            customers=orders.customer_key.nunique(),
            value=orders.gross_sales.sum(),
            units=orders.units.sum(),
        )
    )
    assert cdnow.report.rows == found["n"] == truth[key]["orders"] == rows
    assert found["customers"] == truth[key]["customers"]
    assert cents(found["value"]) == cents(str(truth[key]["revenue"]))
    if "units" in truth[key]:
        assert found["units"] == truth[key]["units"]
        assert cdnow.problems()["repeated_lines"] == truth[key]["exact_duplicate_rows"]
        assert cdnow.problems()["zero_price"] == truth[key]["zero_amount_rows"]
    assert cdnow.tables.facts.currency is None


def test_superstore(shared: Path, load: Callable[..., Loaded], truth: dict[str, Any]) -> None:
    wanted = truth["superstore_csv"]
    shop = load(shared / "data" / "superstore" / "Sample - Superstore.csv")
    orders, items = shop.tables.orders, shop.tables.order_items
    numbers = orders.order_id.re_replace(r" \(\d+\)$", "")
    found = shop.one(
        orders.aggregate(
            rows=orders.count(),
            numbers=numbers.nunique(),
            customers=orders.customer_key.nunique(),
            value=orders.gross_sales.sum(),
            units=orders.units.sum(),
            first=orders.ordered_at.min(),
            last=orders.ordered_at.max(),
        )
    )
    assert shop.report.rows == wanted["rows"]
    assert found["numbers"] == wanted["orders"]
    # Two order numbers are shared by four customers each: an order for each of them.
    assert found["rows"] == wanted["orders"] + 6 == wanted["orders"] + shop.problems()["shared_order_numbers"]
    assert found["customers"] == wanted["customers"]
    assert cents(found["value"]) == cents(str(wanted["revenue"]))
    assert found["units"] == wanted["units"]
    assert (str(found["first"]), str(found["last"])) == (wanted["first_date"], wanted["last_date"])
    profit = shop.one(items.aggregate(p=items.gross.sum() - items.cost.sum()))["p"]
    assert abs(profit - Decimal(str(wanted["profit_sum"]))) < Decimal("0.2")
    people = orders.group_by("customer_key").aggregate(n=orders.count())
    repeat = shop.one(people.aggregate(n=(people.n > 1).cast("int64").sum()))["n"]
    assert repeat == wanted["repeat_customers"]


def test_northwind_from_a_folder(shared: Path, load: Callable[..., Loaded], truth: dict[str, Any]) -> None:
    wanted = truth["northwind"]
    shop = load(shared / "data" / "northwind")
    roles = {report.file: report.role for report in shop.reports}
    assert roles["employees.csv"] == "not used"
    assert all(report.rows == report.kept + report.set_aside for report in shop.reports)
    orders, items, customers = shop.tables.orders, shop.tables.order_items, shop.tables.customers
    found = shop.one(
        orders.aggregate(
            n=orders.count(),
            customers=orders.customer_key.nunique(),
            gross=orders.gross_sales.sum(),
            net=orders.gross_sales.sum() - orders.discounts.sum(),
            lines=orders.lines.sum(),
        )
    )
    assert (found["n"], found["customers"], found["lines"]) == (830, 89, 2_155)
    assert cents(found["gross"]) == cents(str(wanted["gross"]))
    assert cents(found["net"]) == cents(str(wanted["revenue"]))
    assert shop.one(customers.aggregate(n=customers.count()))["n"] == wanted["customers_in_file"]
    best = (
        orders.group_by("customer_key").aggregate(n=orders.count(), net=(orders.gross_sales - orders.discounts).sum())
        .join(customers, "customer_key").order_by("net").select("customer_ref", "n").to_pyarrow().to_pylist()
    )  # fmt: skip
    assert [(r["customer_ref"], r["n"]) for r in best[:-4:-1]] == [("#QUICK", 28), ("#ERNSH", 30), ("#SAVEA", 31)]
    named = shop.one(items.aggregate(products=items["product"].nunique(), categories=items.category.nunique()))
    assert named == {"products": 77, "categories": 8}
    sample = items.select("category").distinct().to_pyarrow().to_pylist()
    assert {"category": "Beverages"} in sample


def test_minimal_shopify_layout(shared: Path, load: Callable[..., Loaded], truth: dict[str, Any]) -> None:
    wanted = truth["shopify_synthetic_ltv_kit"]
    kit = load(shared / "data" / "platform_shopify_orders_synthetic" / "ltv_cohort_kit_orders_sample.csv")
    orders = kit.tables.orders
    found = kit.one(
        orders.aggregate(
            n=orders.count(),
            customers=orders.customer_key.nunique(),
            total=orders.total_sales.sum(),
            gross=orders.gross_sales.sum(),
            positive=orders.positive_gross.sum(),
            refunded=orders.returns.sum(),
            first=orders.ordered_at.min(),
        )
    )
    assert (found["n"], found["customers"]) == (wanted["orders"], wanted["customers"])
    assert found["total"] == found["gross"] == found["positive"] == Decimal(str(wanted["total"]))
    assert cents(found["refunded"]) == cents(str(wanted["refunded"]))
    # The shop's wall time as written, not moved to another zone.
    assert str(found["first"]) == wanted["first"][:19]


def test_repeated_order_totals_count_once(shared: Path, load: Callable[..., Loaded], truth: dict[str, Any]) -> None:
    wanted = truth["woocommerce_synthetic"]
    woo = load(shared / "data" / "platform_woocommerce_synthetic" / "woocommerce_orders.csv")
    orders = woo.tables.orders
    found = woo.one(orders.aggregate(n=orders.count(), total=orders.total_sales.sum(), lines=orders.gross_sales.sum()))
    assert found["n"] == wanted["orders"]
    assert cents(found["total"]) == cents(str(wanted["order_total_sum_distinct"]))
    assert cents(found["lines"]) == cents(str(wanted["item_total_sum"]))


def test_orders_without_number_and_price(shared: Path, load: Callable[..., Loaded], truth: dict[str, Any]) -> None:
    wanted = truth["groceries"]
    shop = load(shared / "data" / "groceries" / "Groceries_dataset.csv")
    orders = shop.tables.orders
    found = shop.one(
        orders.aggregate(n=orders.count(), customers=orders.customer_key.nunique(), gross=orders.gross_sales.sum())
    )
    assert (found["n"], found["customers"]) == (wanted["orders"], wanted["customers"])
    assert found["gross"] is None
    assert "the orders file carries no amounts" in shop.tables.facts.notes
