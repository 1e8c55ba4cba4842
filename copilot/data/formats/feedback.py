"""Reviews and answers of surveys -> feedback: scrubbed texts, ratings, and answers as attributes of known customers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held, sha256
from copilot.data.formats.attributes import add_attributes, looks
from copilot.data.formats.base import FieldMap, Mapped, Upload, conform
from copilot.data.formats.checks import usable_rows
from copilot.data.formats.personal import personal, told
from copilot.data.formats.synonyms import normal
from copilot.data.privacy import identities, scrub
from copilot.data.reading import ROW

# Columns of a form that are neither answers nor personal.
_NO_QUESTION: Final = frozenset((
    "id", "", "tags", "response type", "collector id", "date created", "date modified", "start date", "end date",
    "start date utc", "stage date utc", "submit date utc", "submitted at", "token", "ending", "custom data 1",
    "status", "progress", "duration in seconds", "finished", "recorded date", "response id", "respondent id",
    "distribution channel", "user language", "column 1", "email consent", "started at", "completion time",
    "start time", "last modified time", "network id",
))  # fmt: skip
CHOICES: Final = 12  # different answers up to which a question also sorts customers
LONGEST_CHOICE: Final = 40  # characters, in the mean
_ZONE: Final = r"\s*(?:GMT|UTC)\s*[+-]\d{1,2}(?::?\d{2})?$"


def feedback_id(upload: Upload, table: ir.Table, suffix: ir.StringValue | str = "") -> ir.StringValue:
    """The file's own id of the row, else a stable one made from its cells."""
    cells = ibis.literal(upload.salt) + table.cells + ibis.literal("\x1f") + table.nth.cast("string")
    return ibis.coalesce(table.feedback_id, ibis.literal("f-") + sha256(cells).substr(0, 10)) + suffix


def fill_reviews(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    """One feedback row a review with a text or a rating."""
    usable = table.body.notnull() | table.title.notnull() | table.rating.notnull()
    good = usable_rows(upload, table, usable, mapped, "rows without text and rating")
    words = ibis.ifelse(
        good.title.notnull() & good.body.notnull(), good.title + ibis.literal(". ") + good.body,
        ibis.coalesce(good.body, good.title),
    )  # fmt: skip
    largest = good.rating.max().over(ibis.window())
    scale = ibis.ifelse(largest <= 5, ibis.literal(5.0), ibis.literal(10.0))
    good = good.mutate(
        feedback_id=feedback_id(upload, good),
        kind=ibis.literal("review"),
        product=ibis.coalesce(good["product"], good.sku),
        text=_without_author(scrub(words), good),
        rating_max=ibis.ifelse(good.rating.notnull(), scale, ibis.null("float64")),
    )
    mapped.tables["feedback"] = conform(good, "feedback")
    mapped.identities = held(upload.engine, identities(good, upload.salt))


def _without_author(text: ir.StringValue, table: ir.Table) -> ir.StringValue:
    """The text without the reviewer's own name as the file gives it; known customers are masked on assembly."""
    for name in (table.full_name, table.first_name, table.full_name.re_extract(r"^(\S{3,})", 1)):
        usable = ibis.coalesce(name.length() >= 3, ibis.literal(False))
        text = ibis.ifelse(usable, text.replace(ibis.coalesce(name, "[name]"), "[name]"), text)
    return text


def questions_of(upload: Upload, fields: FieldMap, mapped: Mapped) -> list[str]:
    """The columns that are questions: not used for a field, not the form's own, and not a person's data (said)."""
    used = set(fields.columns.values()) | {column for more in fields.also.values() for column in more}
    asked = [column for column in upload.raw.columns if column not in used and normal(column) not in _NO_QUESTION]
    private = personal(upload, asked)
    mapped.note("personal_columns", len(private), f"columns about the person ({told(sorted(private))})",
        "not kept")  # fmt: skip
    return [column for column in asked if column not in private]


def fill_survey(upload: Upload, asked: Iterable[str], table: ir.Table, mapped: Mapped) -> None:
    """One feedback row an answer to the questions `asked`; a response without any answer is set aside.

    Where respondents are known customers, answers of few different values become their attributes too.
    """
    questions = list(asked)
    cells = upload.table.select(
        upload.table[ROW], **{f"q{i}": upload.table[c].strip().nullif("") for i, c in enumerate(questions)}
    )
    joined = table.join(cells, ROW).select(*table.columns, *[f"q{i}" for i in range(len(questions))])
    answered = ibis.or_(
        ibis.literal(False), ibis.literal(False), *[joined[f"q{i}"].notnull() for i in range(len(questions))]
    )
    good = usable_rows(upload, joined, answered, mapped, "responses without any answer")
    parts = []
    for i, question in enumerate(questions):
        part = good.filter(good[f"q{i}"].notnull())
        answer = part.mutate(
            feedback_id=feedback_id(upload, part, f"-{i + 1}"),
            kind=ibis.literal("survey"),
            product=ibis.null("string"),
            question=ibis.literal(question),
            rating=_as_rating(part[f"q{i}"]),
            text=scrub(part[f"q{i}"]),
        )
        parts.append(conform(answer, "feedback"))
    if not parts:
        return
    mapped.tables["feedback"] = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    mapped.identities = held(upload.engine, identities(good, upload.salt))
    _traits(upload, questions, good, mapped)


def _traits(upload: Upload, questions: list[str], good: ir.Table, mapped: Mapped) -> None:
    """Choices of respondents who are known customers, as their attributes."""
    if not int(good.filter(good.customer_key.notnull()).count().execute()):
        mapped.notes.append("answers name nobody: they are about all who answered, not about single customers")
        return
    seen = looks(upload, questions)
    chosen = [
        question
        for question, look in seen.items()
        if 0 < look.different <= CHOICES and look.length <= LONGEST_CHOICE and not _several(upload, question)
    ]
    if chosen:
        add_attributes(upload, good, chosen, mapped)


def _several(upload: Upload, question: str) -> bool:
    """True where a cell may hold several answers: those are counted as answers, not as one trait."""
    found = upload.table.aggregate(n=upload.table[question].contains(";").sum()).to_pyarrow().to_pylist()[0]["n"]
    return bool(found)


def _as_rating(cell: ir.StringValue) -> ir.Value:
    """A one- or two-digit answer is also a number (satisfaction, likelihood to recommend)."""
    return ibis.ifelse(cell.re_search(r"^\d{1,2}$"), cell.try_cast("float64"), ibis.null("float64"))


def without_zone(upload: Upload, column: str | None) -> Upload:
    """The upload with `GMT+5:30` cut off the times of a column: they are the form's own wall time."""
    if column is None:
        return upload
    plain = upload.table[column].re_replace(_ZONE, "")
    return replace(upload, table=upload.table.mutate(**{column: plain}))
