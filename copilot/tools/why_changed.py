"""Tool: why sales changed between two periods, as parts that add up to the change."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from copilot.errors import CannotAnswer
from copilot.statistics.change.explain import SalesChange, sales_change
from copilot.statistics.periods import period_before, unit_of, year_before
from copilot.statistics.result import Period
from copilot.tools.base import Arguments, Outcome, Tool, ToolContext
from copilot.tools.periods import period_from
from copilot.tools.scoping import Filtered, need_orders, scope_for
from copilot.tools.telling import tell


class ChangeArguments(Arguments):
    """The period asked about and what it is compared with."""

    period: str | None = Field(
        default=None, description="the period to explain, in words, e.g. 'March 2011'; empty = the last whole month"
    )
    against: str | None = Field(
        default=None,
        description="what to compare with: 'previous' (default), 'last year' (the same days a year before), or a "
        "period in words",
    )
    only: tuple[str, ...] = Field(default=(), description="filters like 'country=Germany'; empty = all orders")
    by: tuple[str, ...] = Field(
        default=(), max_length=2, description="country, region, channel, source, category, product, vendor ..."
    )


class ChangeAnswer(BaseModel):
    """The change with its parts; `compared` says in words how the two periods were chosen."""

    model_config = ConfigDict(frozen=True)

    change: SalesChange
    compared: str


def _run(context: ToolContext, arguments: ChangeArguments) -> Outcome:
    need_orders(context)
    tables = context.tables()
    first, last = tables.facts.first_order, tables.facts.last_order
    scope = scope_for(context, Filtered(only=arguments.only))
    if first is None or last is None:  # need_orders has refused already
        raise CannotAnswer("There are no orders.")
    after, before, words = periods(arguments.period, arguments.against, first, last)
    answer = ChangeAnswer(change=sales_change(tables, scope, before, after, arguments.by), compared=words)
    result = context.ledger.record_result(answer)
    return Outcome(kind="why_changed", result=result, text=tell(result))


def periods(period: str | None, against: str | None, first: date, last: date) -> tuple[Period, Period, str]:
    """The period asked about, the one to compare with, and how that was chosen, in words.

    A period that runs beyond the data is cut to the data's last day, so that it is compared with as many days.
    """
    after = period_from(period, last) or _last_whole_month(first, last)
    cut = after.start <= last < after.end
    after = Period(start=after.start, end=last) if cut else after
    wanted = (against or "previous").strip().lower()
    if wanted in ("previous", "before", "previous period", "the period before"):
        return after, period_before(after, last), "the period before"
    if wanted in ("last year", "previous year", "year before", "same period last year"):
        return after, year_before(after), "the same days a year before"
    other = period_from(against, last)
    if other is None:
        raise CannotAnswer(
            "I could not read what to compare with.",
            "Say 'last year', 'the month before', or a month such as May 2011.",
        )
    return after, other, "the period you named"


def _last_whole_month(first: date, last: date) -> Period:
    """The last calendar month the data covers wholly; the one running on the last day if there is none."""
    month = unit_of(last, "month")
    if month.end == last:
        return month
    before = period_before(month)
    return before if before.start >= first else month


TOOL = Tool(
    name="why_changed",
    description=(
        "Why net sales changed between two periods: exact parts that add up (customers, orders per customer, units, "
        "prices, product mix, discounts, returns), new against returning customers, and which countries, categories or "
        "sources carried it; says whether the change is larger than usual. Use for 'why did sales drop in March', "
        "'what changed against last year'."
    ),
    arguments=ChangeArguments,
    run=_run,
    title=lambda a: f"split the change of sales into its parts ({', '.join((a.period or 'last month', *a.only))})",
)
