"""Stages, segments and queries on shops written by hand."""

from __future__ import annotations

import itertools
from datetime import date

import pandas as pd
import pytest

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer, UnknownName
from copilot.statistics.journey import journey_stages
from copilot.statistics.query import Query, run_query
from copilot.statistics.scope import Scope
from copilot.statistics.segments import members, named_segments, resolve_segment
from copilot.statistics.stages import SUBSTAGES, stage_table
from tests.statistics.shops import credit, order, people, shop

TODAY = date(2024, 12, 31)


def _stages(tables: Tables) -> dict[str, str]:
    frame = tables.frame(stage_table(tables, Scope()))
    return dict(zip(frame["customer_key"], frame["substage"], strict=True))


def _list_shop() -> Tables:
    """One person for each rule; thresholds are provisional (60 and 180 days)."""
    orders = [
        order(1, "vip", "2024-12-20", 900), order(2, "vip", "2024-11-20", 900),
        order(3, "repeat", "2024-12-20", 20), order(4, "repeat", "2024-11-20", 20),
        order(5, "new", "2024-12-01", 20), order(6, "cooling", "2024-09-01", 20), order(7, "lapsed", "2024-01-01", 20),
        order(8, "refunded", "2024-12-20", 50, returns=50), order(9, "gift", "2024-12-20", 50, discounts=50),
        order(10, "credited", "2024-12-01", 50), credit(11, "credited", "2024-12-20", 50),
        order(12, "pending", "2024-12-25", 30, status="pending"), order(13, "returner", "2024-12-25", 0, kind="return",
                                                                       returns=9),
    ]  # fmt: skip
    old, fresh = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-12-01")
    listed = people(
        {"customer_key": "vip", "customer_ref": "#1", "email_consent": True},
        {"customer_key": "checkout", "customer_ref": "#2", "email_consent": False, "created_at": old},
        {"customer_key": "viewer", "customer_ref": "#3", "email_consent": False, "created_at": old},
        {"customer_key": "clicker", "customer_ref": "#4", "email_consent": True, "consent_at": old},
        {"customer_key": "fresh", "customer_ref": "#5", "email_consent": True, "consent_at": fresh},
        {"customer_key": "ageless", "customer_ref": "#6", "email_consent": True},
        {"customer_key": "unasked", "customer_ref": "#7", "created_at": old},
        {"customer_key": "dormant", "customer_ref": "#8", "email_consent": True, "consent_at": old},
        {"customer_key": "known", "customer_ref": "#9", "email_consent": False, "created_at": old},
        {"customer_key": "before", "customer_ref": "#10", "email_consent": True, "orders_stated": 3},
    )
    sessions = pd.DataFrame(
        {"session_id": ["1", "2", "3"], "visitor": ["v1", "v2", "v3"], "customer_key": ["checkout", "viewer", None],
         "started_at": pd.Timestamp("2024-12-20"), "checkout_started": [True, False, False],
         "added_to_cart": False, "product_views": [0, 2, 5]}
    )  # fmt: skip
    events = pd.DataFrame(
        {"customer_key": ["clicker"], "happened_at": [pd.Timestamp("2024-12-01")], "event": ["clicked"]}
    )
    return shop(orders, analysis_date=TODAY, customers=listed, sessions=sessions, email_events=events)


def test_each_rule_finds_its_person() -> None:
    assert _stages(_list_shop()) == {
        "vip": "hot_vip", "repeat": "hot_repeat", "new": "hot_new", "cooling": "hot_cooling", "lapsed": "hot_lapsed",
        "before": "hot_lapsed", "refunded": "warm_engaged", "gift": "warm_engaged", "credited": "warm_engaged",
        "returner": "warm_engaged", "pending": "warm_checkout", "checkout": "warm_checkout", "viewer": "warm_engaged",
        "clicker": "warm_engaged", "fresh": "warm_subscriber", "ageless": "warm_subscriber",
        "unasked": "warm_subscriber", "dormant": "cold_dormant_lead", "known": "cold_known",
    }  # fmt: skip


