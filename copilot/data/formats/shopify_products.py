"""Shopify products export, old and new header: several rows a product, of which only the first names it."""

from __future__ import annotations

from typing import Final

from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload, conform, typed
from copilot.data.formats.platform import field_map
from copilot.data.reading import ROW

COLUMNS: Final = {
    "order_id": ("Handle", "URL handle"),  # groups the rows of a product, as an order number groups lines
    "product": ("Title",),
    "vendor": ("Vendor",),
    "category": ("Type", "Product category"),
    "sku": ("Variant SKU", "SKU"),
    "unit_price": ("Variant Price", "Price"),
    "cost": ("Cost per item",),
    "gift_card": ("Gift Card",),
    "variant": ("Option1 Value",),
}
_HANDLES: Final = {"handle", "url handle"}
_PRICES: Final = {"variant price", "price"}


class ShopifyProducts:
    """The format as the registry sees it."""

    name = "Shopify products"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a handle, a title, a vendor and a price."""
        names = {column.lower() for column in columns}
        return 1.0 if names & _HANDLES and names & _PRICES and {"title", "vendor"} <= names else 0.0

    def map(self, upload: Upload) -> Mapped:
        """One row a variant; name, vendor and type come from the product's first row; picture rows are set aside."""
        fields, mapped = field_map(upload, COLUMNS, self.name, "products")
        rows = held(upload.engine, typed(upload, fields, COLUMNS))
        heads = rows.group_by(handle=rows.order_id).aggregate(
            h_product=rows["product"].argmin(rows[ROW]),
            h_vendor=rows.vendor.argmin(rows[ROW]),
            h_category=rows.category.argmin(rows[ROW]),
            h_gift=rows.gift_card.argmin(rows[ROW]),
        )
        joined = rows.left_join(heads, rows.order_id == heads.handle)
        named = joined.mutate(
            product=joined.h_product,
            vendor=joined.h_vendor,
            category=joined.h_category,
            gift_card=joined.h_gift,
            price=joined.unit_price,
        )
        good = held(
            upload.engine, named.filter((named.unit_price.notnull() | named.sku.notnull()) & named["product"].notnull())
        )
        mapped.kept = int(good.count().execute())
        mapped.note("picture_rows", upload.raw.rows - upload.raw.set_aside - mapped.kept,
            "rows with further pictures only", "set aside: they hold no product of their own")  # fmt: skip
        mapped.tables["products"] = conform(good, "products")
        return mapped
