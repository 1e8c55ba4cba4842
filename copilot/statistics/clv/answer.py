"""Owns what a prediction of customer value consists of: verdict, checks, figures, back-test and tables."""

from __future__ import annotations

from typing import Final, Literal

from copilot.statistics.result import Chart, Figure, Result, ResultTable
from copilot.statistics.segments import SegmentRule

Verdict = Literal["full", "provisional", "refused"]
SEVERITY: Final[dict[Verdict, int]] = {"full": 0, "provisional": 1, "refused": 2}


class Check(Result):
    """One condition of the prediction: what it allows, the figure it was judged by, why, and what would be enough.

    A check that allows a full prediction and still has a `reason` is a caution.
    """

    name: str
    allows: Verdict
    figure: Figure
    reason: str = ""
    enough: str = ""


class BackTest(Result):
    """The model fitted to the first two thirds of the shop's own history, against what really came after."""

    days: Figure
    predicted: Figure
    actual: Figure
    error: Figure
    value_error: Figure | None
    naive_error: Figure
    correlation: Figure
    mae: Figure
    naive_mae: Figure
    by_purchases: ResultTable
    by_model: ResultTable
    chart: Chart


class Totals(Result):
    """What is expected of some customers within the horizon. Money is None where it could not be predicted."""

    customers: Figure
    orders: Figure
    active: Figure
    active_share: Figure
    value: Figure | None
    value_each: Figure | None
    historic: Figure
    total: Figure | None


class Prediction(Result):
    """The prediction itself: everybody, the group asked for, new customers, and the parts."""

    everybody: Totals
    group: Totals | None
    returning: tuple[Figure, ...]
    order_value: Figure | None
    new_orders: Figure
    new_value: Figure | None
    deciles: ResultTable
    rfm: ResultTable
    top: ResultTable
    same_names: Figure  # of the first 20 by predicted value, those among the first 20 by value so far
    chart: Chart


class PredictedValue(Result):
    """Predicted customer value with its gate: `prediction` is None where it was refused; `checks` say why."""

    verdict: Verdict
    rule: SegmentRule | None
    horizon: Figure
    asked_days: int
    customers: Figure
    checks: tuple[Check, ...]
    prediction: Prediction | None
    backtest: BackTest | None
    no_backtest: str = ""
    parameters: ResultTable | None

    @property
    def held_back(self) -> tuple[Check, ...]:
        """The checks that keep the prediction from being full, most severe first."""
        found = [check for check in self.checks if check.allows != "full"]
        return tuple(sorted(found, key=lambda check: -SEVERITY[check.allows]))

    @property
    def cautions(self) -> tuple[Check, ...]:
        """Checks that allow a full prediction with a word of caution."""
        return tuple(check for check in self.checks if check.allows == "full" and check.reason)
