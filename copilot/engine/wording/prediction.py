"""Wording of predicted customer value: the answer with its interval, how good it was before, and honest refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from copilot.engine.wording.saying import (
    Answered,
    bullets,
    capital,
    contribution,
    counted,
    known,
    listed,
    mark,
    plain_filter,
    said,
    said_with_interval,
)
from copilot.statistics.clv.answer import BackTest, Check, PredictedValue, Prediction, Totals
from copilot.statistics.result import Figure
from copilot.tools.predicted_value import PredictionAnswer

_CLOSE: Final = 0.15  # error of the back-test up to which it is called close


def prediction(answered: Answered) -> list[str]:
    """Answer first, with its interval; then the back-test in a sentence, the gate in plain words, the tables."""
    answer = PredictionAnswer.model_validate(answered.content)
    result = answer.predicted
    where = plain_filter(answered)
    if result.prediction is None:
        return _refused(answer, where)
    made = result.prediction
    totals = made.group or made.everybody
    lines = _first(answer, totals, where)
    if result.backtest is not None:
        lines.append(_backtest(result.backtest))
    lines += _verdict(result)
    lines += _cautions(result)
    if result.backtest is not None:
        lines.append(_trust(result.backtest))
    lines += _tables(answer, made)
    return [*lines, counted(totals.orders)]


def _first(answer: PredictionAnswer, totals: Totals, where: str) -> list[str]:
    """The part asked about, then the other parts."""
    result = answer.predicted
    made = result.prediction
    if made is None:
        return []
    who = f"your {said(totals.customers, noun=True)}{where}"
    if made.group is not None and result.rule is not None:
        who = f"the {said(totals.customers, noun=True)} of the group {result.rule.name}{where}"
    focus = answer.focus if answer.focus in _PARTS else "value"
    if answer.focus == "quality":
        leading = [f"**{_quality(result)}**", capital(_value(result, totals, who))]
    else:
        leading = [f"**{capital(_PARTS[focus](result, totals, who))}**"]
    rest = []
    if focus == "value" and totals.value is not None and totals.total is not None:
        so_far = f"With the {said(totals.historic)} they have brought so far"
        rest.append(f"{so_far}, that makes {said_with_interval(totals.total)}.")
    if focus == "value" and answer.contribution is not None:
        rest.append(contribution(answer.contribution))
    others = ("orders", "active") if focus == "value" else tuple(name for name in _PARTS if name != "ranking")
    together = "they" if focus in ("value", "orders") else "your customers together"
    rest += [capital(_PARTS[name](result, totals, together)) for name in others if name != focus]
    if made.group is None and focus in ("value", "orders"):
        rest.append(_new_customer(made, result))
    return [*leading, " ".join(rest)]


def _value(result: PredictedValue, totals: Totals, who: str) -> str:
    if totals.value is None or totals.value_each is None:
        return (
            f"what {who} will be worth in money could not be predicted reliably; expected are "
            f"{said_with_interval(totals.orders)} purchases in the next {said(result.horizon)}."
        )
    return (
        f"{who} are expected to bring {said_with_interval(totals.value)} in the next {said(result.horizon)}: "
        f"{said_with_interval(totals.value_each)} each on average."
    )


def _orders(result: PredictedValue, totals: Totals, who: str) -> str:
    return (
        f"{who} are expected to place {said_with_interval(totals.orders)} purchases in the next {said(result.horizon)}."
    )


def _active(_result: PredictedValue, totals: Totals, who: str) -> str:
    of = "them" if who in ("they", "your customers together") else who
    return (
        f"of {of}, {said_with_interval(totals.active)} are probably still active ({said(totals.active_share)}); the "
        "others have most likely left for good."
    )


def _returning(result: PredictedValue, _totals: Totals, _who: str) -> str:
    found = () if result.prediction is None else result.prediction.returning
    parts = [f"{said_with_interval(figure)} within {_days(figure)}" for figure in found]
    return f"of all customers, {listed(parts)} are expected to buy again."


def _ranking(result: PredictedValue, _totals: Totals, _who: str) -> str:
    same = None if result.prediction is None else result.prediction.same_names
    if same is None:
        return ""
    return (
        f"ranked by what they are expected to bring in the next {said(result.horizon)}, {said(same)} of your first 20 "
        "customers are also among the first 20 by value so far; the table shows both ranks."
    )


_PARTS: Final[dict[str, Callable[[PredictedValue, Totals, str], str]]] = {
    "value": _value,
    "orders": _orders,
    "active": _active,
    "returning": _returning,
    "ranking": _ranking,
}


def _days(figure: Figure) -> str:
    return figure.label.rpartition("within ")[2]


def _new_customer(made: Prediction, result: PredictedValue) -> str:
    text = (
        f"A customer won today places {said_with_interval(made.new_orders)} further purchases within "
        f"{said(result.horizon)} of the first on average"
    )
    if made.new_value is None:
        return f"{text}."
    return f"{text}, worth {said_with_interval(made.new_value)} beyond the first purchase."


def _backtest(test: BackTest) -> str:
    """What the model would have said of the last third of the history, in one sentence."""
    return (
        f"Checked on your own history: without its last {said(test.days)}, the model predicted {said(test.predicted)} "
        f"purchases for them; {said(test.actual)} came ({_off(test.error)}). Everybody simply going on at their own "
        f"pace would have given an {_off(test.naive_error)}."
    )


def _off(error: Figure) -> str:
    if not known(error):
        return f"unknown error {mark(error)}"
    return f"error of {said(error)}"


def _quality(result: PredictedValue) -> str:
    test = result.backtest
    if test is None or test.error.value is None:
        return f"The prediction could not be checked: {result.no_backtest}. {mark(result.customers)}"
    close = "Close" if abs(test.error.value) <= _CLOSE else "Usable, with care"
    money = f", in money {said(test.value_error)}" if test.value_error is not None else ""
    return f"{close}: on your own history the total had an {_off(test.error)}{money}."


def _trust(test: BackTest) -> str:
    better = (test.mae.value or 0.0) < (test.naive_mae.value or 0.0)
    beside = "own pace" if better else "no better than the own pace with"
    return (
        "Trust groups, not single people: customer by customer, prediction and reality correlate at "
        f"{said(test.correlation)}, and the mean error is {said(test.mae)} purchases ({beside} "
        f"{said(test.naive_mae)}). All ranges hold only if customers go on as they have."
    )


def _verdict(result: PredictedValue) -> list[str]:
    if result.verdict == "full":
        return []
    held = result.held_back
    reasons = "; ".join(f"{check.reason} {mark(check.figure)}" for check in held)
    return [f"**Provisional:** {reasons}. {_enough(held)}"]


def _enough(checks: tuple[Check, ...]) -> str:
    wanted = [f"{check.enough} {mark(check.figure)}" for check in checks if check.enough]
    return f"Enough would be: {'; '.join(wanted)}." if wanted else ""


def _cautions(result: PredictedValue) -> list[str]:
    notes = [f"{capital(check.reason)} ({said(check.figure)})." for check in result.cautions]
    if result.horizon.value is not None and result.asked_days > result.horizon.value:
        notes.append(
            f"The prediction reaches {said(result.horizon)} ahead: no further than your history, nor than a year."
        )
    return [bullets(notes)] if notes else []


def _tables(answer: PredictionAnswer, made: Prediction) -> list[str]:
    test = answer.predicted.backtest
    shown = {
        "value": [made.deciles, made.rfm],
        "orders": [made.deciles, made.rfm],
        "active": [made.rfm, made.top],
        "returning": [made.top, made.rfm],
        "ranking": [made.top, made.deciles],
        "quality": [],
    }[answer.focus]
    lines = [f"{{table:{table.id}}}" for table in shown]
    if answer.focus in ("value", "orders"):
        lines += [f"{{chart:{made.chart.id}}}", f"{{table:{made.top.id}}}"]
    if test is not None:
        lines.append(f"{{table:{test.by_purchases.id}}}")
        if answer.focus == "quality":
            lines += [f"{{chart:{test.chart.id}}}", f"{{table:{test.by_model.id}}}"]
    if answer.focus == "quality" and answer.predicted.parameters is not None:
        lines.append(f"{{table:{answer.predicted.parameters.id}}}")
    return lines


def _refused(answer: PredictionAnswer, where: str) -> list[str]:
    """Why not, what would be enough, and what can be measured instead."""
    result = answer.predicted
    refusing = [check for check in result.held_back if check.allows == "refused"]
    first = refusing[0]
    no = f"I do not predict what your customers will buy or be worth{where}"
    lines = [f"**{no}.** {capital(first.reason)}. {mark(first.figure)}"]
    more = [f"{capital(check.reason)} {mark(check.figure)}." for check in refusing[1:]]
    if more:
        lines.append(bullets(more))
    if (enough := _enough(tuple(refusing))) != "":
        lines.append(enough)
    if result.backtest is not None:
        lines.append(_backtest(result.backtest))
    if answer.lifetime is not None:
        reached = [figure for figure in answer.lifetime.at if known(figure)]
        if reached:
            told = "; ".join(f"{figure.label}: {said_with_interval(figure)}" for figure in reached[-3:])
            lines.append(f"What is certain is what customers brought so far. {told}.")
            lines.append(f"{{table:{answer.lifetime.table.id}}}")
    if result.backtest is not None:
        lines.append(f"{{table:{result.backtest.by_purchases.id}}}")
    return [*lines, counted(result.customers)]
