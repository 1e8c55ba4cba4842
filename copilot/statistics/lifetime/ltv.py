"""LTV: measured value per customer within so many days of the first order; nothing is predicted here."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import Tables
from copilot.errors import UnknownName, UsageProblem
from copilot.statistics.contribution import Contribution
from copilot.statistics.lifetime.days import (
    AGES,
    customer_ages,
    month_name,
    month_number,
    old_enough,
    whole_history,
    won_in,
)
from copilot.statistics.lifetime.means import METHOD, Moments, moment_measures, moments
from copilot.statistics.metrics import metric
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable
from copilot.statistics.scope import VALUE_WORDS, Scope, customer_table

BY: Final = (
    "month", "first_source", "first_channel", "first_category", "first_product", "first_device", "first_discounted",
    "country", "region",
)  # fmt: skip
TOO_FEW: Final = 10  # no average of a group below it
UNSTEADY: Final = 30
MOST_ROWS: Final = 24
FIRST_WEEKS: Final = 60
EARLY: Final = (
    "only customers first seen when the data begins are that old; some had bought before, so the figure is too high "
    "for new customers"
)


class LtvRow(Result):
    """One cohort or value of a first-order attribute."""

    level: str
    customers: int
    at: tuple[Figure, ...]  # one for each age; value None below ten customers old enough


class LifetimeValue(Result):
    """Value per customer by age. `at` takes every customer old enough for the age; `same` only those old enough for
    the longest age that 30 customers have reached, so its figures rise from age to age."""

    ages: tuple[int, ...]
    basis: str  # what is added up, in words
    customers: Figure
    at: tuple[Figure, ...]
    same: tuple[Figure, ...]
    falls: bool  # a later figure of `at` is smaller than an earlier one
    note: str
    by: str | None
    rows: tuple[LtvRow, ...]
    rows_left_out: int
    table: ResultTable
    by_table: ResultTable | None
    chart: Chart
    contribution: Contribution | None = None  # of the main figure, where a margin is known

    def main(self, asked_days: int | None = None) -> Figure | None:
        """The figure to begin with: that of the age asked for, else the longest age that 30 customers have reached,
        without a warning if there is one; None where no age has 30 customers."""
        usable = [figure for figure in self.at if figure.value is not None and (figure.n or 0) >= UNSTEADY]
        named = [figure for figure in usable if figure.name == f"ltv_{asked_days}"]
        steady = [figure for figure in usable if not figure.warnings]
        found = named or steady or usable
        return found[-1] if found else None


def lifetime_value(
    tables: Tables,
    scope: Scope,
    by: str | None = None,
    ages: tuple[int, ...] = AGES,
    margin: float | None = None,
) -> LifetimeValue:
    """Value per customer within 0, 30, 60, 90, 180 and 365 days of the first order, and by month or attribute of it.

    A period in the scope names customers by their first order; all they bought since counts. Value is the scope's (net
    sales by default); with `margin` (a share the user states) it is that share of it. Raises
    UnknownName for another `by`, UsageProblem for ages or a margin that make no sense.
    """
    if by is not None and by not in BY:
        raise UnknownName("attribute of the first order", by, BY)
    if not ages or min(ages) < 0 or (margin is not None and not 0 < margin <= 1):
        raise UsageProblem("Ages are whole days from 0 on; a margin is a share above 0 and up to 1.")
    ages = tuple(sorted(set(ages)))
    arguments: dict[str, Any] = {"by": by, "ages": list(ages), **({"margin": margin} if margin is not None else {})}
    if scope.period is not None:
        arguments["first_orders"] = scope.period.model_dump(mode="json")
    receipts = Receipts(tables, whole_history(scope), "lifetime_value", arguments)
    made = _Made(receipts, ages, margin, scope)
    found = made.totals()
    reached = [age for age in ages if found[age].n >= UNSTEADY]
    common = made.same(reached[-1]) if reached else {}
    at = tuple(made.figure(age, found[age], "ltv", "") for age in ages)
    same = tuple(
        made.figure(age, common[age], "ltv_same_customers", f", customers of at least {reached[-1]} days")
        for age in ages
        if age in common
    )
    known = [figure.value for figure in at if figure.value is not None]
    falls = any(b < a for a, b in pairwise(known))
    rows, left_out = made.rows(by) if by else ((), 0)
    return LifetimeValue(
        ages=ages,
        basis=made.basis(),
        customers=receipts.figure("customers", found[0].n if 0 in found else made.count()),
        at=at,
        same=same,
        falls=falls,
        note=_note(falls=falls),
        by=by,
        rows=rows,
        rows_left_out=left_out,
        table=_table(receipts, ages, found, (at, same)),
        by_table=_by_table(receipts, by, ages, rows) if by else None,
        chart=_chart(receipts, at, same),
    )


class _Made:
    """The queries and figures of one call."""

    def __init__(self, receipts: Receipts, ages: tuple[int, ...], margin: float | None, asked: Scope) -> None:
        self.receipts, self.ages, self.margin = receipts, ages, margin
        self.tables, self.scope = receipts.tables, receipts.scope
        self.customers = customer_ages(self.tables, self.scope, ages)
        self.asked = asked
        if asked.period is not None:
            first = self.customers.first_day
            self.customers = self.customers.filter(first >= asked.period.start, first <= asked.period.end)

    def basis(self) -> str:
        """What is added up."""
        words = VALUE_WORDS[self.scope.value]
        return words if self.margin is None else f"contribution = {self.margin:.0%} of {words}, the margin you stated"

    def count(self) -> int:
        """All customers."""
        return int(self.tables.frame(self.customers.aggregate(n=self.customers.count()))["n"].iloc[0])

    def _value(self, rows: ir.Table, age: int) -> ir.Column:
        value = rows[f"v{age}"].cast("float64")
        return value if self.margin is None else value * self.margin

    def _measures(self, rows: ir.Table, base: int | None = None) -> dict[str, ir.Scalar]:
        made: dict[str, ir.Scalar] = {}
        for age in self.ages:
            mask = old_enough(rows, self.tables, self.scope, age if base is None else base)
            made |= moment_measures(f"a{age}", self._value(rows, age), mask)
        return made

    def totals(self) -> dict[int, Moments]:
        """Each age over everybody old enough for it."""
        row = self._kept(None)
        return {age: moments(row, f"a{age}") for age in self.ages}

    def same(self, base: int) -> dict[int, Moments]:
        """Each age up to `base` over the customers old enough for `base`."""
        row = self._kept(base)
        return {age: moments(row, f"a{age}") for age in self.ages if age <= base}

    def _kept(self, base: int | None) -> dict[str, float]:
        """The sums over all customers, kept: a single row."""
        period = self.asked.period
        won = f"{period.start}-{period.end}" if period else "ever"
        name = f"ltv-{base}-{self.margin}-{won}-{'-'.join(map(str, self.ages))}-{self.scope.key()}"
        sums = self.tables.kept(name, lambda: self.customers.aggregate(**self._measures(self.customers, base)))
        found: dict[str, float] = self.tables.frame(sums).iloc[0].to_dict()
        return found

    def rows(self, by: str) -> tuple[tuple[LtvRow, ...], int]:
        """One row a level, largest first (months in order); the smallest levels are left out and counted."""
        customers = self.customers
        if by == "month":
            leveled = customers.mutate(level=month_number(customers.first_day).cast("string"))
        else:
            named = customer_table(self.tables, self.scope).select("customer_key", level=lambda t: t[by].cast("string"))
            leveled = customers.join(named, "customer_key")
        grouped = leveled.group_by("level").aggregate(customers=leveled.count(), **self._measures(leveled))
        order = [ibis.desc("level")] if by == "month" else [ibis.desc("customers"), ibis.asc("level")]
        count = int(self.tables.frame(grouped.aggregate(n=grouped.count()))["n"].iloc[0])
        frame = self.tables.frame(grouped.order_by(order).limit(MOST_ROWS))
        made = [self._row(record, by) for record in frame.to_dict("records")]
        made = made[::-1] if by == "month" else made
        return tuple(made), max(0, count - MOST_ROWS)

    def _row(self, record: dict[str, Any], by: str) -> LtvRow:
        if by == "month":
            level = month_name(int(record["level"]))
        else:
            level = "unknown" if pd.isna(record["level"]) else str(record["level"])
        at = tuple(
            self.figure(age, moments(record, f"a{age}"), "ltv", f", {level}", name=f"ltv_{age}_{level}")
            for age in self.ages
        )
        return LtvRow(level=level, customers=int(record["customers"]), at=at)

    def _definition(self, name: str, age: int) -> str:
        if self.margin is None:
            return metric(name).definition
        return (
            f"Value here is {self.basis()}. Within {age} days of the first order / customers whose first order is at "
            f"least {age} days before the analysis date."
        )

    def _begins_with_the_data(self, age: int) -> bool:
        """Only customers first seen in the data's first weeks are that old."""
        start, as_of = self.tables.facts.first_order, self.receipts.as_of
        return bool(age and start and as_of and as_of - timedelta(days=age + FIRST_WEEKS) < start)

    def figure(self, age: int, found: Moments, kind: str, which: str, name: str = "") -> Figure:
        """Value per customer at one age."""
        when = f"within {age} days" if age else "on the day of the first order"
        details: dict[str, Any] = {
            "name": name or f"{kind}_{age}",
            "label": f"Value per customer {when}{which}",
            "n": found.n,
            "of": "customers",
        }
        details["definition"] = self._definition(kind, age) + won_in(self.asked)
        if found.n < TOO_FEW:
            warning = f"too few to tell: {found.n} customers are {age} days old, {TOO_FEW} are needed"
            return self.receipts.figure(kind, None, **details, warnings=(warning,))
        if self._begins_with_the_data(age) and kind == "ltv":
            small = (f"unsteady: only {found.n} customers",) if found.n < UNSTEADY else ()
            details["warnings"] = (*small, EARLY)
        return self.receipts.figure(
            kind, found.mean, numerator=found.total, denominator=found.n, interval_of=(found.interval(), METHOD),
            **details,
        )  # fmt: skip


