"""Overview: the key figures, the trend, the stages and the concentration of one shop, for one page."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from copilot.data.tables import Tables
from copilot.errors import NothingLoaded
from copilot.statistics.concentration import concentration
from copilot.statistics.journey import JourneyStages, journey_stages
from copilot.statistics.repeat import repeat_rates
from copilot.statistics.result import Chart, Figure
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope
from copilot.statistics.trend import by_month


class Overview(BaseModel):
    """What a page of key figures shows; `lead` says in a sentence what is counted."""

    model_config = ConfigDict(frozen=True)

    lead: str
    kpis: tuple[Figure, ...]
    charts: tuple[Chart, ...]
    stages: JourneyStages


def overview(tables: Tables, scope: Scope) -> Overview:
    """The shop at one glance. Raises NothingLoaded without orders."""
    if tables.facts.last_order is None:
        raise NothingLoaded("No orders are loaded yet.", "Add an order export, or open the sample shop.")
    ladder = sales_ladder(tables, scope)
    repeat = repeat_rates(tables, scope)
    trend = by_month(tables, scope)
    shares = concentration(tables, scope)
    return Overview(
        lead=scope.text(tables.facts),
        kpis=(ladder.net_sales, ladder.orders, ladder.customers, ladder.aov, repeat.lifetime, shares.top10),
        charts=(trend.sales_chart, trend.customers_chart, shares.pareto),
        stages=journey_stages(tables, scope),
    )
