"""Owns what may explain a difference and cannot be computed from the shop's own files, as plain sentences."""

from __future__ import annotations

from typing import Final

from copilot.data.tables import ShopFacts
from copilot.statistics.reconcile.booked import Cube

_SYSTEMS: Final[dict[str, tuple[str, ...]]] = {
    "ga4": (
        "GA4 sees only visitors who allowed tracking and whose browser let it through, so it usually shows fewer "
        "orders than the shop; it can also count an order again when the thank-you page is opened again.",
        "GA4 cuts days by its property's own time zone, and its purchase value is what your tracking sends, often with "
        "tax and shipping, and never less the later refunds unless they are sent too.",
    ),
    "shopify": (
        "Shopify's reports count cancelled, pending and unpaid orders too, no test or deleted ones, and book a refund "
        "on the day it is made; an order deleted there may still stand in an older export here.",
    ),
    "klaviyo": (
        "Klaviyo counts events of people it knows, at the time the event arrived, before refunds; what it calls "
        "attributed revenue is only the part after a click or an open.",
    ),
    "ads": (
        "Ad platforms report what they attribute to themselves, on the day of the click or the view, so several of "
        "them claim the same order; their figure need not match the shop's.",
    ),
    "payments": (
        "Payment providers show what was paid through them: no other payment methods, tax and shipping in, fees "
        "perhaps off, and payouts days after the order.",
    ),
    "books": (
        "Bookkeeping dates a sale by invoice or delivery and a return by its credit note, and usually leaves tax out.",
    ),
    "dashboard": (
        "Dashboards often leave out orders by default filters (draft, till, marketplace, tagged ones); look for the "
        "filter list in its settings.",
    ),
}


def hints(cube: Cube, facts: ShopFacts, system: str | None, measure: str) -> tuple[str, ...]:
    """Possible reasons beyond the computed ones, the most telling first; none of them is a finding."""
    found = list(_SYSTEMS.get(system or "", ()))
    if cube.unclear_returns and cube.period is not None and measure in ("net_sales", "total_sales", "returns"):
        found.append(
            "Your orders carry refunds without a date, so I book them on the order's day; a system that books them on "
            "the day they were made shifts them to another period."
        )
    if measure == "customers":
        found.append(
            "I join spellings of one e-mail address and different orders of one person; a system that does not counts "
            "more customers, and one that only knows account holders fewer."
        )
    if facts.last_order is not None and cube.period is not None and cube.period.end > facts.last_order:
        found.append("The period runs beyond the last order in your files; the other system may hold newer orders.")
    return tuple(found)
