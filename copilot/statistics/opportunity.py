"""Owns what a move is worth: stage to stage, orders an audience places anyway, and what an offer gives away."""

from __future__ import annotations

from copilot.statistics.result import Figure, Result


class StageValue(Result):
    """Moving `share` of one-time buyers to a second order: people x value of a second order, as the shop's own."""

    people: Figure  # in the stage now
    moved: Figure
    own_rate: Figure  # share who make the step on their own, within the window
    order_value: Figure  # mean net value of a second order, with interval
    value: Figure  # moved x order_value, with the interval of the order value
    text: str
    warnings: tuple[str, ...] = ()


class ExpectedOrders(Result):
    """What an audience does anyway in the coming days, from the shop's own behaviour: the baseline of a brief."""

    audience: Figure
    days: int
    share: Figure  # who order at least once in the window, with interval
    buyers: Figure  # expected number of them, with interval
    order_value: Figure
    net_sales: Figure
    method: str
    warnings: tuple[str, ...] = ()


class OfferCost(Result):
    """What an offer costs on orders that would have come anyway."""

    anyway: ExpectedOrders
    given_away: Figure  # discount x expected orders, with interval
    per_order: Figure
    warnings: tuple[str, ...] = ()