def test_stages_add_up_and_consent_is_counted_apart() -> None:
    stages = journey_stages(_list_shop(), Scope())
    assert stages.sizable
    assert stages.known.value == 19 == sum(sub.people.value or 0 for sub in stages.substages)
    assert stages.substage("warm_subscriber").contactable.value == 2  # the one nobody asked may not be mailed
    assert stages.refunded_only.value == 4
    assert stages.anonymous_visitors.value == 1
    assert stages.thresholds.provisional


def test_without_click_data_nobody_is_called_dormant() -> None:
    old = pd.Timestamp("2024-01-01")
    listed = people({"customer_key": "d", "customer_ref": "#8", "email_consent": True, "consent_at": old})
    tables = shop([order(1, "a", "2024-12-20", 10)], customers=listed)
    assert _stages(tables)["d"] == "warm_subscriber"


def test_all_states_fall_into_exactly_one_stage() -> None:
    """Every combination of consent, age, checkout, views and clicks of a person who never bought."""
    flags = list(itertools.product((True, False, None), ("old", "fresh", None), (True, False), (0, 3), (True, False)))
    days = {"old": pd.Timestamp("2024-01-01"), "fresh": pd.Timestamp("2024-12-01"), None: pd.NaT}
    names = [f"p{i}" for i in range(len(flags))]
    listed = pd.DataFrame({"customer_key": names, "customer_ref": names, "email_consent": [f[0] for f in flags],
                           "consent_at": [days[f[1]] for f in flags]})  # fmt: skip
    sessions = pd.DataFrame({"session_id": names, "visitor": names, "customer_key": names,
                             "started_at": pd.Timestamp("2024-12-20"), "added_to_cart": [f[2] for f in flags],
                             "product_views": [f[3] for f in flags]})  # fmt: skip
    clicked = [name for name, flag in zip(names, flags, strict=True) if flag[4]]
    events = pd.DataFrame({"customer_key": clicked, "happened_at": pd.Timestamp("2024-12-20"), "event": "clicked"})
    tables = shop([order(1, "a", "2024-12-31", 10)], customers=listed, sessions=sessions, email_events=events)
    stages = _stages(tables)
    assert set(stages) == {*names, "a"}
    for name, (consent, age, cart, views, click) in zip(names, flags, strict=True):
        if cart:
            expected = "warm_checkout"
        elif views or click:
            expected = "warm_engaged"
        elif consent is False:
            expected = "cold_known"
        elif consent is None or age in ("fresh", None):
            expected = "warm_subscriber"
        else:
            expected = "cold_dormant_lead"
        assert stages[name] == expected, (name, consent, age, cart, views, click)


def test_orders_only_cannot_size_warm_and_cold() -> None:
    stages = journey_stages(shop([order(1, "a", "2024-12-20", 10), order(2, "b", "2024-12-20", 10)]), Scope())
    assert not stages.sizable
    assert "Shopify > Customers > Export" in " ".join(stages.missing)
    hot, warm, cold = stages.stages
    assert (hot.value, warm.value, cold.value) == (2, None, None)
    assert stages.substage("cold_known").people.value is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("top 10 %", "top 10 % of customers"), ("top10", "top 10 % of customers"), ("top 3", "top 3 customers"),
        ("my best customers", "top 10 % of customers"), ("one-time buyers", "one-time buyers"),
        ("people who come back", "repeat customers"), ("Lapsed customers", "lapsed customers"),
        ("who is slipping away", "customers at risk"), ("hot_new", "New buyer (hot)"), ("warm", "warm people"),
        ("champions", "RFM: Champions"), ("everyone", "all customers"), ("lapsd", "lapsed customers"),
    ],
)  # fmt: skip
def test_segments_by_the_words_people_use(said: str, name: str) -> None:
    tables = shop([order(1, "a", "2024-12-20", 10)])
    assert resolve_segment(tables, Scope(), said).name == name


