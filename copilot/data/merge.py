"""Several uploads into one table each: newest export of an order wins, products name items, customers merge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from copilot.data.engine import held
from copilot.data.formats.base import conform
from copilot.data.list_prices import with_list_prices
from copilot.data.order_parts import feedback_of_orders, less_documented, named_vendors, with_amounts, with_refunds
from copilot.data.places import placed
from copilot.data.same_orders import put_together, told_apart
from copilot.data.tables import MONEY, SCHEMAS

# Tables in which a row replaces an older upload's row of the same identity.
_SAME: Final = {
    "feedback": ("feedback_id",),
    "sessions": ("session_id",),
    "spend": ("day", "channel", "campaign"),
    "customer_attributes": ("customer_key", "name"),
    "email_events": ("customer_key", "happened_at", "event", "campaign"),
    "reported": ("report", "name", "channel", "day"),
}
_CUSTOMER_FIELDS: Final = (
    "country", "region", "city", "created_at", "tags", "orders_stated", "spent_stated",
)  # fmt: skip
_CONSENT_FIELDS: Final = ("email_consent", "sms_consent", "consent_at", "consent_source")
_ZERO: Final = ibis.literal(0).cast(MONEY)
_FALSE: Final = ibis.literal(False)


@dataclass(frozen=True)
class Parts:
    """The tables of all uploads, one above the other; `counts` says how many uploads have each."""

    tables: dict[str, ir.Table]
    counts: dict[str, int]
    sequence: ir.Table
    items_apart: bool
    order_formats: int = 1  # kinds of export that have orders
    list_prices: bool = False  # no file of orders holds amounts, the product list holds prices


def canonical_tables(parts: Parts, connection: Backend) -> dict[str, ir.Table]:
    """All canonical tables, resolved."""
    tables = {name: _same_people(parts, parts.tables[name], name) for name in SCHEMAS}
    if parts.order_formats > 1:
        apart = told_apart(tables["orders"], tables["order_items"], parts.sequence)
        tables["orders"], tables["order_items"] = (held(connection, table) for table in apart)
        newest = put_together(tables["orders"], parts.sequence)
    else:
        newest = _newest(parts, tables["orders"], "orders", ("order_id",))
    winners = held(connection, with_amounts(newest, parts.tables, parts.sequence))
    products = held(connection, _products(parts, tables["products"]))
    lines = tables["order_items"]
    if parts.list_prices:
        lines = with_list_prices(lines, products)
    named = _items(parts, lines, winners, products)
    items = held(connection, named_vendors(named, parts.tables))
    priced = conform(_with_money(winners, items), "orders")
    if parts.order_formats > 1:
        priced = less_documented(held(connection, priced))
    orders = held(connection, with_refunds(priced, parts.tables))
    result = {name: conform(_newest(parts, tables[name], name, identity), name) for name, identity in _SAME.items()}
    result["feedback"] = feedback_of_orders(result["feedback"], parts.tables, orders, items)
    result["sessions"] = _known_visitors(result["sessions"], parts)
    result |= {
        "orders": orders,
        "order_items": conform(items, "order_items"),
        "products": conform(products, "products"),
    }
    result["customers"] = held(connection, conform(_customers(parts, tables, result), "customers"))
    result["orders"] = held(connection, placed(orders, result["customers"]))
    return result


def _same_people(parts: Parts, table: ir.Table, name: str) -> ir.Table:
    """Replace a key made from a shop id by the e-mail key of the same person, where one file names both."""
    links = parts.tables.get("key_links")
    if links is None or "customer_key" not in table.columns or not parts.counts[name]:
        return table
    one_each = links.group_by("from_key").aggregate(to_key=links.to_key.min())
    joined = table.left_join(one_each, table.customer_key == one_each.from_key)
    joined = joined.mutate(customer_key=ibis.coalesce(joined.to_key, joined.customer_key))
    return joined.select(*table.columns)


def _known_visitors(sessions: ir.Table, parts: Parts) -> ir.Table:
    """Sessions with the customer only where a file about customers or orders knows the number the site wrote."""
    refs = parts.tables.get("customer_refs")
    if refs is None or not parts.counts["sessions"]:
        return sessions
    known = refs.select(known_key=refs.customer_key).distinct()
    joined = sessions.left_join(known, sessions.customer_key == known.known_key)
    return joined.mutate(customer_key=joined.known_key).select(*sessions.columns)


def _newest(parts: Parts, table: ir.Table, name: str, identity: tuple[str, ...]) -> ir.Table:
    """Rows of the newest upload that has this identity; rows of one upload never replace each other."""
    if parts.counts[name] < 2:
        return table
    ranked = table.join(parts.sequence.select("upload_id", "sequence"), "upload_id")
    newest = ranked.sequence.max().over(ibis.window(group_by=list(identity)))
    ranked = ranked.mutate(newest=newest)
    known = ranked[identity[0]].notnull()
    return ranked.filter((ranked.sequence == ranked.newest) | ~known).select(*table.columns)


def _items(parts: Parts, items: ir.Table, orders: ir.Table, products: ir.Table) -> ir.Table:
    """Items of the winning uploads, named and categorised by the products."""
    if parts.counts["order_items"] > 1:
        items = _winning_items(parts, items, orders)
    if parts.items_apart:
        items = items.semi_join(orders, "order_id")
    if not parts.counts["products"]:
        return items
    by_sku = products.filter(products.sku.notnull())
    listed = by_sku.select(
        p_sku=by_sku.sku, p_product=by_sku["product"], p_category=by_sku.category, p_vendor=by_sku.vendor,
        p_cost=by_sku.cost, p_gift=by_sku.gift_card.fill_null(False),
    )  # fmt: skip
    joined = items.left_join(listed, items.sku == listed.p_sku)
    named = products.filter(products["product"].notnull() & products.category.notnull())
    names = named.group_by(n_product=named["product"]).aggregate(n_category=named.category.min())
    joined = joined.left_join(names, joined["product"] == names.n_product)
    return joined.mutate(
        product=ibis.coalesce(joined["product"], joined.p_product),
        category=ibis.coalesce(joined.category, joined.p_category, joined.n_category),
        vendor=ibis.coalesce(joined.vendor, joined.p_vendor),
        cost=ibis.coalesce(joined.cost, (joined.p_cost * joined.quantity).cast(MONEY)),
        kind=ibis.ifelse(joined.p_gift.fill_null(False), "gift_card", joined.kind),
    ).select(*items.columns)


def _winning_items(parts: Parts, items: ir.Table, orders: ir.Table) -> ir.Table:
    """For each order the lines of the upload its order row comes from; else of the newest upload that has lines."""
    owners = items.select("order_id", "upload_id").distinct()
    ranked = owners.join(parts.sequence.select("upload_id", "sequence"), "upload_id")
    winners = orders.select("order_id", won=orders.upload_id)
    ranked = ranked.left_join(winners, "order_id").select("order_id", "upload_id", "sequence", "won")
    own = (ranked.upload_id == ranked.won).fill_null(False).cast("int64")
    rank = ibis.row_number().over(group_by=ranked.order_id, order_by=[own.desc(), ranked.sequence.desc()])
    chosen = ranked.mutate(rank=rank).filter(lambda t: t["rank"] == 0).select("order_id", "upload_id")
    return items.semi_join(chosen, ["order_id", "upload_id"])


def _with_money(orders: ir.Table, items: ir.Table) -> ir.Table:
    """Order money where the order row states none, and what only lines can tell (units, repeated parts)."""
    gross = ibis.coalesce(items.gross, _ZERO)
    taken_off = (
        (items.kind == "adjustment") & (gross < 0) & items["product"].lower().contains("discount").fill_null(False)
    )
    sums = items.group_by("order_id").aggregate(
        i_lines=items.count(),
        i_units=items.quantity.sum(where=items.quantity > 0),
        i_signed=items.gross.sum(),
        i_plus=items.gross.sum(where=items.gross > 0),
        i_minus=gross.sum(where=(gross < 0) & ~taken_off),
        i_line_discount=items.discount.sum(),
        i_taken_off=gross.sum(where=taken_off),
        i_repeated=gross.sum(where=items.repeated & (gross > 0)),
        i_repeated_minus=gross.sum(where=items.repeated & (gross < 0)),
        i_positive=gross.sum(where=(items.quantity > 0) & (items.unit_price > 0)),
        i_minus_units=items.quantity.sum(where=items.quantity < 0),
    )
    o = orders.left_join(sums, "order_id").select(*orders.columns, *[c for c in sums.columns if c != "order_id"])
    order, back = o.kind == "order", o.kind == "return"
    from_lines = ibis.coalesce(o.i_plus, ibis.ifelse(o.i_signed.notnull(), _ZERO, ibis.null(MONEY)))
    gross_sales = ibis.cases(
        (back, _ZERO), (order, ibis.coalesce(o.gross_sales, from_lines)), else_=ibis.coalesce(o.gross_sales, o.i_signed)
    )
    minus = -ibis.coalesce(o.i_minus, _ZERO)
    discount = ibis.coalesce(o.discounts, o.i_line_discount, _ZERO) - ibis.coalesce(o.i_taken_off, _ZERO)
    o = o.mutate(
        gross_sales=gross_sales.cast(MONEY),
        discounts=ibis.ifelse(order, discount, _ZERO).cast(MONEY),
        returns=ibis.cases(
            (order, ibis.coalesce(o.returns, _ZERO) + minus),
            (back, ibis.coalesce(-o.i_signed, o.returns, _ZERO)),
            else_=_ZERO,
        ).cast(MONEY),
        lines=o.i_lines,
        units=ibis.ifelse(back, -o.i_minus_units, o.i_units).cast(MONEY),
        repeated_gross=ibis.ifelse(order, ibis.coalesce(o.i_repeated, _ZERO), _ZERO).cast(MONEY),
        repeated_returns=ibis.ifelse(back | order, -ibis.coalesce(o.i_repeated_minus, _ZERO), _ZERO).cast(MONEY),
        discounted=ibis.coalesce(
            o.discounted, ibis.ifelse(o.i_line_discount.notnull(), o.i_line_discount > 0, ibis.null("boolean"))
        ),
    )
    positive = ibis.ifelse(
        order, ibis.ifelse(o.i_signed.isnull(), o.gross_sales, ibis.coalesce(o.i_positive, _ZERO)), _ZERO
    )
    stated = o.gross_sales - o.discounts + ibis.coalesce(o.shipping, _ZERO) + ibis.coalesce(o.taxes, _ZERO)
    return o.mutate(
        positive_gross=positive.cast(MONEY),
        total_sales=ibis.ifelse(o.kind == "order", ibis.coalesce(o.total_sales, stated), ibis.null(MONEY)).cast(MONEY),
    )


def _products(parts: Parts, products: ir.Table) -> ir.Table:
    """One row a product code (or name), of the newest upload; category numbers replaced by their names."""
    if not parts.counts["products"]:
        return products
    ranked = products.join(parts.sequence.select("upload_id", "sequence"), "upload_id")
    identity = ibis.coalesce(ranked.sku, ranked["product"])
    rank = ibis.row_number().over(group_by=identity, order_by=[ranked.sequence.desc(), ranked["product"]])
    best = ranked.mutate(rank=rank).filter(lambda t: t["rank"] == 0).select(*products.columns)
    lookups = parts.tables.get("lookups")
    if lookups is None:
        return best
    names = lookups.group_by("link").aggregate(category_name=lookups.category.min())
    joined = best.left_join(names, best.category == names.link)
    return joined.mutate(category=ibis.coalesce(joined.category_name, joined.category)).select(*products.columns)


def _customers(parts: Parts, tables: dict[str, ir.Table], result: dict[str, ir.Table]) -> ir.Table:
    """One row a customer of any table: customer lists before orders, newer before older, order address as fallback."""
    people = tables["customers"].join(parts.sequence, "upload_id")
    rank = ibis.ifelse(people.customer_list, ibis.literal(1_000_000), ibis.literal(0)) + people.sequence
    merged = people.group_by("customer_key").aggregate(
        **{name: people[name].argmax(rank, where=people[name].notnull()) for name in _CUSTOMER_FIELDS},
        upload_id=people.upload_id.argmax(rank),
    )
    # Consent with its date and source comes from one row, never put together from several.
    answered = people.mutate(rank=rank).filter(people.email_consent.notnull() | people.sms_consent.notnull())
    best = ibis.row_number().over(group_by=answered.customer_key, order_by=answered["rank"].desc())
    consent = answered.mutate(best=best).filter(lambda t: t.best == 0).select("customer_key", *_CONSENT_FIELDS)
    merged = merged.left_join(consent, "customer_key").drop("customer_key_right")
    keys = [
        result[name].select("customer_key").filter(lambda t: t.customer_key.notnull())
        for name in ("orders", "sessions", "feedback")
    ]
    everyone = ibis.union(tables["customers"].select("customer_key"), *keys, distinct=True)
    orders = result["orders"]
    latest = orders.filter(orders.customer_key.notnull()).group_by("customer_key")
    where = latest.aggregate(
        o_country=orders.country.argmax(orders.ordered_at, where=orders.country.notnull()),
        o_region=orders.region.argmax(orders.ordered_at, where=orders.region.notnull()),
        o_city=orders.city.argmax(orders.ordered_at, where=orders.city.notnull()),
        o_upload=orders.upload_id.max(),
    )
    joined = everyone.left_join(merged, "customer_key").drop("customer_key_right")
    joined = joined.left_join(where, "customer_key").drop("customer_key_right")
    refs = parts.tables.get("customer_refs")
    if refs is None:
        return joined.filter(_FALSE)
    joined = joined.left_join(refs, "customer_key").drop("customer_key_right")
    return joined.mutate(
        country=ibis.coalesce(joined.country, joined.o_country),
        region=ibis.coalesce(joined.region, joined.o_region),
        city=ibis.coalesce(joined.city, joined.o_city),
        upload_id=ibis.coalesce(joined.upload_id, joined.o_upload),
    )
