"""Turns amounts of several currencies into the shop's main one by rates the user gave, exactly, and says so.

Currencies are never added up. Where the user gave rates (a file of them, or "1 EUR = 1.08 USD"), every amount of a
currency becomes the main one (that of most orders) before the tables are made: all of a currency or none of it. A rate
holds for its day and, where a day has none, for up to a week after; a rate without a day holds for every day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from copilot.data.engine import held, held_rows
from copilot.data.merge import Parts
from copilot.data.tables import MONEY

RATES: Final = "exchange_rates"
RATE: Final = "decimal(18, 10)"
OLDEST: Final = timedelta(days=7)
_PLACES: Final = Decimal("0.0000000001")
_ORDER_MONEY: Final = (
    "gross_sales", "discounts", "returns", "shipping", "taxes", "total_sales", "repeated_gross", "repeated_returns",
    "positive_gross",
)  # fmt: skip
_MONEY_OF: Final = {
    "order_items": ("unit_price", "gross", "discount", "cost", "returned"),
    "order_amounts": ("shipping", "taxes", "total_sales"),
    "order_refunds": ("amount",),
}
_SPEND_MONEY: Final = ("cost", "conversion_value")


@dataclass(frozen=True)
class Rate:
    """One unit of `currency` is worth `rate` units of `into`, on `day` (None: every day), as `source` says."""

    currency: str
    into: str
    day: date | None
    rate: Decimal
    source: str


class RateBook:
    """The rates the user gave, the newest of several for the same day; each also read the other way round."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        self._by_pair: dict[tuple[str, str], dict[date | None, Rate]] = {}
        for rate in rates:  # oldest upload first, so that the newest stays
            self._by_pair.setdefault((rate.currency, rate.into), {})[rate.day] = rate

    def between(self, currency: str, into: str) -> dict[date | None, Rate]:
        """The rates of a pair by day; turned round where only the other way was given. Empty if there are none."""
        direct = self._by_pair.get((currency, into), {})
        if direct:
            return direct
        turned = self._by_pair.get((into, currency), {})
        return {
            day: replace(r, currency=currency, into=into, rate=(1 / r.rate).quantize(_PLACES, ROUND_HALF_UP))
            for day, r in turned.items()
        }


def on_day(rates: dict[date | None, Rate], day: date | None) -> Rate | None:
    """The rate of that day, else the last one of the week before, else the one for every day."""
    dated = sorted((known for known in rates if known is not None and day is not None and known <= day), reverse=True)
    if dated and day is not None and day - dated[0] <= OLDEST:
        return rates[dated[0]]
    return rates.get(None)


def in_one_currency(parts: Parts, names: dict[str, str], connection: Backend) -> tuple[Parts, tuple[str, ...]]:
    """The parts with every currency turned that has a rate for each of its days, and the sentences that say so.

    `names`: the file name of each upload. Without rates, or with one currency, nothing changes.
    """
    given = parts.tables.get(RATES)
    if given is None:
        return parts, ()
    orders = parts.tables["orders"]
    money = orders.filter(orders.currency.notnull())
    days = money.select("currency", day=money.ordered_at.date())
    spend = parts.tables["spend"]
    spent = spend.filter(spend.currency.notnull()).select("currency", "day")
    pairs = days.group_by("currency", "day").aggregate(n=days.count()).to_pyarrow().to_pylist()
    main = _main(pairs)
    if main is None:
        return parts, ()
    pairs += spent.distinct().mutate(n=ibis.literal(0).cast("int64")).to_pyarrow().to_pylist()
    book = RateBook(_rates(given, names, parts))
    factors, said = _factors(pairs, main, book)
    if not factors:
        return parts, said
    table = held_rows(connection, _table(factors))
    return replace(parts, tables={**parts.tables, **_turned(parts, table, main, connection)}), said


def _main(pairs: Sequence[dict[str, Any]]) -> str | None:
    """The currency of most orders; None if there are not several."""
    totals: dict[str, int] = {}
    for row in pairs:
        totals[row["currency"]] = totals.get(row["currency"], 0) + int(row["n"])
    return max(totals, key=lambda name: (totals[name], name)) if totals else None


def _rates(given: ir.Table, names: dict[str, str], parts: Parts) -> list[Rate]:
    ranked = given.join(parts.sequence.select("upload_id", "sequence"), "upload_id").order_by("sequence", "day")
    return [
        Rate(row["currency"], row["into"], row["day"], row["rate"], names.get(row["upload_id"], "a rate you gave"))
        for row in ranked.to_pyarrow().to_pylist()
    ]


