"""Owns kinds of customers: gift, wholesale, reseller, staff and test, by mark or pattern, and who is ranked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.conduct.marks import customer_marks, subscription_orders
from copilot.statistics.conduct.patterns import FAR, Typical, bulk_buyers, same_second, typical
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope, customer_table

Kind = Literal["test", "staff", "reseller", "wholesale", "gift"]
KINDS: Final[tuple[Kind, ...]] = ("test", "staff", "reseller", "wholesale", "gift")
"""In the order of precedence: a customer has one kind, the first that fits."""
KIND_WORDS: Final[dict[str, str]] = {
    "test": "test customers",
    "staff": "staff",
    "reseller": "resellers",
    "wholesale": "wholesale customers",
    "gift": "gift buyers",
}
REASON_WORDS: Final[dict[str, str]] = {
    "tag": "tagged so by the shop",
    "channel": "ordered through a channel of that name",
    "code": "used a discount code of that name",
    "attribute": "an attribute of the customer says so",
    "wrap": "every order was gift-wrapped",
    "bulk": f"{FAR:g} times the units and the value per order of the typical customer",
    "one_product": f"{FAR:g} times the typical units per order, four fifths of them one product",
    "same_second": "several orders within one second",
}
PATTERNS: Final = ("bulk", "one_product")
NOT_SEEN: Final = (
    "Shipping addresses and e-mail addresses stay private, so gifts sent elsewhere and test e-mails do not show."
)
HOW_MANY_ARE_GIFTS: Final = 0.2  # where more customers than that buy gifts, gifts are how the shop works


class KindGroup(Result):
    """Customers of one kind and one reason; `kept_out` of rankings unless asked for."""

    kind: Kind
    reason: str
    kept_out: bool
    customers: Figure
    value: Figure


class LeftOut(Result):
    """Who is not in a ranking, one line a kind, and `trade_like`: large buyers who stay in because they are no
    separate group. Always said beside the ranking."""

    kinds: tuple[Kind, ...]
    customers: tuple[Figure, ...]
    value: tuple[Figure, ...]
    trade_like: Figure | None = None


class CustomerKinds(Result):
    """Every kind found with its reason, and what else is not an ordinary order: test, free, by subscription."""

    groups: tuple[KindGroup, ...]
    left_out: LeftOut
    test_orders: Figure
    free_orders: Figure
    subscription_orders: Figure
    subscription_customers: Figure
    table: ResultTable
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Counted:
    """How many customers of the scope have one kind for one reason, and their value."""

    kind: Kind
    reason: str
    kept_out: bool
    n: int
    value: float


def kinds_table(tables: Tables, scope: Scope) -> ir.Table:
    """customer_key, kind, reason, kept_out of everybody who is not an ordinary customer; from all their orders.

    The period and conditions of a question do not matter (but the currency does): a kind is a trait of a person.
    """
    base = _base(scope)
    return tables.kept(f"customer-kinds-{base.key()}", lambda: _kinds(tables, base))


def ranked_customers(tables: Tables, scope: Scope, include: Collection[str] = ()) -> ir.Table:
    """The customer table without those kept out of rankings; `include` names kinds that stay in ("all": everybody).

    >>> ranked_customers(tables, Scope(), include=("wholesale",))  # doctest: +SKIP
    """
    customers = customer_table(tables, scope)
    if "all" in include:
        return customers
    return customers.anti_join(kept_out(tables, scope, include), "customer_key")


def kept_out(tables: Tables, scope: Scope, include: Collection[str] = ()) -> ir.Table:
    """customer_key, kind of those kept out of rankings."""
    kinds = kinds_table(tables, scope)
    out = kinds.filter(kinds.kept_out)
    if include:
        out = out.filter(out.kind.notin(tuple(include)))
    return out.select("customer_key", "kind")


def left_out(tables: Tables, scope: Scope, include: Collection[str] = (), among: ir.Table | None = None) -> LeftOut:
    """Count and value of those a ranking (of the customers `among`) leaves out, and of large buyers who stay in."""
    receipts = Receipts(tables, scope, "left_out", {"include": sorted(include)})
    rows = _counted(tables, scope, among)
    out = {} if "all" in include else {k: v for k, v in _by_kind(rows).items() if k not in include}
    trade = sum(row.n for row in rows if row.reason in PATTERNS and not row.kept_out)
    return LeftOut(
        kinds=tuple(out),
        customers=tuple(_customers(receipts, kind, n) for kind, (n, _) in out.items()),
        value=tuple(_value(receipts, kind, n, value) for kind, (n, value) in out.items()),
        trade_like=receipts.figure("trade_like", trade) if trade else None,
    )


def customer_kinds(tables: Tables, scope: Scope) -> CustomerKinds:
    """Kinds of customers by the shop's own marks first, then by strong patterns in the orders.

    Marks are words in tags, channels, discount codes and attributes. A pattern keeps a customer out of rankings only
    if those who show it are a small group clearly apart: more of them at ten times the typical order (units and
    value) than between five and ten times, and at most 2 % of customers.
    """
    receipts = Receipts(tables, scope, "customer_kinds")
    rows = _counted(tables, scope)
    groups = tuple(
        KindGroup(
            kind=row.kind,
            reason=REASON_WORDS[row.reason],
            kept_out=row.kept_out,
            customers=_customers(receipts, row.kind, row.n, f", {REASON_WORDS[row.reason]}"),
            value=_value(receipts, row.kind, row.n, row.value, f", {REASON_WORDS[row.reason]}"),
        )
        for row in rows
    )
    aside = _set_aside(tables, scope)
    return CustomerKinds(
        groups=groups,
        left_out=left_out(tables, scope),
        test_orders=receipts.figure("test_orders", aside["test"]),
        free_orders=receipts.figure("free_orders", aside["free"]),
        subscription_orders=receipts.figure("subscription_orders", aside["subscribed"]),
        subscription_customers=receipts.figure("subscription_customers", aside["subscribers"]),
        table=_table(groups, receipts.currency),
        warnings=(NOT_SEEN,),
    )


def _base(scope: Scope) -> Scope:
    currency = tuple(condition for condition in scope.where if condition.field == "currency")
    return scope.ever().model_copy(update={"where": currency, "analysis_date": None, "value": "net_sales"})


def _kinds(tables: Tables, scope: Scope) -> ir.Table:
    usual = typical(tables, scope)
    found = tables.kept(
        f"kind-reasons-{scope.key()}",
        lambda: (
            customer_marks(tables, scope).union(same_second(tables, scope)).union(bulk_buyers(tables, scope, usual))
        ),
    )
    place = ibis.literal(len(KINDS))
    for number, kind in reversed(list(enumerate(KINDS))):
        place = ibis.ifelse(found.kind == kind, number, place)
    pattern = found.reason.isin(PATTERNS)
    ordered = found.mutate(rank=place, pattern=pattern.cast("int8"))
    first = ordered.mutate(
        place=ibis.row_number().over(
            group_by=ordered.customer_key, order_by=[ordered.pattern, ordered.rank, ordered.reason]
        )
    )
    one = first.filter(first.place == 0)
    gifts = _gifts_are_usual(tables, one, usual)
    apart = ~one.reason.isin(PATTERNS) | ibis.literal(usual.separate)
    return one.select("customer_key", "kind", "reason", kept_out=apart & ~((one.kind == "gift") & ibis.literal(gifts)))


def _gifts_are_usual(tables: Tables, kinds: ir.Table, usual: Typical) -> bool:
    gifts = int(tables.frame(kinds.aggregate(n=(kinds.kind == "gift").sum().fill_null(0)))["n"].iloc[0])
    return gifts > HOW_MANY_ARE_GIFTS * max(usual.customers, 1)


def _counted(tables: Tables, scope: Scope, among: ir.Table | None = None) -> list[_Counted]:
    customers = customer_table(tables, scope)
    if among is not None:
        customers = customers.semi_join(among, "customer_key")
    joined = kinds_table(tables, scope).join(customers.select("customer_key", "value"), "customer_key")
    each = joined.group_by("kind", "reason", "kept_out").aggregate(
        n=joined.count(), value=joined.value.sum().cast("float64")
    )
    rows = [
        _Counted(row.kind, row.reason, bool(row.kept_out), int(row.n), float(row.value))
        for row in tables.frame(each).itertuples()
    ]
    return sorted(rows, key=lambda row: (KINDS.index(row.kind), row.reason))


def _set_aside(tables: Tables, scope: Scope) -> dict[str, int]:
    orders = tables.orders.filter(tables.orders.kind.fill_null("order") == "order")
    paid = orders.positive_gross.fill_null(orders.gross_sales) - orders.discounts.fill_null(0)
    counts = tables.frame(
        orders.aggregate(
            test=orders.test.fill_null(False).sum().fill_null(0),
            free=(~orders.test.fill_null(False) & (paid <= 0).fill_null(False)).sum().fill_null(0),
        )
    ).iloc[0]
    by_subscription = subscription_orders(tables, scope)
    subscribed = tables.frame(
        by_subscription.aggregate(n=by_subscription.count(), people=by_subscription.customer_key.nunique())
    ).iloc[0]
    return {
        "test": int(counts["test"]),
        "free": int(counts["free"]),
        "subscribed": int(subscribed["n"]),
        "subscribers": int(subscribed["people"]),
    }


def _by_kind(rows: list[_Counted]) -> dict[Kind, tuple[int, float]]:
    found: dict[Kind, tuple[int, float]] = {}
    for row in rows:
        if row.kept_out:
            n, value = found.get(row.kind, (0, 0.0))
            found[row.kind] = (n + row.n, value + row.value)
    return found


def _customers(receipts: Receipts, kind: str, n: int, why: str = "") -> Figure:
    words = KIND_WORDS[kind]
    return receipts.figure(
        "kind_customers", n, label=f"{words.capitalize()}{why}", noun=words if n != 1 else _one(words)
    )


def _one(words: str) -> str:
    return words.removesuffix("s")


def _value(receipts: Receipts, kind: str, n: int, value: float, why: str = "") -> Figure:
    return receipts.figure("kind_value", value, label=f"Value of {KIND_WORDS[kind]}{why}", people=n)


def _table(groups: tuple[KindGroup, ...], currency: str | None) -> ResultTable:
    return ResultTable(
        title="Customers who are not ordinary shoppers",
        columns=(
            Column(key="kind", label="kind"),
            Column(key="customers", label="customers", unit="count"),
            Column(key="value", label="value", unit="money"),
            Column(key="reason", label="because"),
            Column(key="ranked", label="in rankings"),
        ),
        rows=tuple(
            {
                "kind": KIND_WORDS[group.kind],
                "customers": group.customers.value,
                "value": group.value.value,
                "reason": group.reason,
                "ranked": "no, unless asked" if group.kept_out else "yes",
            }
            for group in groups
        ),
        currency=currency,
    )
