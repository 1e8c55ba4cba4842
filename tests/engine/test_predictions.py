"""Questions about the future value of customers: understood, planned, worded, each number of the words supported."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from copilot.data.tables import Tables
from copilot.engine.plan import plan
from copilot.engine.understand import understand
from copilot.engine.wording.prediction import prediction
from copilot.engine.wording.saying import Answered
from copilot.evidence.gate import check
from copilot.evidence.ledger import Ledger
from copilot.statistics.clv.answer import PredictedValue
from copilot.statistics.clv.predict import predicted_value
from copilot.statistics.lifetime.ltv import lifetime_value
from copilot.statistics.scope import Scope
from copilot.tools.names import ShopNames
from copilot.tools.predicted_value import PredictionAnswer
from tests.statistics.clv.made import shop_of_model

NAMES = ShopNames({})


@pytest.mark.parametrize(
    ("text", "focus", "horizon"),
    [
        ("what is a customer going to be worth?", "value", None),
        ("predicted CLV", "value", None),
        ("what's our predicted lifetime value", "value", None),
        ("what will my customers be worth next year?", "value", 365),
        ("how much will my customers spend in the next 6 months", "value", 180),
        ("expected orders next year", "orders", 365),
        ("how many purchases do you expect from each customer in the next 90 days", "orders", 90),
        ("probability they are still active", "active", None),
        ("how many of my customers are still active?", "active", None),
        ("Which customers are worth the most GOING FORWARD, not just historically?", "ranking", None),
        ("who will buy again?", "returning", None),
        ("which customers are likely to buy again", "returning", None),
        ("how many customers will come back in the next quarter", "returning", 91),
        ("how good is that prediction?", "quality", None),
        ("can I trust the CLV model", "quality", None),
        ("show me the backtest", "quality", None),
    ],
)
def test_questions_about_the_future_of_customers(text: str, focus: str, horizon: int | None) -> None:
    (request,) = understand(text, NAMES, date(2025, 6, 30))
    assert request.intent == "prediction"
    (call,) = plan([request]).calls
    assert call.tool == "predicted_value"
    assert call.arguments["focus"] == focus
    assert call.arguments.get("horizon_days") == horizon


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what will sales be next year", "forecast"),
        ("forecast my revenue for next month", "forecast"),
        ("what share of customers comes back?", "repeat_rate"),
        ("what is a customer worth after 90 days", "ltv"),
        ("who are my best customers", "best_customers"),
        ("who is slipping away?", "list_customers"),
    ],
)
def test_neighbouring_questions_stay_where_they_were(text: str, intent: str) -> None:
    assert understand(text, NAMES, date(2025, 6, 30))[0].intent == intent


def _worded(tables: Tables, result: PredictedValue, focus: Any = "value") -> str:
    """The answer as the user would read it; fails if the gate would take a sentence out."""
    so_far = lifetime_value(tables, Scope()) if result.prediction is None else None
    ledger = Ledger()
    answer = ledger.record_result(PredictionAnswer(focus=focus, predicted=result, lifetime=so_far))
    blocks = prediction(Answered("prediction", answer.model_dump(mode="json")))
    text = "\n\n".join(block for block in blocks if not block.startswith("{"))
    report = check(text, ledger)
    assert report.ok, report.failures
    return text


@pytest.fixture(scope="module")
def full() -> tuple[Tables, PredictedValue]:
    tables = shop_of_model(700)
    return tables, predicted_value(tables, Scope(), horizon_days=180)


@pytest.mark.parametrize(
    ("focus", "opening"),
    [
        ("value", "are expected to bring"),
        ("orders", "are expected to place"),
        ("active", "are probably still active"),
        ("returning", "are expected to buy again"),
        ("ranking", "are also among the first 20 by value so far"),
        ("quality", "on your own history the total had an error of"),
    ],
)
def test_answer_comes_first_and_the_back_test_beside_it(
    full: tuple[Tables, PredictedValue], focus: str, opening: str
) -> None:
    text = _worded(*full, focus)
    first = text.split("\n\n")[0]
    assert first.startswith("**")
    assert opening in first
    assert focus in ("quality", "ranking") or "plausibly" in first
    assert "Checked on your own history" in text
    assert "Trust groups, not single people" in text


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("what will my customers be worth next year at a margin of 40 %?", "predicted_value"),
        ("what is a customer worth after 90 days with a 40 percent margin", "lifetime_value"),
    ],
)
def test_a_stated_margin_reaches_the_tool(text: str, tool: str) -> None:
    (call,) = plan(understand(text, NAMES, date(2025, 6, 30))).calls
    assert call.tool == tool
    assert call.arguments["margin"] == 0.4


def test_group_asked_for_is_the_subject(full: tuple[Tables, PredictedValue]) -> None:
    from copilot.statistics.segments import resolve_segment

    tables, _ = full
    rule = resolve_segment(tables, Scope(), "repeat customers")
    text = _worded(tables, predicted_value(tables, Scope(), 180, rule))
    assert "of the group repeat customers" in text.split("\n\n")[0]


def test_provisional_says_why_and_what_would_be_enough() -> None:
    tables = shop_of_model(400, seed=3)
    text = _worded(tables, predicted_value(tables, Scope()))
    assert "**Provisional:** only 400 customers" in text
    assert "Enough would be: 500 customers" in text


def test_refusal_names_the_reason_what_is_enough_and_what_is_known() -> None:
    tables = shop_of_model(120)
    text = _worded(tables, predicted_value(tables, Scope()))
    assert text.startswith("**I do not predict what your customers will buy or be worth.** Only 120 customers.")
    assert "Enough would be: 500 customers (250 for a provisional answer)" in text
    assert "What is certain is what customers brought so far" in text