def _note(*, falls: bool) -> str:
    start = "Each age counts only customers that old, so later ages stand on fewer, earlier customers"
    if falls:
        return (
            start + "; that is why a later figure can be smaller than an earlier one. The same customers at every "
            "age are in the second column."
        )
    return start + "; the second column follows the same customers through all ages."


def _table(
    receipts: Receipts, ages: tuple[int, ...], found: dict[int, Moments], figures: tuple[tuple[Figure, ...], ...]
) -> ResultTable:
    at, same = figures
    rows = tuple(
        {
            "age": f"{age} days" if age else "first day",
            "value": at[place].value,
            "low": at[place].low,
            "high": at[place].high,
            "customers": found[age].n,
            "same": same[place].value if place < len(same) else None,
        }
        for place, age in enumerate(ages)
    )
    return ResultTable(
        title="Value per customer by days since the first order",
        columns=(
            Column(key="age", label="Within"),
            Column(key="value", label="Value per customer", unit="money"),
            Column(key="low", label="from", unit="money"),
            Column(key="high", label="to", unit="money"),
            Column(key="customers", label="Customers old enough", unit="count"),
            Column(key="same", label="Same customers throughout", unit="money"),
        ),
        rows=rows,
        note=f"From and to: 95 % interval. The last column follows {same[-1].n:,} customers." if same else "",
        currency=receipts.currency,
    )


