"""What fixed platform formats share: telling a header by its names, fields to columns, and an order export as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.answered import with_answers
from copilot.data.formats.base import FieldMap, Mapped, Upload, read_styles
from copilot.data.formats.dates import decide_dates
from copilot.data.formats.documents import LineOptions, build
from copilot.data.formats.statuses import plain, strange
from copilot.data.moments import DateOrder
from copilot.data.quality import TOLERANCE, one, order_findings
from copilot.data.reading import ROW
from copilot.data.tables import MONEY

Columns = Mapping[str, tuple[str, ...]]
_NAMED: Final = 5  # statuses or zones named in a message


@dataclass(frozen=True)
class Signature:
    """Which names tell a format: all of `all_of`, at least `least` of `some_of`, none of `none_of`; lower case."""

    all_of: frozenset[str]
    some_of: frozenset[str]
    least: int
    none_of: frozenset[str]

    def confidence(self, columns: tuple[str, ...]) -> float:
        """1.0 or 0.0: a platform writes its header itself, so that it either is one or is not."""
        names = {" ".join(column.lower().split()) for column in columns}
        met = names >= self.all_of and len(names & self.some_of) >= self.least and not names & self.none_of
        return 1.0 if met else 0.0


def signature(*all_of: str, some: Iterable[str] = (), least: int = 0, none: Iterable[str] = ()) -> Signature:
    """A signature from names in any case.

    >>> signature("Order ID", some=("Qty", "SKU"), least=1).confidence(("order id", "sku"))
    1.0
    """
    return Signature(_lower(all_of), _lower(some), least, _lower(none))


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


@dataclass(frozen=True)
class OrderExport:
    """An export of orders or order lines: the format as the registry sees it.

    `columns`: field -> the names its column may have, the best first; a later one fills in where the first is empty.
    The second of two columns of one name is `name (2)`.
    """

    name: str
    columns: Columns
    header: Signature
    options: LineOptions = field(default_factory=LineOptions)
    notes: tuple[str, ...] = ()  # what a reader of figures must know of every file of this format
    date_order: DateOrder | None = None  # how the platform writes dates everywhere, so that it need not be asked

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when the header is this platform's."""
        return self.header.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Rows to orders and items, as `options` say."""
        fields, mapped = field_map(upload, self.columns, self.name, "orders", self.date_order)
        if mapped.questions:
            return mapped
        mapped.notes += self.notes
        report_orders(upload, fields, self.options, mapped)
        return mapped


def report_orders(upload: Upload, fields: FieldMap, options: LineOptions, mapped: Mapped) -> ir.Table:
    """Build orders and items into `mapped` and say what was found; gives back the lines."""
    lines = build(upload, fields, options, mapped)
    order_findings(upload, fields, lines, mapped)
    _status_findings(lines, options, mapped)
    if fields.has("order_total", "taxes"):
        _tax_findings(lines, mapped)
    return lines


def field_map(
    upload: Upload, names: Columns, format_name: str, role: str, date_order: DateOrder | None = None
) -> tuple[FieldMap, Mapped]:
    """The columns of a fixed format that this file has (any case), with styles and dates decided for each.

    `date_order` is the platform's own: it settles dates such as 03/04/24 that neither the file nor the user settles.
    """
    if date_order is not None:
        upload = replace(upload, answers={"date_order": date_order, **upload.answers})
    present = {" ".join(column.lower().split()): column for column in reversed(upload.raw.columns)}
    found = {
        field: [present[n.lower()] for n in candidates if n.lower() in present] for field, candidates in names.items()
    }
    columns = {field: there[0] for field, there in found.items() if there}
    also = {field: tuple(there[1:]) for field, there in found.items() if len(there) > 1}
    columns = with_answers(upload.answers, columns, upload.raw.columns)
    also = {field: more for field, more in also.items() if columns.get(field) == found[field][0]}
    styles, problems = read_styles(upload, columns)
    dates, questions = decide_dates(upload, columns)
    for position in range(max((len(more) for more in also.values()), default=0)):
        more = {field: there[position] for field, there in also.items() if len(there) > position}
        styles |= read_styles(upload, more)[0]
        dates |= decide_dates(upload, more)[0]
    mapped = Mapped(format=format_name, role=role, problems=problems, questions=questions, columns=columns)
    fields = FieldMap(columns, also, styles, dates)
    if not questions:
        _zone_findings(upload, fields, mapped)
    return fields, mapped


def account_key(account: ir.StringValue, platform: str) -> ir.StringValue:
    """A customer id from a user name on a platform, in a form that is never shown on screen as a customer number."""
    key: ir.StringValue = ibis.literal(f"{platform}:") + account.strip().lower().nullif("")
    return key


def _zone_findings(upload: Upload, fields: FieldMap, mapped: Mapped) -> None:
    """Name the time zones of a file; with several of them times of different rows cannot be compared to the hour."""
    column = fields.columns.get("ordered_zone")
    if column is None:
        return
    zones = _values(upload.table.select(zone=upload.table[column].strip()), "zone")
    if len(zones) == 1:
        mapped.notes.append(f"times are in the zone the file names: {zones[0]}")
    mapped.note("time_zones", len(zones) if len(zones) > 1 else 0, f"time zones ({', '.join(zones[:_NAMED])})",
        "times kept as written: the day of an order may be one off")  # fmt: skip


def _status_findings(lines: ir.Table, options: LineOptions, mapped: Mapped) -> None:
    """Statuses nobody has told us the meaning of (a shop can make its own)."""
    stated = lines.filter(lines.status.notnull()).select(status=plain(lines.status), order_id=lines.order_id)
    odd = strange(_values(stated, "status"), options.statuses)
    if not odd:
        return
    unknown = stated.filter(stated.status.isin(odd))
    count = int(unknown.select("order_id").distinct().count().execute())
    mapped.note("unknown_status", count, f"orders with a status that is not known ({', '.join(odd[:_NAMED])})",
        "counted as sales; say so if they are not")  # fmt: skip


def _tax_findings(lines: ir.Table, mapped: Mapped) -> None:
    """Say so where prices hold tax: then sales do as well, and the stated tax is a part of them, not on top."""
    kept, zero = lines.filter(lines.set_aside.isnull()), ibis.literal(0).cast(MONEY)
    names = ("order_discount", "shipping", "taxes", "order_total")
    once = {name: kept[name].argmin(kept[ROW], where=kept[name].notnull()) for name in names}
    orders = kept.group_by("order_id").aggregate(goods=kept.gross.sum(), off=kept.discount.sum(), **once)
    orders = orders.filter((orders.taxes > 0) & (orders.goods > 0))
    given = ibis.coalesce(orders.order_discount.abs(), orders.off, zero)
    within = orders.goods - given + ibis.coalesce(orders.shipping, zero) - orders.order_total
    found = one(
        orders.aggregate(
            taxed=orders.count(), inside=(within.abs() <= TOLERANCE).sum(),
            on_top=((within + orders.taxes).abs() <= TOLERANCE).sum(),
        )
    )  # fmt: skip
    if found["taxed"] and (found["inside"] or 0) > found["taxed"] / 2 and found["inside"] > (found["on_top"] or 0):
        mapped.note("tax_in_prices", found["inside"], "orders whose prices include tax", "sales include that tax")
        mapped.notes.append("prices include tax: sales figures hold it")


def _values(table: ir.Table, name: str) -> list[str]:
    """The different values of a column, most frequent first."""
    counts = table.filter(table[name].notnull()).group_by(name).aggregate(n=lambda rows: rows.count())
    return [str(row[name]) for row in counts.order_by(ibis.desc("n"), name).limit(200).to_pyarrow().to_pylist()]
