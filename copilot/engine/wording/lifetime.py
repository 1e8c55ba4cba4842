"""Wording of answers about customers over time: cohorts, lifetime value, the next order, moves between groups."""

from __future__ import annotations

from copilot.engine.wording.saying import (
    Answered,
    bullets,
    capital,
    contribution,
    counted,
    known,
    mark,
    plain_filter,
    said,
    said_with_interval,
)
from copilot.statistics.lifetime.cohorts import Cohorts
from copilot.statistics.lifetime.flows import Flow, GroupChange
from copilot.statistics.lifetime.ltv import LifetimeValue, LtvRow
from copilot.statistics.lifetime.movement import RfmMovement
from copilot.statistics.lifetime.next_order import NextOrders
from copilot.statistics.lifetime.survival import OrderChances
from copilot.statistics.lifetime.transitions import StageTransitions
from copilot.statistics.result import Figure

_SHOWN = 3
_UNSTEADY = 30


def cohorts(answered: Answered) -> list[str]:
    """The pooled curve first, whether newer cohorts differ, the table, and what to beware of."""
    result = Cohorts.model_validate(answered.content)
    where = plain_filter(answered)
    if not result.pooled:
        return [f"**No cohort is old enough yet to follow{where}.** {_warned(result)}", counted(result.customers)]
    first = result.pooled[0]
    label = _small(first.label)
    lines = [
        f"**{capital(label)}: {said_with_interval(first)}, over all cohorts old enough for it{where}.**"
        if first.unit != "share"
        else f"**{said_with_interval(first)} of customers {_did(first)}{where}.**"
    ]
    if result.pooled[1:]:
        lines.append(bullets(f"{figure.label}: {said_with_interval(figure)}" for figure in result.pooled[1:]))
    if result.change is not None:
        change = result.change
        lines.append(
            f"**{change.text.partition('. ')[0].rstrip('.')}.** {change.newer.label}: {said(change.newer)}; "
            f"{_small(change.older.label)}: {said(change.older)}. {change.text.partition('. ')[2]}"
        )
    lines += [f"{{table:{result.table.id}}}", f"{{chart:{result.chart.id}}}"]
    if result.small:
        lines.append("Cohorts marked small rest on too few customers to compare with each other.")
    if warned := _warned(result):
        lines.append(warned)
    return [*lines, counted(first)]


def _did(figure: Figure) -> str:
    """ "ordered in month 1 after the first"."""
    text = _small(figure.label)
    return text if text.startswith("ordered") else f"had {text}"


def _warned(result: Cohorts) -> str:
    """Warnings without numerals of their own; months that stay empty show in the table."""
    plain = [text for text in result.warnings if not any(character.isdigit() for character in text)]
    dated = [text for text in result.warnings if "holds everybody" in text]
    if dated:
        plain.append("the first cohort holds everybody seen first when the data begins, older customers too")
    return " ".join(f"{capital(text.rstrip('.'))}." for text in plain)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def lifetime_value(answered: Answered) -> list[str]:
    """The figure of the longest age that can be trusted, the others, the split with what is too small, the basis."""
    result = LifetimeValue.model_validate(answered.content)
    where = plain_filter(answered)
    usable = [figure for figure in result.at if known(figure) and (figure.n or 0) >= _UNSTEADY]
    main = result.main(answered.arguments.get("days"))
    if main is None:
        return [
            f"**Too few to tell what a customer becomes worth{where}:** {said(result.customers, noun=True)} in all.",
            counted(result.customers),
        ]
    lines = [f"**A customer is worth {said_with_interval(main)} {_age(main)}{where}.** {_behind(main)}"]
    if result.contribution is not None:
        lines.append(contribution(result.contribution))
    others = [figure for figure in usable if figure is not main]
    if others:
        lines.append(bullets(f"{figure.label}: {said_with_interval(figure)}" for figure in others))
    early = [figure for figure in usable if figure.warnings]
    if early:
        lines.append(f"Beware of {_small(early[-1].label)}: {early[-1].warnings[-1]} {mark(early[-1])}.")
    missing = [figure for figure in result.at if not known(figure)]
    if missing:
        lines.append(f"{missing[0].label}: too few customers are that old yet to tell {mark(missing[0])}.")
    if result.by and result.rows:
        lines += _split(result, main)
    lines.append(f"{{table:{result.table.id}}}")
    lines += [f"{{chart:{result.chart.id}}}", result.note]
    basis = f"{capital(result.basis)} is what is added up" + (f" {mark(main)}" if "%" in result.basis else "")
    return [*lines, f"{basis}; nothing is predicted.", counted(main)]


