"""Which column is which field: by name, checked against its cells; by the cells alone where there are no names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from copilot.data.corrections import FIELD_NAMES, NO_COLUMN
from copilot.data.formats.answered import named_columns
from copilot.data.formats.base import FIELDS
from copilot.data.formats.profile import ColumnProfile
from copilot.data.formats.synonyms import name_score
from copilot.data.report import Question

CLOSE: Final = 0.005
_WHO: Final = ("customer_id", "email", "phone", "full_name")
_AMOUNT: Final = ("line_total", "unit_price", "order_total", "subtotal", "order_gross")
KEY_FIELDS: Final = ("order_id", "ordered_at", "customer_id", "email", "unit_price", "line_total", "order_total")


@dataclass
class Recognised:
    """Field -> column with its confidence, and what two columns claim with equal right."""

    columns: dict[str, str] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)  # columns taken for what stands in them


def fits(name: str, column: ColumnProfile) -> float:
    """0 if the cells contradict the field, else a factor up to 1."""
    if column.filled == 0:
        return 0.0
    kind = FIELDS[name]
    if kind == "date":
        dates = max(column.dates, column.bare_dates if column.bare_dates > 0.9 else 0.0)
        return dates if dates > 0.5 else 0.0
    if name == "ordered_time":
        return 1.0 if column.times > 0.5 else 0.0
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
    found.questions.append(_which(name, options, profiles, "More than one fits equally well."))


def _which(name: str, options: tuple[str, ...], profiles: dict[str, ColumnProfile], why: str) -> Question:
    what = FIELD_NAMES.get(name, name.replace("_", " "))
    # Cells may identify somebody; only those of dates and numbers are shown.
    shown = tuple(
        f"{column}: {profiles[column].example}" for column in options if column in profiles and profiles[column].example
    )
    return Question(
        code=f"column_{name}", text=f"Which column holds the {what}? {why}", options=options, examples=shown
    )


def missing_by_content(profiles: dict[str, ColumnProfile], found: Recognised, answers: dict[str, str]) -> None:
    """Fill in the date, and ask for the customer or the amount, of orders whose names say nothing of them.

    One date column there is taken for it. For the rest the user is asked, one question at a time: an amount that is
    none would be worse than no amount.
    """
    free = {c: p for c, p in profiles.items() if c not in found.columns.values() and p.filled}
    unsaid = [name for name in ("ordered_at", *_AMOUNT, *_WHO) if answers.get(f"column_{name}") == NO_COLUMN]
    if "ordered_at" not in found.columns and "ordered_at" not in unsaid:
        dated = [c for c, p in free.items() if p.dates > 0.95]
        if len(dated) == 1:
            found.columns["ordered_at"], found.confidence["ordered_at"] = dated[0], 0.6
            found.guessed.append(dated[0])
            del free[dated[0]]
        elif dated:
            found.questions.append(_which("ordered_at", tuple(dated), profiles, "No name says it."))
    if found.questions or "ordered_at" not in found.columns:
        return
    if not any(name in found.columns or name in unsaid for name in _WHO):
        coded = [c for c, p in free.items() if p.emails > 0.9 or (_code(p) and 0.01 < p.distinct < 0.98)]
        if coded:
            options = (*coded, NO_COLUMN)
            why = f"No name says it; {NO_COLUMN!r} if none does."
            found.questions.append(_which("customer_id", options, profiles, why))
            return
    if not any(name in found.columns or name in unsaid for name in _AMOUNT):
        money = [c for c, p in free.items() if p.numbers > 0.95 and p.whole < 0.9 and p.dates < 0.1]
        if money:
            options = (*money, NO_COLUMN)
            why = f"No name says it; {NO_COLUMN!r} if none does."
            found.questions.append(_which("line_total", options, profiles, why))


def _code(column: ColumnProfile) -> bool:
    """True if the cells may be numbers or codes of customers."""
    return (
        column.dates < 0.1
        and column.times < 0.1
        and (column.whole > 0.95 or column.numbers < 0.1)
        and column.length < 24
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
    take("ordered_at", [c for c, p in free.items() if p.dates > 0.95])
    take("line_total", [c for c, p in free.items() if p.numbers > 0.95 and p.whole < 0.9])
    ids = [c for c, p in free.items() if p.whole > 0.95 and (p.padded > 0.01 or p.distinct > 0.05)]
    own = [c for c in ids if profiles[c].distinct > 0.98]
    if len(own) == 1 < len(ids):  # a number of its own on each row, beside one that comes back
        take("order_id", own)
        ids.remove(own[0])
    take("customer_id", ids)
    take("quantity", [c for c, p in free.items() if p.whole > 0.95 and p.distinct < 0.05 and (p.largest or 0) < 10_000])
    return found
