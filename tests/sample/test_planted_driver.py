"""An own, plain search over many candidate groups finds the planted driver in several shops, and no decoy."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pytest

from copilot.data.sample import _draw
from copilot.data.sample.orders import Order
from copilot.data.sample.truth import SampleTruth, count_truth

SEEDS = (7, 1, 2, 8, 11)


def traits(first: Order) -> dict[str, str]:
    person = first.person
    assert person is not None
    return {
        "first_source": first.source,
        "first_category": first.lines[0].product.category,
        "country": person.place.country,
        "city": person.place.city,
        "discounted_first": str(first.discount > 0),
        "consent": str(person.email_consent),
        "channel": first.channel,
        "quarter": f"{first.at.year}Q{(first.at.month + 2) // 3}",
    }


def ranked(customers: list[Mapping[str, str]], value: np.ndarray) -> list[tuple[float, dict[str, str]]]:
    """(z, rule) of every group of one or two traits with 50 customers or more, best first."""
    capped = np.minimum(value, np.quantile(value, 0.99))
    log = np.log1p(np.maximum(capped, 0.0))
    levels = {name: np.array([customer[name] for customer in customers]) for name in customers[0]}
    single = {(name, str(level)): column == level for name, column in levels.items() for level in np.unique(column)}
    groups = [((key,), mask) for key, mask in single.items()]
    groups += [((one, two), single[one] & single[two]) for one, two in combinations(single, 2) if one[0] != two[0]]
    found = []
    for rule, mask in groups:
        inside, outside = log[mask], log[~mask]
        if len(inside) < 50 or len(outside) < 50:
            continue
        spread = np.sqrt(inside.var(ddof=1) / len(inside) + outside.var(ddof=1) / len(outside))
        found.append((float((inside.mean() - outside.mean()) / spread), dict(rule)))
    return sorted(found, key=lambda item: -item[0])


@pytest.fixture(scope="module", params=SEEDS)
def searched(request: pytest.FixtureRequest) -> tuple[SampleTruth, list[tuple[float, dict[str, str]]]]:
    shop = _draw(request.param)
    history: dict[int, list[Order]] = {}
    for order in shop.orders:
        if order.counts and order.person is not None:
            history.setdefault(order.person.number, []).append(order)
    value = np.array([sum(order.net for order in own) / 100 for own in history.values()])
    return count_truth(shop), ranked([traits(own[0]) for own in history.values()], value)


def test_driver_ranks_first_and_is_significant(
    searched: tuple[SampleTruth, list[tuple[float, dict[str, str]]]],
) -> None:
    truth, found = searched
    assert len(found) > 200
    z, rule = found[0]
    assert rule == truth.driver.rule
    assert z > 4.5  # beyond chance for 1,000 groups at 5 % (Bonferroni)


def test_truths_keep_their_size(searched: tuple[SampleTruth, list[tuple[float, dict[str, str]]]]) -> None:
    truth, _ = searched
    driver = truth.driver
    assert 0.10 < driver.share < 0.14
    assert 1.4 < driver.net_value_ratio < 2.1
    assert driver.repeat_rate > driver.repeat_rate_rest + 0.10
    assert all(0.75 < decoy.net_value_ratio < 1.2 for decoy in truth.decoys)
    assert truth.refund_trap.gross_value_ratio > 1.3
    assert truth.refund_trap.net_value_ratio < 0.7
    assert truth.refund_trap.refunded_share_of_gross > 0.5
    hunters = truth.discount_hunters
    assert hunters.discounted_order_share > 0.9
    assert hunters.orders_per_customer > 3.2
    assert hunters.net_value_ratio < driver.net_value_ratio - 0.3
    assert 6000 < truth.export.orders < 7800
    assert 30 < truth.rhythm.median_days < 38
    assert truth.next_product.share > 3 * truth.next_product.share_after_other_products
    assert truth.voice.use_ritual_share_driver > truth.voice.use_ritual_share_rest + 0.15


def test_ranking_by_gross_falls_into_the_refund_trap() -> None:
    """The trap is a trap: by gross value its people rank above everybody else's average, by net far below."""
    shop = _draw(7)
    trap = count_truth(shop).refund_trap
    assert trap.gross_value_ratio > 1.3 > trap.net_value_ratio