def _by_table(receipts: Receipts, by: str, ages: tuple[int, ...], rows: tuple[LtvRow, ...]) -> ResultTable:
    name = "First order" if by == "month" else by.replace("_", " ").capitalize()
    cells = []
    for row in rows:
        small = [figure.n for figure in row.at if figure.n is not None and figure.n < UNSTEADY]
        values = {f"v{age}": figure.value for age, figure in zip(ages, row.at, strict=True)}
        known = {f"n{age}": figure.n for age, figure in zip(ages, row.at, strict=True)}
        note = "few customers" if small and row.customers < UNSTEADY else ""
        cells.append({"level": row.level, "customers": row.customers, **values, **known, "note": note})
    return ResultTable(
        title=f"Value per customer by {name.lower()}",
        columns=(
            Column(key="level", label=name),
            Column(key="customers", label="Customers", unit="count"),
            *(Column(key=f"v{age}", label=f"{age} days" if age else "first day", unit="money") for age in ages),
            Column(key=f"n{ages[-1]}", label=f"of whom {ages[-1]} days old", unit="count"),
            Column(key="note", label="Note"),
        ),
        rows=tuple(cells),
        note=f"Each cell counts only customers that old; fewer than {TOO_FEW} make no average.",
        currency=receipts.currency,
    )


def _chart(receipts: Receipts, at: tuple[Figure, ...], same: tuple[Figure, ...]) -> Chart:
    series = {"customers old enough": tuple(figure.value for figure in at)}
    if same:
        series["same customers"] = (*(figure.value for figure in same), *([None] * (len(at) - len(same))))
    return Chart(
        kind="line",
        title="Value per customer by days since the first order",
        x=tuple(figure.name.rsplit("_", 1)[1] for figure in at),
        series=series,
        low={"customers old enough": tuple(figure.low for figure in at)},
        high={"customers old enough": tuple(figure.high for figure in at)},
        unit="money",
        currency=receipts.currency,
    )
