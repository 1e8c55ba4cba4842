"""Owns refunds: how much comes back, of which products, from where and from whom; and what the files cannot tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import ibis
import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.assortment.lines import Level, baskets, levelled, merchandise
from copilot.statistics.conduct.groups import RETURN_EVENTS, RETURN_ORDERS, RETURN_TIMES, conduct_table, store
from copilot.statistics.conduct.rates import Rates, Whole, Wording, compared_rates
from copilot.statistics.intervals import Z95
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, Result
from copilot.statistics.scope import Scope, customer_table, documents

WINDOW: Final = 30  # days a shop usually gives to send goods back; younger orders are not judged
LEAST: Final = 5  # names need as many orders or customers to be looked at


class SerialReturners(Result):
    """Customers of three or more orders who return at least twice as often as the shop, and twice at the least.

    `by_chance` is how many would look like that if everybody returned at the shop's rate; `more_than_luck` if there are
    more of them than that number may vary by itself (Poisson, 97.5 %).
    """

    customers: Figure
    by_chance: Figure
    more_than_luck: bool
    refunded: Figure
    share_of_refunds: Figure


class Refunds(Result):
    """Refund rates overall, by product, category, country and order value, and the customers behind many of them.

    `by_line` says whether the return documents name the products that came back; if not, rates by product are those of
    orders that held the product.
    """

    value_rate: Figure
    refunded: Figure
    orders_rate: Figure | None  # None where returns are documents of their own, not linked to an order
    documents: Figure | None  # separate return documents
    customers_rate: Figure
    products: Rates | None
    categories: Rates | None
    countries: Rates | None
    order_values: Rates | None
    serial: SerialReturners
    by_line: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Kinds:
    """What the files know of returns."""

    on_orders: int  # orders with a refund booked on them
    documents: int
    lines: int  # product lines on return documents


def refunds(tables: Tables, scope: Scope) -> Refunds:
    """Refund rates (domain: 1.1). A refund on an order counts its order; a separate return document its customer.

    Orders of the last thirty days are not judged where refunds are booked on orders, since they may still come back.
    """
    receipts = Receipts(tables, scope, "refunds")
    known = _known(tables, scope)
    linked = known.documents == 0
    by_line = known.lines > 0
    money = _money(tables, scope)
    mature, whole = _judged(tables, scope) if linked else (None, None)
    people = tables.frame(_people(tables, scope)).iloc[0]
    made: dict[str, Rates | None] = {}
    for level, key in (("product", "products"), ("category", "categories")):
        made[key] = _by_goods(tables, receipts, level, mature, whole)  # type: ignore[arg-type]
    return Refunds(
        value_rate=receipts.figure(
            "return_rate_value", money["returns"] / money["demand"] if money["demand"] > 0 else None,
            numerator=money["returns"], denominator=money["demand"], n=int(money["orders"]),
        ),
        refunded=receipts.figure("returns", money["returns"], warnings=()),
        orders_rate=receipts.share("refund_rate", whole.hits, whole.n, of="orders") if whole else None,
        documents=None if linked else receipts.figure("return_documents", known.documents),
        customers_rate=receipts.share("refund_customers", int(people["hit"]), int(people["n"]), of="customers"),
        countries=_by_country(tables, receipts, mature, whole),
        order_values=_by_value(tables, receipts, mature, whole) if mature is not None and whole else None,
        serial=_serial(tables, receipts),
        by_line=by_line,
        warnings=_warnings(known, linked=linked, by_line=by_line),
        **made,
    )  # fmt: skip


def refund_of(tables: Tables, scope: Scope, name: str, level: Level = "product") -> Figure | None:
    """One product's refund rate, defined as in `refunds`; None if the files cannot tell or nothing came back."""
    receipts = Receipts(tables, scope, "refund_of", {"name": name, "level": level})
    known = _known(tables, scope)
    if known.documents == 0:
        if not known.on_orders:
            return None
        mature, _ = _judged(tables, scope)
        lines = levelled(merchandise(tables), level)
        rows = mature.semi_join(lines.filter(lines.name == name), "order_id")
        metric, noun = "refund_rate_with", "orders"
    elif known.lines:
        pairs = tables.kept(f"returned-{level}-{scope.key()}", lambda: _returned(tables, scope, level))
        rows = pairs.filter(pairs.name == name)
        metric, noun = "return_rate_buyers", "customers"
    else:
        return None
    row = tables.frame(rows.aggregate(n=rows.count(), hits=rows.hit.sum().fill_null(0))).iloc[0]
    return receipts.share(metric, int(row["hits"]), int(row["n"]), of=noun, label=f"Refund or return rate of {name}")