def test_every_named_segment_has_members_or_none() -> None:
    tables = _list_shop()
    known = set(_stages(tables))
    for name, rule in named_segments().items():
        found = tables.frame(members(tables, Scope(), rule))["customer_key"]
        assert found.is_unique, name
        assert set(found) <= known, name
        assert rule.text()
    by_stage = [set(tables.frame(members(tables, Scope(), named_segments()[s]))["customer_key"]) for s in SUBSTAGES]
    assert sum(map(len, by_stage)) == len(set.union(*by_stage)) == len(known)


def test_conditions_in_words() -> None:
    tables = _list_shop()
    rule = resolve_segment(tables, Scope(), "orders >= 2 and net_sales > 100")
    assert rule.text() == "orders >= 2 and net sales > 100"
    assert list(tables.frame(members(tables, Scope(), rule))["customer_key"]) == ["vip"]
    assert resolve_segment(tables, Scope(), "vips").conditions[0].field == "substage"
    with pytest.raises(UnknownName):
        resolve_segment(tables, Scope(), "shoe_size > 4")
    with pytest.raises(UnknownName):
        resolve_segment(tables, Scope(), "left-handed people")


def test_query_totals_equal_their_rows() -> None:
    rows = [order(n, "abc"[n % 3], f"2024-{1 + n % 12:02d}-15", 10.0 * (n + 1), country="DU"[n % 2], returns=n)
            for n in range(24)]  # fmt: skip
    tables = shop(rows)
    total = run_query(tables, Query(metrics=("net_sales", "orders"))).values[0]
    for by in ("country", "month", "weekday", "quarter", "year"):
        split = run_query(tables, Query(metrics=("net_sales", "orders"), by=(by,), limit=50))
        for place in (0, 1):
            assert sum(row[place].value or 0 for row in split.values) == pytest.approx(total[place].value)
    months = run_query(tables, Query(by=("month",), limit=50)).labels
    assert list(months) == sorted(months)
    latest = run_query(tables, Query(by=("month",), limit=2))
    assert latest.labels == (("2024-11",), ("2024-12",))
    best = run_query(tables, Query(metrics=("orders", "net_sales"), by=("month",), order="-net_sales", limit=1))
    assert (best.groups, best.left_out) == (12, 11)
    assert best.labels == (("2024-12",),)


def test_query_by_product_uses_lines_and_refuses_the_rest() -> None:
    items = pd.DataFrame(
        {"order_id": ["o00001", "o00001", "o00002"], "product": ["Mug", "Tea", "Tea"], "quantity": [1, 1, 2],
         "gross": [8, 2, 20], "discount": [0, 1, 0], "kind": "product"}
    )  # fmt: skip
    tables = shop([order(1, "a", "2024-01-05", 10), order(2, "b", "2024-03-06", 20)], order_items=items)
    found = run_query(tables, Query(metrics=("net_sales", "orders", "units"), by=("product",)))
    assert [(label[0], *(f.value for f in row)) for label, row in zip(found.labels, found.values, strict=True)] == [
        ("Tea", 21.0, 2, 3), ("Mug", 8.0, 1, 1)
    ]  # fmt: skip
    assert "lines" in found.values[0][0].definition
    with pytest.raises(CannotAnswer, match="whole orders"):
        run_query(tables, Query(metrics=("aov",), by=("product",)))
    with pytest.raises(UnknownName):
        run_query(tables, Query(by=("planet",)))


def test_query_of_customers_by_where_they_came_from() -> None:
    rows = [order(n, f"c{n % 40}", "2024-01-05", 10, source="ad" if n % 40 < 10 else "mail") for n in range(40)]
    rows += [order(100 + n, f"c{n}", "2024-02-05", 10, source="mail") for n in range(20)]
    found = run_query(shop(rows), Query(metrics=("customers", "repeat_rate_lifetime"), by=("first_source",)))
    values = {label[0]: [f.value for f in row] for label, row in zip(found.labels, found.values, strict=True)}
    assert values["ad"] == [10, 1.0]
    assert values["mail"] == [30, pytest.approx(1 / 3)]
    assert found.values[0][1].interval == "Wilson 95 %"
