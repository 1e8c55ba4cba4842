"""Picks the format of an upload: the most confident one; a new format is one file and one line here."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.base import Format
from copilot.data.formats.event_log import EventLog
from copilot.data.formats.generic import Generic
from copilot.data.formats.olist_lists import (
    OlistCategories,
    OlistCustomers,
    OlistProducts,
    OlistReviews,
    OlistSellers,
)
from copilot.data.formats.olist_orders import OlistItems, OlistOrders, OlistPayments
from copilot.data.formats.session_table import SessionTable
from copilot.data.formats.shopify_customers import ShopifyCustomers
from copilot.data.formats.shopify_orders import ShopifyOrders
from copilot.data.formats.shopify_products import ShopifyProducts

FORMATS: Final[tuple[Format, ...]] = (
    ShopifyOrders(), ShopifyCustomers(), ShopifyProducts(),
    OlistOrders(), OlistItems(), OlistPayments(),
    OlistCustomers(), OlistReviews(), OlistProducts(), OlistCategories(), OlistSellers(),
    EventLog(), SessionTable(),
    Generic(),
)  # fmt: skip


def format_of(columns: tuple[str, ...]) -> Format:
    """The format that recognises these columns best."""
    return max(FORMATS, key=lambda known: known.recognise(columns))
