"""Next order: the window in which each customer's next order is expected, and how many are due, overdue or unlikely."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.gaps import LAST_BAND, Curve, Spells, day_table, spells
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable
from copilot.statistics.rhythm import OWN_RHYTHM_FROM, Thresholds, activity_table, thresholds
from copilot.statistics.scope import Scope, customer_table

State = Literal["later", "due", "overdue", "lapsed", "unlikely"]

LEAST_WAITS: Final = 30  # curve of an order number with fewer waits: that of all orders instead
SHOWN: Final = 20
LABELS: Final[dict[State, str]] = {
    "due": "Due now: inside their usual window",
    "later": "Not due yet",
    "overdue": "Overdue: past their window, not lapsed",
    "lapsed": "Lapsed",
    "unlikely": "More likely not to reorder",
}
RULES: Final[dict[State, str]] = {
    "due": "the days since the last order lie between the 25th and 75th percentile of the expected wait",
    "later": "fewer days have passed than the 25th percentile of the expected wait",
    "overdue": "more days have passed than the 75th percentile of the expected wait, and the customer has not lapsed",
    "lapsed": "past the window (past its middle where it has no end) and past the shop's border of lapsed customers",
    "unlikely": "fewer than half of the customers with as many orders have ordered again",
}


class NextOrders(Result):
    """Everybody in exactly one state, and the customers whose expected day falls into the coming days."""

    days: int
    customers: Figure
    due_soon: Figure  # expected (median) day within the coming `days`
    due_soon_value: Figure
    states: tuple[Figure, ...]  # due, later, overdue, lapsed, unlikely
    values: tuple[Figure, ...]
    own_rhythm: Figure  # customers judged by their own rhythm
    summary: ResultTable
    basis: ResultTable  # the window by number of orders
    table: ResultTable  # the customers due first (personal)
    chart: Chart
    note: str


def next_orders(tables: Tables, scope: Scope, days: int = 30) -> NextOrders:
    """When the next order of each customer is expected: a range (25th to 75th percentile), never a bare date.

    From three gaps on the customer's own rhythm drawn towards the shop's; else the Kaplan-Meier curve of customers
    with as many orders. Where less than half of those came back the customer is more likely not to reorder.
    """
    scope = scope.ever()
    receipts = Receipts(tables, scope, "next_orders", {"days": days})
    rows = next_order_table(tables, scope)
    soon = (rows.state.isin(("later", "due"))) & (rows.days_left > 0) & (rows.days_left <= days)
    frame = tables.frame(
        rows.group_by("state").aggregate(
            customers=rows.count(),
            value=rows.value.sum().fill_null(0).cast("float64"),
            soon=soon.sum().fill_null(0),
            soon_value=rows.value.sum(where=soon).fill_null(0).cast("float64"),
            own=(rows.basis == "own").sum(),
        )
    ).set_index("state")
    total, found = int(frame["customers"].sum()), frame.to_dict("index")
    states = tuple(_state(receipts, name, found.get(name, {}).get("customers", 0)) for name in LABELS)
    values = tuple(_value(receipts, name, found.get(name, {})) for name in LABELS)
    near = f"Next order expected within {days} days"
    return NextOrders(
        days=days,
        customers=receipts.figure("customers", total),
        due_soon=receipts.figure("due", int(frame["soon"].sum()), name=f"due_in_{days}", label=near),
        due_soon_value=receipts.figure(
            "due_value", float(frame["soon_value"].sum()), name=f"due_in_{days}_value", label=f"{near}: spent so far",
            people=int(frame["soon"].sum()),
        ),
        states=states,
        values=values,
        own_rhythm=receipts.figure(
            "due", int(frame["own"].sum()), name="own_rhythm_customers", label="Judged by their own rhythm",
            definition=f"Customers with at least {OWN_RHYTHM_FROM} gaps between days with an order.",
        ),
        summary=_summary(receipts, states, values),
        basis=_basis(tables, scope),
        table=_customers(tables, rows, receipts),
        chart=_chart(states),
        note="The window says when customers like these ordered again, not that this one will.",
    )  # fmt: skip


def next_order_table(tables: Tables, scope: Scope) -> ir.Table:
    """One row per customer: customer_key, orders (days with one), basis (own or shop), low, mid, high (days after the
    last order; null: never reached), days_since, days_left (to mid), overdue_by (days past high), state, value.
    """
    limits = thresholds(tables, scope)
    name = f"next-order-{limits.key()}-{scope.key()}"
    return tables.kept(name, lambda: _windows(tables, scope, limits))


class _Window(NamedTuple):
    """25th, 50th and 75th percentile of a wait."""

    low: float | None
    mid: float | None
    high: float | None


def _curve(waits: Spells, order: int) -> Curve:
    own = waits.curve(order)
    return own if own.waits >= LEAST_WAITS else waits.curve()


def _window(curve: Curve) -> _Window:
    return _Window(*(curve.quantile(q)[0] for q in (0.25, 0.5, 0.75)))


def _windows(tables: Tables, scope: Scope, limits: Thresholds) -> ir.Table:
    days = day_table(tables, scope)
    gap = days.gap.cast("float64")
    own = days.group_by("customer_key").aggregate(
        orders=days.count(),
        gaps=days.gap.count(),
        **{f"own{percent}": gap.quantile(percent / 100) for percent in (25, 50, 75)},
    )
    customers = customer_table(tables, scope).select("customer_key", "days_since", "value")
    activity = activity_table(tables, scope, limits).select("customer_key", "activity")
    rows = customers.join(own, "customer_key").join(activity, "customer_key")
    waits = spells(tables, scope)
    shop = {order: _window(_curve(waits, order)) for order in range(1, LAST_BAND + 1)}
    band = ibis.least(rows.orders, LAST_BAND)
    weight = rows.gaps / (rows.gaps + 3.0)
    by_own = rows.gaps >= OWN_RHYTHM_FROM
    pooled = {25: limits.g25, 50: limits.g50, 75: limits.g75}
    bounds = {}
    for place, (name, percent) in enumerate((("low", 25), ("mid", 50), ("high", 75))):
        shrunk = weight * rows[f"own{percent}"] + (1 - weight) * pooled[percent]
        reached = [(band == order, window[place]) for order, window in shop.items() if window[place] is not None]
        usual = ibis.cases(*reached, else_=None) if reached else ibis.null()
        bounds[name] = ibis.ifelse(by_own, shrunk.cast("float64"), usual.cast("float64"))
    rows = rows.mutate(basis=ibis.ifelse(by_own, "own", "shop"), **bounds)
    past = (rows.high.notnull() & (rows.days_since > rows.high)).fill_null(False)
    state = ibis.cases(
        (rows.mid.isnull(), "unlikely"),
        ((rows.activity == "lapsed") & (rows.days_since > rows.high.fill_null(rows.mid)), "lapsed"),
        (past, "overdue"),
        (rows.days_since >= rows.low, "due"),
        else_="later",
    )
    return rows.select(
        "customer_key", "orders", "basis", "low", "mid", "high", "days_since", "value",
        days_left=rows.mid - rows.days_since,
        overdue_by=ibis.ifelse(past, rows.days_since - rows.high, None),
        state=state,
    )  # fmt: skip


def _state(receipts: Receipts, name: State, count: int) -> Figure:
    return receipts.figure(
        "due", int(count), name=f"next_order_{name}", label=LABELS[name],
        definition=f"Customers for whom {RULES[name]}.",
    )  # fmt: skip


def _value(receipts: Receipts, name: State, row: dict[str, float]) -> Figure:
    return receipts.figure(
        "due_value", float(row.get("value", 0.0)), name=f"next_order_{name}_value",
        label=f"{LABELS[name]}: spent so far", people=int(row.get("customers", 0)),
    )  # fmt: skip


def _summary(receipts: Receipts, states: tuple[Figure, ...], values: tuple[Figure, ...]) -> ResultTable:
    rows = tuple(
        {"state": LABELS[name], "customers": count.value, "value": value.value, "rule": RULES[name]}
        for name, count, value in zip(LABELS, states, values, strict=True)
    )
    return ResultTable(
        title="When the next order is expected",
        columns=(
            Column(key="state", label="Next order"),
            Column(key="customers", label="Customers", unit="count"),
            Column(key="value", label="Spent so far", unit="money"),
            Column(key="rule", label="Rule"),
        ),
        rows=rows,
        currency=receipts.currency,
    )


def _basis(tables: Tables, scope: Scope) -> ResultTable:
    """The shop's window after each order number."""
    waits = spells(tables, scope)
    rows = []
    for order in range(1, LAST_BAND + 1):
        window = _window(_curve(waits, order))
        few = waits.curve(order).waits < LEAST_WAITS
        note = "" if window.mid is not None else "fewer than half come back"
        rows.append(
            {
                "orders": f"{order}{' or more' if order == LAST_BAND else ''}",
                "low": window.low,
                "mid": window.mid,
                "high": window.high,
                "note": "too few waits: all orders pooled" if few else note,
            }
        )
    return ResultTable(
        title="Expected wait by number of orders so far (Kaplan-Meier)",
        columns=(
            Column(key="orders", label="Orders so far"),
            Column(key="low", label="A quarter back by", unit="days"),
            Column(key="mid", label="Half back by", unit="days"),
            Column(key="high", label="Three quarters back by", unit="days"),
            Column(key="note", label="Note"),
        ),
        rows=tuple(rows),
        note="Customers with three gaps or more are judged by their own rhythm, drawn towards the shop's.",
    )


