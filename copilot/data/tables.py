"""The canonical tables: their columns, and the bundle of them that statistics read and nothing else.

Money is DECIMAL(18,4) per line and is rounded once, at display. Times are naive and in the shop's own
time zone. `customer_key` is a pseudonym; no table here holds a name, an e-mail, a phone number or an address.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar

import ibis
import ibis.expr.types as ir
import pandas as pd

T = TypeVar("T")
MONEY: Final = "decimal(18, 4)"
NO_AMOUNTS: Final = "the orders file carries no amounts"
"""Note of an upload whose orders have no amount column that could be recognised."""
# An order number that several customers share becomes an order for each: `A-1`, `A-1 (2)`. Without this ending it
# is the number the shop wrote; orders are counted by it, customers by what is theirs.
SHARED_NUMBER: Final = r" \(\d+\)$"

SCHEMAS: Final[Mapping[str, Mapping[str, str]]] = {
    # One row a document: an order, or a separate return/credit document (`kind` = "return"), or a booking
    # that is neither (`kind` = "adjustment", e.g. bad debt). Money columns are >= 0 except where a shop books
    # otherwise; null means "not in the file" (then the sums of the items are used on assembly).
    "orders": {
        "order_id": "string",
        "kind": "string",  # order | return | adjustment
        "customer_key": "string",  # null: guest / unidentified
        "ordered_at": "timestamp",
        "currency": "string",  # ISO 4217, null if unknown
        "gross_sales": MONEY,  # sum of unit price x quantity, before discounts, tax and shipping
        "discounts": MONEY,
        "returns": MONEY,  # value taken back on this document (a refund without date is booked on its order)
        "shipping": MONEY,
        "taxes": MONEY,
        "total_sales": MONEY,  # what the customer was charged, before later refunds
        # paid | pending | authorized | partially_paid | partially_refunded | refunded | voided | cancelled | expired |
        # unknown
        "status": "string",
        "test": "boolean",
        "channel": "string",  # where the order was placed: web, pos, draft, subscription, marketplace ...
        "source": "string",  # referring source, where known
        "discount_code": "string",
        "discounted": "boolean",  # any discount on the order or one of its lines; null if the file cannot tell
        "country": "string",
        "region": "string",
        "city": "string",
        "tags": "string",
        "device": "string",
        "lines": "int64",
        "units": MONEY,
        "repeated_gross": MONEY,  # part of gross_sales that comes from lines repeated exactly within the file
        "repeated_returns": MONEY,  # the same for `returns`
        "positive_gross": MONEY,  # part of gross_sales on lines with quantity > 0 and price > 0
        "upload_id": "string",
    },
    "order_items": {
        "order_id": "string",
        "line_no": "int64",
        "sku": "string",
        "product": "string",
        "variant": "string",
        "category": "string",
        "vendor": "string",
        "kind": "string",  # product | shipping | fee | gift_card | adjustment
        "quantity": MONEY,
        "unit_price": MONEY,
        "gross": MONEY,  # unit price x quantity; negative on return documents
        "discount": MONEY,
        "cost": MONEY,  # cost of the line, where known
        "repeated": "boolean",  # an exact repetition of an earlier line of the same file
        "upload_id": "string",
    },
    "customers": {
        "customer_key": "string",
        "customer_ref": "string",  # what the screen shows, e.g. "#14646"; unique in the workspace, no identity
        "country": "string",
        "region": "string",
        "city": "string",
        "email_consent": "boolean",  # null: unknown = not consented
        "sms_consent": "boolean",
        "consent_at": "timestamp",
        "consent_source": "string",
        "created_at": "timestamp",  # when the shop first knew the person (subscribed or registered)
        "tags": "string",
        "orders_stated": "int64",  # order count the platform states, may reach back before the file
        "spent_stated": MONEY,
        "upload_id": "string",
    },
    # Further attributes the shop gave about a customer (its own segments, survey fields ...), one row each.
    "customer_attributes": {
        "customer_key": "string",
        "name": "string",
        "value": "string",
        "upload_id": "string",
    },
    "products": {
        "sku": "string",
        "product": "string",
        "category": "string",
        "vendor": "string",
        "price": MONEY,
        "cost": MONEY,
        "gift_card": "boolean",
        "upload_id": "string",
    },
    "sessions": {
        "session_id": "string",
        "visitor": "string",  # pseudonymous device or visitor id
        "customer_key": "string",
        "started_at": "timestamp",
        "channel": "string",
        "device": "string",
        "pages": "int64",
        "product_views": "int64",
        "added_to_cart": "boolean",
        "checkout_started": "boolean",
        "ordered": "boolean",
        "upload_id": "string",
    },
    "email_events": {
        "customer_key": "string",
        "happened_at": "timestamp",
        "event": "string",  # sent | delivered | opened | clicked | unsubscribed | bounced | complained
        "campaign": "string",
        "upload_id": "string",
    },
    "feedback": {
        "feedback_id": "string",  # stable row id, quoted in receipts
        "kind": "string",  # review | survey | ticket
        "customer_key": "string",
        "product": "string",
        "question": "string",  # survey question; null for reviews
        "rating": "float64",
        "rating_max": "float64",
        "text": "string",  # scrubbed of contact data
        "given_at": "timestamp",
        "upload_id": "string",
    },
    "spend": {
        "day": "date",
        "channel": "string",
        "campaign": "string",
        "cost": MONEY,
        "currency": "string",
        "impressions": "int64",
        "clicks": "int64",
        "conversions": "float64",
        "conversion_value": MONEY,
        "upload_id": "string",
    },
    # Sums a platform reports, where the single people behind them are not in the file; one row a measure.
    "reported": {
        "report": "string",  # e-mail campaigns | e-mail flows | web traffic | campaign test
        "name": "string",  # campaign, flow message, traffic channel, group of a test
        "channel": "string",  # email | sms | ...; null where the name says it
        "day": "date",  # of sending, or of the visits; null: the whole time of the report
        "measure": "string",  # recipients | delivered | opened | clicked | ordered | revenue | sessions ...
        "value": MONEY,
        "upload_id": "string",
    },
}

IDENTITY_COLUMNS: Final[Mapping[str, str]] = {
    "customer_key": "string",
    "match_key": "string",
    "shop_customer_id": "string",
    "email": "string",
    "first_name": "string",
    "last_name": "string",
    "phone": "string",
    "upload_id": "string",
}


@dataclass(frozen=True)
class SourceFile:
    """One upload as receipts name it. `rows` counts data rows as read, `kept` those in the canonical tables."""

    upload_id: str
    file: str
    role: str
    format: str
    rows: int
    kept: int
    uploaded_at: datetime


@dataclass(frozen=True)
class ShopFacts:
    """What every receipt needs to know of the data. `analysis_date` is the last day with an order (or set)."""

    shop: str
    currency: str | None  # the one currency, or None if unknown or several
    currencies: tuple[str, ...]
    first_order: date | None
    last_order: date | None
    analysis_date: date | None
    time_zone: str | None
    sources: tuple[SourceFile, ...]
    notes: tuple[str, ...] = ()  # sentences worth saying beside figures, e.g. "refunds carry no date"
    rules: tuple[str, ...] = ()  # what the user said of what counts, as receipts print it: "without orders tagged ..."

    def has(self, role: str) -> bool:
        """True if a file of this role (orders, customers, products, sessions, feedback, spend ...) is loaded."""
        return any(source.role == role for source in self.sources)


@dataclass(frozen=True)
class Tables:
    """The canonical tables of one workspace as Ibis expressions; immutable for one set of uploads.

    `key` identifies that set (a content hash), so that whatever is derived from it can be kept and reused.
    `keep` stores the result of a built expression under a name and gives back a table that reads it; what is
    stored already is not built again. `adapt` puts an expression in words the engine below understands.
    """

    key: str
    facts: ShopFacts
    orders: ir.Table
    order_items: ir.Table
    customers: ir.Table
    customer_attributes: ir.Table
    products: ir.Table
    sessions: ir.Table
    email_events: ir.Table
    feedback: ir.Table
    spend: ir.Table
    reported: ir.Table
    keep: Callable[[str, Callable[[], ir.Table]], ir.Table] = field(default=lambda _name, build: build(), compare=False)
    adapt: Callable[[ir.Table], ir.Table] = field(default=lambda expression: expression, compare=False)
    release: Callable[[], None] = field(default=lambda: None, compare=False)  # lets go of a connection, if one is held
    lock: threading.RLock = field(default_factory=threading.RLock, compare=False)
    derived: dict[str, ir.Table] = field(default_factory=dict, compare=False, repr=False)
    known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def frame(self, expression: ir.Table) -> pd.DataFrame:
        """Run an expression and return its rows; one at a time, since the connection is shared."""
        with self.lock:
            result: pd.DataFrame = self.adapt(expression).to_pandas()
        return result

    def kept(self, name: str, build: Callable[[], ir.Table]) -> ir.Table:
        """The derived table `name`, built at the first call for this set of uploads and read from then on."""
        with self.lock:
            if name not in self.derived:
                self.derived[name] = self.keep(name, lambda: self.adapt(build()))
            return self.derived[name]

    def once(self, name: str, find: Callable[[], T]) -> T:
        """What `find` finds in these tables, found at the first call and remembered as long as they are open."""
        with self.lock:
            if name not in self.known:
                self.known[name] = find()
            found: T = self.known[name]
            return found


def schema(table: str) -> ibis.Schema:
    """The Ibis schema of a canonical table.

    >>> schema("spend")["cost"].scale
    4
    """
    return ibis.schema(dict(SCHEMAS[table]))


def tables_from_frames(frames: Mapping[str, pd.DataFrame], facts: ShopFacts, *, key: str = "frames") -> Tables:
    """Tables over given frames (missing tables and columns are empty), for tests and generated shops."""
    connection = ibis.duckdb.connect()
    built: dict[str, ir.Table] = {}
    for name, columns in SCHEMAS.items():
        frame = frames.get(name, pd.DataFrame())
        full = {column: frame[column] if column in frame else pd.Series([None] * len(frame)) for column in columns}
        raw = connection.create_table(
            f"{name}_raw", ibis.memtable(pd.DataFrame(full), schema=ibis.schema(_carrier(columns))), temp=True
        )
        built[name] = connection.create_table(name, raw.cast(dict(columns)), temp=True)

    def keep(name: str, build: Callable[[], ir.Table]) -> ir.Table:
        return connection.create_table(f"kept {name}", build(), temp=True)

    return Tables(key=key, facts=facts, keep=keep, **built)


def _carrier(columns: Mapping[str, str]) -> dict[str, str]:
    """Types a pandas frame can carry; decimals travel as float64 and are cast inside the engine."""
    return {name: "float64" if kind == MONEY else kind for name, kind in columns.items()}
