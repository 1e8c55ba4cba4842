"""Owns the product's side of the benchmarks: a generated shop opened as a workspace opens it, analyses on demand."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any, Final

import ibis.expr.types as ir

from cmo_copilot.evals.benchmarks.shops import write_shop
from copilot.app import Copilot
from copilot.data.tables import Tables
from copilot.data.workspace import Workspace
from copilot.settings import Settings
from copilot.statistics.assortment.lines import baskets
from copilot.statistics.baskets import BasketPairs, basket_pairs
from copilot.statistics.condition import Condition
from copilot.statistics.lifetime.cohorts import Cohorts, cohorts
from copilot.statistics.lifetime.days import customer_months
from copilot.statistics.query import Query, QueryResult, run_query
from copilot.statistics.query_frame import LINEARISED
from copilot.statistics.result import Period
from copilot.statistics.rfm import RfmGroups, rfm_groups
from copilot.statistics.rhythm import thresholds
from copilot.statistics.scope import Scope, customer_table, documents

NAME: Final = "bench"
VALUES_ONLY: Final = "the same, values only"
QUESTION: Final = "net sales, orders and average order value in Germany in 2024 by month"
# Kept tables an analysis may find ready: one row an order or person; one row a customer (and day or month). All others
# are built while timed, and for the customer table those of customers, too.
PER_ORDER: Final = ("kept-numbered-", "kept-documents-", "kept-people-", "kept-basket-orders-")
PER_CUSTOMER: Final = ("kept-customers-", "kept-customer-days-", "kept-customer-spans-", "kept-value-days-",
                       "kept-customer-months-")  # fmt: skip
SUMMED: Final = ("orders", "days", "refunded_orders", "discounted_orders", "units", "gross_sales", "discounts",
                 "returns", "net_sales", "demand_sales", "value_365", "days_since", "aov",
                 "first_order_value")  # fmt: skip
COUNTED: Final = (("first_channel", "web"), ("first_source", "google"), ("country", "Germany"),
                  ("first_category", "Category 3"), ("first_product", "Product 0007"), ("first_discounted", True),
                  ("email_consent", True))  # fmt: skip
_QUERY: Final = Query(
    metrics=("net_sales", "orders", "customers", "aov"),
    by=("month",),
    where=(Condition(field="country", value="Germany"),),
    period=Period(start=date(2024, 1, 1), end=date(2024, 12, 31)),
)


def make(home: Path, lines: int) -> Path:
    """Generate a shop as the materialised tables of a workspace below `home`; gives the folder of the tables."""
    workspace = Workspace.open(home, NAME)
    folder = workspace.path / "derived" / workspace.key()
    write_shop(folder, lines)
    return folder


class Ours:
    """The product over one generated shop."""

    def __init__(self, home: Path) -> None:
        self.home = home
        workspace = Workspace.open(home, NAME)
        self.folder = workspace.path / "derived" / workspace.key()
        self.tables: Tables = workspace.tables()

    def forget(self, kept: tuple[str, ...]) -> None:
        """Remove kept tables except those whose files begin so, which stay open as in a warm process."""
        for name in [name for name in self.tables.derived if not f"kept-{name}".startswith(kept)]:
            del self.tables.derived[name]
        for file in self.folder.glob("kept-*"):
            if not file.name.startswith(kept):
                file.unlink()

    def prepare(self) -> dict[str, float]:
        """Build the per-order and per-customer tables once; seconds of each."""
        self.forget(())
        scope = Scope()
        steps = {
            "one row an order": lambda tables, scope: (documents(tables, scope), baskets(tables, scope)),
            "one row a customer": customer_table,
            "a customer's days": thresholds,
            "a customer's months": customer_months,
        }
        seconds = {}
        for name, build in steps.items():
            started = time.perf_counter()
            build(self.tables, scope)
            seconds[name] = time.perf_counter() - started
        return seconds

    def run(self, analysis: str) -> Any:
        """One analysis from the materialised tables."""
        scope = Scope()
        if analysis == "customer table":
            return customer_table(self.tables, scope)
        if analysis == "RFM groups":
            return rfm_groups(self.tables, scope, "quintile")
        if analysis == "cohorts":
            return cohorts(self.tables, scope, months=12)
        if analysis == "basket pairs":
            return basket_pairs(self.tables, scope)
        return run_query(self.tables, _QUERY)

    def found(self, result: Any) -> dict[str, float]:
        """The numbers of a result that the other side must find, too; not timed."""
        if isinstance(result, RfmGroups):
            return {
                f"{group.name} {what}": float(figure.value or 0)
                for group in result.groups
                if group.customers.value
                for what, figure in (("customers", group.customers), ("value", group.value),
                                     ("days", group.median_days_since))
            }  # fmt: skip
        if isinstance(result, Cohorts):
            return {figure.name: float(figure.value or 0) for figure in (*result.sizes, *result.pooled)}
        if isinstance(result, BasketPairs):
            return {
                f"{' / '.join(sorted((pair.first, pair.second)))} {what}": float(value or 0)
                for pair in result.pairs
                for what, value in (("orders", pair.support.numerator), ("lift", pair.lift.value))
            }
        if isinstance(result, QueryResult):
            figures = [(label[0], figure) for label, row in zip(result.labels, result.values, strict=True)
                       for figure in row]  # fmt: skip
            sure = [(label, figure) for label, figure in figures if figure.interval == LINEARISED]
            return {
                **{f"{label} {figure.name}": float(figure.value or 0) for label, figure in figures},
                **{f"{label} {figure.name}_low": float(figure.low or 0) for label, figure in sure},
                **{f"{label} {figure.name}_high": float(figure.high or 0) for label, figure in sure},
            }
        return _totals(result)

    def before(self, analysis: str) -> None:
        """What is done outside the time: forget what earlier rounds kept, and have the materialised tables ready."""
        if analysis == "customer table":
            self.forget(PER_ORDER)
            return
        self.forget(PER_ORDER + PER_CUSTOMER)
        customer_table(self.tables, Scope())
        customer_months(self.tables, Scope())

    def asked(self) -> float:
        """Seconds of the same question in words through the app and its built-in engine, warm, best of three."""
        with Copilot.open(NAME, Settings(home=self.home)) as copilot:
            times = []
            for _ in range(4):
                started = time.perf_counter()
                answer = copilot.ask(QUESTION)
                times.append(time.perf_counter() - started)
                if not answer.figures:
                    raise RuntimeError(f"the question was not answered: {answer.text}")
        return min(times[1:])


def _totals(customers: ir.Table) -> dict[str, float]:
    """Totals over the columns of the customer table that both sides make."""
    sums = {name: customers[name].sum().cast("float64") for name in SUMMED}
    counts = {f"{name} is {value}": (customers[name] == value).cast("int64").sum() for name, value in COUNTED}
    row = customers.aggregate(customers=customers.count(), **sums, **counts).to_pandas().iloc[0]
    return {str(name): float(value) for name, value in row.items()}
