"""Trustpilot review exports: reviews of the shop, not of a product."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.platform import signature
from copilot.data.formats.review_export import ReviewExport

TRUSTPILOT: Final = ReviewExport(
    name="Trustpilot reviews",
    columns={
        "feedback_id": ("Review Id",),
        "title": ("Review Title",),
        "body": ("Review Content", "Review Text"),
        "rating": ("Review Stars", "Stars"),
        "given_at": ("Review Created (UTC)", "Review Created"),
        "full_name": ("Review Username", "Consumer Name"),
        "email": ("Review User Email", "Consumer Email"),
    },
    header=signature(
        "review stars", "review content",
        some=("business unit id", "review created (utc)", "review consumer user id", "domain url", "webshop name"),
        least=1,
    ),
)  # fmt: skip
