"""Data that ends long before today is said once in a conversation, beside the first figures and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from copilot.app import Copilot
from copilot.chat.freshness import CODE, STALE_AFTER, stale_notice
from copilot.settings import Settings
from tests.statistics.random_shop import facts


def test_fresh_data_need_no_notice() -> None:
    shop = facts()
    assert shop.last_order is not None
    assert stale_notice(shop, shop.last_order + STALE_AFTER) is None
    assert stale_notice(replace(shop, last_order=None), date(2030, 1, 1)) is None


def test_the_notice_names_the_last_day() -> None:
    shop = facts()
    assert shop.last_order is not None
    notice = stale_notice(shop, shop.last_order + STALE_AFTER + timedelta(days=1))
    assert notice is not None
    assert str(shop.last_order.year) in notice.text


@pytest.fixture
def copilot(tmp_path: Path) -> Copilot:
    lines = ["order,customer,date,amount"]
    lines += [f"A{n},c{n % 12},{date(2019, 1, 1) + timedelta(days=3 * n)},{20 + n}" for n in range(60)]
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    opened = Copilot.open(settings=Settings(home=tmp_path / "home"))
    opened.add(path)
    return opened


def test_old_data_are_said_once_in_a_conversation(copilot: Copilot) -> None:
    first = copilot.ask("what is a buyer persona?")
    assert not first.notices  # the guide does not age with the data
    planned = copilot.ask("is this significant: 120 of 4000 vs 90 of 4000", first.conversation)
    assert planned.figures
    assert not planned.notices  # nor does arithmetic
    second = copilot.ask("who are my best customers?", first.conversation)
    assert [notice.code for notice in second.notices] == [CODE]
    assert not copilot.ask("how many orders did we have?", first.conversation).notices
    assert copilot.ask("how many orders did we have?").notices  # another conversation, another reader
    copilot.close()
