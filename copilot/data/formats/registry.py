"""Picks the format of an upload: the most confident one; a new format is one file and one line here."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.base import Format
from copilot.data.formats.bigcommerce import BigCommerceOrders
from copilot.data.formats.etsy_items import EtsyItems
from copilot.data.formats.etsy_orders import ETSY_ORDERS
from copilot.data.formats.etsy_statement import EtsyStatement
from copilot.data.formats.event_log import EventLog
from copilot.data.formats.generic import Generic
from copilot.data.formats.magento import MAGENTO_ORDERS
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
from copilot.data.formats.squarespace import SQUARESPACE_ORDERS
from copilot.data.formats.wix import WIX_ORDERS
from copilot.data.formats.woocommerce_advanced import WooCommerceAdvanced
from copilot.data.formats.woocommerce_analytics import WooCommerceAnalytics
from copilot.data.formats.woocommerce_csv_export import WooCommerceCsvExport
from copilot.data.formats.woocommerce_products import WooCommerceProducts
from copilot.data.formats.woocommerce_rows import WooCommerceRows

FORMATS: Final[tuple[Format, ...]] = (
    ShopifyOrders(), ShopifyCustomers(), ShopifyProducts(),
    OlistOrders(), OlistItems(), OlistPayments(),
    OlistCustomers(), OlistReviews(), OlistProducts(), OlistCategories(), OlistSellers(),
    EventLog(), SessionTable(),
    WooCommerceAnalytics(), WooCommerceAdvanced(), WooCommerceCsvExport(), WooCommerceRows(), WooCommerceProducts(),
    SQUARESPACE_ORDERS, WIX_ORDERS, ETSY_ORDERS, EtsyItems(), EtsyStatement(), MAGENTO_ORDERS, BigCommerceOrders(),
    Generic(),
)  # fmt: skip


def format_of(columns: tuple[str, ...]) -> Format:
    """The format that recognises these columns best."""
    return max(FORMATS, key=lambda known: known.recognise(columns))
