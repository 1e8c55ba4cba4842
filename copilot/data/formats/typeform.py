"""Typeform responses: a column a question, of a multiple choice a column for each choice."""

from __future__ import annotations

import re
from typing import Final

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import cell, column, only
from copilot.data.formats.forms import fill_form, ticked, together
from copilot.data.formats.platform import Columns, signature

COLUMNS: Final[Columns] = {
    "feedback_id": ("#", "Token", "Response ID"),
    "given_at": ("Submit Date (UTC)", "Submitted At", "Start Date (UTC)"),
}
_OWN: Final = frozenset((
    "#", "token", "response id", "response type", "start date (utc)", "stage date (utc)", "submit date (utc)",
    "submitted at", "network id", "tags", "ending", "score",
))  # fmt: skip
_HEADERS: Final = (
    signature("submit date (utc)", some=("network id", "#", "start date (utc)", "response type"), least=1),
    signature("submitted at", "token"),
)
_SHOWN: Final = 60


class Typeform:
    """The format as the registry sees it."""

    name = "Typeform responses"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for Typeform's own columns beside the questions."""
        return max(header.confidence(columns) for header in _HEADERS)

    def map(self, upload: Upload) -> Mapped:
        """Completed responses only; boxes of one question that stand side by side become one question."""
        partial = 0
        if column(upload, "Response Type") is not None:
            done = cell(upload, "Response Type").lower().isin(("completed", "complete")).fill_null(True)
            upload, partial = only(upload, done)
        upload, hidden = _choices(upload)
        mapped = fill_form(upload, COLUMNS, self.name, hidden)
        mapped.note("partial", partial, "responses that were not finished", "set aside")
        return mapped


def _choices(upload: Upload) -> tuple[Upload, list[str]]:
    """Side by side columns whose cells hold nothing but the column's own name, as one question each."""
    own = [name for name in upload.raw.columns if name.lower() not in _OWN]
    boxes = ticked(upload, own, [re.sub(r" \(\d+\)$", "", name) for name in own])
    groups: list[list[str]] = [[]]
    for name, box in zip(own, boxes, strict=True):
        if box:
            groups[-1].append(name)
        elif groups[-1]:
            groups.append([])
    hidden: list[str] = []
    for group in groups:
        if len(group) > 1:
            label = " / ".join(group)
            short = label if len(label) <= _SHOWN else label[: _SHOWN - 3] + "..."
            upload = together(upload, f"Choice of {short}", group)
            hidden += group
    return upload, hidden
