"""Shopify customers export, every generation of its header."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.lists import fill_list
from copilot.data.formats.platform import field_map

COLUMNS: Final = {
    "customer_id": ("Customer ID",),
    "email": ("Email",),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "phone": ("Phone",),
    "phone_2": ("Default Address Phone",),
    "email_consent": ("Accepts Email Marketing", "Accepts Marketing"),
    "sms_consent": ("Accepts SMS Marketing",),
    "country": ("Default Address Country Code", "Country", "Country Code"),
    "region": ("Default Address Province Code", "Province", "Province Code"),
    "city": ("Default Address City", "City"),
    "spent_stated": ("Total Spent",),
    "orders_stated": ("Total Orders",),
    "tags": ("Tags",),
    "created_at": ("Created At", "Customer Since"),
}
_SIGNATURE: Final = {"first name", "last name", "email", "total spent", "total orders"}


class ShopifyCustomers:
    """The format as the registry sees it."""

    name = "Shopify customers"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when the signature is there."""
        return 1.0 if {column.lower() for column in columns} >= _SIGNATURE else 0.0

    def map(self, upload: Upload) -> Mapped:
        """One customer a row."""
        fields, mapped = field_map(upload, COLUMNS, self.name, "customers")
        return mapped if mapped.questions else fill_list(upload, fields, "customers", mapped)
