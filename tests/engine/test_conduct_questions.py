"""Questions about products, discounts, refunds and kinds of customers reach their tool; each answer passes the gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from pydantic import BaseModel

from copilot.data.tables import Tables, tables_from_frames
from copilot.engine.plan import plan
from copilot.engine.understand import understand
from copilot.engine.wording.answers import word
from copilot.engine.wording.saying import Answered
from copilot.evidence.gate import check
from copilot.evidence.ledger import Ledger
from copilot.statistics.assortment.gateway import gateway_products
from copilot.statistics.assortment.next_product import after_product
from copilot.statistics.assortment.performance import product_performance
from copilot.statistics.assortment.replenishment import replenishment
from copilot.statistics.baskets import basket_pairs
from copilot.statistics.best import best_customers
from copilot.statistics.conduct.anti_profile import anti_profile
from copilot.statistics.conduct.discounts import discounts
from copilot.statistics.conduct.kinds import customer_kinds
from copilot.statistics.conduct.refunds import refunds
from copilot.statistics.scope import Scope
from copilot.tools.names import ShopNames
from copilot.tools.products import ProductsAnswer
from tests.statistics.random_shop import facts, random_shop
from tests.statistics.shops import order, shop

NAMES = ShopNames({"product": ("Teapot", "Meadow Sencha - 100 g"), "category": ("Loose-leaf tea",), "country": ("DE",)})


def call(text: str) -> tuple[str, dict[str, Any]]:
    (made,) = plan(understand(text, NAMES, None)).calls
    return made.tool, made.arguments


@pytest.mark.parametrize(
    ("text", "view", "product"),
    [
        ("what is bought together?", "pairs", None),
        ("what goes with the teapot?", "pairs", "Teapot"),
        ("what do they buy after the teapot?", "after", "Teapot"),
        ("what do they buy after the Sencha?", "after", "Sencha"),
        ("what do they buy next?", "next", None),
        ("which first product brings people who come back?", "gateway", None),
        ("what are my gateway products", "gateway", None),
        ("which products kill retention", "gateway", None),
        ("how often do they reorder the teapot?", "reorder", "Teapot"),
        ("which products need a replenishment reminder?", "reorder", None),
        ("tell me about the Sencha", "one", "Sencha"),
        ("tell me about the teapot", "one", "Teapot"),
        ("best sellers", "top", None),
        ("what do people buy first?", "first", None),
    ],
)
def test_products(text: str, view: str, product: str | None) -> None:
    tool, arguments = call(text)
    assert (tool, arguments["view"]) == ("products", view)
    assert arguments.get("product") == product
    assert "only" not in arguments


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("am I too dependent on discounts?", "discounts"),
        ("are discounts hurting us?", "discounts"),
        ("would they have bought anyway?", "discounts"),
        ("do discount codes bring worse customers?", "discounts"),
        ("people who buy only on sale", "discounts"),
        ("which products are returned most?", "refunds"),
        ("refund rate by product", "refunds"),
        ("what is my refund rate?", "refunds"),
        ("what's going on with returns", "refunds"),
        ("who are my serial returners?", "anti_profile"),
        ("who returns everything?", "anti_profile"),
        ("who are my worst customers?", "anti_profile"),
        ("who should we NOT target", "anti_profile"),
        ("who should I not target?", "anti_profile"),
        ("any wholesale customers in there?", "customer_kinds"),
        ("how many subscription orders do we have?", "customer_kinds"),
        ("who are my best customers?", "best_customers"),
        ("what sets discount buyers apart?", "segment_profile"),
        ("tell me about my lapsed customers", "segment_profile"),
    ],
)
def test_tools(text: str, tool: str) -> None:
    assert call(text)[0] == tool


def test_a_ranking_takes_in_the_kinds_it_is_asked_to() -> None:
    assert call("best customers with wholesale") == ("best_customers", {"include": ("wholesale",)})
    assert call("my best customers including gift buyers")[1]["include"] == ("gift",)
    assert "include" not in call("who are my best customers?")[1]


@pytest.mark.parametrize(
    ("text", "part"),
    [("would they have bought anyway?", "anyway"), ("do codes bring worse customers?", "first"),
     ("am I too dependent on discounts?", None)],
)  # fmt: skip
def test_the_part_asked_for_comes_first(text: str, part: str | None) -> None:
    assert call(text)[1].get("part") == part


@pytest.fixture(scope="module")
def made() -> Tables:
    """A shop with pairs, discounts, refunds, costs, a wholesale customer and a gift buyer."""
    plain = random_shop(220, 3)
    orders, items = plain.orders.copy(), plain.items.copy()
    orders["discount_code"] = orders["discounted"].map({True: "TEN10", False: None})
    orders.loc[0, "tags"] = "wholesale"
    last = orders["customer_key"].value_counts().index[-1]
    orders.loc[orders["customer_key"] == last, "tags"] = "gift"
    items["cost"] = items["gross"] * 0.95
    frames = {"orders": orders, "order_items": items, "customers": plain.customers}
    return tables_from_frames(frames, facts())


ANSWERS: tuple[tuple[str, Callable[[Tables], BaseModel]], ...] = (
    ("discounts", lambda t: discounts(t, Scope())),
    ("refunds", lambda t: refunds(t, Scope())),
    ("anti_profile", lambda t: anti_profile(t, Scope())),
    ("customer_kinds", lambda t: customer_kinds(t, Scope())),
    ("best_customers", lambda t: best_customers(t, Scope())),
    ("products", lambda t: ProductsAnswer(pairs=basket_pairs(t, Scope()))),
    ("products", lambda t: ProductsAnswer(pairs=basket_pairs(t, Scope(), "category"))),
    ("products", lambda t: ProductsAnswer(gateway=gateway_products(t, Scope()))),
    ("products", lambda t: ProductsAnswer(gateway=gateway_products(t, Scope(), "category"))),
    ("products", lambda t: ProductsAnswer(after=after_product(t, Scope(), "Teapot"))),
    ("products", lambda t: ProductsAnswer(reorder=replenishment(t, Scope()))),
    ("products", lambda t: ProductsAnswer(reorder=replenishment(t, Scope(), "product", "Mug"))),
    ("products", lambda t: ProductsAnswer(one=product_performance(t, Scope(), "Mug"))),
)


@pytest.mark.parametrize("place", range(len(ANSWERS)))
def test_every_sentence_passes_the_gate(made: Tables, place: int) -> None:
    kind, compute = ANSWERS[place]
    ledger = Ledger()
    result = ledger.record_result(compute(made))
    blocks = word(Answered(kind=kind, content=result.model_dump(mode="json")))
    report = check("\n\n".join(blocks), ledger)
    assert report.ok, report.failures
    assert any(character.isdigit() for character in report.text)


def test_who_is_left_out_is_said_aloud(made: Tables) -> None:
    ledger = Ledger()
    result = ledger.record_result(best_customers(made, Scope()))
    text = "\n".join(word(Answered(kind="best_customers", content=result.model_dump(mode="json"))))
    assert "1 wholesale customer [" in text
    assert "“with wholesale”" in text


def test_a_tiny_shop_says_too_few_and_passes_too() -> None:
    rows = [order(n, f"c{n % 7}", f"2024-01-{1 + n:02d}", 20.0, discounts=2.0 * (n % 2), discounted=bool(n % 2),
                  returns=5.0 * (n == 3)) for n in range(12)]  # fmt: skip
    items = [{"order_id": one["order_id"], "line_no": 0, "product": "Mug", "kind": "product", "quantity": 1,
              "unit_price": 20.0, "gross": 20.0} for one in rows]  # fmt: skip
    tables = shop(rows, order_items=pd.DataFrame(items))
    computed: tuple[tuple[str, BaseModel], ...] = (
        ("discounts", discounts(tables, Scope())),
        ("refunds", refunds(tables, Scope())),
        ("anti_profile", anti_profile(tables, Scope())),
        ("customer_kinds", customer_kinds(tables, Scope())),
        ("products", ProductsAnswer(pairs=basket_pairs(tables, Scope()))),
        ("products", ProductsAnswer(gateway=gateway_products(tables, Scope()))),
        ("products", ProductsAnswer(after=after_product(tables, Scope(), "Mug"))),
        ("products", ProductsAnswer(reorder=replenishment(tables, Scope()))),
        ("products", ProductsAnswer(one=product_performance(tables, Scope(), "Mug"))),
    )
    for kind, result in computed:
        ledger = Ledger()
        recorded = ledger.record_result(result)
        blocks = word(Answered(kind=kind, content=recorded.model_dump(mode="json")))
        report = check("\n\n".join(blocks), ledger)
        assert report.ok, (kind, report.failures)
        assert blocks
