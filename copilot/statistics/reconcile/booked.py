"""Owns the documents of a reconciliation, added up once by everything a definition may differ in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from copilot.data.tables import MONEY, Tables
from copilot.statistics.basis import Rules, counted_documents
from copilot.statistics.conduct.kinds import kept_out
from copilot.statistics.reconcile.switches import PARTS
from copilot.statistics.result import Period
from copilot.statistics.scope import COUNTED, DERIVED, VOIDED, Scope, document_numbers, within

HALF_HOUR: Final = 1800
EDGE: Final = 96  # half hours on either side of a period's ends that are kept apart: two days
CENTS: Final = 10_000  # money is added up in whole ten-thousandths, which is exact
_STATUSES: Final = (*COUNTED, "pending", *VOIDED)
_CHANNELS: Final = (
    ("draft", r"draft"),
    ("pos", r"(^|[^a-z])pos([^a-z]|$)|point[ _-]?of[ _-]?sale|till|retail store|in[ _-]?store"),
    ("marketplace", r"amazon|ebay|etsy|marketplace|kaufland|zalando|otto\b"),
)
FLAGS: Final = ("status", "test", "kind", "guest", "worthless", "channel", "trade", "currency")
_PRICED: Final = 0.02  # a difference of totals below this is rounding

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cube:
    """Sums of `PARTS` (money in ten-thousandths) by slot of time and combination of flags.

    `slots` are half hours since the period's first midnight where a period is asked for (what lies deep inside is one
    slot), else days since the first day. `flags` has a row a combination with the columns `FLAGS`.
    """

    flags: pd.DataFrame
    slots: npt.NDArray[np.int64]
    sums: Numbers  # slot x combination x part
    period: Period | None
    first: date
    half_hours: int  # of the period
    timed: bool  # orders carry a time of day
    taxed_inside: bool  # prices include the tax
    several_lines: bool  # some orders have more than one line
    unclear_returns: bool  # returns are booked on their order for want of a date


def booked(tables: Tables) -> ir.Table:
    """Every document whatever its status, with the parts a definition may take or leave; kept once.

    Columns of `documents`, and test, adjustment, worthless, channel_kind, repeated, repeated_back, gift, postage,
    other (gross of such lines), gap (stated total beyond its parts).
    """
    return tables.kept(f"booked-{DERIVED}", lambda: _booked(tables))


def _booked(tables: Tables) -> ir.Table:
    orders = tables.orders
    zero = ibis.literal(0).cast(MONEY)
    kind = orders.kind.fill_null("order")
    plain = orders.mutate(
        test=ibis.literal(False),
        kind=ibis.ifelse(kind == "adjustment", "return", kind),
        status=ibis.ifelse(orders.status.isin(_STATUSES), orders.status, "unknown"),
    )
    rows = counted_documents(plain, document_numbers(tables), Rules(_STATUSES, False, False))
    channel = orders.channel.fill_null("").lower()
    place = ibis.cases(*((channel.re_search(pattern), name) for name, pattern in _CHANNELS), else_="web")
    more = orders.select(
        b_order=orders.order_id, test=orders.test.fill_null(False), adjustment=kind == "adjustment",
        channel_kind=place, repeated=orders.repeated_gross.fill_null(zero),
        repeated_back=orders.repeated_returns.fill_null(zero), b_lines=orders.lines.fill_null(1),
    )  # fmt: skip
    rows = rows.join(more, rows.order_id == more.b_order).drop("b_order")
    items = tables.order_items
    apart = items.filter(items.kind.isin(("gift_card", "shipping", "fee", "adjustment")), items.gross > 0)
    lines = apart.group_by(i_order="order_id").aggregate(
        gift=apart.gross.sum(where=apart.kind == "gift_card"),
        postage=apart.gross.sum(where=apart.kind == "shipping"),
        other=apart.gross.sum(where=apart.kind.isin(("fee", "adjustment"))),
    )
    rows = rows.left_join(lines, rows.order_id == lines.i_order).drop("i_order")
    own = rows.shared_number.isnull()
    place_in_number = ibis.row_number().over(
        group_by=rows.shared_number, order_by=[rows.valid.cast("int8").desc(), rows.order_no]
    )
    return rows.mutate(
        **{name: rows[name].fill_null(zero).cast(MONEY) for name in ("gift", "postage", "other")},
        gap=(rows.total - rows.demand - rows.shipping - rows.taxes).cast(MONEY),
        stacked=(rows.total * rows.b_lines).cast(MONEY),
        counts=(own | (place_in_number == 0)).cast("int64"),
        worthless=(rows.kind == "order") & ~rows.valid,
    )


def in_reach(tables: Tables, scope: Scope, reach: int = 2) -> ir.Table:
    """The booked documents of the scope's conditions and of its period with `reach` days on either side."""
    period = scope.period
    wide = None
    if period is not None:
        wide = Period(start=period.start - timedelta(days=reach), end=period.end + timedelta(days=reach))
    rows = within(tables, scope.model_copy(update={"period": wide, "analysis_date": None}), booked(tables))
    if tables.facts.currency is None and len(tables.facts.currencies) > 1:
        return rows.mutate(trade=ibis.literal(False))
    apart = kept_out(tables, scope)
    trade = apart.filter(apart.kind.isin(("wholesale", "reseller", "staff"))).select(t_key="customer_key").distinct()
    joined = rows.left_join(trade, rows.customer_key == trade.t_key)
    return joined.mutate(trade=joined.t_key.notnull()).drop("t_key")


