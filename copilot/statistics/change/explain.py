"""Owns the answer to "why did sales change": parts that add up to the change, who and what carried it, its noise."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer, UsageProblem
from copilot.statistics.change.decomposition import Chain, Number, rounded
from copilot.statistics.change.mix import DOCUMENT_FIELDS, Levels, levels
from copilot.statistics.change.sums import LINES_NEEDED, Lines, Newness, Pair, Side, lines, newness, sums
from copilot.statistics.change.usual import Usual, usual
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Period, Result, ResultTable
from copilot.statistics.scope import Scope

BY_DEFAULT: Final = ("country", "category", "source", "channel")
# factor -> (words, metric of its level)
FACTORS: Final[dict[str, tuple[str, str]]] = {
    "days": ("number of days", "period_days"),
    "customers": ("number of customers", "change_customers"),
    "orders": ("number of orders", "customer_orders"),
    "frequency": ("orders per customer", "change_frequency"),
    "units": ("units per order", "change_units"),
    "mix": ("mix of products", "change_price"),
    "price": ("prices of products", "change_price"),
    "basket": ("gross sales per order", "change_basket"),
    "other_lines": ("lines that are no products", ""),
    "discounts": ("discounts", "change_discount"),
    "refunds": ("returns and refunds", "change_returns"),
    "left_over": ("returns without an order in the period", ""),
    "guests": ("orders without a known customer", "guest_net_sales"),
    "zero_orders": ("orders without a positive value", ""),
}
_NEW: Final = {
    ("new", 0): "number of new customers",
    ("new", 1): "sales per new customer",
    ("returning", 0): "number of returning customers",
    ("returning", 1): "sales per returning customer",
}
BLIND: Final = (
    "visits and advertising (add a sessions and an ad report)",
    "price lists and stock (a product that could not be bought looks like one nobody wanted)",
    "the season (compare with the same months of the year before, where the data reach back)",
)


class Part(Result):
    """One cause: its effect in money, and its level before and after where it has one."""

    key: str
    words: str
    effect: Figure
    before: Figure | None = None
    after: Figure | None = None


class SalesChange(Result):
    """A change of net sales and its exact parts. `parts` add up to `change`, and so do `newness` and each of `by`."""

    before: Figure
    after: Figure
    change: Figure
    relative: Figure
    parts: tuple[Part, ...]  # largest first
    newness: tuple[Part, ...]
    by: tuple[Levels, ...]
    usual: Usual
    table: ResultTable
    chart: Chart
    cannot_see: tuple[str, ...] = BLIND
    warnings: tuple[str, ...] = ()


def sales_change(tables: Tables, scope: Scope, before: Period, after: Period, by: tuple[str, ...] = ()) -> SalesChange:
    """Why net sales of `after` differ from those of `before`, as parts that add up to the difference exactly.

    Net sales of known customers = customers x orders per customer x units per order x price of a unit (its mix of
    products and their prices) x (1 - discount share) x (1 - return share); the change is shared out by Shapley
    values. Orders without a customer are a part of their own. If the periods differ in length, customers are
    taken per day and the days are a factor too. `by` names dimensions; empty: those that have two levels or more.
    Raises CannotAnswer if one period lies outside the data, UsageProblem if they overlap.
    """
    _check(tables, before, after)
    pair = Pair(tables, scope.model_copy(update={"period": None}), before, after)
    arguments = {"before": before.model_dump(mode="json"), "after": after.model_dump(mode="json")}
    old = Receipts(tables, scope.model_copy(update={"period": before}), "sales_change", arguments)
    new = Receipts(tables, scope.model_copy(update={"period": after}), "sales_change", arguments)
    sides = sums(pair)
    change = sides[1].net - sides[0].net
    warnings = _warnings(pair)
    relative = float(change) / float(sides[0].net) if sides[0].net > 0 else None
    parts = _parts(pair, (old, new), sides, change)
    return SalesChange(
        before=old.figure("net_sales", sides[0].net, label="Net sales before", warnings=warnings),
        after=new.figure("net_sales", sides[1].net, label="Net sales of the period", warnings=warnings),
        change=new.figure("sales_change", change, warnings=warnings),
        relative=new.figure("sales_change_share", relative, warnings=warnings),
        parts=parts,
        newness=_newness(pair, (old, new), change, sides),
        by=_by(pair, new, by),
        usual=usual(pair, new, _relative_per_day(pair, sides)),
        table=_table(parts, change, new.currency),
        chart=_chart(parts, new.currency),
        warnings=warnings,
    )


def _check(tables: Tables, before: Period, after: Period) -> None:
    first, last = tables.facts.first_order, tables.facts.last_order
    if before.end >= after.start and after.end >= before.start:
        raise UsageProblem("The two periods overlap: compare two separate ones.")
    for period in (before, after):
        if first is None or last is None or period.end < first or period.start > last:
            raise CannotAnswer(
                "One of the two periods lies outside the days the data covers, so there is nothing to compare with.",
                "Ask what data is loaded to see its first and last day, or name another period to compare with.",
                code="outside_period",
            )


def _warnings(pair: Pair) -> tuple[str, ...]:
    facts = pair.tables.facts
    found = []
    for words, period in (("the period compared with", pair.before), ("the period", pair.after)):
        if facts.first_order and period.start < facts.first_order:
            found.append(f"{words} is not complete: the data begins within it")
        if facts.last_order and period.end > facts.last_order:
            found.append(f"{words} is not complete: the data ends within it")
    if pair.days[0] != pair.days[1]:
        found.append("the periods differ in length: the number of days is one of the parts")
    return tuple(found)


def _relative_per_day(pair: Pair, sides: tuple[Side, Side]) -> float | None:
    rates = [float(side.net) / days for side, days in zip(sides, pair.days, strict=True)]
    return rates[1] / rates[0] - 1 if rates[0] > 0 else None


def _parts(
    pair: Pair, receipts: tuple[Receipts, Receipts], sides: tuple[Side, Side], change: Decimal
) -> tuple[Part, ...]:
    """The chain's parts and what lies beside it, rounded so that they add up, largest effect first."""
    guests = not any(side.orders for side in sides)
    product_lines = lines(pair, guests=guests)
    chain = _chain(pair, sides, product_lines, guests=guests)
    effects = chain.parts()
    if not guests:
        effects["guests"] = Fraction(sides[1].guests - sides[0].guests)
    effects["zero_orders"] = Fraction(sides[1].other - sides[0].other)
    if guests:
        effects["left_over"] += Fraction(sides[1].known - sides[0].known)
    exact = rounded(effects, change)
    named = {name: (_levels_of(name, sides, product_lines, pair.days, guests=guests)) for name in exact}
    made = [
        _part(receipts, name, FACTORS[name][0], exact[name], (FACTORS[name][1], *named[name]))
        for name in exact
        if exact[name] or (name in ("customers", "frequency", "discounts", "refunds"))
    ]
    return tuple(sorted(made, key=lambda part: -abs(part.effect.value or 0.0)))