def _customers(tables: Tables, rows: ir.Table, receipts: Receipts) -> ResultTable:
    """Due customers of highest value first; those overdue after them."""
    named = customer_table(tables, receipts.scope).select("customer_key", "customer_ref", "last_day")
    joined = rows.join(named, "customer_key")
    rank = ibis.cases((joined.state == "due", 0), (joined.state == "overdue", 1), else_=2)
    wanted = joined.mutate(rank=rank)
    wanted = wanted.filter(wanted["rank"] < 2)
    wanted = wanted.order_by([wanted["rank"], ibis.desc("value"), wanted.customer_key]).limit(SHOWN)
    made = [_person(row) for row in tables.frame(wanted).to_dict("records")]
    return ResultTable(
        title=f"Due or overdue, of highest value first (the first {SHOWN})",
        columns=(
            Column(key="customer_ref", label="Customer"),
            Column(key="orders", label="Orders", unit="count"),
            Column(key="value", label="Spent so far", unit="money"),
            Column(key="last", label="Last order"),
            Column(key="window", label="Expected"),
            Column(key="state", label="Now"),
            Column(key="basis", label="By"),
        ),
        rows=tuple(made),
        personal=True,
        currency=receipts.currency,
    )


def _person(row: dict[str, object]) -> dict[str, object]:
    last = date.fromisoformat(str(row["last_day"])[:10])
    low, high, overdue = (_number(row[name]) for name in ("low", "high", "overdue_by"))
    start = last + timedelta(days=round(low or 0))
    end = f"{last + timedelta(days=round(high))}" if high is not None else "open"
    state = f"overdue by {overdue:.0f} days" if overdue is not None else "due"
    basis = "own rhythm" if row["basis"] == "own" else "customers with as many orders"
    return {
        "customer_ref": row["customer_ref"], "orders": row["orders"], "value": _number(row["value"]), "last": str(last),
        "window": f"{start} to {end}", "state": state, "basis": basis,
    }  # fmt: skip


def _number(value: object) -> float | None:
    number = float(str(value)) if value is not None else None
    return number if number is not None and number == number else None  # noqa: PLR0124 - NaN is not equal to itself


def _chart(states: tuple[Figure, ...]) -> Chart:
    return Chart(
        kind="bar",
        title="Customers by when the next order is expected",
        x=tuple(figure.label.partition(":")[0] for figure in states),
        series={"customers": tuple(figure.value for figure in states)},
        unit="count",
    )
