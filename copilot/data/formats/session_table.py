"""Tables of visits without id and date (Online Shoppers Intention): what happened in each, and nothing by date."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held, sha256
from copilot.data.formats.base import Mapped, Upload, conform, typed
from copilot.data.formats.checks import usable_rows
from copilot.data.formats.computed import amount, cell
from copilot.data.formats.platform import field_map
from copilot.data.formats.synonyms import normal
from copilot.data.reading import ROW

PAGES: Final = ("Administrative", "Informational", "ProductRelated")
_SIGNATURE: Final = {"administrative", "informational", "product related", "bounce rates", "exit rates", "revenue"}


class SessionTable:
    """The format as the registry sees it."""

    name = "table of visits"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for counts of pages by kind, bounce and exit rates and whether there was revenue."""
        return 1.0 if {normal(column) for column in columns} >= _SIGNATURE else 0.0

    def map(self, upload: Upload) -> Mapped:
        """One session a row; a row equal to another is another visit."""
        _, mapped = field_map(upload, {"ordered": ("Revenue",)}, self.name, "sessions")
        fields, _ = field_map(upload, {}, self.name, "sessions")
        base = typed(upload, fields, ())
        parts = [amount(upload, name) for name in PAGES]
        own = upload.table.select(
            ROW, ordered=_yes(cell(upload, "Revenue")), product_views=parts[-1].cast("int64"),
            pages=(parts[0].fill_null(0) + parts[1].fill_null(0) + parts[2].fill_null(0)).cast("int64"),
        )  # fmt: skip
        table = held(upload.engine, base.join(own, ROW))
        good = usable_rows(
            upload, table, table.ordered.notnull(), mapped, "rows that do not say whether there was a sale"
        )
        made = sha256(ibis.literal(upload.salt) + good.cells + ibis.literal("\x1f") + good.nth.cast("string"))
        mapped.tables["sessions"] = conform(good.mutate(session_id=made.substr(0, 20)), "sessions")
        mapped.note("no_dates", mapped.kept, "visits without a day and without a visitor",
            "shares of visits can be told; nothing by time and nothing about people")  # fmt: skip
        mapped.notes.append("visits carry no dates: they are in no figure of a period")
        return mapped


def _yes(column: ir.StringValue) -> ir.BooleanValue:
    word = column.lower()
    return ibis.cases((word.isin(("true", "1", "yes")), True), (word.isin(("false", "0", "no")), False),
                      else_=ibis.null("boolean"))  # fmt: skip
