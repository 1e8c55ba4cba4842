"""Messages about a figure seen elsewhere: read with figure, system and period, answered through the gate."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from copilot.app import Copilot
from copilot.engine.plan import Call, plan
from copilot.engine.understand import understand
from copilot.settings import Settings
from copilot.tools.names import ShopNames
from copilot.tools.reconcile import read_figure

LAST = date(2026, 9, 30)
NAMES = ShopNames({"country": ("GB", "DE"), "region": (), "city": (), "channel": ("web",),
                   "source": ("google", "instagram", "klaviyo"), "category": ("Tea",), "product": ()})  # fmt: skip


def calls(text: str) -> list[Call]:
    return list(plan(understand(text, NAMES, LAST)).calls)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("why does Shopify show 10,500?", {"figure": "10,500", "system": "shopify", "shown_by": "Shopify"}),
        ("my GA4 says 2,310 orders in March",
         {"figure": "2,310", "measure": "orders", "system": "ga4", "shown_by": "GA4", "period": "in march"}),
        ("your revenue does not match: Shopify says 1,059,301.19",
         {"figure": "1,059,301.19", "measure": "net_sales", "system": "shopify", "shown_by": "Shopify"}),
        ("Shopify says 1,059,301.19 total sales for 2011",
         {"figure": "1,059,301.19", "measure": "total_sales", "system": "shopify", "shown_by": "Shopify",
          "period": "for 2011"}),
        ("my dashboard says revenue 125k",
         {"figure": "125k", "measure": "net_sales", "system": "dashboard", "shown_by": "my dashboard"}),
        ("does this match Shopify's 10,500?", {"figure": "10,500", "system": "shopify", "shown_by": "Shopify"}),
        ("do your numbers match GA4? it has 2310 purchases in march 2026",
         {"figure": "2310", "measure": "orders", "system": "ga4", "shown_by": "GA4", "period": "march 2026"}),
        ("Triple Whale has €12.345,67 for last month",
         {"figure": "€12.345,67", "measure": "net_sales", "system": "dashboard", "shown_by": "Triple Whale",
          "period": "last month"}),
        ("I see $10,500 in Shopify but you say 9,800",
         {"figure": "$10,500", "measure": "net_sales", "system": "shopify", "shown_by": "Shopify"}),
        ("you say 8,300,065.81 but Shopify says 8,911,407.90 gross sales",
         {"figure": "8,911,407.90", "measure": "gross_sales", "system": "shopify", "shown_by": "Shopify"}),
        ("I counted 2,323 orders, why do you say 2,288?", {"figure": "2,323", "measure": "orders"}),
        ("Google Analytics counts 2,111 transactions since January",
         {"figure": "2,111", "measure": "orders", "system": "ga4", "shown_by": "Google Analytics",
          "period": "since january"}),
        ("my accountant has net revenue of 8.911.407,90",
         {"figure": "8.911.407,90", "measure": "net_sales", "system": "books", "shown_by": "my accountant"}),
        ("Stripe reports 45k for June",
         {"figure": "45k", "system": "payments", "shown_by": "Stripe", "period": "for june"}),
        ("Shopify says 2,310 orders for DE",
         {"figure": "2,310", "measure": "orders", "system": "shopify", "shown_by": "Shopify",
          "only": ("country=DE",)}),
        ("the total should be 1,059,301.19", {"figure": "1,059,301.19"}),
        ("my report: 541 customers",
         {"figure": "541", "measure": "customers", "system": "dashboard", "shown_by": "my report"}),
        ("our excel sheet gives AOV 55.20 for 2025",
         {"figure": "55.20", "measure": "aov", "system": "dashboard", "shown_by": "our excel sheet",
          "period": "for 2025"}),
        ("does your figure agree with my bookkeeping (12,400 in Q2)?",
         {"figure": "12,400", "system": "books", "shown_by": "my bookkeeping", "period": "q2"}),
        ("Numbers don't add up, Shopify = 5,432.10 in August",
         {"figure": "5,432.10", "system": "shopify", "shown_by": "Shopify", "period": "in august"}),
        ("why is your revenue lower than Shopify?",
         {"measure": "net_sales", "system": "shopify", "shown_by": "Shopify"}),
        ("reconcile my numbers", {}),
    ],
)  # fmt: skip
def test_the_other_figure_is_read(text: str, arguments: dict[str, Any]) -> None:
    assert calls(text) == [Call("reconcile", arguments)]


@pytest.mark.parametrize(
    "text",
    [
        "why did revenue drop in March", "is klaviyo's 90 days right for win-back?", "show me sales of 2025 vs 2024",
        "how many orders did Shopify get in March", "orders from google in 2025", "what should I change on shopify?",
        "120 of 4000 vs 90 of 4000 does this differ?", "how do I export 2024 orders from shopify?",
        "what data do you have from Shopify?", "top 10 products by sales", "revenue last 90 days",
    ],
)  # fmt: skip
def test_other_questions_stay_what_they_are(text: str) -> None:
    assert "reconcile" not in [call.tool for call in calls(text)]


@pytest.mark.parametrize(
    ("written", "value", "step"),
    [
        ("1,059,301.19", 1_059_301.19, 0.005), ("8.911.407,90", 8_911_407.90, 0.005), ("125k", 125_000, 500),
        ("1.2m", 1_200_000, 50_000), ("10,500", 10_500, 0.5), ("€12.345,67", 12_345.67, 0.005), ("1'234", 1_234, 0.5),
        ("2310", 2_310, 0.5), ("55.2", 55.2, 0.05), ("12,5k", 12_500, 50), ("1 059 301,19", 1_059_301.19, 0.005),
    ],
)  # fmt: skip
def test_figures_are_read_with_their_precision(written: str, value: float, step: float) -> None:
    assert read_figure(written) == (pytest.approx(value), pytest.approx(step))


@pytest.fixture(scope="module")
def copilot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copilot]:
    """A shop of ten orders, one of them cancelled, with refunds, shipping and tax."""
    folder = tmp_path_factory.mktemp("reconcile")
    header = ["Name", "Email", "Financial Status", "Currency", "Subtotal", "Shipping", "Taxes", "Total",
              "Discount Amount", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price",
              "Cancelled at", "Refunded Amount"]  # fmt: skip
    with (folder / "orders.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for n in range(1, 11):
            price = 100.0 + 10 * n
            cancelled = "2026-03-12 10:00:00 +0000" if n == 10 else ""
            writer.writerow(
                [f"#{n}", f"p{n}@example.com", "voided" if n == 10 else "paid", "EUR", price, 5, 20, price + 25, 0,
                 f"2026-03-{n:02d} 12:00:00 +0000", 1, "Teapot", price, cancelled, 40 if n == 3 else 0]
            )  # fmt: skip
    with Copilot.open(settings=Settings(home=folder / "home")) as opened:
        opened.add(folder / "orders.csv")
        yield opened


# Nine orders of 110, 120 ... 190 = 1,350; refunded 40; shipping 45; tax 180; the tenth, voided, is 200 + 25.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shopify says 1,350.00 net sales", ("matter of definition", "returns and refunds are not taken off", "1,310")),
        ("Shopify says 1,535.00 revenue",
         ("matter of definition", "shipping charged is in it and tax is in it", "1,535.00")),
        ("my dashboard says revenue of 1,310.00", ("They match",)),
        ("why does Shopify show 1,800.00 total sales?",
         ("matter of definition", "cancelled and voided orders are counted", "1,535.00")),
        ("Shopify says 10 orders", ("cancelled and voided orders are counted", "exactly 10")),
        ("GA4 says 7,777.77 revenue", ("No combination of definitions explains it", "allowed tracking", "is left")),
        ("reconcile my numbers", ("Tell me the other figure",)),
    ],
)  # fmt: skip
def test_the_answer_leads_with_the_reason_and_passes_the_gate(
    copilot: Copilot, text: str, expected: tuple[str, ...]
) -> None:
    answer = copilot.ask(text)
    for words in expected:
        assert words in answer.text
    assert not answer.problems


def test_a_figure_for_a_period_without_orders_is_refused_plainly(copilot: Copilot) -> None:
    assert "no orders in the period" in copilot.ask("Shopify says 500 revenue in January 2024").text


def test_nothing_loaded_is_said(tmp_path: Path) -> None:
    with Copilot.open(settings=Settings(home=tmp_path)) as empty:
        assert "No orders are loaded" in empty.ask("Shopify says 1,000 revenue").text
