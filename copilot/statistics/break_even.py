"""Owns the break-even of an offer: what a discount costs an order and the response at which it pays."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.errors import UsageProblem
from copilot.statistics.result import Column, Figure, Result, ResultTable

ASSUMED_MARGINS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
PLANNING_SCOPE = "planning arithmetic; no orders are counted"


class BreakEven(Result):
    """What an offer costs an order, and the response rate at which it pays for itself."""

    cost_per_order: Figure
    response: Figure
    lift: Figure
    by_margin: ResultTable | None


@dataclass(frozen=True)
class Offer:
    """A price offer: either a share of the order or an amount off it. Shares are fractions of the order value.

    `margin` is the contribution margin before the discount as a share of order value, None if not known.
    `cost_per_message` is the cost of reaching one person.
    """

    order_value: float
    discount_share: float | None = None
    discount_amount: float | None = None
    margin: float | None = None
    cost_per_message: float = 0.0

    def depth(self) -> float:
        """The discount as a fraction of the order value."""
        if self.order_value <= 0:
            raise UsageProblem("An offer needs an order value above zero.")
        if (self.discount_share is None) == (self.discount_amount is None):
            raise UsageProblem("Give the discount either as a share or as an amount.")
        depth = (
            self.discount_share if self.discount_share is not None else (self.discount_amount or 0.0) / self.order_value
        )
        if not 0 <= depth <= 1:
            raise UsageProblem("The discount must lie between nothing and the whole order.")
        return depth


def break_even_response(offer: Offer, baseline: float, currency: str | None = None) -> BreakEven:
    """The response rate at which an offer earns what no offer would have earned from the `baseline` rate.

    Without the offer a person brings baseline x margin x order value; with it response x (margin - discount) x
    order value less the message. Break-even response = (baseline x margin + message / value) / (margin - discount).
    """
    check_rate(baseline)
    depth = offer.depth()
    query = {"computation": "break_even_response", "baseline": baseline, **vars(offer)}
    cost = plan_figure(
        ("offer_cost_per_order", "Discount given on an order"),
        depth * offer.order_value,
        "order value x discount",
        query,
    ).model_copy(update={"unit": "money", "currency": currency, "noun": None})
    response, why = _break_even(offer, depth, baseline, offer.margin)
    definition = "(baseline x margin + message cost / order value) / (margin - discount), margin before the discount"
    made = plan_figure(
        ("break_even_response", "Response rate at which the offer pays"), response, definition, query, why
    )
    share = {"unit": "share", "noun": None}
    lift = plan_figure(
        ("break_even_lift", "Lift over the baseline the offer needs"),
        None if response is None else response / baseline - 1,
        "break-even response / baseline - 1",
        query,
        why,
    )
    return BreakEven(
        cost_per_order=cost,
        response=made.model_copy(update=share),
        lift=lift.model_copy(update=share),
        by_margin=_margin_table(offer, depth, baseline) if offer.margin is None else None,
    )


def _break_even(
    offer: Offer, depth: float, baseline: float, margin: float | None
) -> tuple[float | None, tuple[str, ...]]:
    if margin is None:
        return None, ("Your margin is not in the data: state it, or load product costs, and this is computed.",)
    if margin <= depth:
        return None, ("The discount takes the whole margin: no response rate makes this offer pay.",)
    response = (baseline * margin + offer.cost_per_message / offer.order_value) / (margin - depth)
    if response > 1:
        return None, ("More than everyone would have to order: this offer cannot pay.",)
    return response, ()


def _margin_table(offer: Offer, depth: float, baseline: float) -> ResultTable:
    """Break-even at several margins, for a shop whose margin is unknown; a what-if, no statement on the shop."""
    rows = []
    for margin in ASSUMED_MARGINS:
        response, why = _break_even(offer, depth, baseline, margin)
        lift = None if response is None else response / baseline - 1
        rows.append({"margin": margin, "response": response, "lift": lift, "note": " ".join(why)})
    return ResultTable(
        title="Break-even response if your margin were ...",
        columns=(
            Column(key="margin", label="margin before discount", unit="share"),
            Column(key="response", label="break-even response", unit="share"),
            Column(key="lift", label="lift needed", unit="share"),
            Column(key="note", label="note"),
        ),
        rows=tuple(rows),
        note="The margin is not in the data; each row is a what-if.",
    )


def check_rate(rate: float) -> None:
    if not 0 < rate < 1:
        raise UsageProblem("The baseline response rate must lie between 0 and 1.")


def plan_figure(
    names: tuple[str, str],
    value: float | None,
    definition: str,
    query: dict[str, object],
    warnings: tuple[str, ...] = (),
) -> Figure:
    """A count of people; `names` are the stable name and the label."""
    return Figure(
        name=names[0],
        label=names[1],
        value=value,
        unit="count",
        noun="people",
        definition=definition,
        scope=PLANNING_SCOPE,
        query=query,
        warnings=warnings,
    )
