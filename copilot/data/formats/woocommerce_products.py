"""WooCommerce products export: products and their variations, which take their category from the product."""

from __future__ import annotations

from typing import Final

import ibis

from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload, conform, typed
from copilot.data.formats.platform import field_map, signature
from copilot.data.quality import example_rows
from copilot.data.reading import ROW

COLUMNS: Final = {
    "order_id": ("ID",),  # the row's own number, by which a variation names its product
    "category_id": ("Parent",),
    "sku": ("SKU",),
    "product": ("Name",),
    "category": ("Categories",),
    "vendor": ("Brands", "Brand"),
    "unit_price": ("Regular price", "Sale price"),
    "cost": ("Cost of goods",),
}
_HEADER: Final = signature(
    "Type", "SKU", "Name", "Categories", some=("Regular price", "Is featured?", "Visibility in catalog"), least=2
)


class WooCommerceProducts:
    """The format as the registry sees it."""

    name = "WooCommerce products"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for the header of the core export."""
        return _HEADER.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """One row a product or variation, in the first of its categories (`Clothing > Shirts`)."""
        fields, mapped = field_map(upload, COLUMNS, self.name, "products")
        rows = held(upload.engine, typed(upload, fields, COLUMNS))
        link = rows.category_id.re_replace(r"^id:", "")
        heads = rows.filter(rows.category.notnull())
        by_id = heads.group_by(h_id=heads.order_id).aggregate(h_category=heads.category.argmin(heads[ROW]))
        by_sku = heads.group_by(s_sku=heads.sku).aggregate(s_category=heads.category.argmin(heads[ROW]))
        joined = rows.mutate(link=link)
        joined = joined.left_join(by_id, joined.link == by_id.h_id)
        joined = joined.left_join(by_sku, joined.link == by_sku.s_sku)
        category = ibis.coalesce(joined.category, joined.h_category, joined.s_category)
        # A comma ends a category, one behind a backslash belongs to its name.
        first = category.re_extract(r"^((?:[^,\\]|\\.)*)", 1).replace("\\,", ",").strip().nullif("")
        named = joined.mutate(category=first, price=joined.unit_price)
        usable = named["product"].notnull()
        good = held(upload.engine, named.filter(usable))
        mapped.kept = int(good.count().execute())
        left = int(rows.count().execute()) - mapped.kept
        mapped.note("unusable_rows", left, "rows without a product", "set aside", example_rows(named, ~usable, left))
        mapped.tables["products"] = conform(good, "products")
        return mapped
