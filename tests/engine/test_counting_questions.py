"""Counting more than counts anyway: pending, cancelled and free orders, repeated lines once; said on the receipt."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest

from copilot.app import Copilot
from copilot.engine.stated import counted_too
from copilot.settings import Settings

HEADER = ["Name", "Email", "Financial Status", "Currency", "Total", "Discount Amount", "Created at",
          "Lineitem quantity", "Lineitem name", "Lineitem price"]  # fmt: skip


@pytest.fixture(scope="module")
def copilot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copilot]:
    """Six paid orders of 10, one of them with its line written twice; one pending, voided and free order each."""
    folder = tmp_path_factory.mktemp("counting")
    rows = [[f"#{n}", f"p{n}@example.com", "paid", "EUR", 10, 0, f"2026-03-0{n} 10:00:0{n} +0000", 1, "Cup", 10]
            for n in range(1, 7)]  # fmt: skip
    rows.append(list(rows[5]))
    rows += [
        ["#7", "p7@example.com", "pending", "EUR", 100, 0, "2026-03-07 10:00:07 +0000", 1, "Pot", 100],
        ["#8", "p8@example.com", "voided", "EUR", 1000, 0, "2026-03-08 10:00:08 +0000", 1, "Set", 1000],
        ["#9", "p9@example.com", "paid", "EUR", 0, 10, "2026-03-09 10:00:09 +0000", 1, "Cup", 10],
    ]
    with (folder / "orders.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    with Copilot.open(settings=Settings(home=folder / "home")) as opened:
        opened.add(folder / "orders.csv")
        yield opened


@pytest.mark.parametrize(
    ("text", "value", "receipt"),
    [
        ("what is my revenue?", 70.0, "left out: pending, cancelled or voided, test, zero-value"),
        ("revenue including pending orders", 170.0, "pending orders counted"),
        ("revenue including cancelled orders", 1070.0, "cancelled and voided orders counted"),
        ("revenue with repeated lines once", 60.0, "exactly repeated lines counted once"),
        ("how many orders in March 2026?", 6, "zero-value"),
        ("how many orders in March 2026 including free orders?", 7, "zero-value orders counted"),
        ("how many orders in March 2026 including pending orders", 7, "pending orders counted"),
    ],
)
def test_what_is_counted_too_changes_the_figure_and_stands_on_its_receipt(
    copilot: Copilot, text: str, value: float, receipt: str
) -> None:
    answer = copilot.ask(text)
    figure = next(one for one in answer.figures if one.value == pytest.approx(value))
    assert receipt in figure.scope
    assert answer.problems == ()


def test_a_follow_up_keeps_what_is_counted_too(copilot: Copilot) -> None:
    first = copilot.ask("revenue including pending orders")
    then = copilot.ask("and by month?", first.conversation)
    assert any("pending orders counted" in figure.scope for figure in then.figures)


@pytest.mark.parametrize(
    "text", ["what is my revenue?", "orders with free shipping", "how many orders are pending?", "sales of gift sets"]
)
def test_other_words_change_nothing(text: str) -> None:
    assert counted_too(text, ("country=GB",)) == ("country=GB",)
