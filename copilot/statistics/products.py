"""Owns what is bought: product table, first purchases and what they lead to, next purchases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.baskets import BasketPair, BasketPairs, basket_pairs
from copilot.statistics.comparison import Counts, benjamini_hochberg, p_value, risk_ratio
from copilot.statistics.purchases import first_purchases, second_purchases
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope, documents
from copilot.statistics.segments import SegmentRule
from copilot.statistics.split import everybody, product_lines

__all__ = [
    "BasketPair", "BasketPairs", "EntryProduct", "EntryProducts", "NextProduct", "NextProducts", "ProductTable",
    "basket_pairs", "entry_products", "next_products", "product_table",
]  # fmt: skip

Level = Literal["product", "category"]
PLURAL: Final = {"product": "products", "category": "categories"}
TOP: Final = 10
SHOWN: Final = 8
MINIMUM_EACH: Final = 10  # customers of the group with the trait
MINIMUM_GROUP: Final = 30
Q_LIMIT: Final = 0.05
MORE, LESS = 1.2, 0.8  # smallest ratios worth saying


class ProductTable(Result):
    """Products (or categories) by sales; the table holds the first rows, the figures all of them."""

    level: Level
    products: Figure
    top_share: Figure | None  # share of gross sales of the first ten
    table: ResultTable
    chart: Chart | None
    sent_back: tuple[str, ...] = ()  # those of the rows of which less than half the value stayed sold
    warnings: tuple[str, ...] = ()


class EntryProduct(Result):
    """A first purchase: how common in the group and in the rest, and how many of its buyers came back."""

    name: str
    in_group: Figure
    in_rest: Figure | None  # None if the group is everybody
    ratio: Figure | None  # risk ratio with 95 % interval
    q: float | None  # Benjamini-Hochberg; None if not tested
    reliable: bool
    repeat_rate: Figure  # of all customers who began with it


class EntryProducts(Result):
    """First-order products and categories of a group, commonest first; `standout`: reliably commoner than elsewhere."""

    rule: SegmentRule
    products: tuple[EntryProduct, ...]
    categories: tuple[EntryProduct, ...]
    standout: tuple[EntryProduct, ...]
    tested: Figure
    table: ResultTable
    warnings: tuple[str, ...] = ()


class NextProduct(Result):
    """Something bought in the second order: by how many of those who came back, how long after the first."""

    name: str
    share: Figure
    median_days: Figure
    new_to_them: Figure  # share of these who had not bought it in the first order


class NextProducts(Result):
    """What the second order held."""

    level: Level
    products: tuple[NextProduct, ...]
    table: ResultTable
    warnings: tuple[str, ...] = ()


def product_table(tables: Tables, scope: Scope, level: Level = "product", limit: int = 20) -> ProductTable:
    """Products (or categories) by gross sales: units less returned units, orders, customers, share of product sales."""
    receipts = Receipts(tables, scope, "product_table", {"level": level, "limit": limit})
    lines = _sold(tables, scope, level)
    order = lines.kind == "order"
    each = lines.group_by("name").aggregate(
        net_units=lines.quantity.sum().cast("float64"),
        gross=lines.gross.sum(where=order).cast("float64"),
        kept=lines.gross.sum().cast("float64"),
        orders=lines.order_id.nunique(where=order),
        customers=lines.customer_key.nunique(where=order),
    )
    each = each.filter(each.orders > 0)
    whole = tables.frame(each.aggregate(n=each.count(), gross=each.gross.sum())).iloc[0]
    top = tables.frame(each.order_by([each.gross.desc(), each.name]).limit(max(limit, TOP)))
    total = float(whole["gross"]) if int(whole["n"]) else 0.0
    shown = top.head(limit)
    sent_back = tuple(str(name) for name in shown[shown["kept"] < shown["gross"] / 2]["name"])
    rows = [
        {**row, "share": row["gross"] / total if total > 0 else None}
        for row in shown.drop(columns="kept").to_dict("records")
    ]
    first = float(top["gross"].head(TOP).sum())
    share = receipts.figure(
        "product_sales_share",
        first / total if total > 0 else None,
        numerator=first,
        denominator=total,
        n=int(whole["n"]),
        label=f"Share of sales of the first {min(TOP, int(whole['n']))} {PLURAL[level]}",
        warnings=(),
    )
    return ProductTable(
        level=level,
        products=receipts.figure("products", int(whole["n"]), label=PLURAL[level].capitalize(), noun=PLURAL[level]),
        top_share=share if total > 0 else None,
        table=_product_rows(rows, level, receipts.currency),
        chart=Chart(
            kind="bar",
            title=f"Gross sales by {level}",
            x=tuple(str(row["name"]) for row in rows[:TOP]),
            series={"gross sales": tuple(float(row["gross"]) for row in rows[:TOP])},
            unit="money",
            currency=receipts.currency,
        ),
        sent_back=sent_back,
        warnings=() if int(whole["n"]) else (_no_level(level),),
    )


def entry_products(tables: Tables, scope: Scope, rule: SegmentRule) -> EntryProducts:
    """What a group's customers bought first, against the rest, and how many who begin with it come back.

    Tested are products and categories with ten or more such customers in the group, all in one run
    (Benjamini-Hochberg, q <= 0.05); reliable also needs a ratio of at least 1.2 or at most 0.8 whose interval
    excludes 1, and a group of thirty or more.
    """
    receipts = Receipts(tables, scope, "entry_products", {"segment": rule.model_dump(mode="json")})
    frame, sizes = first_purchases(tables, scope, rule)
    compared = not everybody(rule) and sizes[1] > 0
    frame = frame[frame["a"] > 0]
    tested = frame[(frame["a"] >= MINIMUM_EACH) & compared & (sizes[0] >= MINIMUM_GROUP)]
    counts = {
        place: Counts(row.a, sizes[0], row.b, sizes[1])
        for place, row in zip(tested.index, tested.itertuples(), strict=True)
    }
    q_values = dict(zip(counts, benjamini_hochberg([p_value(each) for each in counts.values()]), strict=True))
    made: dict[str, list[EntryProduct]] = {"product": [], "category": []}
    standout: list[EntryProduct] = []
    maker = _EntryMaker(receipts, sizes, compared=compared)
    for place, row in zip(frame.index, frame.itertuples(), strict=True):
        wanted = len(made[row.level]) < SHOWN
        if not wanted and q_values.get(place, 1.0) > Q_LIMIT:
            continue
        entry = maker.entry(row, q_values.get(place))
        if wanted:
            made[row.level].append(entry)
        if entry.reliable and entry.ratio is not None and (entry.ratio.value or 0) > 1:
            standout.append(entry)
    circular = any(condition.field.startswith(("first_product", "first_category")) for condition in rule.conditions)
    warnings = (
        ("The group is defined by what was bought first: that it stands out is by definition.",) if circular else ()
    )
    missing = tuple(_no_level(level) for level in ("product", "category") if not made[level])
    return EntryProducts(
        rule=rule,
        products=tuple(made["product"]),
        categories=tuple(made["category"]),
        standout=tuple(sorted(standout, key=lambda entry: -(entry.ratio.value or 0.0) if entry.ratio else 0.0)),
        tested=receipts.figure("tests", len(counts), label="First purchases tested"),
        table=_entry_rows([*made["category"], *made["product"]]),
        warnings=(*warnings, *missing),
    )


def next_products(
    tables: Tables, scope: Scope, rule: SegmentRule | None = None, level: Level = "product"
) -> NextProducts:
    """What the second order of a group's customers held, how long after the first, and whether it was new to them."""
    receipts = Receipts(
        tables, scope, "next_products", {"level": level, "segment": rule.model_dump(mode="json") if rule else None}
    )
    found, returning = second_purchases(tables, scope, rule, level, SHOWN)
    products = []
    for row in found.to_dict("records"):
        about: dict[str, Any] = {"label": f"Share with {row['name']} in the second order", "of": "customers"}
        products.append(
            NextProduct(
                name=str(row["name"]),
                share=receipts.share("next_share", row["customers"], returning, **about),
                median_days=receipts.figure("next_days", row["median_days"], n=int(row["customers"]), of="customers"),
                new_to_them=receipts.share("next_new_share", row["fresh"], row["customers"], of="customers"),
            )
        )
    return NextProducts(
        level=level,
        products=tuple(products),
        table=ResultTable(
            title="Bought in the second order",
            columns=(
                Column(key="name", label=level),
                Column(key="share", label="share of second orders", unit="share"),
                Column(key="days", label="median days after the first", unit="days"),
                Column(key="fresh", label="new to them", unit="share"),
            ),
            rows=tuple(
                {"name": p.name, "share": p.share.value, "days": p.median_days.value, "fresh": p.new_to_them.value}
                for p in products
            ),
        ),
        warnings=() if products else (f"No {level} in a second order: nobody has one, or the lines are not there.",),
    )