def _known(tables: Tables, scope: Scope) -> _Kinds:
    counted = documents(tables, scope)
    back = counted.filter(counted.kind == "return")
    row = tables.frame(
        counted.aggregate(
            on_orders=(counted.valid & (counted.returns > 0)).sum().fill_null(0),
            documents=(counted.kind == "return").sum().fill_null(0),
        )
    ).iloc[0]
    lines = tables.order_items.semi_join(back, "order_id")
    named = lines["product"].fill_null(lines.sku).notnull() & (lines.kind.fill_null("product") == "product")
    count = lines.aggregate(n=named.sum().fill_null(0))
    n = int(tables.frame(count)["n"].iloc[0]) if int(row["documents"]) else 0
    return _Kinds(int(row["on_orders"]), int(row["documents"]), n)


def _money(tables: Tables, scope: Scope) -> dict[str, float]:
    counted = documents(tables, scope)
    counted = counted.filter(counted.valid | (counted.kind == "return"))
    frame = tables.frame(
        counted.aggregate(
            returns=counted.returns.sum().cast("float64").fill_null(0),
            demand=counted.demand.sum(where=counted.valid).cast("float64").fill_null(0),
            orders=counted.valid.sum().fill_null(0),
        )
    )
    return {name: float(value) for name, value in frame.iloc[0].items()}


def _judged(tables: Tables, scope: Scope) -> tuple[ir.Table, Whole]:
    """Valid orders old enough to be judged, with `hit` (refunded); all of them where the data is too short."""
    counted = documents(tables, scope)
    orders = counted.filter(counted.valid)
    orders = orders.select(
        "order_id", "day", "country", "customer_key", demand=orders.demand.cast("float64"), hit=orders.returns > 0
    )
    as_of, span = scope.as_of(tables.facts), scope.span(tables.facts)
    if as_of is not None and span is not None and (as_of - span.start).days >= 2 * WINDOW:
        orders = orders.filter(orders.day <= as_of - timedelta(days=WINDOW))
    row = tables.frame(orders.aggregate(n=orders.count(), hits=orders.hit.sum().fill_null(0))).iloc[0]
    return orders, Whole(float(row["n"]), float(row["hits"]), "orders")


def _people(tables: Tables, scope: Scope) -> ir.Table:
    customers = customer_table(tables, scope)
    hit = (customers.refunded_orders > 0) | (customers.return_documents > 0)
    return customers.aggregate(n=customers.count(), hit=hit.sum().fill_null(0))


def _by_goods(
    tables: Tables, receipts: Receipts, level: Level, mature: ir.Table | None, whole: Whole | None
) -> Rates | None:
    """By product or category: of orders that held it (refund on the order), or of its buyers (return lines)."""
    if mature is not None and whole is not None:
        lines = levelled(merchandise(tables), level).select("order_id", "name").distinct()
        joined = lines.join(mature.select("order_id", "hit"), "order_id")
        frame = _grouped(tables, joined)
        words = Wording("refund_rate_with", level, f"Refund rate of orders with the {level}", "Refund rate with it")
        return compared_rates(receipts, frame, whole, words) if len(frame) else None
    pairs = tables.kept(f"returned-{level}-{receipts.scope.key()}", lambda: _returned(tables, receipts.scope, level))
    frame = _grouped(tables, pairs)
    total = tables.frame(pairs.aggregate(n=pairs.count(), hits=pairs.hit.sum().fill_null(0))).iloc[0]
    if frame.empty or not float(total["hits"]):
        return None
    all_pairs = Whole(float(total["n"]), float(total["hits"]), "buyers")
    words = Wording("return_rate_buyers", level, f"Buyers who sent the {level} back", "Sent back by its buyers")
    return compared_rates(receipts, frame, all_pairs, words)


def _returned(tables: Tables, scope: Scope, level: Level) -> ir.Table:
    """customer_key, name, hit: every customer and thing they bought, and whether they sent some of it back."""
    lines = levelled(merchandise(tables), level)
    orders = baskets(tables, scope).filter(lambda t: t.customer_key.notnull()).select("order_id", "customer_key")
    held = lines.join(orders, "order_id").select("customer_key", "name").distinct()
    counted = documents(tables, scope)
    back = counted.filter(counted.kind == "return", counted.customer_key.notnull()).select("order_id", "customer_key")
    sent = lines.join(back, "order_id").select("customer_key", "name").distinct().mutate(sent=ibis.literal(True))
    joined = held.left_join(sent, ["customer_key", "name"])
    return joined.select("customer_key", "name", hit=joined.sent.fill_null(False))


def _grouped(tables: Tables, rows: ir.Table) -> pd.DataFrame:
    each = rows.group_by("name").aggregate(n=rows.count(), hits=rows.hit.sum())
    return tables.frame(each.filter(each.n >= LEAST))


