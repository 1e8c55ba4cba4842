"""Yotpo review exports, with names in snake case or in words."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.platform import signature
from copilot.data.formats.review_export import ReviewExport

YOTPO: Final = ReviewExport(
    name="Yotpo reviews",
    columns={
        "feedback_id": ("review_id", "Review ID"),
        "title": ("review_title", "Review Title"),
        "body": ("review_content", "Review Content"),
        "rating": ("review_score", "Review Score"),
        "given_at": ("date", "Review Creation Date", "review_creation_date", "created_at"),
        "full_name": ("display_name", "Reviewer Display Name", "Reviewer Name", "user_name"),
        "email": ("email", "Reviewer Email", "user_email", "customer_email"),
        "product": ("product_title", "Product Title", "Product Name"),
        "sku": ("product_id", "Product ID", "sku"),
    },
    header=signature("review_score", "review_content"),
    also=(signature("review score", "review content", none=("review stars",)),),
    marked=("review_status", "Review Status"),
)
