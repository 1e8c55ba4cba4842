"""Margins turn sales into contribution: which margin counts, and that the amount is sales times margin, no more."""

from __future__ import annotations

import pandas as pd
import pytest

from copilot.data.tables import Tables
from copilot.engine.wording.saying import contribution as worded
from copilot.errors import UsageProblem
from copilot.evidence.gate import check
from copilot.evidence.ledger import Ledger
from copilot.statistics.contribution import Contribution, contribution, known_margin
from copilot.statistics.receipt import Receipts
from copilot.statistics.scope import Scope
from tests.statistics.shops import order, shop


def _shop(costed: int) -> Tables:
    """Ten orders of one line of 50, the first `costed` of them with a cost of 20."""
    orders = [order(i, f"c{i % 4}", f"2025-01-{i + 1:02d}", 50.0) for i in range(10)]
    items = pd.DataFrame(
        {
            "order_id": [f"o{i:05d}" for i in range(10)],
            "line_no": 1,
            "sku": "A",
            "kind": "product",
            "quantity": 1.0,
            "unit_price": 50.0,
            "gross": 50.0,
            "discount": 0.0,
            "cost": [20.0 if i < costed else None for i in range(10)],
        }
    )
    return shop(orders, order_items=items)


def test_a_stated_margin_wins_over_costs_and_settings() -> None:
    found = known_margin(_shop(10), Scope(), stated=0.25, usual=0.5)
    assert found is not None
    assert (found.share, found.source) == (0.25, "stated")


def test_costs_win_over_settings_where_nine_tenths_of_sales_have_one() -> None:
    found = known_margin(_shop(9), Scope(), usual=0.5)
    assert found is not None
    assert found.source == "costs"
    assert found.share == pytest.approx(1 - 20 / 50)  # of the lines whose cost is known
    below = known_margin(_shop(8), Scope(), usual=0.5)
    assert below is not None
    assert (below.share, below.source) == (0.5, "settings")
    assert known_margin(_shop(8), Scope()) is None


@pytest.mark.parametrize("margin", [0.0, -0.1, 1.01])
def test_a_margin_that_makes_no_sense_is_refused(margin: float) -> None:
    with pytest.raises(UsageProblem, match="share of sales"):
        known_margin(_shop(10), Scope(), stated=margin)


def _made(margin: float | None) -> Contribution | None:
    tables = _shop(0)
    receipts = Receipts(tables, Scope(), "test", {})
    value = receipts.figure("clv_value", 1_000.0, n=400, interval_of=((900.0, 1_200.0), "bootstrap 95 %"))
    each = receipts.figure("clv_value_each", 2.5, n=400)
    known = known_margin(tables, Scope(), stated=margin)
    return contribution(receipts, ("clv_contribution", "clv_contribution_each"), known, value, each)


def test_amount_and_interval_are_scaled_by_the_margin() -> None:
    found = _made(0.4)
    assert found is not None
    assert found.value.value == pytest.approx(400.0)
    assert (found.value.low, found.value.high) == (pytest.approx(360.0), pytest.approx(480.0))
    assert found.value_each is not None
    assert found.value_each.value == pytest.approx(1.0)
    assert found.value_each.low is None
    assert found.margin.label == "Margin as stated"
    assert _made(None) is None


def test_the_sentence_names_the_margin_and_where_it_comes_from() -> None:
    found = _made(0.4)
    assert found is not None
    ledger = Ledger()
    text = worded(Contribution.model_validate(ledger.record_result(found).model_dump()))
    assert text.startswith("At the margin of 40.0 % [F1] you stated")
    assert "£400 (plausibly £360–£480) [F2]" in text
    assert check(text, ledger).ok
