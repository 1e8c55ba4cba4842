"""Judge.me review exports."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.platform import signature
from copilot.data.formats.review_export import ReviewExport

JUDGE_ME: Final = ReviewExport(
    name="Judge.me reviews",
    columns={
        "title": ("title",),
        "body": ("body",),
        "rating": ("rating",),
        "given_at": ("review_date",),
        "full_name": ("reviewer_name",),
        "email": ("reviewer_email",),
        "product": ("product_handle",),
        "sku": ("product_id",),
    },
    header=signature("body", "rating", "reviewer_name", some=("curated", "product_handle", "reviewer_email"), least=2),
    marked=("curated",),
)
