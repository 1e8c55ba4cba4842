"""Klaviyo profiles (a list or segment as CSV): people, consent, last open and click, custom properties."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import cell
from copilot.data.formats.platform import Columns, field_map, signature
from copilot.data.formats.subscribers import CONSENT, fill_subscribers, with_consent

COLUMNS: Final[Columns] = {
    "email": ("Email", "Email Address"),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "company": ("Organization",),
    "phone": ("Phone Number", "Phone"),
    "country": ("Country",),
    "region": ("State / Region", "Region", "State"),
    "city": ("City",),
    "email_consent": (CONSENT,),
    "sms_consent": ("SMS Marketing Consent", "SMS Consent"),
    "consent_at": ("Email Marketing Consent Timestamp", "Consent Timestamp"),
    "created_at": ("Profile Created On", "Date Added", "First Active"),
    "orders_stated": ("Historic Number Of Orders",),
    "spent_stated": ("Historic Customer Lifetime Value", "Historic CLV"),
    "last_open": ("Last Open",),
    "last_click": ("Last Click",),
}
# Klaviyo's own estimates and book-keeping: neither the shop's knowledge of a person nor a measurement.
IGNORED: Final = (
    "Klaviyo ID", "Email Marketing Consent", "Email Suppressions", "Title", "Total Customer Lifetime Value",
    "Predicted Customer Lifetime Value", "Predicted CLV", "Total CLV", "Average Order Value", "Churn Probability",
    "Churn Risk Prediction", "Predicted Number Of Orders", "Expected Date Of Next Order", "Average Days Between Orders",
    "Average Time Between Orders", "First Active", "Last Active", "Date Added", "Profile Created On",
    "Predicted Gender", "Email Marketing Consent Timestamp", "SMS Marketing Consent Timestamp",
    "SMS Transactional Consent", "Mobile Push Marketing Consent", "WhatsApp Marketing Consent",
)  # fmt: skip
_YES: Final = ("subscribed", "subscribe", "true", "yes")
_NO: Final = ("unsubscribed", "unsubscribe", "never subscribed", "suppressed", "false", "no")
_HEADER: Final = signature("email", "klaviyo id")
_WITHOUT_ID: Final = signature(
    "email", "email marketing consent",
    some=("email suppressions", "last open", "last click", "historic customer lifetime value", "historic clv",
          "predicted clv", "total clv", "historic number of orders", "profile created on"), least=2,
)  # fmt: skip


class KlaviyoProfiles:
    """The format as the registry sees it."""

    name = "Klaviyo profiles"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for Klaviyo's id, or its consent column with two more of its own."""
        return max(_HEADER.confidence(columns), _WITHOUT_ID.confidence(columns))

    def map(self, upload: Upload) -> Mapped:
        """One profile a row. A suppressed address counts as not consented, whatever the consent column says."""
        upload = with_consent(upload, _consent(upload))
        fields, mapped = field_map(upload, COLUMNS, self.name, "customers")
        return mapped if mapped.questions else fill_subscribers(upload, fields, mapped, IGNORED)


def _consent(upload: Upload) -> ir.BooleanValue:
    """Subscribed or not; a date in the consent column means consented on that day."""
    stated = cell(upload, "Email Marketing Consent").lower().re_replace("_", " ").strip()
    said = ibis.cases(
        (stated.isin(_YES) | stated.re_search(r"^\d{4}-\d{2}-\d{2}"), True),
        (stated.isin(_NO), False),
        else_=ibis.null("boolean"),
    )
    suppressed = cell(upload, "Email Suppressions").re_replace(r"[\[\]\s\"']", "").nullif("").notnull()
    return ibis.ifelse(suppressed, ibis.literal(False), said)
