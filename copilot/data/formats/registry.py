"""Picks the format of an upload: the most confident one; a new format is one file and one line here."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.amazon_orders import AmazonOrders
from copilot.data.formats.amazon_payments import AmazonPayments
from copilot.data.formats.base import Format
from copilot.data.formats.bigcommerce import BigCommerceOrders
from copilot.data.formats.campaign_test import CampaignTest
from copilot.data.formats.customer_traits import CustomerTraits
from copilot.data.formats.ebay import EbayOrders, EbayTransactions
from copilot.data.formats.etsy_items import EtsyItems
from copilot.data.formats.etsy_orders import ETSY_ORDERS
from copilot.data.formats.etsy_statement import EtsyStatement
from copilot.data.formats.event_log import EventLog
from copilot.data.formats.exchange_rates import ExchangeRates
from copilot.data.formats.ga4 import GoogleAnalytics
from copilot.data.formats.generic import Generic
from copilot.data.formats.google_ads import GOOGLE_ADS
from copilot.data.formats.google_forms import GoogleForms
from copilot.data.formats.gumroad import GumroadSales
from copilot.data.formats.judge_me import JUDGE_ME
from copilot.data.formats.klaviyo_profiles import KlaviyoProfiles
from copilot.data.formats.klaviyo_reports import CAMPAIGNS, FLOWS
from copilot.data.formats.magento import MAGENTO_ORDERS
from copilot.data.formats.mailchimp import MailchimpAudience
from copilot.data.formats.meta_ads import META_ADS
from copilot.data.formats.olist_lists import (
    OlistCategories,
    OlistCustomers,
    OlistProducts,
    OlistReviews,
    OlistSellers,
)
from copilot.data.formats.olist_orders import OlistItems, OlistOrders, OlistPayments
from copilot.data.formats.paypal import PaypalActivity
from copilot.data.formats.session_table import SessionTable
from copilot.data.formats.shopify_customers import ShopifyCustomers
from copilot.data.formats.shopify_money import ShopifyPayouts, ShopifyTransactions
from copilot.data.formats.shopify_orders import ShopifyOrders
from copilot.data.formats.shopify_products import ShopifyProducts
from copilot.data.formats.square import SquareItems, SquareTransactions
from copilot.data.formats.squarespace import SQUARESPACE_ORDERS
from copilot.data.formats.stripe import StripeCustomers, StripePayments
from copilot.data.formats.surveymonkey import SurveyMonkey
from copilot.data.formats.tiktok_ads import TIKTOK_ADS
from copilot.data.formats.trustpilot import TRUSTPILOT
from copilot.data.formats.typeform import Typeform
from copilot.data.formats.wix import WIX_ORDERS
from copilot.data.formats.woocommerce_advanced import WooCommerceAdvanced
from copilot.data.formats.woocommerce_analytics import WooCommerceAnalytics
from copilot.data.formats.woocommerce_csv_export import WooCommerceCsvExport
from copilot.data.formats.woocommerce_products import WooCommerceProducts
from copilot.data.formats.woocommerce_rows import WooCommerceRows
from copilot.data.formats.yotpo import YOTPO

FORMATS: Final[tuple[Format, ...]] = (
    ShopifyOrders(), ShopifyCustomers(), ShopifyProducts(),
    OlistOrders(), OlistItems(), OlistPayments(),
    OlistCustomers(), OlistReviews(), OlistProducts(), OlistCategories(), OlistSellers(),
    EventLog(), SessionTable(), GoogleAnalytics(), META_ADS, GOOGLE_ADS, TIKTOK_ADS, CampaignTest(), CustomerTraits(),
    KlaviyoProfiles(), CAMPAIGNS, FLOWS, MailchimpAudience(),
    Typeform(), SurveyMonkey(), GoogleForms(), JUDGE_ME, TRUSTPILOT, YOTPO,
    WooCommerceAnalytics(), WooCommerceAdvanced(), WooCommerceCsvExport(), WooCommerceRows(), WooCommerceProducts(),
    SQUARESPACE_ORDERS, WIX_ORDERS, ETSY_ORDERS, EtsyItems(), EtsyStatement(), MAGENTO_ORDERS, BigCommerceOrders(),
    ShopifyTransactions(), ShopifyPayouts(), StripePayments(), StripeCustomers(), PaypalActivity(), GumroadSales(),
    AmazonOrders(), AmazonPayments(), EbayOrders(), EbayTransactions(), SquareTransactions(), SquareItems(),
    ExchangeRates(),
    Generic(),
)  # fmt: skip


def format_of(columns: tuple[str, ...]) -> Format:
    """The format that recognises these columns best."""
    return max(FORMATS, key=lambda known: known.recognise(columns))
