"""Owns the prediction of customer value: gate, models, back-test and totals, put together for one scope."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np

from copilot.data.tables import Tables
from copilot.errors import NothingLoaded
from copilot.statistics.clv import gamma_gamma
from copilot.statistics.clv.answer import BackTest, Check, PredictedValue, Prediction, Totals, Verdict
from copilot.statistics.clv.backtest import back_test
from copilot.statistics.clv.fitting import Fit, Floats
from copilot.statistics.clv.forecast import MANY_ONCE, Models, expect
from copilot.statistics.clv.gamma_gamma import GammaGamma
from copilot.statistics.clv.gates import MOST_ERROR, Shop, backtest_check, data_checks, model_check, spend_check, worst
from copilot.statistics.clv.intervals import METHOD, Grouping, Request, Spread, draw
from copilot.statistics.clv.purchases import Name, choose, model
from copilot.statistics.clv.shown import (
    TENTHS,
    Names,
    Parts,
    group_table,
    parameter_table,
    rank_so_far,
    tenth_chart,
    tenths,
    top_keys,
    top_table,
)
from copilot.statistics.clv.summary import DAYS_A_WEEK, Customers, customer_summary
from copilot.statistics.metrics import metric
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, ResultTable
from copilot.statistics.rfm import group_label, rfm_table
from copilot.statistics.scope import Scope, customer_table, documents
from copilot.statistics.segments import SegmentRule
from copilot.statistics.split import everybody, marked

LONGEST: Final = 365
RETURNING: Final = (30, 90, 365)
TOP: Final = 20
TENTH_NAMES: Final = tuple(str(tenth + 1) for tenth in range(TENTHS))


def predicted_value(
    tables: Tables, scope: Scope, horizon_days: int = LONGEST, rule: SegmentRule | None = None
) -> PredictedValue:
    """What customers will buy and be worth within `horizon_days` after the analysis date, for everybody and a group.

    All orders up to the end of the scope's period are used, since a customer's history is what predicts. Purchases
    are days with an order; orders without value and guests are left out. The horizon is cut to the history and to 365
    days. Refused (prediction None) where the gate of domain 3.6 says so, the model has no interior maximum, or the
    back-test is off by more than 30 %. Raises NothingLoaded if there is no known customer.
    """
    whole = scope.ever()
    arguments = {"horizon_days": horizon_days, "rule": None if rule is None else rule.text()}
    receipts = Receipts(tables, whole, "predicted_value", arguments)
    as_of = whole.as_of(tables.facts)
    customers = None if as_of is None else _customers(tables, whole, as_of, rule)
    if customers is None or as_of is None or not len(customers):
        raise NothingLoaded(
            "No order with a known customer counts here.", "Load an order export with e-mails or customer ids."
        )
    shop = Shop(tables, whole, receipts, customers)
    checks = data_checks(shop)
    history = int(customers.frame["age"].max())
    horizon = max(1, min(horizon_days, history, LONGEST))
    models: Models | None = None
    tested: BackTest | str = ""
    if worst(checks) != "refused":
        models, added = _fit(receipts, customers)
        checks += added
    if models is not None:
        tested = back_test(tables, receipts)
        checks += _tested_checks(receipts, tested)
    verdict: Verdict = worst(checks)
    prediction = None
    if models is not None and verdict != "refused":
        money_off = isinstance(tested, BackTest) and _off(tested.value_error)
        usable = replace(models, money=None) if money_off else models
        prediction = _Predicting(shop, usable, horizon, rule, as_of).predict()
    return PredictedValue(
        verdict=verdict,
        rule=rule,
        horizon=receipts.figure("clv_horizon", horizon),
        asked_days=horizon_days,
        customers=receipts.figure("clv_customers", len(customers), warnings=()),
        checks=checks,
        prediction=prediction,
        backtest=tested if isinstance(tested, BackTest) else None,
        no_backtest=tested if isinstance(tested, str) else "",
        parameters=None if models is None else parameter_table(models),
    )


def _customers(tables: Tables, scope: Scope, as_of: date, rule: SegmentRule | None) -> Customers:
    """The summary with each customer's value so far, RFM group, and whether it is in the group asked for."""
    summary = customer_summary(tables, scope, as_of)
    people = customer_table(tables, scope)
    people = people.select("customer_key", value=people.value.cast("float64"))
    joined = summary.inner_join(people, "customer_key")
    joined = joined.left_join(rfm_table(tables, scope).select("customer_key", "rfm_group"), "customer_key")
    joined = joined.drop("customer_key_right")
    if not everybody(rule):
        joined = marked(tables, scope, rule, joined)
    return Customers.read(tables, joined)


