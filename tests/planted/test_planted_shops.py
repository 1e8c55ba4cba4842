"""Shops whose truth is known: found where it is strong, not where nothing is, and no trap is fallen into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cmo_copilot.evals.stores import graded, small, traps
from cmo_copilot.evals.stores.calibration import claims
from cmo_copilot.evals.stores.drawing import LEVELS
from cmo_copilot.evals.stores.model import Maker, Shop
from cmo_copilot.evals.stores.pooled import pooled
from cmo_copilot.evals.stores.scoring import SIZE_ERROR, Score, score
from copilot.statistics.scope import Scope
from copilot.statistics.strongest import by_worth, judge
from copilot.statistics.traits import TraitFrame, trait_frame


def run(make: Maker, seeds: int) -> list[Score]:
    return [score(shop, judge(by_worth(known))) for shop, known in pooled(make, seeds)]


def listed(scores: list[Score]) -> str:
    return "\n".join(
        f"{one.seed}: {one.named or 'nothing'} ({'certain' if one.certain else 'not certain'})" for one in scores
    )


def best_by(measure: Callable[[TraitFrame], pd.Series], known: TraitFrame) -> dict[str, str]:
    """What a plain ranking would name: the source or category whose customers have the highest mean."""
    means = {
        (trait, level): group.mean()
        for trait in ("first_source", "first_category")
        for level, group in measure(known).groupby(known.levels[trait])
    }
    trait, level = max(means, key=lambda key: means[key])
    return {trait: level}


@pytest.mark.parametrize("make", [graded.clear, pytest.param(graded.easy, marks=pytest.mark.thorough)])
def test_clear_and_easy_truths_are_found(make: Maker) -> None:
    scores = run(make, 40)
    wrong = [one for one in scores if not (one.right and one.honest)]
    assert len(wrong) <= 2, listed(wrong)
    assert all(one.size_error <= SIZE_ERROR for one in scores)
    assert sum(one.value_within for one in scores) >= 38
    assert not [one for one in scores if one.forbidden]


@pytest.mark.thorough
def test_a_hard_truth_is_found_or_called_uncertain() -> None:
    scores = run(graded.hard, 20)
    assert sum(one.honest for one in scores) >= 19, listed([one for one in scores if not one.honest])


def test_nothing_is_found_where_nothing_is() -> None:
    """A test that is right at 5 % passes 15 of 200 in 95.6 of 100 runs; the seeds are fixed, so it stays as it is.

    Sixty of the shops also show what sets the best fifth apart: nothing does, so a reliable trait is a false one.
    """
    false_rules, false_runs = [], []
    for shop, known in pooled(graded.null, 200):
        one = score(shop, judge(known))
        false_rules += [one] if one.certain else []
        if shop.seed < 60:
            said = claims(shop, known)
            false_runs += [f"{shop.seed}: {said.named}"] if said.made else []
    assert len(false_rules) <= 15, listed(false_rules)
    assert len(false_runs) <= 6, "\n".join(false_runs)


def test_the_refund_trap_is_never_recommended() -> None:
    """By gross sales its buyers lead in every shop; net of what they send back they are worth little."""
    scores, fallen = [], 0
    for shop, known in pooled(traps.refunds, 40):
        scores.append(score(shop, judge(known)))
        assert known.discounts is not None
        gross = known.discounts["gross_sales"]
        fallen += best_by(lambda _known, gross=gross: gross, known) == {"first_source": "social"}
    assert fallen >= 38  # the trap is one
    assert not [one for one in scores if one.forbidden]
    assert sum(one.right and one.honest for one in scores) >= 38, listed([one for one in scores if not one.right])


@pytest.mark.thorough
def test_whales_decide_nothing() -> None:
    """Six customers buy two hundred times as dear. A mean follows them in most shops; ranks and capped means do not."""
    scores, naive = [], 0
    for shop, known in pooled(graded.whales, 20):
        scores.append(score(shop, judge(known)))
        naive += best_by(lambda one: one.value, known) in ({"first_source": "podcast"}, {"first_category": "tea"})
    assert naive < 19, "the mean without a cap should fail here, or the whales are none"
    assert sum(one.right and one.honest for one in scores) >= 19, listed(scores)
    assert sum(one.value_within for one in scores) >= 19


@pytest.mark.thorough
def test_discount_hunters_are_not_the_best_where_costs_are_known() -> None:
    scores, by_sales = [], 0
    for shop, known in pooled(traps.hunters, 12):
        assert known.margin is not None
        scores.append(score(shop, judge(by_worth(known))))
        on_sales = judge(replace(known, margin=None))
        by_sales += on_sales is not None and [c.level for c in on_sales.found.conditions] == ["mail"]
    assert by_sales >= 11  # by net sales they are
    assert not [one for one in scores if one.forbidden]
    assert sum(one.right and one.honest for one in scores) >= 11, listed(scores)


@pytest.mark.thorough
def test_one_december_is_not_generalised() -> None:
    """Social brought most of December's gift buyers; within the month nobody is worth more, whatever the source."""
    scores, fallen = [], 0
    for shop, known in pooled(traps.gift_season, 20):
        scores.append(score(shop, judge(known)))
        fallen += best_by(lambda one: one.value, known) == {"first_source": "social"}
    assert fallen >= 19
    assert sum(one.forbidden for one in scores) <= 2, listed(scores)  # chance alone: 1 of 20 at 5 %, on any trait
    assert sum(one.honest for one in scores) >= 18