def _chain(pair: Pair, sides: tuple[Side, Side], product_lines: Lines, *, guests: bool) -> Chain:
    """The quantities of both periods, from the days to net sales."""
    split = all(
        not (side.guest_gross if guests else side.gross)
        or product_lines.total(f"sales_{place}") >= LINES_NEEDED * (side.guest_gross if guests else side.gross)
        for place, side in enumerate(sides)
    ) and any(product_lines.total(f"sales_{place}") for place in (0, 1))  # fmt: skip
    names: list[str] = ["days"] if pair.days[0] != pair.days[1] else []
    names += ["orders"] if guests else ["customers", "frequency"]
    names += ["units", "unit_price", "other_lines"] if split else ["basket"]
    names += ["discounts", "refunds"]
    quantities = [_quantities(pair.days[place], side, product_lines, place, guests=guests)
                  for place, side in enumerate(sides)]  # fmt: skip
    before, after = (tuple(quantity[name] for name in names) for quantity in quantities)
    return Chain(tuple(names), before, after, matrix_at="unit_price", matrix=product_lines.matrix() if split else None)


def _quantities(days: int, side: Side, product_lines: Lines, place: int, *, guests: bool) -> dict[str, Number]:
    """The quantity a factor leads to: customers after "customers", orders after "frequency", ..., net sales last."""
    gross = side.guest_gross if guests else side.gross
    return {
        "days": days,
        "customers": side.customers,
        "frequency": side.orders,
        "orders": side.guest_orders,
        "units": product_lines.total(f"units_{place}"),
        "unit_price": product_lines.total(f"sales_{place}"),
        "other_lines": gross,
        "basket": gross,
        "discounts": side.guest_demand if guests else side.demand,
        "refunds": side.guests if guests else side.known,
    }