def _fit(receipts: Receipts, customers: Customers) -> tuple[Models | None, tuple[Check, ...]]:
    """The models, or None if the model of purchases has no interior maximum."""
    choice = choose(customers.histories)
    check = model_check(receipts, choice.fit)
    if not choice.fit.ok:
        return None, (check,)
    active_name: Name = choice.name
    active = choice.fit
    modified = choice.tried["MBG/NBD"]
    if choice.name == "BG/NBD" and modified.ok and 1 - customers.repeaters / len(customers) > MANY_ONCE:
        active_name, active = "MBG/NBD", modified
    money: Fit | None = gamma_gamma.fit(customers.x, customers.spend) if _paid(customers) else None
    if money is not None and not (money.ok and GammaGamma.of(money.values).has_mean):
        money = None
    return Models(choice.name, choice.fit, active_name, active, money), (check, spend_check(receipts, customers))


def _paid(customers: Customers) -> bool:
    return int(((customers.x > 0) & (customers.spend > 0)).sum()) >= 3


def _tested_checks(receipts: Receipts, tested: BackTest | str) -> tuple[Check, ...]:
    if isinstance(tested, BackTest):
        return (backtest_check(tested.error),)
    figure = receipts.figure("clv_test_error", None, warnings=(tested,))
    return (
        Check(
            name="backtest", figure=figure, allows="provisional",
            reason=f"it could not be checked on your own history: {tested}", enough="a longer history",
        ),
    )  # fmt: skip


def _off(error: Figure | None) -> bool:
    return error is None or error.value is None or abs(error.value) > MOST_ERROR


def kept_share(tables: Tables, scope: Scope) -> float:
    """Share of order value that separate credit notes leave, over known customers; 1 where there are none."""
    counted = documents(tables, scope)
    counted = counted.filter(counted.customer_key.notnull(), counted.valid | (counted.kind == "return"))
    sums = tables.frame(
        counted.aggregate(
            sold=counted.value.sum(where=counted.kind == "order").cast("float64").fill_null(0.0),
            back=counted.value.sum(where=counted.kind == "return").cast("float64").fill_null(0.0),
        )
    ).iloc[0]
    sold, back = float(sums["sold"]), float(sums["back"])
    return float(np.clip(1 + back / sold, 0.0, 1.0)) if sold > 0 else 1.0