def _age(figure: Figure) -> str:
    """ "within 90 days of the first order"."""
    age = figure.label.removeprefix("Value per customer ")
    return age if "first order" in age else f"{age} of the first order"


def _behind(figure: Figure) -> str:
    return f"That is the mean of {figure.n:,} customers who have been known that long {mark(figure)}."


def _split(result: LifetimeValue, main: Figure) -> list[str]:
    """Which values of the attribute stand out at the age of the headline; small ones are named as such."""
    place = next(i for i, figure in enumerate(result.at) if figure.name == main.name)
    sized = [row for row in result.rows if known(row.at[place]) and (row.at[place].n or 0) >= _UNSTEADY]
    lines = []
    if len(sized) > 1 and result.by != "month":
        best, worst = max(sized, key=lambda r: r.at[place].value or 0), min(sized, key=lambda r: r.at[place].value or 0)
        lines.append(f"{_compared(best, worst, place)}")
    few = [row for row in result.rows if row not in sized]
    if few and result.by != "month":
        names = ", ".join(row.level for row in few[:_SHOWN])
        more = " and others" if len(few) > _SHOWN else ""
        lines.append(f"Too few to tell yet: {names}{more} {mark(*(row.at[place] for row in few[:_SHOWN]))}.")
    if result.by_table is not None:
        lines.append(f"{{table:{result.by_table.id}}}")
    return lines


def _compared(best: LtvRow, worst: LtvRow, place: int) -> str:
    high, low = best.at[place], worst.at[place]
    apart = (high.low or 0) > (low.high or 0)
    verdict = "their ranges do not overlap" if apart else "their ranges overlap, so it may be chance"
    return (
        f"**Highest: {best.level}** with {said_with_interval(high)}; lowest: {worst.level} with "
        f"{said_with_interval(low)}; {verdict}."
    )


def second_order(answered: Answered) -> list[str]:
    """How many ever come back and by when, then how long it took those who did, then later orders."""
    result = OrderChances.model_validate(answered.content)
    first = result.after[0]
    where = plain_filter(answered)
    within = [figure for figure in first.within if known(figure)]
    if not first.waits.value:
        return [f"**Nobody has ordered yet{where}.**", counted(first.waits)]
    observed = result.observed[1]
    lines = []
    if known(first.median):
        lines.append(
            f"**It takes {said_with_interval(first.median)} until as many customers have ordered a second time as have "
            f"not{where}**, counting also those who have not come back yet."
        )
    else:
        lines.append(
            f"**Most of your customers never place a second order{where}, as far as the data reaches.** "
            f"{result.no_second.label}: {said_with_interval(result.no_second)}."
        )
    if known(observed):
        lines.append(
            f"Those who did place one took {said_with_interval(observed)} (median), typically between "
            f"{said(result.observed[0])} and {said(result.observed[2])}. That leaves out everybody who has not come "
            "back yet, so it is no forecast for a new customer."
        )
    lines.append(bullets(f"{figure.label}: {said_with_interval(figure)}" for figure in within))
    later = [one for one in result.after[1:] if known(one.within[2]) and one.waits.value]
    if later:
        last = later[-1]
        lines.append(
            f"It gets easier: after {last.label} {said(last.within[2])} order again within 90 days, after the first "
            f"{said(first.within[2])} {mark(last.within[2])}."
        )
    return [*lines, f"{{table:{result.table.id}}}", f"{{chart:{result.chart.id}}}", counted(first.waits)]


