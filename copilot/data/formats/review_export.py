"""What exports of review apps share: their columns, reviews marked as spam, and reviewers' own data that is dropped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import cell, only
from copilot.data.formats.lists import fill_list
from copilot.data.formats.personal import personal, told
from copilot.data.formats.platform import Columns, Signature, field_map

SPAM: Final = ("spam", "rejected", "flagged as spam")


@dataclass(frozen=True)
class ReviewExport:
    """The export of a review app: the format as the registry sees it. `marked`: the column that tells spam."""

    name: str
    columns: Columns
    header: Signature
    also: tuple[Signature, ...] = field(default=())
    marked: tuple[str, ...] = ()

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when the header is this app's."""
        return max(header.confidence(columns) for header in (self.header, *self.also))

    def map(self, upload: Upload) -> Mapped:
        """One review a row; e-mail and name join it to a customer and stay apart from its text."""
        spam = 0
        if self.marked:
            upload, spam = only(upload, ~cell(upload, *self.marked).lower().isin(SPAM).fill_null(False))
        fields, mapped = field_map(upload, self.columns, self.name, "feedback")
        if mapped.questions:
            return mapped
        fill_list(upload, fields, "reviews", mapped)
        mapped.note("spam", spam, "reviews marked as spam", "set aside")
        used = {column for more in (fields.columns.values(), *fields.also.values()) for column in more}
        private = personal(upload, [column for column in upload.raw.columns if column not in used])
        mapped.note("personal_columns", len(private), f"columns about the person ({told(sorted(private))})",
            "not kept")  # fmt: skip
        return mapped
