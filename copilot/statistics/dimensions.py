"""Dimensions: what figures can be split by, and where the value of each stands: order, product line or customer."""

from __future__ import annotations

import calendar
import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.errors import UnknownName
from copilot.statistics.periods import Unit

UNKNOWN: Final = "unknown"
NO_CUSTOMER: Final = "no customer"
NO_CODE: Final = "no code"
RETURNED: Final = "return documents"
ATTRIBUTE: Final = "attribute:"
LAST_NUMBER: Final = 5  # the fifth order and all later ones are one group
Reader = Callable[[ir.Table], ir.Value]


@dataclass(frozen=True)
class Dimension:
    """`order`, `person`: the value in a row of the documents or of the customer table, None where it has none.

    `item`: the column of a product line. `field`: a field of segment rules (RFM group, stage ...) that holds it.
    `placed`: needs the order's place among its customer's orders. `unit`: the calendar unit of a time series;
    `time`: sorts by itself.
    """

    name: str
    label: str
    order: Reader | None = None
    person: Reader | None = None
    item: str | None = None
    field: str | None = None
    placed: bool = False
    unit: Unit | None = None
    time: bool = False

    @property
    def of_customers(self) -> bool:
        """True if every customer has one value of it."""
        return self.person is not None or self.field is not None or self.name.startswith(ATTRIBUTE)


def _field(name: str) -> Reader:
    return lambda rows: rows[name]


def _quarter(time: str) -> Reader:
    return lambda rows: rows[time].year().cast("string") + "-Q" + rows[time].quarter().cast("string")


def _weekday(time: str) -> Reader:
    """Monday first, so that the text sorts as the week runs."""
    return lambda rows: rows[time].day_of_week.index().cast("string")


def _week(time: str) -> Reader:
    """The Monday of the week."""
    return lambda rows: rows[time].date().truncate("W").strftime("%Y-%m-%d")


def _dated(pattern: str) -> Callable[[str], Reader]:
    return lambda time: lambda rows: rows[time].strftime(pattern)


def _code(column: str) -> Reader:
    """Most orders have no code; that is no missing value."""
    return lambda rows: rows[column].nullif("").fill_null(NO_CODE)


def _flag(column: str) -> Reader:
    return lambda rows: ibis.cases((rows[column], "yes"), (~rows[column], "no"))


def _number(rows: ir.Table) -> ir.Value:
    """1 to 4, "5+"; documents without a place say why."""
    place = ibis.least(rows.place + 1, LAST_NUMBER)
    text = ibis.ifelse(rows.place >= LAST_NUMBER - 1, f"{LAST_NUMBER}+", place.cast("string"))
    return _why_not(rows, text)


def _newness(rows: ir.Table) -> ir.Value:
    return _why_not(rows, ibis.ifelse(rows.place == 0, "new", "returning"))


def _why_not(rows: ir.Table, text: ir.Value) -> ir.Value:
    return ibis.cases(
        (rows.kind == "return", RETURNED), (rows.customer_key.isnull(), NO_CUSTOMER), (rows.place.notnull(), text)
    )


def _time() -> list[Dimension]:
    made: tuple[tuple[str, str, Callable[[str], Reader], Unit | None], ...] = (
        ("day", "Day", _dated("%Y-%m-%d"), "day"),
        ("week", "Week beginning", _week, "week"),
        ("month", "Month", _dated("%Y-%m"), "month"),
        ("quarter", "Quarter", _quarter, "quarter"),
        ("year", "Year", _dated("%Y"), "year"),
        ("weekday", "Weekday", _weekday, None),
        ("hour", "Hour", _dated("%H"), None),
    )
    return [
        Dimension(name, label, read("ordered_at"), read("first_at"), unit=unit, time=True)
        for name, label, read, unit in made
    ]


def dimensions() -> dict[str, Dimension]:
    """All declared dimensions by name; `attribute:<name>` stands for any attribute the shop gave its customers.

    For figures of customers, place is the customer's latest, and channel, source, device, discount and time are
    those of the first order.
    """
    plain = [Dimension(name, name.capitalize(), _field(name), _field(name)) for name in ("country", "region", "city")]
    touched = [
        Dimension(name, name.capitalize(), _field(name), _field(f"first_{name}"))
        for name in ("channel", "source", "device")
    ]
    of_order = [
        Dimension("discount_code", "Discount code", _code("discount_code"), _code("first_code")),
        Dimension("discounted", "Discounted", _flag("discounted"), _flag("first_discounted")),
        *(Dimension(name, label, _field(name)) for name, label in
          (("currency", "Currency"), ("status", "Payment status"), ("tags", "Tags of the order"))),
        Dimension("order_number", "Order of the customer", _number, placed=True),
        Dimension("new_or_returning", "New or returning", _newness, placed=True),
    ]  # fmt: skip
    items = [
        Dimension("category", "Category", person=_field("first_category"), item="category"),
        Dimension("product", "Product", person=_field("first_product"), item="product"),
        Dimension("sku", "SKU", item="sku"),
        Dimension("vendor", "Vendor", item="vendor"),
    ]
    first = [
        Dimension(f"first_{name}", f"First {name}", person=_field(f"first_{name}"))
        for name in ("channel", "source", "device", "category", "product", "month", "country")
    ]
    of_customer = [
        *first,
        Dimension("first_discounted", "First order discounted", person=_flag("first_discounted")),
        Dimension("email_consent", "E-mail consent", person=_flag("email_consent")),
        Dimension("customer_tags", "Tags of the customer", person=_field("tags")),
        *(Dimension(name, label, field=name) for name, label in
          (("rfm_group", "RFM group"), ("klaviyo_group", "Klaviyo-style RFM group"), ("stage", "Journey stage"),
           ("substage", "Journey sub-stage"), ("activity", "Activity"))),
    ]  # fmt: skip
    return {one.name: one for one in (*plain, *touched, *_time(), *of_order, *items, *of_customer)}


def dimension(name: str) -> Dimension:
    """The dimension of that name; UnknownName with the nearest otherwise."""
    if name.startswith(ATTRIBUTE) and name.removeprefix(ATTRIBUTE).strip():
        return Dimension(name, name.removeprefix(ATTRIBUTE).strip().capitalize())
    known = dimensions()
    if name not in known:
        raise UnknownName("dimension", name, difflib.get_close_matches(name, known, n=3, cutoff=0.5))
    return known[name]


def as_text(column: ir.Value) -> ir.StringValue:
    """A value as a label; nothing and the empty text are `unknown`."""
    return column.cast("string").nullif("").fill_null(UNKNOWN)


_ORDINALS: Final = {"1": "1st order", "2": "2nd order", "3": "3rd order", "4": "4th order",
                    f"{LAST_NUMBER}+": f"{LAST_NUMBER}th order or later"}  # fmt: skip


def shown(name: str, text: str) -> str:
    """The label of one value for the screen, e.g. a weekday's name."""
    if name == "weekday" and text.isdigit():
        return calendar.day_name[int(text)]
    if name == "order_number":
        return _ORDINALS.get(text, text)
    return f"{text}:00" if name == "hour" and text.isdigit() else text