def flag_columns(rows: ir.Table) -> dict[str, ir.Value]:
    """The flags of a document by which definitions differ."""
    return {
        "status": ibis.cases(
            (rows.status.isin(VOIDED), "void"),
            (rows.status == "pending", "pending"),
            (rows.status.isin(("authorized", "partially_paid")), "unpaid"),
            (rows.status == "refunded", "refunded"),
            else_="counted",
        ),
        "test": rows.test,
        "kind": ibis.ifelse(rows.adjustment, "adjustment", rows.kind),
        "guest": rows.customer_key.isnull(),
        "worthless": rows.worthless,
        "channel": rows.channel_kind,
        "trade": rows.trade,
        "currency": rows.currency.fill_null(""),
    }


def cube(tables: Tables, scope: Scope) -> Cube:
    """Add up the documents within reach of the scope; one round trip."""
    period = scope.period
    rows = in_reach(tables, scope)
    first = period.start if period is not None else tables.facts.first_order or date(1970, 1, 1)
    seconds = rows.ordered_at.epoch_seconds() - 86_400 * (first - date(1970, 1, 1)).days
    half_hours = 0
    if period is None:
        slot = (seconds / (48 * HALF_HOUR)).floor().cast("int64")
    else:
        half_hours = 48 * ((period.end - period.start).days + 1)
        slot = (seconds / HALF_HOUR).floor().cast("int64")
        if half_hours > 2 * EDGE:
            slot = ibis.ifelse((slot >= EDGE) & (slot < half_hours - EDGE), EDGE, slot)
    found = tables.frame(
        rows.group_by(slot=slot, **flag_columns(rows)).aggregate(
            orders=rows.counts.sum(),
            **{name: (rows[name].sum()) for name in PARTS if name != "orders"},
            timed=((rows.ordered_at.hour() > 0) | (rows.ordered_at.minute() > 0)).sum(),
            inside=((rows.taxes > _PRICED) & (rows.gap + rows.taxes).abs().__le__(_PRICED)).sum(),
            several=(rows.b_lines > 1).sum(),
            outside=((rows.taxes > _PRICED) & (rows.gap.abs() <= _PRICED)).sum(),
        )
    )
    flags = found[list(FLAGS)].drop_duplicates().reset_index(drop=True)
    slots, where = np.unique(found["slot"].to_numpy(dtype=np.int64), return_inverse=True)
    which = found.merge(flags.reset_index(), on=list(FLAGS), how="left")["index"].to_numpy(dtype=np.int64)
    sums = np.zeros((len(slots), len(flags), len(PARTS)))
    for number, name in enumerate(PARTS):
        sums[where, which, number] = _whole(found[name], 1 if name == "orders" else CENTS)
    returns = found.loc[found["kind"] == "order", "returns"]
    return Cube(
        flags, slots, sums, period, first, half_hours,
        timed=bool(found["timed"].sum() > 0),
        taxed_inside=bool(found["inside"].sum() > found["outside"].sum()),
        several_lines=bool(found["several"].sum() > 0),
        unclear_returns=bool(sum(map(float, returns.fillna(0))) > 0),
    )  # fmt: skip


def _whole(column: pd.Series, scale: int) -> Numbers:
    """Amounts as whole numbers of a ten-thousandth (exact in a float below nine quadrillions)."""
    return np.array([0 if pd.isna(value) else round(value * scale) for value in column], dtype=np.float64)