@dataclass(frozen=True)
class _Predicting:
    """Everything that the figures of one prediction have in common."""

    shop: Shop
    models: Models
    horizon: int
    rule: SegmentRule | None
    as_of: date

    def predict(self) -> Prediction:
        """Totals, tables and ranking."""
        shop, c, models = self.shop, self.shop.customers, self.models
        kept = kept_share(shop.tables, shop.scope)
        weeks = self.horizon / DAYS_A_WEEK
        parts = Parts(c, expect(models, c, weeks, kept), shop.receipts.currency)
        times = tuple(sorted({min(days, self.horizon) for days in RETURNING}))
        rfm_names = sorted(c.frame["rfm_group"].dropna().unique())
        codes = c.frame["rfm_group"].map({name: code for code, name in enumerate(rfm_names)}).fillna(-1)
        groupings = {
            "all": Grouping(np.zeros(len(c), dtype=np.int64), 1),
            "tenths": tenths(parts),
            "rfm": Grouping(codes.to_numpy(dtype=np.int64), len(rfm_names)),
        }
        if "in_group" in c.frame:
            groupings["group"] = Grouping(np.where(c.frame["in_group"].to_numpy(dtype=bool), 0, -1), 1)
        drawn = draw(
            Request(models, c, parts.expected, weeks, tuple(day / DAYS_A_WEEK for day in times), kept), groupings
        )
        everyone = self._totals(parts, groupings["all"], drawn["all"])
        return Prediction(
            everybody=everyone,
            group=self._totals(parts, groupings["group"], drawn["group"]) if "group" in groupings else None,
            returning=self._returning(parts, drawn["all"], times),
            **self._new_customers(kept),
            deciles=group_table(
                Names(f"Next {self.horizon} days by tenth of customers", "Tenth, highest first", TENTH_NAMES),
                groupings["tenths"], parts, drawn["tenths"],
            ),
            rfm=group_table(
                Names(f"Next {self.horizon} days by RFM group", "RFM group", [group_label(n) for n in rfm_names]),
                groupings["rfm"], parts, drawn["rfm"],
            ),
            top=self._top(parts),
            same_names=shop.receipts.figure(
                "clv_same_names", int((rank_so_far(parts)[np.argsort(-parts.worth, kind="stable")[:TOP]] <= TOP).sum())
            ),
            chart=tenth_chart(parts, groupings["tenths"], drawn["tenths"]),
        )  # fmt: skip

    def _totals(self, parts: Parts, grouping: Grouping, spread: Spread) -> Totals:
        inside = grouping.code == 0
        n = int(inside.sum())
        figure, whole = self.shop.receipts.figure, bool(inside.all())
        who = "" if whole or self.rule is None else f", {self.rule.name}"
        prefix = "" if whole else "group_"

        def made(name: str, value: float | None, drawn: Floats | None = None, per: float = 1.0) -> Figure:
            ends = None if drawn is None else spread.bounds(drawn)
            details: dict[str, Any] = {}
            if ends is not None:
                details["interval_of"] = (ends[0] / per, ends[1] / per), METHOD
            label = self._label(name) + who
            details["definition"] = self._defined(name)
            return figure(name, value, name=f"{prefix}{name}", label=label, n=n, people=n, of="customers", **details)

        expected = parts.expected
        historic = float(parts.customers.frame["value"].to_numpy(dtype=float)[inside].sum())
        value = None if expected.value is None else float(expected.value[inside].sum())
        active = float(expected.active[inside].sum())
        share = made("clv_active_share", active / n if n else None, spread.active, max(n, 1))
        return Totals(
            customers=figure("clv_customers", n, name=f"{prefix}clv_customers", label=f"Customers{who}", warnings=()),
            orders=made("clv_orders", float(expected.orders[inside].sum()), spread.orders),
            active=made("clv_active", active, spread.active),
            active_share=share,
            value=None if value is None else made("clv_value", value, spread.value),
            value_each=None if value is None or not n else made("clv_value_each", value / n, spread.value, n),
            historic=made("clv_historic", historic),
            total=None if value is None else self._total(historic, value, spread, made("clv_total", historic + value)),
        )

    def _total(self, historic: float, value: float, spread: Spread, plain: Figure) -> Figure:
        ends = spread.bounds(spread.value)
        if ends is None:
            return plain
        bounds = {"low": historic + min(ends[0], value), "high": historic + max(ends[1], value), "interval": METHOD}
        return plain.model_copy(update=bounds)

    def _defined(self, name: str) -> str:
        """The metric's definition with the model that was used."""
        return metric(name).definition.replace("BG/NBD", self.models.name)

    def _label(self, name: str) -> str:
        labels = {
            "clv_orders": f"Expected purchases, next {self.horizon} days",
            "clv_value": f"Predicted value, next {self.horizon} days",
            "clv_value_each": f"Predicted value per customer, next {self.horizon} days",
            "clv_active": "Customers expected to be still active",
            "clv_active_share": "Share of customers expected to be still active",
            "clv_historic": "Value so far",
            "clv_total": f"Value so far and predicted for the next {self.horizon} days",
        }
        return labels[name]

    def _returning(self, parts: Parts, spread: Spread, times: tuple[int, ...]) -> tuple[Figure, ...]:
        c, purchase = parts.customers, self.models.purchases
        alive = purchase.alive(c.x, c.last, c.age)
        made = []
        for days, drawn in zip(times, spread.returning, strict=True):
            chance = alive * purchase.next_order_share(c.x, c.age, days / DAYS_A_WEEK)
            made.append(
                self.shop.receipts.figure(
                    "clv_returning", float(chance.sum()), name=f"clv_returning_{days}",
                    label=f"Customers expected to buy again within {days} days", n=len(c), of="customers",
                    definition=self._defined("clv_returning"), interval_of=(spread.bounds(drawn), METHOD),
                )
            )  # fmt: skip
        return tuple(made)

    def _new_customers(self, kept: float) -> dict[str, Figure | None]:
        """What a new customer brings after the first purchase, on average; intervals by drawn parameters."""
        figure, weeks = self.shop.receipts.figure, self.horizon / DAYS_A_WEEK
        rows = self.models.orders.draws(200, 7)
        orders = np.array([model(self.models.name, row).new_customer_orders(weeks) for row in rows])
        mean = self.models.purchases.new_customer_orders(weeks)
        about: dict[str, Any] = {"n": self.models.orders.n, "of": "customers"}
        ends = tuple(np.quantile(orders, [0.025, 0.975]))
        label = f"Further purchases of a new customer, first {self.horizon} days"
        made: dict[str, Figure | None] = {
            "new_orders": figure(
                "clv_new_orders",
                mean,
                label=label,
                definition=self._defined("clv_new_orders"),
                interval_of=(ends, METHOD),
                **about,
            ),
            "order_value": None,
            "new_value": None,
        }
        money, fit = self.models.gg, self.models.money
        if money is None or fit is None:
            return made
        spends = np.array([GammaGamma.of(row).mean for row in fit.draws(200, 8)])
        for name, named, value, drawn in (
            ("order_value", "clv_order_value", money.mean, spends),
            ("new_value", "clv_new_value", money.mean * mean * kept, spends * orders * kept),
        ):
            ends = tuple(np.quantile(drawn, [0.025, 0.975]))
            made[name] = figure(named, value, definition=self._defined(named), interval_of=(ends, METHOD), **about)
        return made

    def _top(self, parts: Parts) -> ResultTable:
        keys = top_keys(parts, TOP)
        people = customer_table(self.shop.tables, self.shop.scope)
        refs = self.shop.tables.frame(
            people.filter(people.customer_key.isin(keys)).select("customer_key", "customer_ref")
        )
        return top_table(parts, self.models, self.as_of, refs)
