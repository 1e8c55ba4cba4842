"""Text cells -> moments: the shapes of dates, the order of day and month in a column, and the shop's wall time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import ibis
import ibis.expr.types as ir

from copilot.data import months
from copilot.data.engine import regex_replace, try_strptime

DateOrder = Literal["day first", "month first"]

# Shapes of dates after trimming. A two-number start (03/04/2024) leaves day and month open.
ISO: Final = r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
COMPACT: Final = r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{2})?$"
OPEN: Final = r"^\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?(\d{4}|\d{2})\b"
_WEEKDAY: Final = r"(?i)^(?:\p{L}{2,}[.,]*\s+)?"
_DAY: Final = r"(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?"
_YEAR: Final = r"(\d{4}|'?\d{2})(?:\D.*)?$"
DAY_MONTH_NAME: Final = rf"{_WEEKDAY}{_DAY}[-/., ]*(?:de |of )?\s*({months.PATTERN})[-/., ]+(?:de |del )?{_YEAR}"
MONTH_NAME_DAY: Final = rf"{_WEEKDAY}({months.PATTERN})[-/. ]+{_DAY}[-/., ]+{_YEAR}"
YEAR_MONTH_NAME: Final = rf"(?i)^(\d{{4}})[-/. ]({months.PATTERN})[-/. ]+(\d{{1,2}})(?:\D.*)?$"
_TAIL: Final = r"'?(\d{4}|\d{2})(?:\D.*)?$"
_DAY_WORD: Final = rf"{_WEEKDAY}{_DAY}[-/., ]*(?:de |of )?\s*(\p{{L}}{{3,}})[-/., ]+(?:de |del )?{_TAIL}"
_WORD_DAY: Final = rf"{_WEEKDAY}(\p{{L}}{{3,}})[-/. ]+{_DAY}[-/., ]+{_TAIL}"
_YEAR_WORD: Final = r"^(\d{4})[-/. ](\p{L}{3,})[-/. ]+(\d{1,2})(?:\D.*)?$"
NAMED: Final = "|".join((DAY_MONTH_NAME, MONTH_NAME_DAY, YEAR_MONTH_NAME))
_NUMERIC_DATE: Final = "|".join((ISO, COMPACT, OPEN))
ANY_DATE: Final = f"{_NUMERIC_DATE}|{NAMED}"
# Dates as bare numbers: days since 1899-12-30 (spreadsheets, 1954 to 2119) and seconds, thousandths or millionths
# since 1970. They are dates only where the name of the column says so.
SERIAL: Final = r"^[2-7]\d{4}([.,]\d+)?$"
EPOCH: Final = r"^1\d{9}(\d{3}){0,2}$"
TIME_OF_DAY: Final = r"^\d{1,2}[:h]\d{2}"

_CLEAN: Final = (
    r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}([.,]\d+)?(\s*(Z|UTC|GMT|[A-Z]{2,4}T|[-+]\d{2}(:?\d{2})?))?)?$"
)
_UTC: Final = r"\d\s*(Z|UTC|GMT|[-+]00:?00)$"
_FIRST: Final = r"^(\d{1,2})[-/.]\s?\d{1,2}[-/.]"
_SECOND: Final = r"^\d{1,2}[-/.]\s?(\d{1,2})[-/.]"
_UNPADDED: Final = r"^[1-9][-/.]|^\d{1,2}[-/.][1-9][-/.]"
_CLOCK: Final = r"\d{1,2}\s?[:h]\s?\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?\s?[Mm]\.?)?"
# What stands between date and time: `05.01.2024 um 10:15`, `05/01/2024 à 10h15`, `5-1-2024 - 10:15`.
_BEFORE_TIME: Final = (
    r"(?i)^(\d{1,4}-\d{1,2}-\d{1,4})(?:[\s,T-]+(?:um|at|à|a las|alle ore|alle|om|às|o|godz)?\.?\s*)"
    r"(\d{1,2})\s?[:h]\s?(\d{2})"
)
_TIMES: Final = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H")
_LEAST_OF_A_SHAPE: Final = 10
_LARGEST_MONTH: Final = 12
_DAY_LENGTH: Final = len("2024-01-05")


@dataclass(frozen=True)
class DateReading:
    """How the dates of a column are to be read. `order` is None where no value needs it.

    `open` is True when values need an order and none of them settles it; `mixed` when they contradict each other.
    `swapped` are two examples where a spreadsheet seems to have exchanged day and month in part of the cells: all
    days up to 12 are written in one way and all later ones in another. `in_utc` is True where every time says UTC.
    """

    share: float
    order: DateOrder | None
    open: bool
    mixed: bool
    examples: tuple[str, ...]
    swapped: tuple[str, ...] = ()
    in_utc: bool = False
    numbers: str | None = None  # an example, where dates are bare numbers


def date_reading(table: ir.Table, column: str) -> DateReading:
    """Decide day-first or month-first from every value of the column."""
    cell = table[column]
    plain = _all_clean(cell, table)
    if plain is not None:
        return plain
    open_shape = cell.re_search(OPEN)
    first = cell.re_extract(_FIRST, 1).try_cast("int64")
    second = cell.re_extract(_SECOND, 1).try_cast("int64")
    bare = cell.re_search(f"{SERIAL}|{EPOCH}") & ~cell.re_search(COMPACT)
    row = table.aggregate(
        filled=cell.count(),
        dated=(ibis.ifelse(cell.re_search(_NUMERIC_DATE), ibis.literal(True), cell.re_search(NAMED)) | bare).sum(),
        open_cells=open_shape.sum(),
        day_first=(open_shape & (first > _LARGEST_MONTH)).sum(),
        month_first=(open_shape & (second > _LARGEST_MONTH)).sum(),
        example_day=cell.max(where=open_shape & (first > _LARGEST_MONTH)),
        example_month=cell.max(where=open_shape & (second > _LARGEST_MONTH)),
        example_open=cell.max(where=open_shape),
        example_least=cell.min(where=open_shape),
        timed=cell.re_search(_CLOCK).sum(),
        utc=cell.re_search(_UTC).sum(),
        bare=cell.min(where=bare),
        **_shapes(cell, open_shape, first, second),
    ).to_pyarrow()
    found = row.to_pylist()[0]
    dated, day, month = found["dated"] or 0, found["day_first"] or 0, found["month_first"] or 0
    order: DateOrder | None = None
    examples: tuple[str, ...] = ()
    mixed = bool(day and month)
    opened = bool(found["open_cells"]) and not day and not month
    if mixed:
        examples = (found["example_day"], found["example_month"])
    elif opened:
        examples = tuple(dict.fromkeys((found["example_open"], found["example_least"])))
    elif day or month:
        order = "day first" if day else "month first"
        examples = (found["example_day"] or found["example_month"],)
    return DateReading(
        share=dated / found["filled"] if found["filled"] else 0.0,
        order=order,
        open=opened,
        mixed=mixed,
        examples=examples,
        swapped=_swapped(found),
        in_utc=bool(found["timed"]) and found["timed"] == found["utc"],
        numbers=found["bare"],
    )


def _all_clean(cell: ir.StringValue, table: ir.Table) -> DateReading | None:
    """The reading of a column in which every date is year-month-day as programs write it; None for any other."""
    clean = cell.re_search(_CLEAN)
    found = table.aggregate(
        filled=cell.count(),
        clean=clean.sum(),
        timed=(cell.length() > _DAY_LENGTH).sum(),
        utc=cell.re_search(_UTC).sum(),
    ).to_pyarrow()
    row = found.to_pylist()[0]
    if not row["filled"] or row["clean"] != row["filled"]:
        return None
    in_utc = bool(row["timed"]) and row["timed"] == row["utc"]
    return DateReading(1.0, None, open=False, mixed=False, examples=(), in_utc=in_utc)


_PAIRS: Final = (("iso", "open"), ("iso", "named"), ("open", "named"), ("short", "padded"))


def _shapes(
    cell: ir.StringValue, open_shape: ir.BooleanValue, first: ir.IntegerValue, second: ir.IntegerValue
) -> dict[str, ir.Value]:
    """Of each shape: how many cells, how many of them could be read either way, and an example of each kind."""
    # The engine works a case out only for the cells that come to it.
    no, iso = ibis.literal(False), cell.re_search(ISO)
    named = ibis.cases((open_shape | iso, no), (cell.re_search(r"\p{L}{3}"), cell.re_search(NAMED)), else_=no)
    iso_day = ibis.ifelse(iso, cell.re_extract(r"^\d{4}[-/.]\d{1,2}[-/.](\d{1,2})", 1), ibis.null("string"))
    named_day = ibis.ifelse(named, cell.re_extract(r"(\d{1,2})", 1), ibis.null("string"))
    both_small = (first <= _LARGEST_MONTH) & (second <= _LARGEST_MONTH)
    unpadded = cell.re_search(_UNPADDED)
    shapes = {
        "iso": (iso, iso_day.try_cast("int64") <= _LARGEST_MONTH),
        "open": (open_shape, both_small),
        "named": (named, named_day.try_cast("int64") <= _LARGEST_MONTH),
        "short": (open_shape & unpadded, both_small),
        "padded": (open_shape & ~unpadded & cell.re_search(r"^0\d|^\d{1,2}[-/.]0\d"), both_small),
    }
    measures: dict[str, ir.Value] = {}
    for name, (shape, small) in shapes.items():
        measures[f"{name}_all"] = shape.sum()
        measures[f"{name}_small"] = (shape & small).sum()
        measures[f"{name}_example"] = cell.min(where=shape)
    return measures


def _swapped(found: dict[str, int | str | None]) -> tuple[str, ...]:
    """Examples of two shapes of which one holds nothing but days up to 12 and the other none of them."""

    def number(name: str) -> int:
        return int(found[name] or 0)

    for one, other in _PAIRS:
        for small, large in ((one, other), (other, one)):
            if min(number(f"{small}_all"), number(f"{large}_all")) < _LEAST_OF_A_SHAPE:
                continue
            if number(f"{small}_small") == number(f"{small}_all") and not number(f"{large}_small"):
                return (str(found[f"{small}_example"]), str(found[f"{large}_example"]))
    return ()


def timestamp(column: ir.StringValue, order: DateOrder | None) -> ir.TimestampValue:
    """The shop's wall time as written: an offset or zone name at the end is cut off, not applied.

    Bare numbers are days of a spreadsheet, or seconds, thousandths or millionths since 1970 (those in UTC).
    """
    return ibis.cases(
        (column.re_search(_CLEAN), column.substr(0, 19).replace("T", " ").try_cast("timestamp")),
        (column.re_search(COMPACT), try_strptime(column, ibis.array(["%Y%m%d", "%Y%m%d%H"]))),
        (column.re_search(SERIAL), _from_serial(column)),
        (column.re_search(EPOCH), _from_epoch(column)),
        else_=_written(column, order),
    )


def _from_serial(column: ir.StringValue) -> ir.TimestampValue:
    seconds = (column.replace(",", ".").try_cast("float64") * 86_400).round().try_cast("int64")
    moment: ir.TimestampValue = ibis.literal("1899-12-30").cast("timestamp") + seconds.as_interval("s")
    return moment


def _from_epoch(column: ir.StringValue) -> ir.TimestampValue:
    seconds = column.substr(0, 10).try_cast("int64")
    moment: ir.TimestampValue = ibis.literal("1970-01-01").cast("timestamp") + seconds.as_interval("s")
    return moment


def _written(column: ir.StringValue, order: DateOrder | None) -> ir.TimestampValue:
    """A date as people and programs write it, with or without a time of day."""
    plain = ibis.ifelse(column.re_search(r"\p{L}{3}"), _numbered(column), column)
    plain = regex_replace(plain, r"\s*(UTC|GMT|Z|[A-Z]{2,4}T|[Uu]hr|h)$", "", "")
    plain = regex_replace(plain, r"(\d:\d{2}(:\d{2}([.,]\d+)?)?)\s*[-+]\d{2}:?(\d{2})?$", r"\1", "")
    plain = regex_replace(plain, r"(:\d{2})[.,]\d+", r"\1", "")
    plain = regex_replace(plain, r"^(\d{1,4})[-/.]\s?(\d{1,2})[-/.]\s?(\d{1,4})\.?", r"\1-\2-\3", "")
    plain = regex_replace(plain, r"^(\d{1,2}-\d{1,2}-)([0-6]\d)(\D|$)", r"\120\2\3", "")
    plain = regex_replace(plain, r"^(\d{1,2}-\d{1,2}-)([7-9]\d)(\D|$)", r"\119\2\3", "")
    plain = regex_replace(plain, _BEFORE_TIME, r"\1 \2:\3", "")
    plain = regex_replace(plain, r"(:\d{2})\s*([AaPp])\.?\s?[Mm]\.?$", r"\1 \2M", "")
    return try_strptime(plain, ibis.array(list(_formats(order))))


def _numbered(column: ir.StringValue) -> ir.StringValue:
    """A date with the name of a month as year-month-day in numbers and its time; any other cell as it is."""
    # Any word may stand in these patterns, which are cheap; whether it is a month is looked up afterwards.
    day = column
    for pattern, order in ((_DAY_WORD, r"\3-\2-\1"), (_WORD_DAY, r"\3-\1-\2"), (_YEAR_WORD, r"\1-\2-\3")):
        day = regex_replace(day, pattern, order, "")
    day = regex_replace(day, r"^([0-6]\d)-", r"20\1-", "")
    day = regex_replace(day, r"^([7-9]\d)-", r"19\1-", "")
    number = months.number_of(day.re_extract(r"^\d{4}-(\p{L}+)-", 1))
    dash = ibis.literal("-")  # `+` gives null where a part is missing
    moment = day.substr(0, 4) + dash + number + dash + day.re_extract(r"(\d+)$", 1)
    return ibis.coalesce(moment + ibis.literal(" ") + column.re_extract(_CLOCK, 0), column).strip()


def _formats(order: DateOrder | None) -> tuple[str, ...]:
    """strptime formats to try; years have four digits here (DuckDB reads `%Y` from two digits as the year 8)."""
    dates = ["%Y-%m-%d"]
    if order is not None:
        dates.append("%m-%d-%Y" if order == "month first" else "%d-%m-%Y")
    return tuple(f"{day}{time}" for day in dates for time in _TIMES)
