"""Tool: what sells, what people buy first and next, what goes together, what brings people back, reorder cycles."""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.data.tables import Tables
from copilot.errors import UnknownName, UsageProblem
from copilot.statistics.assortment.gateway import Gateways, gateway_products
from copilot.statistics.assortment.lines import Level
from copilot.statistics.assortment.next_product import AfterProduct, after_product
from copilot.statistics.assortment.performance import ProductPerformance, product_performance
from copilot.statistics.assortment.replenishment import Replenishment, replenishment
from copilot.statistics.baskets import BasketPairs, basket_pairs
from copilot.statistics.products import (
    EntryProducts,
    NextProducts,
    ProductTable,
    entry_products,
    next_products,
    product_table,
)
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule, resolve_segment
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.names import ShopNames
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell

View = Literal["top", "first", "next", "pairs", "gateway", "after", "reorder", "one"]
_COUNTED: Final = ("pairs", "after", "next", "reorder")  # these count orders and need no amounts
_NEED_A_NAME: Final = ("after", "one")


class ProductsArguments(Filtered):
    """Which view of products."""

    view: View = Field(
        default="top",
        description="top sellers, bought first, bought next (after the first order), pairs (bought together), gateway "
        "(which first product brings people who come back), after (what follows `product`), reorder (days until the "
        "same is bought again), one (everything about `product`)",
    )
    product: str | None = Field(default=None, description="a product's name; needed for after and one")
    level: Level = Field(default="product", description="products or whole categories")
    segment: str | None = Field(default=None, description="only for first: a segment in words; empty = everybody")


class ProductsAnswer(BaseModel):
    """Exactly one of them is set."""

    model_config = ConfigDict(frozen=True)

    top: ProductTable | None = None
    first: EntryProducts | None = None
    next: NextProducts | None = None
    pairs: BasketPairs | None = None
    gateway: Gateways | None = None
    after: AfterProduct | None = None
    reorder: Replenishment | None = None
    one: ProductPerformance | None = None


def _run(context: ToolContext, arguments: ProductsArguments) -> Outcome:
    scope = scope_for(context, arguments, amounts=arguments.view not in _COUNTED)
    tables = context.tables()
    level = arguments.level
    product = _spelled(tables, level, arguments.product)
    if arguments.view in _NEED_A_NAME and product is None:
        raise UsageProblem("Which product do you mean?", "Name one, for example as it stands in your best sellers.")
    answer = _answer(tables, scope, arguments, product)
    result = context.ledger.record_result(answer)
    return Outcome(kind="products", result=result, text=tell(result))


def _answer(tables: Tables, scope: Scope, arguments: ProductsArguments, product: str | None) -> ProductsAnswer:
    level = arguments.level
    if arguments.view == "top":
        return ProductsAnswer(top=product_table(tables, scope, level))
    if arguments.view == "next":
        return ProductsAnswer(next=next_products(tables, scope, None, level))
    if arguments.view == "pairs":
        return ProductsAnswer(pairs=basket_pairs(tables, scope, level, product))
    if arguments.view == "gateway":
        return ProductsAnswer(gateway=gateway_products(tables, scope, level))
    if arguments.view == "reorder":
        return ProductsAnswer(reorder=replenishment(tables, scope, level, product))
    if arguments.view == "after" and product is not None:
        return ProductsAnswer(after=after_product(tables, scope, product, level))
    if arguments.view == "one" and product is not None:
        return ProductsAnswer(one=product_performance(tables, scope, product, level))
    everybody = SegmentRule(name="all customers")
    rule = resolve_segment(tables, scope, arguments.segment) if arguments.segment else everybody
    return ProductsAnswer(first=entry_products(tables, scope, rule))


def _spelled(tables: Tables, level: Level, product: str | None) -> str | None:
    """The name as the data spells it; a part of a name will do if only one product has it."""
    if not product:
        return None
    names = ShopNames.of(tables)
    try:
        return names.resolve(level, product)
    except UnknownName:
        words = re.findall(r"\w+", product.lower())
        having = [value for value in names.values.get(level, ()) if words and all(w in value.lower() for w in words)]
        if len(having) == 1:
            return having[0]
        if having:
            raise UnknownName(level, product[:60], having[:4]) from None
        raise


TOOL = Tool(
    name="products",
    description=(
        "Products: best sellers; everything about one product; what customers buy first and how many of those come "
        "back (gateway products); what they buy next, also after a given product; what is bought together (for "
        "cross-sell and bundles); after how many days the same product is bought again (replenishment)."
    ),
    arguments=ProductsArguments,
    run=_run,
    title=lambda a: (
        {
            "top": "ranked products",
            "first": "looked at first orders",
            "next": "looked at what comes after the first order",
            "pairs": "looked at what goes together",
            "gateway": "compared who comes back by first purchase",
            "after": f"looked at what is bought after {a.product}",
            "reorder": "measured how soon products are bought again",
            "one": f"looked at {a.product}",
        }[a.view]
        + a.words()
    ),
)
