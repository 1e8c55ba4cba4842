"""Every real file there is: what it is taken for, how many rows count, and the figures of those with orders.

Rows, orders and customers were counted apart from this code (the data's own README and ground truth); a file that is
no table of a shop is refused in words, and one that cannot be told asks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from copilot.data.report import IntakeReport
from copilot.data.workspace import Workspace
from copilot.errors import DataRefused
from copilot.statistics.query import Query, run_query


class Seen(NamedTuple):
    """What is expected of one file; `found` are codes its report must hold."""

    file: str
    role: str
    form: str
    kept: int
    aside: int
    found: tuple[str, ...] = ()
    orders: int | None = None
    customers: int | None = None
    net: float | None = None


AW: Final = "adventureworks_dirty"
HARDEEP: Final = f"{AW}/hardeep_mixed_dates"
SHOPIFY: Final = "platform_shopify_products"
OLIST: Final = "olist_subset_8135"
LOADED: Final = (
    Seen(f"{AW}/AdventureWorks_Customers.csv", "customers", "customers table", 18187, 1, ("preamble", "encoding")),
    Seen(f"{AW}/AdventureWorks_Product_Subcategory.csv", "products", "categories table", 49, 1),
    Seen(f"{AW}/AdventureWorks_Products.csv", "products", "products table", 295, 4, ("preamble", "unusable_rows")),
    Seen(f"{AW}/AdventureWorks_Sales_2015.csv", "orders", "order table", 2630, 8, ("blank_rows", "preamble")),
    Seen(f"{AW}/AdventureWorks_Sales_2016.csv", "orders", "order table", 23935, 0, ("continuation_rows",)),
    Seen(f"{AW}/AdventureWorks_Sales_2017.csv", "orders", "order table", 29482, 10, ("blank_rows",)),
    Seen(f"{HARDEEP}/AdventureWorks_Customers.csv", "customers", "customers table", 18148, 0, ("encoding",)),
    Seen(f"{HARDEEP}/AdventureWorks_Sales_2015.csv", "orders", "order table", 2630, 0, ("swapped_dates",)),
    Seen(f"{HARDEEP}/AdventureWorks_Sales_2016.csv", "orders", "order table", 23935, 0, ("swapped_dates",)),
    Seen(f"{AW}/mahim_AdventureWorks_Sales_2015_latin1header.csv", "orders", "order table", 2630, 0, ("encoding",)),
    Seen("amazon_survey/Amazon Customer Behavior Survey.csv", "feedback", "Google Forms answers", 602, 0),
    Seen("cdnow/CDNOW_master.txt", "orders", "order table", 69659, 0, ("separator", "repeated_lines", "zero_price"),
         69579, 23502, 2500315.63),
    Seen("cdnow/CDNOW_sample.txt", "orders", "order table", 6919, 0, ("no_header",), 6911, 2349, 244091.94),
    Seen("customer_personality/marketing_campaign.csv", "customers", "customer traits", 2240, 0,
         ("implausible", "twins")),
    Seen("facebook_ads/KAG_conversion_data_with_dates.csv", "spend", "spend table", 1143, 0),
    Seen("ga4_export/data-export.csv", "web traffic", "Google Analytics 4 report", 3182, 0, ("preamble",)),
    Seen("ga4_export/data-export_ddmmyyyy.csv", "web traffic", "Google Analytics 4 report", 3182, 0),
    Seen("google_ads/GoogleAds_DataAnalytics_Sales_Uncleaned.csv", "spend", "spend table", 2600, 0,
         ("similar_campaigns", "no_cost")),
    Seen("groceries/Groceries_dataset.csv", "orders", "order table", 38765, 0, ("continuation_rows",)),
    Seen("hillstrom_email/hillstrom.csv", "campaign test", "campaign test", 64000, 0),
    Seen("northwind/categories.csv", "products", "categories table", 8, 0),
    Seen("northwind/customers.csv", "customers", "customers table", 91, 0),
    Seen("northwind/order_details.csv", "order items", "order item table", 2155, 0),
    Seen("northwind/orders.csv", "orders", "order table", 830, 0),
    Seen(f"{OLIST}/olist_customers_dataset.csv", "customers", "Olist customers", 8135, 0, ("repeated_customers",)),
    Seen(f"{OLIST}/olist_order_items_dataset.csv", "order items", "Olist order items", 8365, 0),
    Seen(f"{OLIST}/olist_order_payments_dataset.csv", "payments", "Olist payments", 8924, 0),
    Seen(f"{OLIST}/olist_order_reviews_dataset.csv", "feedback", "Olist reviews", 8225, 0),
    Seen(f"{OLIST}/olist_orders_dataset.csv", "orders", "Olist orders", 8135, 0, ("no_amounts", "customer_per_order")),
    Seen(f"{OLIST}/olist_products_dataset.csv", "products", "Olist products", 5460, 0),
    Seen("online_retail/2010-12-01.csv", "orders", "order table", 3108, 0, ("guests", "return_documents"), 127, 95),
    Seen("online_retail/2010-12-05.csv", "orders", "order table", 2725, 0, (), 88, 75),
    Seen("platform_misc_synthetic/muathaf_orders.csv", "orders", "order table", 15, 0, ("cancelled", "guests"), 12, 0,
         1320.78),
    Seen("platform_misc_synthetic/orca_google_ads.csv", "spend", "spend table", 9, 0),
    Seen("platform_misc_synthetic/orca_meta_ads.csv", "spend", "spend table", 9, 0),
    Seen("platform_shopify_orders_synthetic/ltv_cohort_kit_ad_spend.csv", "spend", "spend table", 6, 0, ("spread",)),
    Seen("platform_shopify_orders_synthetic/ltv_cohort_kit_fixture.csv", "orders", "Shopify orders", 9, 0,
         ("refunds", "zero_orders"), 7, 4, 985.0),
    Seen("platform_shopify_orders_synthetic/ltv_cohort_kit_orders_sample.csv", "orders", "Shopify orders", 249, 0,
         ("refunds",), 127, 57, 14639.25),
    Seen(f"{SHOPIFY}/apparel.csv", "products", "Shopify products", 96, 8, ("picture_rows",)),
    Seen(f"{SHOPIFY}/jewelry.csv", "products", "Shopify products", 24, 6, ("picture_rows",)),
    Seen(f"{SHOPIFY}/products_export_1.csv", "products", "Shopify products", 12, 1),
    Seen(f"{SHOPIFY}/snowdevil.csv", "products", "Shopify products", 622, 14),
    Seen(f"{SHOPIFY}/transactions_export_1.csv", "payments", "Shopify transactions", 8, 24, ("failed_payments",)),
    Seen(f"{SHOPIFY}/v2_jewelery.csv", "products", "Shopify products", 23, 18),
    Seen("platform_woocommerce_synthetic/woocommerce_orders.csv", "orders", "WooCommerce orders", 101, 0,
         ("continuation_rows", "pending"), 44, 44, 34312.83),
    Seen("platform_woocommerce_synthetic/woocommerce_products.csv", "products", "WooCommerce products", 100, 0),
    Seen("rees46_events/2019-Oct.csv", "sessions", "event log", 17434, 1, ("short_rows", "no_cart_step")),
    Seen("shopify_from_online_retail/customers_export.csv", "customers", "Shopify customers", 581, 0),
    Seen("shopify_from_online_retail/orders_export.csv", "orders", "Shopify orders", 49258, 0,
         ("continuation_rows", "voided", "pending", "guests", "refunds", "spellings"), 2288, 538, 1023078.36),
    Seen("superstore/Sample - Superstore.csv", "orders", "order table", 10194, 0, ("shared_order_numbers",), 5111, 804,
         2326534.35),
    Seen("womens_reviews/wcp.csv", "feedback", "reviews table", 1499, 0),
)  # fmt: skip
LARGE: Final = 2_700  # rows
ASKED: Final = (
    (f"{HARDEEP}/AdventureWorks_Sales_2017.csv", "date_order"),
    ("cdnow/cdnowElog.csv", "rows_are"),
    ("platform_misc_synthetic/orca_shopify_orders_utm.csv", "column_customer_id"),
)
REFUSED: Final = (
    f"{AW}/AdventureWorks_Product_Categories.csv", f"{AW}/AdventureWorks_Territories.csv", "northwind/employees.csv",
    "cdnow/cdnow_customers_summary.csv", "cdnow/cdnow_customers_summary_with_transactions.csv", "cdnow/donations.csv",
    "cdnow/cdnowSummary.RData", "olist_marketing_funnel/olist_marketing_qualified_leads_dataset.csv",
)  # fmt: skip
WITHOUT_ORDERS: Final = ("customers", "feedback", "spend", "web traffic", "campaign test", "sessions", "products")


def _load(shared: Path, file: str, folder: Path) -> tuple[Workspace, IntakeReport]:
    workspace = Workspace.open(folder, "shop")
    (report,) = workspace.add([shared / "data" / file])
    return workspace, report


def _shared_out() -> list[Any]:
    """Small files in each run, all of them in a thorough one."""
    return [
        pytest.param(seen, id=seen.file, marks=[pytest.mark.thorough] if seen.kept > LARGE else []) for seen in LOADED
    ]


@pytest.mark.parametrize("seen", _shared_out())
def test_a_file_is_taken_for_what_it_is(shared: Path, tmp_path: Path, seen: Seen) -> None:
    workspace, report = _load(shared, seen.file, tmp_path)
    assert (report.role, report.format, report.kept, report.set_aside) == (seen.role, seen.form, seen.kept, seen.aside)
    assert report.rows == report.kept + report.set_aside
    assert set(seen.found) <= {problem.code for problem in report.problems}
    assert report.questions == ()
    tables = workspace.tables()
    if seen.role in WITHOUT_ORDERS:  # no order metric out of nothing
        assert tables.facts.last_order is None
        assert tables.orders.count().execute() == 0
    if seen.orders is not None:
        (row,) = run_query(tables, Query(metrics=("orders", "customers", "net_sales"))).values
        assert (row[0].value, row[1].value) == (seen.orders, seen.customers)
        if seen.net is not None:
            assert row[2].value == pytest.approx(seen.net, abs=0.01)
    workspace.close()


@pytest.mark.parametrize(("file", "code"), ASKED)
def test_a_file_that_cannot_be_told_asks_one_thing(shared: Path, tmp_path: Path, file: str, code: str) -> None:
    workspace, report = _load(shared, file, tmp_path)
    assert [question.code for question in report.questions] == [code]
    assert len(report.questions[0].options) >= 2
    assert workspace.uploads() == []


@pytest.mark.parametrize("file", REFUSED)
def test_a_file_that_is_nothing_of_a_shop_is_refused_in_words(shared: Path, tmp_path: Path, file: str) -> None:
    with pytest.raises(DataRefused) as refusal:
        _load(shared, file, tmp_path)
    assert Path(file).name in refusal.value.what
    assert refusal.value.advice
