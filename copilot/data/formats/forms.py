"""What answers of form tools share: who answered, ticked boxes in columns of their own, several answers in a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held
from copilot.data.formats.base import WHO, Mapped, Upload, typed
from copilot.data.formats.computed import with_column
from copilot.data.formats.feedback import fill_survey, questions_of, without_zone
from copilot.data.formats.personal import personal_label
from copilot.data.formats.platform import Columns, field_map
from copilot.data.formats.synonyms import normal
from copilot.data.privacy import with_match_key
from copilot.data.reading import ROW

MOST_PARTS: Final = 20  # different choices of a question with several answers
SEVERAL: Final = 0.15  # share of cells with a comma from which a question may have several answers
LONGEST_CHOICE: Final = 40
_ADDRESS: Final = r"^\S+@\S+\.\S+$"
_NAMED: Final = (
    ("first_name", r"first name|vorname|prénom|prenom|given name"),
    ("last_name", r"last name|surname|nachname|family name|nom de famille"),
    ("full_name", r"\bname\b"),
)


def fill_form(upload: Upload, columns: Columns, name: str, hidden: Sequence[str] = ()) -> Mapped:
    """Answers of a form as feedback; `columns` are the tool's own, `hidden` are no questions (they were put together).

    A column of e-mail addresses or names, whatever the question, tells who answered and is no answer.
    """
    known = dict(columns)
    given = next((own for own in upload.raw.columns if own.lower() in {n.lower() for n in known["given_at"]}), None)
    upload = without_zone(upload, given)
    known |= _who(upload, known)
    fields, mapped = field_map(upload, known, name, "feedback")
    if mapped.questions:
        return mapped
    table = typed(upload, fields, tuple(dict.fromkeys((*WHO, "feedback_id", "given_at"))))
    table = held(upload.engine, with_match_key(table, upload.salt))
    asked = [question for question in questions_of(upload, fields, mapped) if question not in hidden]
    fill_survey(upload, asked, table, mapped)
    return mapped


def _who(upload: Upload, known: Columns) -> dict[str, tuple[str, ...]]:
    """Columns that tell who answered, by what stands in them or by their name."""
    cells = {f"c{i}": upload.table[own].re_search(_ADDRESS).cast("float64").mean() for i, own in _numbered(upload)}
    shares = upload.table.aggregate(**cells).to_pyarrow().to_pylist()[0]
    own = {name.lower() for names in known.values() for name in names}
    found: dict[str, tuple[str, ...]] = {}
    addresses = tuple(column for i, column in _numbered(upload) if (shares[f"c{i}"] or 0) > 0.5)
    if addresses:
        found["email"] = (*known.get("email", ()), *addresses)
    for column in upload.raw.columns:
        if column.lower() in own or not personal_label(column):
            continue
        field = next((field for field, words in _NAMED if re.search(words, normal(column))), None)
        if field is not None and field not in found and field not in known:
            found[field] = (column,)
    return found


def _numbered(upload: Upload) -> list[tuple[int, str]]:
    return list(enumerate(upload.raw.columns))


def ticked(upload: Upload, columns: Sequence[str], labels: Sequence[str]) -> list[bool]:
    """For each column whether its cells hold nothing but its label: a box that was ticked or not."""
    if not columns:
        return []
    measures: dict[str, ir.Value] = {}
    for i, (column, label) in enumerate(zip(columns, labels, strict=True)):
        cell = upload.table[column].strip().lower()
        measures |= {f"n{i}": cell.count(), f"same{i}": (cell == label.strip().lower()).sum()}
    row = upload.table.aggregate(**measures).to_pyarrow().to_pylist()[0]
    return [row[f"n{i}"] > 0 and row[f"n{i}"] == row[f"same{i}"] for i in range(len(columns))]


def together(upload: Upload, name: str, columns: Sequence[str]) -> Upload:
    """The upload with a question whose answers are the cells of several columns, `Tea; Pot`."""
    cells = ibis.array([upload.table[column] for column in columns])
    joined = cells.filter(lambda cell: cell.notnull()).join("; ").nullif("")
    return with_column(upload, name, joined)


def with_parted_choices(upload: Upload, columns: Sequence[str]) -> Upload:
    """The upload with `Tea, Pot` as `Tea; Pot` in questions whose answers are put together from few choices."""
    table = upload.table
    for column in columns:
        if _is_multiple(table, column):
            table = table.mutate(**{column: table[column].replace(", ", "; ")})
    return replace(upload, table=table)


def _is_multiple(table: ir.Table, column: str) -> bool:
    """True where enough cells hold commas and all of them are made of the same few short parts."""
    cell = table[column]
    counts = table.aggregate(n=cell.count(), commas=cell.contains(", ").sum()).to_pyarrow().to_pylist()[0]
    if not counts["n"] or (counts["commas"] or 0) < SEVERAL * counts["n"]:
        return False
    parts = table.filter(cell.notnull()).select(ROW, part=cell.split(", ").unnest())
    each = parts.group_by("part").aggregate(times=parts.count(), length=parts.part.length().max())
    found = each.aggregate(
        parts=each.count(), once=(each.times == 1).sum(), longest=each.length.max()
    ).to_pyarrow().to_pylist()[0]  # fmt: skip
    few = found["parts"] <= MOST_PARTS and found["longest"] <= LONGEST_CHOICE
    return bool(few and (found["once"] or 0) <= found["parts"] / 4)