def _lines(tables: Tables, level: Level) -> ir.Table:
    """order_id, name (product or category), quantity, gross of product lines."""
    lines = product_lines(tables)
    if level == "category":
        lines = lines.filter(lines.category.notnull(), lines.category != "")
        lines = lines.mutate(name=lines.category)
    return lines.select("order_id", "name", "quantity", "gross")


def _sold(tables: Tables, scope: Scope, level: Level) -> ir.Table:
    """Product lines of the documents that count, with kind and customer."""
    lines = _lines(tables, level)
    counted = documents(tables, scope)
    counted = counted.filter(counted.valid | (counted.kind == "return"))
    return lines.join(counted.select("order_id", "kind", "customer_key"), "order_id")


def _no_level(level: Level) -> str:
    if level == "category":
        return "The files name no product categories. Shopify > Products > Export has them (column Type or Category)."
    return "The files hold no order lines with products. Export orders with their line items."


@dataclass(frozen=True)
class _EntryMaker:
    """Makes the figures of one first purchase."""

    receipts: Receipts
    sizes: tuple[int, int]
    compared: bool

    def entry(self, row: Any, q: float | None) -> EntryProduct:
        """A row of `first_purchases` as figures; `q` is None if it was not tested."""
        name, words = str(row.name), f"began with {row.name}"
        group = self.receipts.share(
            "entry_share", row.a, self.sizes[0], of="customers", label=f"Share of the group who {words}"
        )
        rest = ratio = None
        reliable = False
        if self.compared:
            found = risk_ratio(Counts(row.a, self.sizes[0], row.b, self.sizes[1]))
            rest = self.receipts.share(
                "entry_share", row.b, self.sizes[1], of="customers", label=f"Share of the rest who {words}"
            )
            ratio = self.receipts.figure(
                "entry_ratio", found.value, n=sum(self.sizes), label=f"Times as common as in the rest: {words}",
                interval_of=((found.low, found.high), "log-normal 95 %"),
            )  # fmt: skip
            sizeable = found.value >= MORE or found.value <= LESS
            reliable = q is not None and q <= Q_LIMIT and sizeable and not found.low <= 1 <= found.high
        again = self.receipts.share(
            "entry_repeat_rate", row.returning, row.buyers, of="customers", label=f"Came back after they {words}"
        )
        return EntryProduct(
            name=name, in_group=group, in_rest=rest, ratio=ratio, q=q, reliable=reliable, repeat_rate=again
        )


