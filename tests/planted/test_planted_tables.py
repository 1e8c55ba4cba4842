"""Planted shops read as a user's data is: through tables and through files, with the sentences that must be said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cmo_copilot.evals.planted import refuses_to_add
from cmo_copilot.evals.stores import graded, small, traps
from cmo_copilot.evals.stores.model import Shop, realised
from cmo_copilot.evals.stores.scoring import score
from copilot.data.tables import Tables
from copilot.data.workspace import Workspace
from copilot.errors import CannotAnswer
from copilot.statistics.condition import Condition
from copilot.statistics.contrast import sets_apart, strongest_rule
from copilot.statistics.rfm import rfm_table
from copilot.statistics.scope import Scope, customer_table
from copilot.statistics.segments import resolve_segment
from copilot.statistics.strongest import judge, verdict_of
from copilot.statistics.traits import trait_frame


def _top(tables: Tables) -> object:
    return sets_apart(tables, Scope(), resolve_segment(tables, Scope(), "top 20 %"))


def test_discount_hunters_without_costs_come_with_a_word_on_discounts() -> None:
    found = strongest_rule(traps.hunters_without_costs(0).tables(), Scope())
    assert [c.level for c in found.conditions] == ["mail"]
    assert found.basis == "value"
    assert any("discount" in one and "margin" in one for one in found.cautions)
    assert found.discount_in is not None
    assert found.discount_out is not None
    assert (found.discount_in.value or 0) > (found.discount_out.value or 1) + 0.3


def test_with_costs_the_answer_is_by_margin_and_says_so() -> None:
    shop = traps.hunters(0)
    found = strongest_rule(shop.tables(), Scope())
    assert {c.trait: c.level for c in found.conditions} == graded.PAIR
    assert found.basis == "margin"
    assert any("margin" in one for one in found.cautions)
    value = realised(shop.orders, shop.people.index, cost=shop.items["cost"])
    inside = shop.members(graded.PAIR)
    assert found.value_in.value == pytest.approx(value[inside].mean(), rel=0.03)  # costs of part returns by customer


@pytest.fixture(scope="module")
def reversal() -> Tables:
    return traps.simpson(0).tables()


def test_the_reversal_is_flagged_where_the_group_is_described(reversal: Tables) -> None:
    """Search is over-represented among the best fifth; that is where its buyers live."""
    apart = _top(reversal)
    search = next(t for t in (*apart.traits, *apart.under) if t.what.level == "search")
    assert (search.ratio.low or 0) > 1
    assert search.confounding is not None
    assert (search.confounding.kind, search.confounding.by) == ("reverses", "country")
    assert (search.confounding.common.high or 9) < 1
    assert search.vanishes
    assert "same country" in search.confounding.text()
    others = [t for t in apart.under if t.what.trait == "first_source"]
    assert others
    assert all(t.confounding is not None and t.vanishes for t in others)


def test_the_strongest_rule_says_what_it_passed_over(reversal: Tables) -> None:
    found = strongest_rule(reversal, Scope())
    passed = [one for one in found.passed_over if [c.level for c in one.conditions] == ["search"]]
    assert [one.by for one in passed] == ["country"]


def test_gift_buyers_of_one_december_are_only_time_and_not_loyal() -> None:
    shop = traps.gift_season(0)
    tables = shop.tables()
    apart = _top(tables)
    social = next(t for t in (*apart.traits, *apart.under) if t.what.level == "social")
    assert (social.ratio.low or 0) > 1
    assert social.only_time
    assert social.vanishes
    groups = tables.frame(rfm_table(tables, Scope())).set_index("customer_key")["rfm_group"]
    ordered = shop.orders.groupby("customer_key").agg(n=("order_id", "size"), month=("ordered_at", "min"))
    once = ordered[(ordered["n"] == 1) & (ordered["month"].dt.strftime("%Y-%m") == "2023-12")].index
    assert len(once) > 300
    assert not groups.loc[once].isin(["champions", "loyal_customers", "potential_loyalists"]).any()


def test_thirty_orders_are_too_few_and_say_how_many_more() -> None:
    tables = small.tiny(0).tables()
    assert not strongest_rule(tables, Scope()).certain
    apart = _top(tables)
    assert "Too few to tell" in apart.note
    assert apart.more is not None
    assert apart.more.value == 30 - (apart.size.value or 0)
    assert not apart.traits


def test_a_shop_nobody_came_back_to_is_told_nothing_of_coming_back() -> None:
    tables = graded.one_time(0).tables()
    apart = _top(tables)
    assert not {number.name for number in apart.numbers} & {"gap", "days_to_second"}
    repeat = sets_apart(tables, Scope(), resolve_segment(tables, Scope(), "repeat customers"))
    assert "Too few to tell" in repeat.note


def test_two_currencies_are_not_added_up() -> None:
    tables = small.two_currencies(0).tables()
    assert refuses_to_add(tables)
    with pytest.raises(CannotAnswer):
        strongest_rule(tables, Scope())
    euros = Scope(where=(Condition(field="currency", op="eq", value="EUR"),))
    assert strongest_rule(tables, euros).effect.value is not None


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace.open(tmp_path / "home")
    yield workspace
    workspace.close()


def _named(shop: Shop, tables: Tables) -> object:
    return score(shop, verdict_of(tables, Scope()))


def test_bots_and_test_orders_are_no_customers(home: Workspace, tmp_path: Path) -> None:
    shop, paths = small.bots(0, tmp_path)
    home.add(paths)
    found = _named(shop, home.tables())
    assert found.right
    assert found.honest
    assert found.size_error <= 0.02
    with_bots = judge(trait_frame(home.tables(), Scope()))  # everybody with an order, as a plain ranking takes them
    assert with_bots is not None
    assert any(c.level == small.BOT_SOURCE for c in with_bots.found.conditions), "the bots should mislead it"


def test_orders_uploaded_twice_and_amended_count_once(home: Workspace, tmp_path: Path) -> None:
    shop, paths = small.uploads_twice(0, tmp_path)
    for path in paths:
        home.add([path])
    tables = home.tables()
    found = _named(shop, tables)
    assert found.right
    assert found.honest
    assert found.size_error <= 0.02
    assert found.value_within
    customers = customer_table(tables, Scope())
    sums = tables.frame(customers.aggregate(n=customers.orders.sum(), net=customers.net_sales.sum().cast("float64")))
    assert int(sums["n"].iloc[0]) == len(shop.orders)
    assert float(sums["net"].iloc[0]) == pytest.approx(realised(shop.orders, shop.people.index).sum(), rel=1e-6)
