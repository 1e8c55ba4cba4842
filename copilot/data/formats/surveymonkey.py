"""SurveyMonkey responses: two header rows, the second with the answer options of each question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import cell, only, with_column
from copilot.data.formats.forms import fill_form, ticked, together
from copilot.data.formats.platform import Columns, signature
from copilot.data.reading import ROW

COLUMNS: Final[Columns] = {
    "feedback_id": ("Respondent ID",),
    "given_at": ("End Date", "Date Modified", "Start Date", "Date Created"),
    "email": ("Email Address",),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
}
_OWN: Final = frozenset((
    "respondent id", "collector id", "start date", "end date", "date created", "date modified", "ip address",
    "email address", "first name", "last name",
))  # fmt: skip
_PLAIN: Final = frozenset(("response", "open-ended response", "open ended response", ""))
_UNNAMED: Final = re.compile(r"^column \d+$")
_HEADER: Final = signature("respondent id", "collector id")


@dataclass
class _Question:
    """A question with the columns it covers."""

    text: str
    columns: list[str] = field(default_factory=list)


class SurveyMonkey:
    """The format as the registry sees it."""

    name = "SurveyMonkey responses"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for respondent and collector."""
        return _HEADER.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """One response a row; boxes of a question become one question, rows of a matrix one each."""
        options = _second_header(upload)
        upload, dropped = only(upload, cell(upload, "Respondent ID").notnull())
        hidden: list[str] = []
        for question in _questions(upload):
            labels = [options.get(name, "") for name in question.columns]
            boxes = ticked(upload, question.columns, labels)
            ticks = [name for name, box in zip(question.columns, boxes, strict=True) if box]
            if len(question.columns) < 2:
                continue
            hidden += question.columns
            if ticks:
                upload = together(upload, f"{question.text} (choices)", ticks)
            for name, label in zip(question.columns, labels, strict=True):
                if name not in ticks:
                    plain = label.strip().lower() in _PLAIN
                    text = f"{question.text} (text)" if plain else f"{question.text}: {label}"
                    upload = with_column(upload, text, upload.table[name])
        mapped = fill_form(upload, COLUMNS, self.name, hidden)
        mapped.note("second_header", dropped, "a second header row with the answer options", "read as such, no answer")
        return mapped


def _second_header(upload: Upload) -> dict[str, str]:
    """Column -> answer option, from the first row if it names no respondent."""
    table = upload.table
    first = table.order_by(ROW).limit(1).to_pyarrow().to_pylist()[0]
    own = next(name for name in upload.raw.columns if name.lower() == "respondent id")
    return {} if first[own] else {name: str(first[name]) for name in upload.raw.columns if first[name]}


def _questions(upload: Upload) -> list[_Question]:
    """Each question with its columns: those after it without a name of their own are its further options."""
    found: list[_Question] = []
    for name in upload.raw.columns:
        if name.lower() in _OWN or name.lower().startswith("custom data"):
            continue
        if _UNNAMED.match(name) and found:
            found[-1].columns.append(name)
        else:
            found.append(_Question(name, [name]))
    return found