def _factors(
    pairs: Sequence[dict[str, Any]], main: str, book: RateBook
) -> tuple[dict[tuple[str, date], Decimal], tuple[str, ...]]:
    """The rate of each currency and day, and what is said of each currency that has rates."""
    factors: dict[tuple[str, date], Decimal] = {}
    said: list[str] = []
    for currency in sorted({row["currency"] for row in pairs} - {main}):
        rates = book.between(currency, main)
        if not rates:
            continue
        days = sorted({row["day"] for row in pairs if row["currency"] == currency and row["day"] is not None})
        found = {day: on_day(rates, day) for day in days}
        missing = [day for day, rate in found.items() if rate is None]
        if missing:
            said.append(
                f"{currency} is not converted: no rate into {main} on `{len(missing)}` of its days, the first "
                f"`{_day(missing[0])}`"
            )
            continue
        used = [rate for rate in found.values() if rate is not None]
        factors |= {(currency, day): rate.rate for day, rate in found.items() if rate is not None}
        said.append(_sentence(currency, main, used))
    return factors, tuple(said)


def _sentence(currency: str, main: str, used: list[Rate]) -> str:
    """Rate, source and day of a converted currency."""
    sources = ", ".join(dict.fromkeys(_source(rate.source) for rate in used))
    values = sorted({rate.rate for rate in used})
    days = sorted(rate.day for rate in used if rate.day is not None)
    # In backticks, since these numbers are the user's own and rest on no figure.
    if len(values) == 1:
        when = f" of `{_day(days[0])}`" if days and len(set(days)) == 1 else ""
        return f"{currency} converted at `1 {currency} = {_plain(values[0])} {main}`{when} ({sources})"
    span = f", `{_day(days[0])}` to `{_day(days[-1])}`" if days else ""
    low, high = _plain(values[0]), _plain(values[-1])
    return f"{currency} converted at the rate of each day, `1 {currency} = {low}` to `{high} {main}` ({sources}{span})"


def _source(file: str) -> str:
    """The file of the rates; of a rate that was stated, that it was and when."""
    stated = "rate stated on "
    if file.startswith(stated):
        return f"{stated}`{file.removeprefix(stated).removesuffix('.csv')}`"
    return f"`{file}`"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _plain(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def _table(factors: dict[tuple[str, date], Decimal]) -> pa.Table:
    return pa.table(
        {
            "f_currency": pa.array([currency for currency, _ in factors], pa.string()),
            "f_day": pa.array([day for _, day in factors], pa.date32()),
            "factor": pa.array([rate.quantize(_PLACES) for rate in factors.values()], pa.decimal128(18, 10)),
        }
    )


def _turned(parts: Parts, factors: ir.Table, main: str, connection: Backend) -> dict[str, ir.Table]:
    """The tables that hold money, in the main currency."""
    tables = parts.tables
    orders = tables["orders"].mutate(f_on=tables["orders"].ordered_at.date())
    joined = orders.left_join(factors, [orders.currency == factors.f_currency, orders.f_on == factors.f_day])
    known = held(connection, joined.filter(joined.factor.notnull()).select("order_id", "upload_id", "factor"))
    found = {"orders": _times(joined, _ORDER_MONEY, main).select(*tables["orders"].columns)}
    own = known.group_by(o_order="order_id", o_upload="upload_id").aggregate(own=known.factor.max())
    anywhere = known.group_by(a_order="order_id").aggregate(other=known.factor.max())
    has_orders = tables["orders"].select(h_upload="upload_id").distinct().mutate(here=ibis.literal(True))
    for name, columns in _MONEY_OF.items():
        table = tables.get(name)
        if table is None:
            continue
        rows = table.left_join(own, [table.order_id == own.o_order, table.upload_id == own.o_upload])
        rows = rows.left_join(anywhere, rows.order_id == anywhere.a_order)
        rows = rows.left_join(has_orders, rows.upload_id == has_orders.h_upload)
        factor = ibis.coalesce(rows.own, ibis.ifelse(rows.here.fill_null(False), ibis.null(RATE), rows.other))
        rows = rows.mutate(factor=factor)
        found[name] = _times(rows, columns, None).select(*table.columns)
    spend = tables["spend"]
    spent = spend.left_join(factors, [spend.currency == factors.f_currency, spend.day == factors.f_day])
    found["spend"] = _times(spent, _SPEND_MONEY, main).select(*spend.columns)
    return {name: held(connection, table) for name, table in found.items()}


def _times(rows: ir.Table, columns: Sequence[str], main: str | None) -> ir.Table:
    """The columns times `factor`, rounded to the ten-thousandth; with `main`, the currency of these rows is that."""
    changes: dict[str, ir.Value] = {
        name: ibis.coalesce((rows[name].cast(MONEY) * rows.factor).cast(MONEY), rows[name].cast(MONEY))
        for name in columns
        if name in rows.columns
    }
    if main is not None:
        changes["currency"] = ibis.ifelse(rows.factor.notnull(), main, rows.currency)
    return rows.mutate(**changes)
