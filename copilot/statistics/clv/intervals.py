"""Owns the intervals of predicted totals: drawn parameters and, for each draw, drawn futures of the customers.

Parameters come from the asymptotic normal distribution of the log-parameters. A bootstrap that fits again for each draw
would cost a fit each; with 250 customers and more (the gate) both give nearly the same, and the coverage on simulated
shops is a test. Given parameters, a customer's future follows exactly from the model: alive or not, own rate and own
chance of leaving from their posterior distributions, purchases, and a Gamma total of money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copilot.statistics.clv.forecast import Expected, Models
from copilot.statistics.clv.gamma_gamma import GammaGamma
from copilot.statistics.clv.histories import Floats, grouped
from copilot.statistics.clv.purchases import model
from copilot.statistics.clv.summary import Customers

DRAWS: Final = 200
SEED: Final = 20110
MOST: Final = 8_000  # customers whose futures are drawn; more of them stand for the rest
FEWEST: Final = 5  # customers of a group that must be among those drawn
METHOD: Final = "parametric bootstrap 95 %"
_TINY: Final = 1e-9

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grouping:
    """Customers in `size` groups by `code` (-1: in none)."""

    code: Codes
    size: int


@dataclass(frozen=True)
class Spread:
    """Drawn totals of the groups of one grouping: one row a draw, one column a group."""

    orders: Floats
    value: Floats
    active: Floats
    returning: tuple[Floats, ...]

    def bounds(self, drawn: Floats, group: int = 0) -> tuple[float, float] | None:
        """The 95 % interval of one group's total; None for a group of which too few were drawn."""
        if not np.isfinite(drawn[:, group]).all():
            return None
        low, high = np.quantile(drawn[:, group], [0.025, 0.975])
        return max(0.0, float(low)), float(high)


@dataclass(frozen=True)
class Request:
    """What is drawn: customers with their expectations, horizon in weeks, times (weeks) of `returning`, kept share."""

    models: Models
    customers: Customers
    expected: Expected
    horizon: float
    within: tuple[float, ...]
    kept: float


