"""Tool: what customers and orders cost in advertising, what comes back, and what the platforms claim."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.data.tables import Tables
from copilot.evidence.model import Statement
from copilot.statistics.acquisition.reports import MISSING, AdReports, ad_reports
from copilot.statistics.acquisition.spend import Acquisition, acquisition
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure
from copilot.statistics.scope import Scope, customer_table
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.periods import period_from
from copilot.tools.scoping import ORDERS_MISSING, Filtered, scope_for
from copilot.tools.telling import tell

_SOURCES_SHOWN = 5


class SpendArguments(Filtered):
    """Cost per customer, or the platforms' own report."""

    view: Literal["customers", "reports"] = Field(
        default="customers", description="customers: CAC, payback, LTV:CAC, MER; reports: ROAS, CPC, CTR by channel"
    )
    margin: float | None = Field(
        default=None, gt=0, le=1, description="share of sales left after the goods, only if the user states it: 0.4"
    )
    channel: str | None = Field(default=None, description="the one channel asked about, e.g. 'instagram'; empty = all")
    days: int = Field(default=180, ge=1, le=730, description="days of customer value set against the cost")


class SpendAnswer(BaseModel):
    """One of `costs` and `reports`; `missing` says what to add where an ad report or the orders are not loaded."""

    model_config = ConfigDict(frozen=True)

    costs: Acquisition | None = None
    reports: AdReports | None = None
    stated: Statement | None = None
    missing: str = ""
    first_orders: tuple[Figure, ...] = ()


def _run(context: ToolContext, arguments: SpendArguments) -> Outcome:
    tables = context.tables()
    stated = None if arguments.margin is None else Statement(text=f"margin of {100 * arguments.margin:g} %")
    if not tables.facts.has("spend"):
        answer = SpendAnswer(missing=MISSING, first_orders=first_sources(tables, context.scope))
    elif arguments.view == "reports" or tables.facts.last_order is None:
        period = period_from(arguments.period, tables.facts.last_order) if arguments.period else None
        reports = ad_reports(tables, context.scope.model_copy(update={"period": period}))
        asked = arguments.view == "customers"
        answer = SpendAnswer(reports=reports, missing=ORDERS_MISSING if asked else "")
    else:
        scope = scope_for(context, arguments)
        answer = SpendAnswer(
            costs=acquisition(tables, scope, arguments.margin, arguments.days, context.margin), stated=stated
        )
    result = context.ledger.record_result(answer)
    note = f"Not everything needed is loaded. {result.missing}" if result.missing else ""
    return Outcome(kind="ad_spend", result=result, text=tell(result, note=note), note=note)


def first_sources(tables: Tables, scope: Scope) -> tuple[Figure, ...]:
    """Where customers came from by the source of their first order: the most that can be said without spend."""
    if tables.facts.last_order is None:
        return ()
    customers = customer_table(tables, scope)
    frame = tables.frame(customers.group_by("first_source").aggregate(n=customers.count()))
    known = frame[frame["first_source"].notna()].sort_values(["n", "first_source"], ascending=[False, True])
    receipts = Receipts(tables, scope, "first_sources")
    total = int(frame["n"].sum())
    return tuple(
        receipts.share(
            "level_share", int(row.n), total, of="customers", label=f"First order from {row.first_source}",
            query={**receipts.query(), "source": row.first_source}, people=int(row.n),
        )
        for row in known.head(_SOURCES_SHOWN).itertuples()
    )  # fmt: skip


TOOL = Tool(
    name="ad_spend",
    description=(
        "What a new customer costs (CAC, blended and by channel), value within some days against it (LTV:CAC), "
        "payback, MER, cost per order, break-even return on ad spend; view 'reports': what the platforms claim "
        "(ROAS, CPC, CTR, "
        "conversions). Needs an ad report. Give `margin` only if the user states it; never assume one."
    ),
    arguments=SpendArguments,
    run=_run,
    title=lambda a: (
        ("read the ad reports" if a.view == "reports" else "set ad spend against new customers") + a.words()
    ),
)
