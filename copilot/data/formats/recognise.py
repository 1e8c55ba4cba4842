"""Which column is which field: by name, checked against its cells; by the cells alone where there are no names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from copilot.data.formats.answered import named_columns
from copilot.data.formats.base import FIELDS
from copilot.data.formats.profile import ColumnProfile
from copilot.data.formats.synonyms import name_score
from copilot.data.report import Question

CLOSE: Final = 0.005
KEY_FIELDS: Final = ("order_id", "ordered_at", "customer_id", "email", "unit_price", "line_total", "order_total")


@dataclass
class Recognised:
    """Field -> column with its confidence, and what two columns claim with equal right."""

    columns: dict[str, str] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


def fits(name: str, column: ColumnProfile) -> float:
    """0 if the cells contradict the field, else a factor up to 1."""
    if column.filled == 0:
        return 0.0
    kind = FIELDS[name]
    if kind == "date":
        return column.dates if column.dates > 0.5 else 0.0
    if kind == "money":
        if name == "discount_rate":
            return 1.0 if column.rate_like > 0.99 and (column.largest or 0) <= 1 else 0.0
        if name == "line_discount" and column.rate_like > 0.99:
            return 0.5
        if name == "rating":
            return 1.0 if column.numbers > 0.9 and (column.largest or 0) <= 10 else 0.0
        return column.numbers if column.numbers > 0.5 else 0.0
    if name == "email":
        return 1.0 if column.emails > 0.5 else 0.0
    if name in ("product", "category", "country", "city", "full_name", "body") and column.numbers > 0.9:
        return 0.0
    if name in ("customer_id", "order_id") and column.dates > 0.9 and column.whole < 0.9:
        return 0.0
    return 1.0


def by_name(profiles: dict[str, ColumnProfile], wanted: tuple[str, ...], answers: dict[str, str]) -> Recognised:
    """Assign columns to `wanted` fields, the best pair first; each column and each field once."""
    scores = sorted(
        (
            (name_score(name, column) * fits(name, profile), name, column)
            for name in wanted
            for column, profile in profiles.items()
        ),
        key=lambda entry: -entry[0],
    )
    found = Recognised()
    found.columns, without = named_columns(answers, profiles, wanted)
    found.confidence = dict.fromkeys(found.columns, 1.0)
    taken: set[str] = set(found.columns.values())
    for score, name, column in scores:
        if score < 0.5 or name in found.columns or name in without or column in taken:
            continue
        found.columns[name], found.confidence[name] = column, score
        taken.add(column)
    for name in KEY_FIELDS:
        _check_rivals(name, profiles, found, answers)
    return found


def _check_rivals(name: str, profiles: dict[str, ColumnProfile], found: Recognised, answers: dict[str, str]) -> None:
    """Ask when another free column has the same right to a key field, by a pattern rather than a plain name."""
    code = f"column_{name}"
    if name not in found.columns or answers.get(code) == found.columns[name]:
        return
    best = found.confidence[name]
    rivals = [
        column
        for column, profile in profiles.items()
        if column not in found.columns.values() and abs(name_score(name, column) * fits(name, profile) - best) < CLOSE
    ]
    if not rivals:
        return
    options = (found.columns[name], *rivals)
    if answers.get(code) in options:
        found.columns[name] = answers[code]
        return
    found.questions.append(
        Question(
            code=code,
            text=f"Which column holds the {name.replace('_', ' ')}? Two fit equally well.",
            options=options,
        )
    )


def by_content(profiles: dict[str, ColumnProfile]) -> Recognised:
    """A file without column names: the date, the amount, the customer and the quantity by what stands in the cells."""
    found = Recognised()
    free = dict(profiles)

    def take(name: str, candidates: list[str]) -> None:
        if candidates:
            found.columns[name], found.confidence[name] = candidates[0], 0.6
            del free[candidates[0]]

    take("email", [c for c, p in free.items() if p.emails > 0.9])
    take("ordered_at", [c for c, p in free.items() if p.dates > 0.95 and p.distinct < 0.999])
    take("line_total", [c for c, p in free.items() if p.numbers > 0.95 and p.whole < 0.9])
    ids = [c for c, p in free.items() if p.whole > 0.95 and (p.padded > 0.01 or p.distinct > 0.05)]
    take("customer_id", ids)
    take("quantity", [c for c, p in free.items() if p.whole > 0.95 and p.distinct < 0.05 and (p.largest or 0) < 10_000])
    return found
