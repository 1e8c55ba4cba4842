"""Owns the margin that turns sales into contribution: as stated, from product costs, or as set for the shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from copilot.data.tables import Tables
from copilot.errors import UsageProblem
from copilot.statistics.acquisition.payback import goods_margin
from copilot.statistics.metrics import metric
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, Result
from copilot.statistics.scope import Scope

Source = Literal["stated", "costs", "settings"]
_SAID: Final[dict[Source, dict[str, str]]] = {
    "stated": {"label": "Margin as stated", "definition": "Stated by you."},
    "costs": {},
    "settings": {"label": "Margin of the settings", "definition": "Set as the shop's margin."},
}


class Contribution(Result):
    """What is left of an amount of sales at a margin: the margin with its source, the amount, and it per customer."""

    source: Source
    margin: Figure
    value: Figure
    value_each: Figure | None = None


@dataclass(frozen=True)
class KnownMargin:
    """A margin as a share of sales, and where it comes from."""

    share: float
    source: Source

    def figure(self, receipts: Receipts) -> Figure:
        """The margin with its receipt."""
        return receipts.figure("margin", self.share, **_SAID[self.source])

    def of(self, receipts: Receipts, name: str, sales: Figure) -> Figure:
        """`sales` x margin as the metric `name`, with the interval of the sales: the margin itself is taken as exact.

        >>> KnownMargin(0.4, "stated").scaled(50.0)
        20.0
        """
        low, high = self.scaled(sales.low), self.scaled(sales.high)
        interval = None if low is None or high is None else (low, high)
        label = f"{metric(name).label}: {sales.label[:1].lower()}{sales.label[1:]} x {self.share:.4g}"
        return receipts.figure(
            name, self.scaled(sales.value), label=label, n=sales.n, of="customers",
            interval_of=(interval, f"{sales.interval}; the margin is taken as exact" if interval else None),
        )  # fmt: skip

    def scaled(self, amount: float | None) -> float | None:
        """An amount x margin; unknown stays unknown."""
        return None if amount is None else amount * self.share


def known_margin(
    tables: Tables, scope: Scope, stated: float | None = None, usual: float | None = None
) -> KnownMargin | None:
    """The margin the user stated, else that of the product costs (nine tenths of sales covered), else the set one.

    All three are shares of sales above 0 and up to 1. Raises UsageProblem for a stated one outside of that.
    """
    if stated is not None:
        if not 0 < stated <= 1:
            raise UsageProblem("A margin is a share of sales above 0 and up to 100 %.")
        return KnownMargin(stated, "stated")
    share, _ = goods_margin(tables, scope.ever())
    if share is not None and share > 0:
        return KnownMargin(share, "costs")
    return None if usual is None else KnownMargin(usual, "settings")


def contribution(
    receipts: Receipts, names: tuple[str, str], known: KnownMargin | None, value: Figure | None, each: Figure | None
) -> Contribution | None:
    """The contribution of `value` and of `each` under the metrics `names`; None without a margin or an amount."""
    if known is None or value is None or value.value is None:
        return None
    return Contribution(
        source=known.source,
        margin=known.figure(receipts),
        value=known.of(receipts, names[0], value),
        value_each=None if each is None else known.of(receipts, names[1], each),
    )