def _levels_of(
    name: str, sides: tuple[Side, Side], product_lines: Lines, days: tuple[int, int], *, guests: bool
) -> tuple[float | None, float | None]:
    """The level of a factor before and after, as people know it (orders per customer, share of discounts ...)."""

    def level(place: int) -> float | None:
        side = sides[place]
        orders = side.guest_orders if guests else side.orders
        gross, demand = (side.guest_gross, side.guest_demand) if guests else (side.gross, side.demand)
        net = side.guests if guests else side.known
        units, sales = product_lines.total(f"units_{place}"), product_lines.total(f"sales_{place}")
        pairs: dict[str, tuple[Any, Any]] = {
            "days": (days[place], 1), "customers": (side.customers, 1), "orders": (orders, 1),
            "frequency": (orders, side.customers), "units": (units, orders), "price": (sales, units),
            "mix": (sales, units), "basket": (gross, orders), "discounts": (gross - demand, gross),
            "refunds": (demand - net, demand), "guests": (side.guests, 1),
        }  # fmt: skip
        part, whole = pairs.get(name, (0, 0))
        return float(part) / float(whole) if whole else None

    return level(0), level(1)


def _part(
    receipts: tuple[Receipts, Receipts], key: str, words: str, effect: Decimal,
    level: tuple[str, float | None, float | None],
) -> Part:  # fmt: skip
    metric, before, after = level
    query = {**receipts[1].query(), "figure": "change_part", "part": key}
    figure = receipts[1].figure("change_part", effect, label=f"Part of the change: {words}", query=query)
    if not metric or before is None or after is None:
        return Part(key=key, words=words, effect=figure)
    shown: dict[str, Any] = {"decimals": 2} if metric in ("change_frequency", "change_units") else {}
    return Part(
        key=key, words=words, effect=figure,
        before=receipts[0].figure(metric, before, **shown),
        after=receipts[1].figure(metric, after, **shown),
    )  # fmt: skip


def _newness(
    pair: Pair, receipts: tuple[Receipts, Receipts], change: Decimal, sides: tuple[Side, Side]
) -> tuple[Part, ...]:
    """New and returning customers: how many, and what each brought; guests and the rest beside them."""
    found = newness(pair)
    nobody = Newness(0, Decimal(0))
    effects: dict[str, Fraction] = {"guests": Fraction(sides[1].guests - sides[0].guests)}
    rest = [found.get(("other", place), nobody).net for place in (0, 1)]
    effects["left_over"] = Fraction(rest[1] - rest[0])
    shown: dict[str, tuple[str, tuple[str, float | None, float | None]]] = {
        "guests": (FACTORS["guests"][0], ("", None, None)), "left_over": (FACTORS["left_over"][0], ("", None, None)),
    }  # fmt: skip
    for kind in ("new", "returning"):
        two = [found.get((kind, place), nobody) for place in (0, 1)]
        names = (f"{kind} count", f"{kind} value")
        chain = Chain(names, (two[0].customers, two[0].net), (two[1].customers, two[1].net))
        parts = chain.parts()
        effects["left_over"] += parts.pop("left_over")
        effects |= parts
        values = [float(one.net) / one.customers if one.customers else None for one in two]
        shown[f"{kind} count"] = (_NEW[kind, 0], ("change_group_customers", two[0].customers, two[1].customers))
        shown[f"{kind} value"] = (_NEW[kind, 1], ("change_group_value", values[0], values[1]))
    exact = rounded(effects, change)
    made = [_part(receipts, key, shown[key][0], exact[key], shown[key][1]) for key in exact if exact[key]]
    return tuple(sorted(made, key=lambda part: -abs(part.effect.value or 0.0)))


def _by(pair: Pair, receipts: Receipts, wanted: tuple[str, ...]) -> tuple[Levels, ...]:
    """The dimensions asked for; else the usual ones that have two levels or more in these periods."""
    if wanted:
        return tuple(levels(pair, receipts, dimension) for dimension in wanted)
    found = (levels(pair, receipts, dimension) for dimension in BY_DEFAULT)
    return tuple(
        one for one in found if sum(level.name not in ("unknown", "not on product lines") for level in one.levels) > 1
    )


def _table(parts: tuple[Part, ...], change: Decimal, currency: str | None) -> ResultTable:
    rows = [{"part": part.words, "effect": part.effect.value} for part in parts]
    return ResultTable(
        title="Parts of the change of net sales",
        columns=(Column(key="part", label="part"), Column(key="effect", label="effect on net sales", unit="money")),
        rows=(*rows, {"part": "change in all", "effect": float(change)}),
        note="The parts add up to the change exactly (Shapley values: the average over all orders of replacement).",
        currency=currency,
    )


def _chart(parts: tuple[Part, ...], currency: str | None) -> Chart:
    return Chart(
        kind="bar",
        title="What changed net sales",
        x=tuple(part.words for part in parts),
        series={"effect on net sales": tuple(part.effect.value for part in parts)},
        unit="money",
        currency=currency,
    )


__all__ = ["BLIND", "DOCUMENT_FIELDS", "Part", "SalesChange", "sales_change"]