def draw(request: Request, groupings: dict[str, Grouping]) -> dict[str, Spread]:
    """Totals of every group of every grouping in each draw.

    Above 8,000 customers every k-th one (in order of history) is drawn and stands for its group: its expectation is
    scaled by the group's, its luck by the root of the group's size.
    """
    chosen = np.arange(len(request.customers))
    step = -(-len(chosen) // MOST)
    chosen = chosen[step // 2 :: step]
    sample = _Sample.of(request, chosen)
    parameters = request.models.orders.draws(DRAWS, SEED)
    active = request.models.active.draws(DRAWS, SEED + 1)
    money = None if request.models.money is None else request.models.money.draws(DRAWS, SEED + 2)
    generator = np.random.default_rng(SEED + 3)
    scales = {name: _Scale.of(request, grouping, chosen) for name, grouping in groupings.items()}
    rows: dict[str, list[list[Floats]]] = {name: [] for name in groupings}
    for index in range(DRAWS):
        future = sample.future(parameters[index], active[index], None if money is None else money[index], generator)
        for name, scale in scales.items():
            rows[name].append([scale.total(kind, *pair) for kind, pair in future.items()])
    made: dict[str, Spread] = {}
    for name, drawn in rows.items():
        orders, value, alive, *returning = (np.array(column) for column in zip(*drawn, strict=True))
        made[name] = Spread(orders, value, alive, tuple(returning))
    return made


@dataclass(frozen=True)
class _Scale:
    """How the drawn customers of each group stand for the whole group."""

    code: Codes
    size: int
    people: Floats  # customers in the group / customers drawn
    point: dict[str, Floats]  # expectation of the group / expectation of those drawn, at the fitted parameters
    enough: npt.NDArray[np.bool_]  # whether enough of the group were drawn

    @classmethod
    def of(cls, request: Request, grouping: Grouping, chosen: Codes) -> _Scale:
        code, size = grouping.code, grouping.size

        def ratio(values: Floats) -> Floats:
            whole = grouped(code[code >= 0], values[code >= 0], size)
            kept = chosen[code[chosen] >= 0]
            part = grouped(code[kept], values[kept], size)
            return np.asarray(np.divide(whole, part, out=np.ones(size), where=part > 0))

        drawn = np.bincount(code[chosen[code[chosen] >= 0]], minlength=size)
        expected = request.expected
        value = expected.orders if expected.value is None else expected.value
        people = ratio(np.ones(len(code)))
        point = {"orders": ratio(expected.orders), "value": ratio(value), "active": ratio(expected.active)}
        return cls(code[chosen], size, people, point, drawn >= FEWEST)

    def total(self, kind: str, mean: Floats, luck: Floats) -> Floats:
        """The group's total: expectation and luck of those drawn, each scaled to the whole group."""
        inside = self.code >= 0
        expected = grouped(self.code[inside], mean[inside], self.size)
        chance = grouped(self.code[inside], luck[inside], self.size)
        total = expected * self.point.get(kind, self.people) + chance * np.sqrt(self.people)
        return np.asarray(np.where(self.enough, total, np.nan))


@dataclass(frozen=True)
class _Sample:
    """The customers whose futures are drawn."""

    x: Floats
    last: Floats
    age: Floats
    spend: Floats
    discount: Floats
    some: bool  # whether they stand for more customers than themselves
    request: Request

    @classmethod
    def of(cls, request: Request, chosen: Codes) -> _Sample:
        c, some = request.customers, len(chosen) < len(request.customers)
        discount = request.expected.discount[chosen]
        return cls(c.x[chosen], c.last[chosen], c.age[chosen], c.spend[chosen], discount, some, request)

    def future(
        self, orders: Floats, active: Floats, money: Floats | None, generator: np.random.Generator
    ) -> dict[str, tuple[Floats, Floats]]:
        """Expectation and luck (drawn - expected) of each customer, for each kind of total."""
        horizon, models = self.request.horizon, self.request.models
        purchase = model(models.name, orders)
        alive = purchase.alive(self.x, self.last, self.age)
        # where everybody is drawn, what was drawn is the total, and the expectation cancels out
        mean = alive * purchase.orders_if_alive(self.x, self.age, horizon) if self.some else np.zeros(len(alive))
        stays = generator.random(len(alive)) < alive
        drawn = np.where(stays, purchase.draw_orders(self.x, self.age, horizon, generator), 0.0)
        made: dict[str, tuple[Floats, Floats]] = {"orders": (mean, drawn - mean)}
        made["value"] = self._money(money, mean, drawn, generator)
        chance = alive
        if models.active_name != models.name:
            chance = model(models.active_name, active).alive(self.x, self.last, self.age)
        made["active"] = (chance, (generator.random(len(chance)) < chance) - chance)
        for index, time in enumerate(self.request.within):
            share = alive * purchase.next_order_share(self.x, self.age, time)
            made[f"returning{index}"] = (share, (generator.random(len(share)) < share) - share)
        return made

    def _money(
        self, money: Floats | None, mean: Floats, drawn: Floats, generator: np.random.Generator
    ) -> tuple[Floats, Floats]:
        if money is None:
            return np.zeros(len(mean)), np.zeros(len(mean))
        spend = GammaGamma.of(money)
        total = np.where(self.x > 0, self.x * self.spend, 0.0)
        if not spend.has_mean:
            return np.zeros(len(mean)), np.zeros(len(mean))
        factor = self.discount * self.request.kept
        expected = mean * spend.expected_spend(self.x, self.spend) * factor
        scale = (spend.gamma + total) / np.maximum(generator.gamma(spend.p * self.x + spend.q), _TINY)
        came = np.where(drawn > 0, generator.gamma(np.maximum(spend.p * drawn, _TINY)) * scale * factor, 0.0)
        return expected, came - expected
