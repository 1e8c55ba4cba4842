"""Owns the conditions under which a prediction is given, marked as provisional, or refused, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.clv.answer import SEVERITY, Check, Verdict
from copilot.statistics.clv.fitting import Fit, Floats
from copilot.statistics.clv.summary import Customers, purchase_days
from copilot.statistics.gaps import Histogram, spells
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure
from copilot.statistics.scope import Scope, customer_orders

FULL_CUSTOMERS, LEAST_CUSTOMERS = 500, 250
FULL_REPEATERS, LEAST_REPEATERS = 100, 50
LEAST_HISTORY: Final = 180
LATEST_ORDER: Final = 30
GAPS_IN_HISTORY: Final = 3
DEPENDENT: Final = 0.3
SUBSCRIPTIONS_REFUSED, SUBSCRIPTIONS_DOUBTED = 0.5, 0.1
REGULAR: Final = 0.5
PEAK: Final = 2.0
TWO_YEARS: Final = 730
ALIKE: Final = 30.0
MOST_ERROR: Final = 0.30
_CUT: Final = 0.01  # share of customers with the highest values left out, to see whether they make a correlation


def worst(checks: Sequence[Check]) -> Verdict:
    """The verdict of all checks together: the most severe."""
    return max((check.allows for check in checks), key=lambda one: SEVERITY[one], default="full")


@dataclass(frozen=True)
class Shop:
    """What the conditions are judged by."""

    tables: Tables
    scope: Scope
    receipts: Receipts
    customers: Customers


def data_checks(shop: Shop) -> tuple[Check, ...]:
    """Conditions on the data, before any model is fitted (domain 3.6)."""
    c, figure = shop.customers, shop.receipts.figure
    n, repeaters = len(c), c.repeaters
    third = int((c.x >= 2).sum())
    gaps = spells(shop.tables, shop.scope).gaps()
    found = [
        Check(
            name="customers", figure=figure("clv_customers", n, warnings=()),
            allows=_by(n, FULL_CUSTOMERS, LEAST_CUSTOMERS),
            reason="" if n >= FULL_CUSTOMERS else f"only {n:,} customers",
            enough=""
            if n >= FULL_CUSTOMERS
            else f"{FULL_CUSTOMERS} customers ({LEAST_CUSTOMERS} for a provisional answer)",
        ),
        Check(
            name="repeaters", figure=figure("clv_repeaters", repeaters),
            allows=_by(repeaters, FULL_REPEATERS, LEAST_REPEATERS),
            reason="" if repeaters >= FULL_REPEATERS else f"only {repeaters:,} of them came back on another day",
            enough=""
            if repeaters >= FULL_REPEATERS
            else f"{FULL_REPEATERS} customers who came back ({LEAST_REPEATERS} for a provisional answer)",
        ),
        Check(
            name="third_order", figure=figure("clv_third_order", third), allows="full" if third else "refused",
            reason="" if third else "nobody has ordered on three days yet",
            enough="" if third else "some customers with three orders or more",
        ),
        *_times(shop, gaps),
        *_ways_of_buying(shop, gaps),
    ]  # fmt: skip
    return tuple(found)


def _by(count: int, full: int, least: int) -> Verdict:
    return "full" if count >= full else "provisional" if count >= least else "refused"


def _times(shop: Shop, gaps: Histogram) -> list[Check]:
    """Length of the history, its freshness, and how it compares with the gaps between orders."""
    c, figure = shop.customers, shop.receipts.figure
    history = round(float(c.frame["age"].max())) if len(c) else 0
    quiet = round(float((c.frame["age"] - c.frame["last"]).min())) if len(c) else 0
    gap = gaps.quantile(0.5)
    unclear = not np.isfinite(gap)
    short = bool(unclear or history < GAPS_IN_HISTORY * gap)
    arrived = float(c.frame["age"].quantile(0.95) - c.frame["age"].quantile(0.05)) if len(c) else 0.0
    return [
        Check(
            name="history", figure=figure("clv_history", history),
            allows="full" if history >= LEAST_HISTORY else "refused",
            reason="" if history >= LEAST_HISTORY else f"the history covers {history} days only",
            enough="" if history >= LEAST_HISTORY else f"{LEAST_HISTORY} days of orders",
        ),
        Check(
            name="fresh", figure=figure("clv_last_order", quiet), allows="full" if quiet <= LATEST_ORDER else "refused",
            reason="" if quiet <= LATEST_ORDER else f"the last order is {quiet} days old",
            enough="" if quiet <= LATEST_ORDER else f"an order within {LATEST_ORDER} days of the analysis date",
        ),
        Check(
            name="gap", figure=figure("clv_usual_gap", gap, warnings=("nobody came back",) if unclear else ()),
            allows="refused" if short else "full",
            reason=""
            if not short
            else "there is no usual gap between orders yet"
            if unclear
            else f"customers usually wait {gap:.0f} days between orders, which is long for this history",
            enough="" if not short else f"a history of {GAPS_IN_HISTORY} times the usual gap between orders",
        ),
        Check(
            name="arrivals", figure=figure("clv_first_spread", arrived), allows="full",
            reason=""
            if arrived >= ALIKE
            else "nearly all customers arrived at the same time, so leaving can hardly be told from pausing",
        ),
    ]  # fmt: skip


def _ways_of_buying(shop: Shop, gaps: Histogram) -> list[Check]:
    """Subscriptions, marked or by their regular gaps, and a season that one year cannot show."""
    receipts = shop.receipts
    orders = customer_orders(shop.tables, shop.scope)
    words = orders.channel.fill_null("") + " " + orders.tags.fill_null("")
    counted = shop.tables.frame(
        orders.aggregate(n=orders.count(), marked=words.lower().contains("subscription").sum())
    ).iloc[0]
    n, marked = int(counted["n"]), int(counted["marked"] or 0)
    share = marked / n if n else 0.0
    usual = gaps.quantile(0.5)
    near = int(gaps.counts[np.abs(gaps.days - usual) <= 3].sum()) if gaps.n else 0
    regular = gaps.n >= LEAST_REPEATERS and usual >= 14 and near / gaps.n >= REGULAR
    return [
        Check(
            name="subscriptions", figure=receipts.share("clv_subscription_share", marked, n, of="orders"),
            allows="refused" if share > SUBSCRIPTIONS_REFUSED else "full",
            reason="most orders are subscriptions: those customers tell you when they leave, and this model is for "
            "shops where they do not"
            if share > SUBSCRIPTIONS_REFUSED
            else "subscription orders are in it, whose customers do not behave as the model assumes"
            if share > SUBSCRIPTIONS_DOUBTED
            else "",
            enough="the orders without subscriptions" if share > SUBSCRIPTIONS_REFUSED else "",
        ),
        Check(
            name="regular", figure=receipts.share("clv_regular_gaps", near, gaps.n, of="gaps"), allows="full",
            reason="gaps between orders are so regular that they look like subscriptions" if regular else "",
        ),
        _season(shop),
    ]  # fmt: skip


def _season(shop: Shop) -> Check:
    days = purchase_days(shop.tables, shop.scope)
    days = days.filter(days.day > days.first_day)  # first purchases come and go with advertising
    months = shop.tables.frame(
        days.group_by(month=(days.day.year() * 12 + days.day.month()).cast("int64")).aggregate(n=ibis._.count())
    ).sort_values("month")["n"]
    whole = months.to_numpy(dtype=float)[1:-1]
    usual = float(np.median(whole)) if len(whole) else 0.0
    ratio = float(whole.max()) / usual if usual > 0 else None
    short = float(shop.customers.frame["age"].max()) < TWO_YEARS if len(shop.customers) else True
    strong = ratio is not None and ratio >= PEAK and short and len(whole) >= 4
    return Check(
        name="season",
        figure=shop.receipts.figure("clv_peak_month", ratio),
        allows="full",
        reason="one month stands far above the usual one, and less than two years of history cannot tell a season "
        "from loyalty"
        if strong
        else "",
    )


def model_check(receipts: Receipts, fit: Fit) -> Check:
    """Whether the purchase model has an interior maximum that was found."""
    figure = receipts.figure("clv_customers", fit.n, name="clv_fitted_customers", warnings=())
    off = dict(fit.runs_off)
    if off.get("b", 0) > 0 and off.get("a", 0) <= 0:
        reason = (
            "nobody in these data visibly leaves for good, so every customer would count as active for ever, however "
            "long silent, and no lifetime can be computed (the likelihood keeps rising as b grows without end, which "
            "means a chance of leaving of zero)"
        )
        enough = "a longer history, or orders without wholesale and standing customers"
    elif off:
        reason = (
            f"the model does not settle: {' and '.join(off)} run off without end, so the data cannot say how customers "
            "differ in it"
        )
        enough = "more customers who came back, or a longer history"
    elif not fit.converged:
        reason, enough = "the search for the best parameters did not come to an end", "a longer history"
    else:
        reason, enough = "", ""
    return Check(name="model", figure=figure, allows="refused" if reason else "full", reason=reason, enough=enough)


def spend_check(receipts: Receipts, customers: Customers) -> Check:
    """Whether order value and number of orders go together, in ranks or by a few large customers."""
    used = (customers.x > 0) & (customers.spend > 0)
    x, spend = customers.x[used], customers.spend[used]
    ranked = _correlation(_ranks(x), _ranks(spend))
    plain = _correlation(x, spend)
    kept = spend <= np.quantile(spend, 1 - _CUT) if len(spend) else np.array([], dtype=bool)
    kept &= x <= np.quantile(x, 1 - _CUT) if len(x) else kept
    without = _correlation(x[kept], spend[kept])
    reason = ""
    if ranked is not None and abs(ranked) > DEPENDENT:
        more = "more" if ranked > 0 else "less"
        reason = f"customers who order often spend {more} per order, which the model of order values does not know"
    elif plain is not None and abs(plain) > DEPENDENT and without is not None and abs(without) <= DEPENDENT:
        reason = "a few very large customers make order value and number of orders go together; judge them apart"
    return Check(
        name="spend",
        figure=receipts.figure("clv_spend_correlation", ranked, n=len(x), warnings=(reason,) if reason else ()),
        allows="full",
        reason=reason,
    )


def backtest_check(error: Figure) -> Check:
    """Whether the model was good enough on the shop's own history."""
    value = error.value
    bad = value is None or abs(value) > MOST_ERROR
    return Check(
        name="backtest",
        figure=error,
        allows="refused" if bad else "full",
        reason="on your own history it would have been too far off" if bad else "",
        enough="a history without such a change, or more of it since the change" if bad else "",
    )


def _ranks(values: Floats) -> Floats:
    return np.asarray(pd.Series(values).rank(), dtype=float)


def _correlation(one: Floats, other: Floats) -> float | None:
    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])
