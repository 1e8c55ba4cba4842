"""Tool: take in an exchange rate that the user states, so that several currencies become one, or forget it."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import Field

from copilot.errors import CannotAnswer
from copilot.evidence.model import Statement
from copilot.evidence.wording import format_day
from copilot.statistics.query import Query, run_query
from copilot.statistics.result import Figure, Result
from copilot.statistics.scope import Scope
from copilot.tools.base import Arguments, Outcome, Tool, ToolContext
from copilot.tools.rate_words import FORGET, StatedRate, stated_rate
from copilot.tools.telling import tell

FORMAT: Final = "exchange rates"
STATED: Final = "rate stated on"


class RateArguments(Arguments):
    """A rate in words, or the wish to forget all of them."""

    rate: str = Field(default="", max_length=60, description="the rate as the user states it, e.g. '1 EUR = 1.08 USD'")
    forget: bool = Field(default=False, description="true to forget the rates that were stated")


class RateAnswer(Result):
    """What became of it: the rate in words, what is converted now, and net sales in one currency if that is so."""

    forgotten: bool
    stated: Statement | None
    converted: tuple[str, ...]
    currencies: tuple[str, ...]
    net_sales: Figure | None


def _run(context: ToolContext, arguments: RateArguments) -> Outcome:
    said = context.ledger.said.text if context.ledger.said is not None else ""
    if arguments.forget:
        if not FORGET.search(said):
            raise CannotAnswer("Only your own words can change how amounts are converted.", "Say: forget the rate.")
        removed = _forget(context)
        if not removed:
            raise CannotAnswer("There is no exchange rate to forget.", "Files of rates are removed on the data page.")
        return _outcome(context, None)
    rate = stated_rate(arguments.rate)
    if rate is None:
        raise CannotAnswer("I could not read the rate.", "Say it like: 1 EUR = 1.08 USD.")
    if stated_rate(said) != rate:
        raise CannotAnswer("Only your own words can change how amounts are converted.", f"Say: {rate.words()}.")
    _forget(context, rate)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{STATED} {format_day(datetime.now(UTC).date())}.csv"
        file.write_text(f"currency,rate,to\n{rate.currency},{rate.rate:f},{rate.into}\n", encoding="utf-8")
        context.workspace.add([file])
    return _outcome(context, rate)


def _forget(context: ToolContext, like: StatedRate | None = None) -> int:
    """Remove the stated rates (of the same two currencies); files of rates the user added stay."""
    removed = 0
    for source in context.workspace.uploads():
        if source.format != FORMAT or not source.file.startswith(STATED):
            continue
        examples = [one for problem in context.workspace.report(source.upload_id).problems for one in problem.examples]
        pairs = [{found.currency, found.into} for one in examples if (found := stated_rate(one)) is not None]
        if like is None or {like.currency, like.into} in pairs:
            context.workspace.remove(source.upload_id)
            removed += 1
    return removed


def _outcome(context: ToolContext, rate: StatedRate | None) -> Outcome:
    tables = context.workspace.tables()
    facts = tables.facts
    net = None
    if facts.last_order is not None and (facts.currency is not None or len(facts.currencies) < 2):
        net = run_query(tables, Query(metrics=("net_sales",), scope=Scope())).values[0][0]
    answer = RateAnswer(
        forgotten=rate is None,
        stated=Statement(text=rate.words()) if rate is not None else None,
        converted=tuple(rule for rule in facts.rules if "converted" in rule),
        currencies=facts.currencies,
        net_sales=net,
    )
    result = context.ledger.record_result(answer)
    return Outcome(kind="exchange_rate", result=result, text=tell(result, note="; ".join(answer.converted)))


TOOL = Tool(
    name="exchange_rate",
    description=(
        "Takes in an exchange rate the user states ('1 EUR = 1.08 USD'), so that amounts of several currencies become "
        "the shop's main one, or forgets it. Only on the user's own words; every receipt then names the rate."
    ),
    arguments=RateArguments,
    run=_run,
    title=lambda a: "forgot the exchange rate" if a.forget else f"took in the rate {a.rate}",
)