def _by_country(tables: Tables, receipts: Receipts, mature: ir.Table | None, whole: Whole | None) -> Rates | None:
    if mature is not None and whole is not None:
        rows = mature.filter(mature.country.notnull()).select("hit", name="country")
        words = Wording("refund_rate", "country", "Refund rate by country", "Refund rate")
    else:
        customers = customer_table(tables, receipts.scope)
        rows = customers.filter(customers.country.notnull())
        rows = rows.select(name="country", hit=(rows.refunded_orders > 0) | (rows.return_documents > 0))
        words = Wording("refund_customers", "country", "Customers with a return by country", "Customers with a return")
    frame = _grouped(tables, rows)
    if len(frame) < 2:
        return None
    noun = whole.noun if whole else "customers"
    return compared_rates(receipts, frame, Whole(float(frame["n"].sum()), float(frame["hits"].sum()), noun), words)


def _by_value(tables: Tables, receipts: Receipts, mature: ir.Table, whole: Whole) -> Rates | None:
    """By quarters of the order value."""
    if whole.n < 4 * LEAST:
        return None
    borders = tables.frame(
        mature.aggregate(**{f"q{part}": mature.demand.quantile(part / 4) for part in (1, 2, 3)})
    ).iloc[0]
    q1, q2, q3 = (float(borders[name]) for name in ("q1", "q2", "q3"))
    names = (f"up to {q1:,.0f}", f"{q1:,.0f} to {q2:,.0f}", f"{q2:,.0f} to {q3:,.0f}", f"above {q3:,.0f}")
    band = ibis.cases(
        (mature.demand <= q1, names[0]),
        (mature.demand <= q2, names[1]),
        (mature.demand <= q3, names[2]),
        else_=names[3],
    )
    frame = _grouped(tables, mature.select("hit", name=band))
    words = Wording("refund_rate", "order value", "Refund rate by order value", "Refund rate")
    return compared_rates(receipts, frame, whole, words)


def _serial(tables: Tables, receipts: Receipts) -> SerialReturners:
    scope = receipts.scope
    marks = conduct_table(tables, scope)
    customers = customer_table(tables, scope).select("customer_key", money=lambda t: t.returns.cast("float64"))
    joined = marks.filter(marks.serial_returner).join(customers, "customer_key")
    row = tables.frame(joined.aggregate(n=joined.count(), money=joined.money.sum().fill_null(0))).iloc[0]
    every = float(tables.frame(customers.aggregate(money=customers.money.sum().fill_null(0)))["money"].iloc[0])
    chance = refunds_by_chance(tables, scope)
    n, eligible, money = int(row["n"]), int(chance.n or 0), float(row["money"])
    return SerialReturners(
        customers=receipts.share("serial_returners", n, eligible, of="customers", people=n),
        by_chance=chance,
        more_than_luck=more_than_luck(n, chance),
        refunded=receipts.figure("serial_refunded", money, people=n),
        share_of_refunds=receipts.figure(
            "serial_refund_share", money / every if every > 0 else None, numerator=money, denominator=every, n=n,
            **({} if every > 0 else {"warnings": ("nothing came back",)}),
        ),
    )  # fmt: skip


def refunds_by_chance(tables: Tables, scope: Scope) -> Figure:
    """How many customers would look like serial returners if every order came back at the shop's own rate."""
    usual, marks = store(tables, scope), conduct_table(tables, scope)
    many = marks.filter(marks.orders >= RETURN_ORDERS)
    sizes = tables.frame(many.group_by("orders").aggregate(n=many.count()))
    chance = sum(int(r.n) * at_least(int(r.orders), usual.return_share) for r in sizes.itertuples())
    receipts = Receipts(tables, scope, "refunds")
    return receipts.figure("serial_by_chance", chance, n=int(sizes["n"].sum()), decimals=0)


def more_than_luck(seen: float, by_chance: Figure) -> bool:
    """True if more were seen than chance gives in 97.5 of 100 cases (Poisson, normal approximation)."""
    expected = by_chance.value or 0.0
    return seen > expected + Z95 * math.sqrt(max(expected, 1.0))


def at_least(orders: int, rate: float) -> float:
    """Chance that a customer of so many orders looks like a serial returner by luck, at the shop's own rate.

    >>> round(at_least(3, 0.1), 4)
    0.028
    """
    p = min(1.0, max(0.0, rate))
    least = max(RETURN_EVENTS, math.ceil(RETURN_TIMES * rate * orders - 1e-9))
    return float(sum(math.comb(orders, k) * p**k * (1 - p) ** (orders - k) for k in range(least, orders + 1)))


def _warnings(known: _Kinds, *, linked: bool, by_line: bool) -> tuple[str, ...]:
    said: list[str] = []
    if not known.on_orders and not known.documents:
        return ("No refund or return is in the files. If there were some, export orders with their refunded amount.",)
    if linked:
        said.append(
            "Refunds are known per order only, not per line: a product's rate is that of the orders that held it."
        )
    elif by_line:
        said.append("Return documents are not linked to the order they undo, so rates are those of buyers, not orders.")
    else:
        said.append("The return documents name no products, so which products come back cannot be computed.")
    return tuple(said)
