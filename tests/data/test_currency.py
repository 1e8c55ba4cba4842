"""Several currencies become one by the user's rates only: exactly, all of a currency or none, said and undoable."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from copilot.app import Copilot
from copilot.data.currency import Rate, RateBook, on_day
from copilot.data.workspace import Workspace
from copilot.errors import CannotAnswer
from copilot.settings import Settings
from copilot.statistics.query import Query, run_query
from copilot.statistics.scope import Scope
from copilot.tools.rate_words import stated_rate

HEADER = ("Name", "Email", "Financial Status", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Created at",
          "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku")  # fmt: skip
ORDERS = [  # day, currency, goods, shipping
    ("2026-03-02", "EUR", "100.00", "5.00"), ("2026-03-03", "EUR", "40.00", "0.00"),
    ("2026-03-03", "USD", "33.33", "3.00"), ("2026-03-06", "USD", "10.01", "0.00"),
    ("2026-03-09", "EUR", "1.00", "0.00"),
]  # fmt: skip


def orders_file(folder: Path) -> Path:
    """The orders above in the layout of a Shopify export."""
    path = folder / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for n, (day, currency, goods, shipping) in enumerate(ORDERS, start=1):
            total = f"{Decimal(goods) + Decimal(shipping):.2f}"
            writer.writerow([f"#{n}", f"p{n}@example.com", "paid", currency, goods, shipping, "0.00", total,
                             f"{day} 10:0{n}:00 +0000", 1, "Teapot", goods, "T1"])  # fmt: skip
    return path


def rates_file(folder: Path, *rows: str, header: str = "date,currency,rate,to") -> Path:
    """A file of rates."""
    path = folder / "rates.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def net(workspace: Workspace) -> float | None:
    """Net sales of everything."""
    return run_query(workspace.tables(), Query(metrics=("net_sales",), scope=Scope())).values[0][0].value


def test_amounts_take_the_rate_of_their_day_exactly_and_every_receipt_says_so(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([orders_file(tmp_path)])
    with pytest.raises(CannotAnswer, match="several currencies"):
        net(workspace)
    report = workspace.add([rates_file(tmp_path, "2026-03-03,USD,0.91,EUR", "2026-03-05,USD,0.925,EUR")])[0]
    assert (report.format, report.kept) == ("exchange rates", 2)
    # 33.33 at 0.91 is 30.3303; 10.01 on the 6th takes the rate of the 5th: 9.25925, kept to the ten-thousandth
    by_hand = Decimal("141.00") + Decimal("30.3303") + Decimal("9.2593")
    assert net(workspace) == pytest.approx(float(by_hand), abs=1e-9)
    figure = run_query(workspace.tables(), Query(metrics=("net_sales",), scope=Scope())).values[0][0]
    assert figure.currency == "EUR"
    assert "USD converted at the rate of each day" in figure.scope
    assert "rates.csv" in figure.scope
    assert "3 Mar 2026" in figure.scope
    tables = workspace.tables()
    lines = tables.order_items.to_pandas()
    orders = tables.orders.to_pandas()
    assert sum(map(Decimal, lines["gross"].astype(str))) == by_hand
    dollars = orders[orders["order_id"] == "#3"].iloc[0]
    assert (dollars["currency"], Decimal(str(dollars["shipping"]))) == ("EUR", Decimal("2.7300"))


def test_removing_the_rates_gives_the_currencies_back(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([orders_file(tmp_path)])
    before = workspace.tables().orders.to_pandas().sort_values("order_id").reset_index(drop=True)
    rates = workspace.add([rates_file(tmp_path, "USD,0.9,EUR", header="currency,rate,to")])[0]
    assert workspace.tables().facts.currency == "EUR"
    workspace.remove(str(rates.upload_id))
    after = workspace.tables().orders.to_pandas().sort_values("order_id").reset_index(drop=True)
    pd.testing.assert_frame_equal(before, after)
    assert workspace.tables().facts.currencies == ("EUR", "USD")


def test_a_currency_with_a_day_without_rate_stays_apart_and_that_is_said(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([orders_file(tmp_path), rates_file(tmp_path, "2026-03-05,USD,0.925,EUR")])
    assert workspace.tables().facts.currencies == ("EUR", "USD")
    assert any("USD is not converted" in rule and "3 Mar 2026" in rule for rule in workspace.tables().facts.rules)
    with pytest.raises(CannotAnswer, match="several currencies"):
        net(workspace)


def test_rates_whose_target_is_not_named_are_asked_for(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([orders_file(tmp_path)])
    file = rates_file(tmp_path, "USD,0.9", header="currency,rate")
    asked = workspace.add([file])[0]
    assert [question.code for question in asked.questions] == ["rates_into"]
    assert asked.upload_id is None
    answered = workspace.add([file], answers={"rates_into": "EUR"})[0]
    assert answered.upload_id is not None
    assert workspace.tables().facts.currency == "EUR"


def test_a_base_currency_is_what_one_unit_of_is_worth_so_much() -> None:
    book = RateBook([Rate("EUR", "USD", None, Decimal("1.25"), "f")])
    assert book.between("USD", "EUR")[None].rate == Decimal("0.8")
    assert book.between("EUR", "USD")[None].rate == Decimal("1.25")
    assert book.between("GBP", "EUR") == {}


def test_a_rate_holds_for_a_week_and_a_later_day_never_for_an_earlier() -> None:
    rates = {date(2026, 3, 2): Rate("USD", "EUR", date(2026, 3, 2), Decimal("0.9"), "f")}
    assert on_day(rates, date(2026, 3, 9)) is not None
    assert on_day(rates, date(2026, 3, 10)) is None
    assert on_day(rates, date(2026, 3, 1)) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 EUR = 1.08 USD", "1 EUR = 1.08 USD"), ("please use 1 usd = 0,92 eur from now on", "1 USD = 0.92 EUR"),
        ("one pound is worth 1.17 euros", "1 GBP = 1.17 EUR"), ("a rate of 1.08 dollars per euro", "1 EUR = 1.08 USD"),
        ("1€ = 1.1$", "1 EUR = 1.1 USD"), ("1 EUR = 1 EUR", None), ("we sold 100 EUR", None), ("1 EUR", None),
    ],
)  # fmt: skip
def test_stated_rates_are_read(text: str, words: str | None) -> None:
    rate = stated_rate(text)
    assert (rate.words() if rate else None) == words


def test_a_rate_said_in_conversation_converts_is_replaced_and_is_forgotten(tmp_path: Path) -> None:
    with Copilot.open(settings=Settings(home=tmp_path / "home")) as copilot:
        copilot.add(orders_file(tmp_path))
        assert "several currencies" in copilot.ask("what is my revenue?").text
        answer = copilot.ask("1 EUR = 1.25 USD")
        assert "Converted at 1 EUR = 1.25 USD" in answer.text  # 141 + 43.34 x 0.8
        assert "175.67" in answer.text or "€176" in answer.text
        assert answer.problems == ()
        asked = copilot.ask("what is my revenue?")
        assert any("rate stated on" in figure.scope for figure in asked.figures)
        assert asked.problems == ()
        copilot.ask("1 EUR = 1.00 USD")
        assert len([one for one in copilot.uploads() if one.format == "exchange rates"]) == 1
        assert net(copilot.workspace) == pytest.approx(184.34)
        assert "Forgotten" in copilot.ask("forget the exchange rate").text
        assert "several currencies" in copilot.ask("what is my revenue?").text
        assert "no exchange rate to forget" in copilot.ask("forget the exchange rate").text
