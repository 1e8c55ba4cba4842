"""Tool: what sells, what people buy first, what they buy next, what goes together."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.statistics.baskets import BasketPairs, basket_pairs
from copilot.statistics.products import (
    EntryProducts,
    NextProducts,
    ProductTable,
    entry_products,
    next_products,
    product_table,
)
from copilot.statistics.segments import SegmentRule, resolve_segment
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class ProductsArguments(Filtered):
    """Which view of products."""

    view: Literal["top", "first", "next", "pairs"] = Field(
        default="top", description="top sellers, bought first, bought next (after the first order), bought together"
    )
    segment: str | None = Field(default=None, description="only for first: a segment in words; empty = everybody")


class ProductsAnswer(BaseModel):
    """Exactly one of the four is set."""

    model_config = ConfigDict(frozen=True)

    top: ProductTable | None = None
    first: EntryProducts | None = None
    next: NextProducts | None = None
    pairs: BasketPairs | None = None


def _run(context: ToolContext, arguments: ProductsArguments) -> Outcome:
    scope = scope_for(context, arguments)
    tables = context.tables()
    answer = ProductsAnswer()
    if arguments.view == "top":
        answer = ProductsAnswer(top=product_table(tables, scope))
    elif arguments.view == "next":
        answer = ProductsAnswer(next=next_products(tables, scope))
    elif arguments.view == "pairs":
        answer = ProductsAnswer(pairs=basket_pairs(tables, scope))
    else:
        everybody = SegmentRule(name="all customers")
        rule = resolve_segment(tables, scope, arguments.segment) if arguments.segment else everybody
        answer = ProductsAnswer(first=entry_products(tables, scope, rule))
    result = context.ledger.record_result(answer)
    return Outcome(kind="products", result=result, text=tell(result))


TOOL = Tool(
    name="products",
    description=(
        "Products: best sellers; what customers buy first and how many of those come back; what they buy next; what is "
        "bought together (for cross-sell and bundles)."
    ),
    arguments=ProductsArguments,
    run=_run,
    title=lambda a: (
        {
            "top": "ranked products",
            "first": "looked at first orders",
            "next": "looked at what comes after the first order",
            "pairs": "looked at what goes together",
        }[a.view]
        + a.words()
    ),
)
