"""Tool: why a figure shown elsewhere (Shopify, GA4, a dashboard) differs from ours."""

from __future__ import annotations

import math
import re
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer
from copilot.evidence.model import Statement
from copilot.evidence.wording import format_period
from copilot.statistics.query import Query, run_query
from copilot.statistics.reconcile.reconcile import Reconciliation, reconcile
from copilot.statistics.reconcile.search import Stated
from copilot.statistics.reconcile.switches import Measure
from copilot.statistics.scope import Scope
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell

System = Literal["shopify", "ga4", "klaviyo", "ads", "payments", "books", "dashboard"]
_FIGURE: Final = re.compile(
    r"(?P<digits>\d(?:[\d.,' \u00a0\u202f]*\d)?)\s?(?P<scale>k|m|mn|mio|million|thousand)?\b", re.I
)
_SCALES: Final = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6}


class ReconcileArguments(Filtered):
    """The figure seen elsewhere, as it is written there."""

    figure: str | None = Field(
        default=None,
        max_length=40,
        description="the other figure exactly as stated, e.g. '1,059,301.19', '125k', '2310'",
    )
    measure: Measure | None = Field(
        default=None,
        description="what it is called there: net_sales (also 'revenue', 'sales'), total_sales (with shipping and "
        "tax), gross_sales, orders, customers, aov, returns, discounts, shipping, taxes, units; empty = not said",
    )
    system: System | None = Field(default=None, description="where it is shown")
    shown_by: str | None = Field(
        default=None, max_length=40, description="the name the user gives it, e.g. 'Triple Whale'"
    )


class ReconcileAnswer(BaseModel):
    """The reconciliation, what the user stated, and the period in words (None: all data)."""

    model_config = ConfigDict(frozen=True)

    found: Reconciliation
    stated: Statement
    shown_by: str
    period: str | None


def read_figure(text: str) -> tuple[float, float]:
    """The value of a figure as people write it, and half of its last written digit.

    >>> read_figure("1,059,301.19")
    (1059301.19, 0.005)
    >>> read_figure("125k")
    (125000.0, 500.0)
    >>> read_figure("8.911.407,90")
    (8911407.9, 0.005)
    """
    match = _FIGURE.search(text)
    if match is None:
        raise CannotAnswer("I could not read the other figure.", "Write it as digits, for example 1,059,301.19.")
    digits = re.sub(r"['\s]", "", match["digits"])
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        mark = "." if point > comma else ","
    else:
        only = "." if point >= 0 else ","
        whole, _, tail = digits.rpartition(only)
        grouped = (
            len(tail) == 3 and re.fullmatch(r"\d{1,3}(?:[.,]\d{3})*", whole or "") is not None and not match["scale"]
        )
        mark = "" if grouped or digits.count(only) > 1 else only
    plain = "".join(c for c in digits if c.isdigit() or c == mark).replace(mark or ".", ".")
    scale = _SCALES.get((match["scale"] or "").lower(), 1.0)
    decimals = len(plain.partition(".")[2])
    return float(plain) * scale, 0.5 * 10.0**-decimals * scale


def _likeliest(tables: Tables, scope: Scope, value: float, step: float) -> Measure:
    """What a bare number most likely is: sales, or the count of orders where it lies far nearer to that."""
    if step < 0.1 or value <= 0:
        return "net_sales"
    ours = run_query(tables, Query(metrics=("net_sales", "orders"), scope=scope)).values[0]
    far = [abs(math.log(value / figure.value)) if figure.value and figure.value > 0 else math.inf for figure in ours]
    return "orders" if far[1] < 0.5 * far[0] else "net_sales"


def _run(context: ToolContext, arguments: ReconcileArguments) -> Outcome:
    scope = scope_for(context, arguments)
    if not arguments.figure:
        raise CannotAnswer(
            "Tell me the other figure, and I look for the differences of definition that explain it.",
            "Say where you see it, what it is called there and for which period, like: Shopify says N total sales "
            "for March.",
            code="no_figure",
        )
    value, step = read_figure(arguments.figure)
    stated = Stated(value, step, arguments.system)
    measure = arguments.measure or _likeliest(context.tables(), scope, value, step)
    found = reconcile(context.tables(), scope, measure, stated)
    shown_by = arguments.shown_by or "the other figure"
    answer = ReconcileAnswer(
        found=found,
        stated=Statement(text=f"{shown_by}: {arguments.figure.strip()}"),
        shown_by=shown_by,
        period=format_period(scope.period) if scope.period else None,
    )
    result = context.ledger.record_result(answer)
    return Outcome(kind="reconcile", result=result, text=tell(result, note=" ".join(result.found.hints)))


TOOL = Tool(
    name="reconcile",
    description=(
        "Explains why a figure shown elsewhere (Shopify, GA4, Klaviyo, a dashboard, the books) differs from ours: "
        "tries all combinations of refunds, discounts, shipping, tax, cancelled, pending, draft and test orders, gift "
        "cards, guests, repeated lines, time zone, period edges and currency, and gives a ladder of exact steps. Use "
        "for 'why does Shopify show 10,500', 'your revenue does not match'."
    ),
    arguments=ReconcileArguments,
    run=_run,
    title=lambda a: f"looked for what differs from {a.shown_by or 'the other figure'}{a.words()}",
)