def next_orders(answered: Answered) -> list[str]:
    """How many are due in the coming days, then every state, the table of the most valuable who are due."""
    result = NextOrders.model_validate(answered.content)
    where = plain_filter(answered)
    due, later, overdue, lapsed, unlikely = result.states
    soon = result.due_soon
    lines = [
        f"**{said(soon, noun=True)} of {said(result.customers)} are due within the next {result.days} days{where} "
        f"{mark(soon)}; they have spent {said(result.due_soon_value)} so far.** Due means: by then as many customers "
        "like them have ordered again as have not.",
        bullets(f"{one.label}: {said(one, noun=True)}" for one in (due, overdue, later, lapsed, unlikely) if one.value),
    ]
    if unlikely.value:
        lines.append(f"For {said(unlikely)} no window is given: most customers with as many orders did not come back.")
    lines.append(
        f"{said(result.own_rhythm, noun=True)} are judged by their own rhythm, the others by customers with as many "
        "orders."
    )
    lines += [f"{{table:{result.table.id}}}"] if result.table.rows else []
    lines += [f"{{table:{result.summary.id}}}", f"{{table:{result.basis.id}}}", result.note]
    return [*lines, counted(soon)]


def rfm_movement(answered: Answered) -> list[str]:
    """How many stayed, where the money slipped, the largest moves, the tables."""
    result = RfmMovement.model_validate(answered.content)
    where = plain_filter(answered)
    lines = [
        f"**{said_with_interval(result.stayed)} of customers are in the same RFM group as then{where}.** "
        f"{result.customers_then.label}: {said(result.customers_then)}; {_small(result.customers_now.label)}: "
        f"{said(result.customers_now)}, of whom {said(result.new_customers)} are new."
    ]
    best = result.groups[0]
    if known(best.stayed):
        lines.append(_best_group(best))
    moves = [move for move in result.moves if move.customers.value][:5]
    if moves:
        lines.append("**The largest moves:**")
        lines.append(bullets(_move(move) for move in moves))
    lines += [f"{{table:{result.table.id}}}", f"{{table:{result.matrix.id}}}", f"{{chart:{result.chart.id}}}"]
    return [*lines, result.method_text, counted(result.customers_now)]


def _best_group(group: GroupChange) -> str:
    return (
        f"{group.label}: {said(group.before)} then, {said(group.now)} now; {said(group.stayed)} of those then stayed, "
        f"{said(group.entered)} came in."
    )


def _move(move: Flow) -> str:
    value = f", worth {said(move.value)} so far" if move.value is not None else ""
    return f"{move.customers.label}: {said(move.customers, noun=True)} ({said(move.share)}){value}"


def stage_movement(answered: Answered) -> list[str]:
    """Who cools and who comes back in a month, the rates of the journey, what cannot be seen."""
    result = StageTransitions.model_validate(answered.content)
    where = plain_filter(answered)
    steps = [figure for figure in result.activity if known(figure) and figure.n]
    lines = [
        f"**{said_with_interval(result.stayed)} of people are in the same stage {_span(result)} later{where}** "
        f"{mark(result.stayed)}."
    ]
    if steps:
        lines.append(
            "Without a contract nobody says that they leave, so there is no churn rate; the nearest is who cools and "
            "lapses by the shop's own rhythm:"
        )
        lines.append(bullets(f"{figure.label}: {said_with_interval(figure)}" for figure in steps))
    rates = [one.rate for one in result.rates]
    able = [rate for rate in rates if known(rate)]
    if able:
        lines.append("**Steps of the journey:**")
        lines.append(bullets(f"{rate.label}: {said_with_interval(rate)}" for rate in able))
    unable: dict[str, list[Figure]] = {}
    for rate in rates:
        for warning in rate.warnings if not known(rate) else ():
            unable.setdefault(warning, []).append(rate)
    if unable:
        lines.append("**What the data cannot tell:**")
        lines.append(
            bullets(
                f"{'; '.join(_small(rate.label) for rate in group)}: {warning} {mark(*group)}"
                for warning, group in unable.items()
            )
        )
    if result.missing:
        lines.append(" ".join(result.missing))
    moves = [move for move in result.moves if move.customers.value][:_SHOWN]
    if moves:
        lines.append("**The largest moves:**")
        lines.append(bullets(_move(move) for move in moves))
    lines += [f"{{table:{result.matrix.id}}}", f"{{table:{result.activity_matrix.id}}}", f"{{chart:{result.chart.id}}}"]
    return [*lines, result.note, counted(result.people)]


def _span(result: StageTransitions) -> str:
    return result.stayed.label.rpartition("over ")[2]
