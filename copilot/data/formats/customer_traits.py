"""Customer tables of traits without contact data (Customer Personality Analysis): an ID a row, no orders in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import ibis

from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import column
from copilot.data.formats.lists import fill_list
from copilot.data.formats.platform import Columns, field_map
from copilot.data.formats.synonyms import name_score, normal

COLUMNS: Final[Columns] = {
    "customer_id": ("ID", "Customer ID", "CustomerID"),
    "created_at": ("Dt_Customer", "Customer Since", "Enrolled", "Enrollment Date"),
    "country": ("Country",),
    "region": ("Region", "State"),
    "city": ("City",),
}
TRAITS: Final = frozenset((
    "year birth", "birth year", "year of birth", "age", "gender", "genre", "sex", "education", "marital status",
    "income", "annual income", "annual income k", "kidhome", "teenhome", "children", "occupation", "profession",
    "work experience", "family size", "spending score", "spending score 1 100", "dt customer",
    "household size", "ever married",
))  # fmt: skip
LEAST_TRAITS: Final = 3
_NOT: Final = ("order_id", "ordered_at", "email", "product", "session_id", "body")


class CustomerTraits:
    """The format as the registry sees it."""

    name = "customer traits"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """0.7 for an ID with three or more traits and nothing of orders, products or feedback."""
        plain = {normal(own) for own in columns}
        known = any(name_score(field, own) > 0 for field in _NOT for own in columns if normal(own) not in TRAITS)
        own_id = bool(plain & {"id", "customer id"})
        return 0.7 if own_id and len(plain & TRAITS) >= LEAST_TRAITS and not known else 0.0

    def map(self, upload: Upload) -> Mapped:
        """One customer a row; every further column is a trait, also sums of spending: they are no orders."""
        upload = _numbered_nought(upload)
        fields, mapped = field_map(upload, COLUMNS, self.name, "customers")
        if mapped.questions:
            return mapped
        used = set(fields.columns.values())
        fill_list(upload, fields, "customers", mapped, further=[c for c in upload.raw.columns if c not in used])
        _twins(upload, mapped)
        mapped.notes.append("the customer table holds no orders: nothing about sales, repeat purchases or value")
        return mapped


def _numbered_nought(upload: Upload) -> Upload:
    """Number 0 is a person in a table of people, though a guest in a file of orders."""
    own = column(upload, *COLUMNS["customer_id"]) or upload.raw.columns[0]
    cells = upload.table[own]
    return replace(upload, table=upload.table.mutate(**{own: ibis.ifelse(cells == "0", "#0", cells)}))


def _twins(upload: Upload, mapped: Mapped) -> None:
    """People whose row is equal to an earlier one in everything but the number."""
    own = column(upload, *COLUMNS["customer_id"])
    cells = [ibis.coalesce(upload.table[name], "") for name in upload.raw.columns if name != own]
    rows = upload.table.select(cells=ibis.literal("\x1f").join(cells))
    each = held(upload.engine, rows.group_by("cells").aggregate(n=rows.count()))
    extra = each.aggregate(n=(each.n - 1).sum()).to_pyarrow().to_pylist()[0]["n"]
    mapped.note("twins", extra, "people equal to another in everything but the number",
        "kept: two people may be alike; they may also be one person twice")  # fmt: skip
