"""Questions shop owners asked in a trial and that went to the wrong tool, or lost a word on the way."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from copilot.app import Copilot
from copilot.engine.plan import Call, plan
from copilot.engine.understand import Previous, understand
from copilot.settings import Settings
from copilot.tools.names import ShopNames

LAST = date(2026, 9, 30)
NAMES = ShopNames({"country": ("GB", "DE", "AT", "United States"), "region": (), "city": (), "channel": ("web",),
                   "source": ("google", "instagram"), "category": ("Tea",),
                   "product": ("returned", "Glass teapot")})  # fmt: skip


def calls(text: str, previous: Previous | None = None) -> list[Call]:
    return list(plan(understand(text, NAMES, LAST, previous)).calls)


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("how many people do I need for a test at 3 % baseline and 20 % lift?", "test_plan",
         {"baseline": 0.03, "lift": 0.2}),
        ("would they have bought without the discount?", "discounts", {"part": "anyway"}),
        ("does discount code use lower repeat rate?", "discounts", {"part": "first"}),
        ("discount vs full price customers: who comes back more?", "discounts", {}),
        ("are discounts hurting us", "discounts", {"part": "first"}),  # "us" is the shop, not a country
        ("sales in the US", "measure", {"metrics": ("net_sales",), "only": ("country=United States",)}),
        ("which first product brings people back?", "products", {"view": "gateway"}),
        ("top 10 products by sales", "products", {"view": "top"}),
        ("share of sales from returning customers", "list_customers", {"segment": "repeat customers"}),
        ("are customers from instagram better than google ones?", "lifetime_value", {"by": "first_source"}),
        ("whats the average order size in units", "measure", {"metrics": ("units_per_order",)}),
        ("profit by category", "measure",
         {"metrics": ("gross_margin",), "by": ("category",), "order": "-gross_margin"}),
        ("repeat rate by country", "measure",
         {"metrics": ("repeat_rate_lifetime",), "by": ("country",), "order": "-repeat_rate_lifetime"}),
        ("which products get returned the most", "refunds", {}),  # a product is called "returned"
        ("biggest refunds", "refunds", {}),
        ("how did november go?", "sales_summary", {"period": "in november"}),
        ("how concentrated is my revenue? do 20% bring 80%?", "best_customers", {}),
    ],
)  # fmt: skip
def test_questions_reach_their_tool(text: str, tool: str, arguments: dict[str, Any]) -> None:
    assert calls(text) == [Call(tool, arguments)]


@pytest.mark.parametrize("text", ["AOV AT vs DE", "is the difference in AOV between AT and DE real?"])
def test_two_countries_named_by_code_are_both_answered(text: str) -> None:
    assert [call.arguments["only"] for call in calls(text)] == [("country=AT",), ("country=DE",)]


def test_short_questions_go_on_from_the_figure_before() -> None:
    quarter = Previous("measure", {"metrics": ("net_sales",), "by": ("country",), "period": "last quarter"})
    (found,) = calls("and the quarter before?", quarter)
    assert found.arguments["period"] == "2026-01-01 to 2026-03-31"
    assert found.arguments["by"] == ("country",)
    months = Previous("measure", {"metrics": ("net_sales",), "period": "august 2026", "compare": "july 2026"})
    assert calls("why?", months) == [Call("why_changed", {"period": "august 2026", "against": "july 2026"})]
    year = Previous("measure", {"metrics": ("aov",), "period": "in 2026"})
    (found,) = calls("same for repeat buyers", year)
    assert found == Call("measure", {"metrics": ("aov",), "segment": "repeat customers", "period": "in 2026"})


def test_a_lead_that_can_be_chance_is_said_to_be(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    rows = [f"{n},c{n},2024-01-{1 + n % 28:02d},{10 + n % 7},{'DE' if n % 2 else 'AT'}" for n in range(60)]
    file.write_text("order_id,customer_id,order_date,total,country\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with Copilot.open("default", settings=Settings(home=tmp_path / "home")) as copilot:
        copilot.add(file)
        assert "can be chance" in copilot.ask("which country has the highest AOV?").text
        assert "can be chance" not in copilot.ask("net sales by country").text  # totals are exact
        day = copilot.ask("sales by weekday").text
    assert "highest on " in day
    assert "highest in" not in day
