"""A file of orders without any amount answers what can be counted, and says why money cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.app import Copilot
from copilot.settings import Settings


@pytest.fixture
def shop(settings: Settings, tmp_path: Path) -> Copilot:
    """Twelve baskets of four members in two files, as a grocer's till writes them: who, when, what; no price."""
    copilot = Copilot.open("till", settings)
    for part, days in (("one", range(1, 7)), ("two", range(7, 13))):
        rows = [f"{100 + day % 4},{day:02d}-0{1 + day % 3}-2024,{item}" for day in days for item in ("milk", "bread")]
        file = tmp_path / f"{part}.csv"
        file.write_text("Member_number,Date,itemDescription\n" + "\n".join([*rows, "107,28-03-2024,tea"]) + "\n")
        copilot.add(file)
    return copilot


def test_orders_and_repeat_customers_are_counted(shop: Copilot) -> None:
    with shop:
        orders = shop.ask("how many orders do I have?")
        assert orders.figures[0].value == 13  # the tea of 28 March stands in both files
        repeat = shop.ask("what is my repeat rate?")
        assert "4 [F" in repeat.text  # four members came back, the fifth did not
        assert "not known" not in repeat.text
        assert "net sales." not in repeat.text


def test_money_is_refused_with_what_can_be_asked_instead(shop: Copilot) -> None:
    with shop:
        for question in ("net sales by month", "who are my best customers?"):
            answer = shop.ask(question)
            assert "no amount column" in answer.text
            assert "repeat rate" in answer.text
            assert not [figure for figure in answer.figures if figure.unit == "money"]