def test_a_reversal_is_passed_over_and_named() -> None:
    """In sum search looks best; in every country its buyers spend less than the others."""
    scores, named, turned, fallen = [], 0, 0, 0
    for shop, known in pooled(traps.simpson, 12):
        verdict = judge(known)
        assert verdict is not None
        scores.append(score(shop, verdict))
        fallen += best_by(lambda one: one.value, known) == {"first_source": "search"}
        passed = [
            one
            for one in verdict.found.passed_over
            if [c.level for c in one.conditions] == ["search"] and one.by == "country"
        ]
        named += bool(passed)
        turned += any(one.reverses for one in passed)
    assert fallen == 12
    assert not [one for one in scores if one.forbidden]
    assert named >= 11
    assert turned >= 9  # in the others the reversal is there, but not beyond chance
    assert sum(one.honest for one in scores) >= 11, listed(scores)


@pytest.mark.thorough
def test_one_time_buyers_can_still_differ_by_what_they_spend() -> None:
    scores = run(graded.one_time, 12)
    assert sum(one.right and one.honest for one in scores) >= 11, listed(scores)


def test_thirty_orders_tell_nothing() -> None:
    assert not [one for one in run(small.tiny, 20) if one.certain]


@pytest.mark.thorough
def test_reliable_traits_are_true_ones() -> None:
    """Of all differences called reliable in shops with a planted pair, at most 15 of 100 may be chance."""
    said = [claims(shop, known) for shop, known in pooled(graded.clear, 12)]
    made, true = sum(one.made for one in said), sum(one.true for one in said)
    assert made >= 18
    assert true / made >= 0.85, [one.named for one in said]


@pytest.mark.parametrize("make", [graded.clear, traps.hunters])
def test_reading_many_shops_at_once_changes_nothing(make: Maker) -> None:
    together = {shop.seed: known for shop, known in pooled(make, 3)}
    alone = trait_frame(make(1).tables(), Scope())
    pd.testing.assert_frame_equal(together[1].levels, alone.levels)
    pd.testing.assert_frame_equal(together[1].numbers, alone.numbers)
    pd.testing.assert_series_equal(together[1].value, alone.value)
    if alone.margin is not None:
        pd.testing.assert_series_equal(together[1].margin, alone.margin)


def _shuffled(shop: Shop) -> Shop:
    chance = np.random.default_rng(1)
    return replace(shop, orders=shop.orders.sample(frac=1, random_state=chance), items=shop.items.iloc[::-1])


def _dearer(shop: Shop) -> Shop:
    money = {name: shop.orders[name] * 100 for name in ("gross_sales", "discounts", "returns")}
    lines = {name: shop.items[name] * 100 for name in ("gross", "unit_price", "discount")}
    return replace(shop, orders=shop.orders.assign(**money), items=shop.items.assign(**lines))


def _later(shop: Shop) -> Shop:
    return replace(shop, orders=shop.orders.assign(ordered_at=shop.orders["ordered_at"] + pd.Timedelta(days=364)))


def _renamed(shop: Shop) -> Shop:
    new = {level: f"z{place} {level[::-1]}" for place, level in enumerate(LEVELS["first_source"])}
    return replace(shop, orders=shop.orders.assign(source=shop.orders["source"].map(new)))


def _with_constant(shop: Shop) -> Shop:
    given = pd.DataFrame({"customer_key": shop.people.index, "name": "colour", "value": "blue", "upload_id": "u"})
    return replace(shop, attributes=given)


@pytest.mark.parametrize("change", [_shuffled, _dearer, _later, _renamed, _with_constant])
def test_what_does_not_matter_changes_nothing(change: Callable[[Shop], Shop]) -> None:
    """Row order, a hundred times the money, 52 weeks later, other names of levels, a constant attribute."""
    shop = graded.clear(0)
    before = judge(trait_frame(shop.tables(), Scope()))
    after = judge(trait_frame(change(shop).tables(), Scope()))
    assert before is not None
    assert after is not None
    assert (after.inside == before.inside).all()
    assert (after.certain, after.found.tried) == (before.certain, before.found.tried)
    assert after.ratio == pytest.approx(before.ratio, rel=1e-6)
    assert (after.low, after.high) == pytest.approx((before.low, before.high), rel=1e-6)