def _product_rows(rows: list[dict[str, Any]], level: Level, currency: str | None) -> ResultTable:
    return ResultTable(
        title=f"{PLURAL[level].capitalize()} by gross sales",
        columns=(
            Column(key="name", label=level),
            Column(key="gross", label="gross sales", unit="money"),
            Column(key="share", label="share", unit="share"),
            Column(key="net_units", label="units less returns", unit="count"),
            Column(key="orders", label="orders", unit="count"),
            Column(key="customers", label="customers", unit="count"),
        ),
        rows=tuple(rows),
        currency=currency,
    )


def _entry_rows(entries: list[EntryProduct]) -> ResultTable:
    return ResultTable(
        title="Bought first",
        columns=(
            Column(key="name", label="first purchase"),
            Column(key="share", label="of the group", unit="share"),
            Column(key="rest", label="of the rest", unit="share"),
            Column(key="ratio", label="times as common", unit="ratio"),
            Column(key="again", label="came back after it", unit="share"),
            Column(key="reliable", label="reliable"),
        ),
        rows=tuple(
            {
                "name": entry.name,
                "share": entry.in_group.value,
                "rest": entry.in_rest.value if entry.in_rest else None,
                "ratio": entry.ratio.value if entry.ratio else None,
                "again": entry.repeat_rate.value,
                "reliable": "yes" if entry.reliable else "",
            }
            for entry in entries
        ),
    )
