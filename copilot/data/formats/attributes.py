"""Further columns about customers -> attributes the shop gave: few different values as they are, numbers in bands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import ibis
import ibis.expr.types as ir
from ibis import selectors as s

from copilot.data import cleaning
from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload, conform
from copilot.data.formats.personal import personal, told
from copilot.data.formats.profile import ColumnProfile
from copilot.data.formats.synonyms import normal
from copilot.data.moments import ANY_DATE
from copilot.data.privacy import scrub
from copilot.data.quality import one
from copilot.data.reading import ROW

MOST_COLUMNS: Final = 60
MOST_VALUES: Final = 40  # different texts a column may have
SHARED: Final = 2  # customers a text must have in the mean: what is one person's alone may be that person's name
MOST_NUMBERS: Final = 15  # different numbers that are kept as they are; more are cut into bands
LONGEST: Final = 60  # characters of a value, in the mean
FAR: Final = 5  # times the 99th percentile, from which a number is no fact about a person but a slip
OLDEST: Final = 110  # years of age
ORDER_VALUES: Final = 20
CONSTANT: Final = 0.99  # of the customers with several orders who must have one value only
LEAST_CUSTOMERS: Final = 10  # with several orders, from which constancy means something
_BORN: Final = re.compile(r"^(?:year (?:of )?birth|birth ?year|year born|geburtsjahr)$")
_CODE: Final = re.compile(r"\b(?:id|ids|key|uuid|guid|token|hash|code|index|number|no|nr|leid|euid)$|^column \d+$|^$")
_NUMBER: Final = r"^[-+]?\d[\d.,' ]*%?$"
_SLIPS_SHARE: Final = 0.005


@dataclass
class _Shaped:
    """Columns that became attributes, and what is worth saying about the others."""

    values: dict[str, ir.Value]
    bands: list[str]
    slips: list[str]
    slip_count: int
    left: list[str]


@dataclass(frozen=True)
class Look:
    """What stands in a column: filled cells, different values, shares that are numbers or dates, mean length."""

    filled: int
    different: int
    numbers: float
    dates: float
    length: float


def looks(upload: Upload, columns: Iterable[str]) -> dict[str, Look]:
    """A look at each of the columns, of all rows."""
    asked = list(columns)
    measures: dict[str, ir.Value] = {}
    for i, column in enumerate(asked):
        cell = upload.table[column]
        measures |= {
            f"{i}_filled": cell.count(), f"{i}_different": cell.nunique(), f"{i}_length": cell.length().mean(),
            f"{i}_numbers": cell.re_search(_NUMBER).cast("float64").mean(),
            f"{i}_dates": cell.re_search(ANY_DATE).cast("float64").mean(),
        }  # fmt: skip
    row = one(upload.table.aggregate(**measures)) if measures else {}
    names = ("filled", "different", "numbers", "dates", "length")
    return {column: Look(*(row[f"{i}_{name}"] or 0 for name in names)) for i, column in enumerate(asked)}


def add_attributes(upload: Upload, rows: ir.Table, further: Iterable[str], mapped: Mapped) -> None:
    """Make `further` columns attributes of the customers in `rows` (columns __row and customer_key).

    Personal columns, codes, dates and long texts are left out and named.
    """
    seen = {column: look for column, look in looks(upload, further).items() if look.filled}
    private = personal(upload, seen)
    kept = {column: look for column, look in seen.items() if column not in private}
    shaped = _shape(upload, dict(list(kept.items())[:MOST_COLUMNS]))
    names = list(shaped.values)
    if names:
        mapped.tables["customer_attributes"] = _long(upload, rows, shaped.values)
    mapped.note("attributes", len(names), f"further columns about customers ({told(names[:12])})",
        "kept as customer attributes")  # fmt: skip
    mapped.note("bands", len(shaped.bands), f"of them with many different numbers ({told(shaped.bands[:12])})",
        "cut into four bands of about equal size")  # fmt: skip
    mapped.note("implausible", shaped.slip_count, f"values that can hardly be true ({'; '.join(shaped.slips)})",
        "left empty")  # fmt: skip
    mapped.note("personal_columns", len(private), f"columns about the person ({told(sorted(private))})",
        "not kept")  # fmt: skip
    mapped.note("columns_left", len(shaped.left), f"columns of dates, codes or texts ({told(shaped.left[:12])})",
        "not used")  # fmt: skip


def constant_per_customer(
    upload: Upload, profiles: dict[str, ColumnProfile], lines: ir.Table, used: Iterable[str], mapped: Mapped
) -> None:
    """Columns of an orders file that are the same on all orders of a customer: attributes of the customer.

    `lines` has __row, customer_key and order_id. Conservative: few different values, one value for 99 % of the
    customers who have several orders, at least ten such customers, nothing personal.
    """
    taken = set(used)
    near = [
        column
        for column, p in profiles.items()
        if column not in taken and p.filled and p.length <= LONGEST and p.dates < 0.5
        and p.distinct * p.filled <= ORDER_VALUES and not _CODE.search(normal(column)) and p.numbers < 0.5
    ]  # fmt: skip
    near = [column for column in near if column not in personal(upload, near)]
    if not near or "customer_key" not in lines.columns:
        return
    cells = upload.table.select(ROW, **{f"c{i}": upload.table[column] for i, column in enumerate(near)})
    known = lines.filter(lines.customer_key.notnull()).select(ROW, "customer_key", "order_id").join(cells, ROW)
    people = known.group_by("customer_key").aggregate(
        orders=known.order_id.nunique(), **{f"n{i}": known[f"c{i}"].nunique() for i in range(len(near))}
    )
    several = people.orders > 1
    counts = one(
        people.aggregate(
            several=several.sum(),
            **{f"one{i}": (several & (people[f"n{i}"] <= 1)).sum() for i in range(len(near))},
            **{f"two{i}": (several & (people[f"n{i}"] > 1)).sum() for i in range(len(near))},
        )
    )
    values = one(known.aggregate(**{f"v{i}": known[f"c{i}"].nunique() for i in range(len(near))}))
    total = counts["several"] or 0
    chosen = [
        column
        for i, column in enumerate(near)
        if total >= LEAST_CUSTOMERS and 2 <= values[f"v{i}"] <= ORDER_VALUES and counts[f"one{i}"] >= CONSTANT * total
    ]
    if not chosen:
        return
    mapped.tables["customer_attributes"] = _long(
        upload, known, {column: scrub(upload.table[column]) for column in chosen}
    )
    for column in chosen:
        differing = counts[f"two{near.index(column)}"]
        told_more = f"; {differing:,} customers have several values, the last one counts" if differing else ""
        mapped.note("attribute", values[f"v{near.index(column)}"],
            f"values in {column!r}, the same on all orders of a customer{told_more}",
            f"{column} kept as a customer attribute")  # fmt: skip


def _long(upload: Upload, rows: ir.Table, values: dict[str, ir.Value]) -> ir.Table:
    """One row a customer and attribute, the value of the last row that has one."""
    cells = upload.table.select(ROW, **{f"v{i}": value for i, value in enumerate(values.values())})
    joined = rows.filter(rows.customer_key.notnull()).select(ROW, "customer_key").join(cells, ROW)
    each = joined.group_by("customer_key").aggregate(
        **{name: joined[f"v{i}"].argmax(joined[ROW], where=joined[f"v{i}"].notnull()) for i, name in enumerate(values)}
    )
    long = held(upload.engine, each).pivot_longer(~s.cols("customer_key"), names_to="name", values_to="value")
    return conform(long.filter(long["value"].notnull()), "customer_attributes")


def _shape(upload: Upload, columns: dict[str, Look]) -> _Shaped:
    """Each column as a text of few different values, where it can be."""
    shaped = _Shaped({}, [], [], 0, [])
    rows = int(upload.table.count().execute()) if columns else 0
    for column, look in columns.items():
        if look.different == 1 and look.filled == rows:
            continue  # the same for everybody says nothing about anybody
        if _BORN.match(normal(column)):
            _decades(upload, column, shaped)
        elif (look.dates > 0.5 and look.numbers < 0.9) or _CODE.search(normal(column)):
            shaped.left.append(column)
        elif look.numbers > 0.9 and look.different > MOST_NUMBERS:
            _banded(upload, column, shaped)
        elif look.different <= MOST_VALUES and look.length <= LONGEST and look.filled >= SHARED * look.different:
            shaped.values[column] = scrub(upload.table[column].re_replace(r"^(-?\d+)\.0+$", r"\1"))
        else:
            shaped.left.append(column)
    return shaped


def _decades(upload: Upload, column: str, shaped: _Shaped) -> None:
    """A year of birth as its decade: the year itself is closer to the person than any figure needs."""
    year = upload.table[column].re_extract(r"^(\d{4})(?:\.0+)?$", 1).try_cast("int64")
    now = datetime.now(tz=UTC).year
    odd = (year < now - OLDEST) | (year > now)
    count = one(upload.table.aggregate(n=odd.sum()))["n"] or 0
    if count:
        shaped.slips.append(f"{column!r}: {_examples(upload.table.filter(odd).select(v=year))}")
        shaped.slip_count += count
    decade = ((year // 10) * 10).cast("string") + ibis.literal("s")
    shaped.values[column] = ibis.ifelse(odd, ibis.null("string"), decade)


def _banded(upload: Upload, column: str, shaped: _Shaped) -> None:
    """A number as one of four bands cut at the quartiles; what lies far beyond all others is a slip."""
    style, _ = cleaning.decimal_style(upload.table, column)
    value = cleaning.number(upload.table[column], style).cast("float64")
    cut = one(
        upload.table.aggregate(
            a=value.quantile(0.25), b=value.quantile(0.5), c=value.quantile(0.75), high=value.quantile(0.99),
            n=value.count(),
        )
    )  # fmt: skip
    far = value > FAR * cut["high"] if cut["high"] and cut["high"] > 0 else ibis.literal(False)
    beyond = one(upload.table.aggregate(n=far.sum()))["n"] or 0
    if beyond and beyond <= max(1, _SLIPS_SHARE * cut["n"]):
        shaped.slips.append(f"{column!r}: {_examples(upload.table.filter(far).select(v=value))}")
        shaped.slip_count += beyond
        value = ibis.ifelse(far, ibis.null("float64"), value)
    edges = sorted({cut["a"], cut["b"], cut["c"]} - {None})
    digits = 0 if edges and (edges[-1] - edges[0] >= 10 or all(e == int(e) for e in edges)) else 2
    edges = sorted({round(edge, digits) for edge in edges})
    words = [f"{edge:,.{digits}f}" for edge in edges]
    branches: list[tuple[Any, Any]] = [(value < edges[0], f"under {words[0]}")]
    branches += [(value < high, f"{words[i]} to under {words[i + 1]}") for i, high in enumerate(edges[1:])]
    branches.append((value >= edges[-1], f"{words[-1]} and more"))
    shaped.values[column] = ibis.cases(*branches, else_=ibis.null("string"))
    shaped.bands.append(column)


def _examples(values: ir.Table) -> str:
    rows = values.distinct().order_by("v").limit(3).to_pyarrow()["v"].to_pylist()
    return ", ".join(f"{row:,.0f}" if row >= 10_000 else f"{row:g}" for row in rows)
