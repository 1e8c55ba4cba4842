"""Owns the shop's own marks of a customer's kind: tags, channels, codes and attributes in several languages."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.scope import Scope, customer_orders, people_table

# Word starts are written as (^|[^a-z]): the word border of regular expressions differs between engines.
_START: Final = r"(^|[^a-z])"
TEST: Final = (
    r"(^|[,;|] *)(test|test[ _-]?(order|customer|user|account)|testbestellung|testkunde|commande test|pedido de prueba|"
    r"bogus|dummy)( *[,;|]|$)"
)
STAFF: Final = (
    rf"{_START}(staff|employee|mitarbeiter|personalrabatt|personalkauf|collaborateur|empleado|dipendent|medewerker|"
    r"friends ?(and|&|n) ?family)"
)
RESELLER: Final = rf"{_START}(resell|wiederverk(ä|ae)uf|revendeur|revendedor|rivenditor|wederverko|odsprzeda|dropship)"
WHOLESALE: Final = (
    rf"{_START}(wholesale|b2b|trade[ _-]?(account|customer|price|buyer|program)|gro(ss|ß)handel|h(ä|ae)ndler|"
    r"fachh(ä|ae)ndler|gewerbe|gewerblich|firmenkund|gesch(ä|ae)ftskund|grossiste|mayorist|ingrosso|grossist|"
    r"groothandel|hurtow|ankorstore|orderchamp)"
)
NOT_WHOLESALE: Final = r"(no|not|non|kein|ex)[ _-]*(wholesale|b2b|gro(ss|ß)handel|h(ä|ae)ndler)"
GIFT: Final = (
    r"(^|[,;|] *)(gift|geschenk|cadeau|regalo|cadeautje|presente)( *[,;|]|$)|"
    r"(is|as)[ _-]?(a[ _-])?gift|gift[ _-]?(order|wrap|message|note|receipt)|geschenkverpackung|als geschenk|"
    r"papier cadeau|emballage cadeau|confezione regalo|envuelto para regalo"
)
WRAP: Final = (
    r"gift[ -]?(wrapping|wrap service|wrap option|message|note)|^gift[ -]?wrap$|geschenkverpackung|emballage cadeau|"
    r"confezione regalo|envoltorio de regalo"
)
SUBSCRIPTION: Final = (
    rf"{_START}(subscriptions?|subscribe[ _]*(and|&|n)[ _]*save|recurring|auto[ _-]?ship|auto[ _-]?replenish\w*|abo|"
    r"abonnement|abobestellung|suscripci(o|ó)n|abbonamento|recharge)([^a-z]|$)"
)
ATTRIBUTE_NAMES: Final = r"type|group|gruppe|segment|tag|class|role|kind|tier|account|channel"
"""Attributes that can say what kind of customer somebody is; survey answers and the like do not."""

ORDER_MARKS: Final = ("tags", "channel", "discount_code")


def kind_of(text: ir.StringValue) -> ir.StringValue:
    """The kind that a tag, channel, code or attribute names; null if none. The order is that of precedence."""
    lower = text.strip().lower()
    return ibis.cases(
        (lower.re_search(TEST), "test"),
        (lower.re_search(STAFF), "staff"),
        (lower.re_search(RESELLER), "reseller"),
        (lower.re_search(WHOLESALE) & ~lower.re_search(NOT_WHOLESALE), "wholesale"),
        else_=ibis.null("string"),
    )


def customer_marks(tables: Tables, scope: Scope) -> ir.Table:
    """customer_key, kind, reason (tag, channel, code, attribute or wrap), one row each.

    One marked order is enough for staff, reseller and wholesale; a test or gift customer has no other orders.
    """
    orders = customer_orders(tables, scope)
    rows = [
        _marked_orders(orders, field, reason)
        for field, reason in zip(ORDER_MARKS, ("tag", "channel", "code"), strict=True)
    ]
    rows.append(_gift_orders(tables, orders))
    marked = rows[0]
    for more in rows[1:]:
        marked = marked.union(more)
    counted = marked.group_by("customer_key", "kind", "reason").aggregate(marked=marked.order_id.nunique())
    sizes = orders.group_by("customer_key").aggregate(orders=orders.count())
    counted = counted.join(sizes, "customer_key")
    whole = counted.kind.isin(("test", "gift"))
    found = counted.filter(~whole | (counted.marked >= counted.orders)).select("customer_key", "kind", "reason")
    return found.union(_marked_people(tables)).distinct()


def subscription_orders(tables: Tables, scope: Scope) -> ir.Table:
    """order_id and customer_key of valid orders that the export marks as placed by a subscription."""
    orders = customer_orders(tables, scope)
    said = ibis.literal(False)
    for field in (*ORDER_MARKS, "source"):
        said = said | orders[field].fill_null("").lower().re_search(SUBSCRIPTION)
    return orders.filter(said).select("order_id", "customer_key", "demand")


def _marked_orders(orders: ir.Table, field: str, reason: str) -> ir.Table:
    """Orders whose `field` names a kind; the expressions are matched once for each distinct text."""
    known = orders.filter(orders[field].notnull()).select("order_id", "customer_key", text=field)
    texts = known.select("text").distinct()
    texts = texts.mutate(kind=kind_of(texts.text))
    texts = texts.filter(texts.kind.notnull())
    return known.join(texts, "text").select("order_id", "customer_key", "kind", reason=ibis.literal(reason))


def _gift_orders(tables: Tables, orders: ir.Table) -> ir.Table:
    """Orders the shop marked as a gift, or with one line of gift wrapping (several are goods the shop sells)."""
    items = tables.order_items
    names = items.filter(items["product"].notnull()).select(name="product").distinct()
    wraps = names.filter(names.name.strip().lower().re_search(WRAP))
    wrapped = items.filter(items.quantity == 1).semi_join(wraps, items["product"] == wraps.name)
    wrapped = wrapped.select("order_id").distinct()
    wrapped = orders.semi_join(wrapped, "order_id").select(
        "order_id", "customer_key", kind=ibis.literal("gift"), reason=ibis.literal("wrap")
    )
    tagged = orders.filter(orders.tags.fill_null("").lower().re_search(GIFT))
    tagged = tagged.select("order_id", "customer_key", kind=ibis.literal("gift"), reason=ibis.literal("tag"))
    return tagged.union(wrapped)


def _marked_people(tables: Tables) -> ir.Table:
    """Customers whose own tags or attributes name a kind."""
    people = people_table(tables)
    tagged = people.filter(people.tags.notnull()).select("customer_key", kind=kind_of(people.tags))
    tagged = tagged.mutate(reason=ibis.literal("tag"))
    given = tables.customer_attributes
    given = given.filter(given.customer_key.notnull(), given.name.lower().re_search(ATTRIBUTE_NAMES))
    given = given.select("customer_key", kind=kind_of(given.value.fill_null("")), reason=ibis.literal("attribute"))
    both = tagged.union(given)
    return both.filter(both.kind.notnull())
