"""Questions about customers over time: understood as marketers ask them, and answered so that the gate passes all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from copilot.data.tables import Tables
from copilot.engine.plan import plan
from copilot.engine.understand import Previous, understand
from copilot.engine.wording.answers import word
from copilot.engine.wording.saying import Answered
from copilot.evidence.gate import check
from copilot.evidence.ledger import Ledger
from copilot.statistics.lifetime.cohorts import cohorts
from copilot.statistics.lifetime.ltv import lifetime_value
from copilot.statistics.lifetime.movement import rfm_movement
from copilot.statistics.lifetime.next_order import next_orders
from copilot.statistics.lifetime.survival import order_chances
from copilot.statistics.lifetime.transitions import stage_transitions
from copilot.statistics.result import Result
from copilot.statistics.scope import Scope
from copilot.tools.names import ShopNames
from tests.statistics.random_shop import random_shop
from tests.statistics.shops import order, shop

NAMES = ShopNames({"country": ("Germany",), "source": ("google",), "category": ("Tea",), "product": (), "region": (),
                   "city": (), "channel": ()})  # fmt: skip


def call(text: str, previous: Previous | None = None) -> tuple[str, dict[str, Any]]:
    calls = plan(understand(text, NAMES, date(2024, 12, 31), previous)).calls
    assert len(calls) == 1, calls
    return calls[0].tool, calls[0].arguments


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("show me retention by cohort", "cohorts", {}),
        ("Show me cohort retention by month", "cohorts", {"by": "month"}),
        ("do newer cohorts retain worse?", "cohorts", {}),
        ("Rank cohorts by value at 3, 6 and 12 months", "cohorts", {"measure": "value"}),
        ("cohorts by source", "cohorts", {"by": "first_source"}),
        ("what is my customer lifetime value after 90 days", "lifetime_value", {"days": 90}),
        ("LTV by source", "lifetime_value", {"by": "first_source"}),
        ("lifetime value by country", "lifetime_value", {"by": "country"}),
        ("what's our LTV in Germany?", "lifetime_value", {"only": ("country=Germany",)}),
        ("how much is a new customer worth", "lifetime_value", {}),
        ("how long until the second order", "buying_rhythm", {"view": "second_order"}),
        ("what is the time to second purchase", "buying_rhythm", {"view": "second_order"}),
        ("how likely is a third order?", "buying_rhythm", {"view": "second_order"}),
        ("who moved between RFM groups since last quarter", "customer_groups", {"view": "movement", "days": 90}),
        ("how have my segments changed since last month", "customer_groups", {"view": "movement", "days": 30}),
        ("RFM groups as in Klaviyo", "customer_groups", {"method": "tercile_klaviyo"}),
        ("Shopify style RFM segments", "customer_groups", {"method": "shopify_style"}),
        ("how do people move between stages", "journey_stages", {"view": "movement"}),
        ("stage transition matrix", "journey_stages", {"view": "movement"}),
        ("what share of subscribers become customers?", "journey_stages", {"view": "movement"}),
        ("what is my churn rate?", "journey_stages", {"view": "movement"}),
        ("when will they order again", "next_orders", {}),
        ("who is due to reorder in the next 14 days?", "next_orders", {"days": 14}),
        ("which customers are overdue", "next_orders", {}),
    ],
)
def test_question_finds_its_tool(text: str, tool: str, arguments: dict[str, Any]) -> None:
    found, given = call(text)
    assert found == tool
    assert {key: given.get(key) for key in arguments} == arguments


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("what is my repeat rate", "repeat_rate"),
        ("what is our retention rate", "repeat_rate"),
        ("how many days between orders", "buying_rhythm"),
        ("RFM groups please", "customer_groups"),
        ("how many cold, warm and hot people do I have?", "journey_stages"),
        ("who are my best customers", "best_customers"),
        ("campaign brief for one-time buyers to get a second order", "make_draft"),
    ],
)
def test_neighbours_keep_their_tool(text: str, tool: str) -> None:
    found, arguments = call(text)
    assert found == tool
    assert "view" not in arguments


def test_a_follow_up_turns_the_split_and_keeps_the_question() -> None:
    before = Previous("lifetime_value", {"by": "first_source"})
    assert call("and by country?", before) == ("lifetime_value", {"by": "country"})
    moved = Previous("customer_groups", {"view": "movement", "days": 90})
    tool, arguments = call("and only Germany?", moved)
    assert (tool, arguments["view"], arguments["only"]) == ("customer_groups", "movement", ("country=Germany",))


ANALYSES: dict[str, Callable[[Tables, Scope], Result]] = {
    "cohorts": cohorts,
    "lifetime_value": lambda tables, scope: lifetime_value(tables, scope, by="country"),
    "lifetime_value ": lambda tables, scope: lifetime_value(tables, scope, margin=0.4),
    "second_order": order_chances,
    "next_orders": next_orders,
    "rfm_movement": rfm_movement,
    "stage_movement": stage_transitions,
}


@pytest.fixture(scope="module")
def shops() -> dict[str, Tables]:
    """A shop of some size, one in which nobody came back, and one of a dozen people."""
    once = [order(n, f"c{n}", f"2024-{1 + n % 12:02d}-10", 10.0, country="DE") for n in range(60)]
    few = [order(n, f"c{n % 6}", f"2024-{1 + n:02d}-10", 10.0 + n, country="DE") for n in range(12)]
    return {"some": random_shop().tables, "nobody came back": shop(once), "few": shop(few)}


@pytest.mark.parametrize("kind", ANALYSES)
def test_every_sentence_passes_the_gate(kind: str, shops: dict[str, Tables]) -> None:
    for name, tables in shops.items():
        ledger = Ledger()
        result = ledger.record_result(ANALYSES[kind](tables, Scope()))
        blocks = word(Answered(kind.strip(), result.model_dump(mode="json"), {}))
        report = check("\n\n".join(blocks), ledger)
        assert report.ok, (name, report.failures)
        assert "None" not in report.text
        assert "nan" not in report.text.split()
