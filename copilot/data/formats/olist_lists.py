"""Olist customers, reviews, products, sellers and category names: the lists beside the orders of the same download."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import cell, with_column
from copilot.data.formats.lists import fill_list
from copilot.data.formats.platform import field_map, signature
from copilot.data.order_parts import part
from copilot.data.privacy import pseudonym

COUNTRY: Final = "Brazil (Olist sells in Brazil)"
REVIEW: Final = "review_id, told apart by order"
CUSTOMERS: Final = {
    "customer_id": ("customer_unique_id",),
    "city": ("customer_city",),
    "region": ("customer_state",),
    "country": (COUNTRY,),
}
REVIEWS: Final = {
    "feedback_id": (REVIEW,),
    "title": ("review_comment_title",),
    "body": ("review_comment_message",),
    "rating": ("review_score",),
    "given_at": ("review_creation_date",),
}
PRODUCTS: Final = {"sku": ("product_id",), "category": ("product_category_name",)}


class OlistCustomers:
    """The format as the registry sees it."""

    name = "Olist customers"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for the two ids."""
        return signature("customer_id", "customer_unique_id").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """One row an order: `customer_unique_id` is the person, to whom each `customer_id` is linked."""
        upload = with_column(upload, COUNTRY, ibis.literal("Brazil"))
        fields, mapped = field_map(upload, CUSTOMERS, self.name, "customers")
        fill_list(upload, fields, "customers", mapped)
        links = upload.table.select(
            from_key=pseudonym(ibis.literal("id:") + cell(upload, "customer_id"), upload.salt),
            to_key=pseudonym(ibis.literal("id:") + cell(upload, "customer_unique_id"), upload.salt),
        ).distinct()
        known = links.filter(links.from_key.notnull() & links.to_key.notnull())
        mapped.parts["key_links"] = held(upload.engine, known)
        return mapped


class OlistReviews:
    """The format as the registry sees it."""

    name = "Olist reviews"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a score with an order."""
        return signature("review_id", "order_id", "review_score").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """One row a review of an order; one review may be about several orders, then it counts for each."""
        review, order = cell(upload, "review_id"), cell(upload, "order_id")
        times = upload.table.count().over(group_by=review)
        own = review + ibis.literal("-") + order.substr(0, 8)
        upload = with_column(upload, REVIEW, ibis.ifelse(times > 1, own, review))
        fields, mapped = field_map(upload, REVIEWS, self.name, "feedback")
        if mapped.questions:
            return mapped
        fill_list(upload, fields, "reviews", mapped)
        links = upload.table.select(feedback_id=upload.table[REVIEW], order_id=cell(upload, "order_id"))
        links = links.filter(links.feedback_id.notnull() & links.order_id.notnull())
        mapped.parts["feedback_orders"] = part(held(upload.engine, links), "feedback_orders")
        return mapped


class OlistProducts:
    """The format as the registry sees it."""

    name = "Olist products"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a product with its category and measures."""
        return signature("product_id", "product_category_name", "product_weight_g").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Products have no names here, only codes and a category in Portuguese."""
        fields, mapped = field_map(upload, PRODUCTS, self.name, "products")
        return fill_list(upload, fields, "products", mapped)


class OlistCategories:
    """The format as the registry sees it."""

    name = "Olist category names"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for the table of translations."""
        return signature("product_category_name", "product_category_name_english").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """The English name of each Portuguese category."""
        names = ("product_category_name", "product_category_name_english")
        mapped = Mapped(format=self.name, role="products", columns={"category": names[1]})
        return _lookups(upload, mapped, cell(upload, names[0]), cell(upload, names[1]))


class OlistSellers:
    """The format as the registry sees it."""

    name = "Olist sellers"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a seller with a place."""
        return signature("seller_id", "seller_city", "seller_state").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Sellers have no names here: town, state and the start of the number stand for them."""
        columns = {"vendor": "seller_id", "city": "seller_city", "region": "seller_state"}
        mapped = Mapped(format=self.name, role="products", columns=columns)
        seller, town, state = (cell(upload, name) for name in columns.values())
        place = town.fill_null("town unknown") + ibis.literal(", ") + state.fill_null("?")
        return _lookups(upload, mapped, seller, place + ibis.literal(" (") + seller.substr(0, 8) + ibis.literal(")"))


def _lookups(upload: Upload, mapped: Mapped, link: ir.StringValue, words: ir.StringValue) -> Mapped:
    rows = upload.table.select(link=link, category=words)
    mapped.lookups = held(upload.engine, rows.filter(rows.link.notnull() & rows.category.notnull()))
    mapped.kept = int(mapped.lookups.count().execute())
    left = upload.raw.rows - upload.raw.set_aside - mapped.kept
    mapped.note("unusable_rows", left, "rows without a name", "set aside")
    return mapped
