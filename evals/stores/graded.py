"""Makes the graded shops: clear (S01), easy (S02), hard (S03), null (S04), whales (S09), all one-time buyers (S10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from cmo_copilot.evals.stores.drawing import People, draw_orders, draw_people, has
from cmo_copilot.evals.stores.model import Mask, Planted, Rule, Shop, realised, value_ratio

PAIR: Final[Rule] = {"first_source": "podcast", "first_category": "tea"}  # 12 % of customers
DECOYS: Final[tuple[Rule, ...]] = ({"first_source": "podcast"}, {"first_category": "tea"})
REAL: Final = frozenset({"first_source", "first_category"})
WHALES: Final = 6
WHALE: Final = 200.0


def clear(seed: int) -> Shop:
    """S01: the pair orders twice as often; net value about 1.6 times; 2,000 customers."""
    return _lifted("S01", seed, 2.0, "certain")


def easy(seed: int) -> Shop:
    """S02: net value about 1.9 times."""
    return _lifted("S02", seed, 2.4, "certain")


def hard(seed: int) -> Shop:
    """S03: net value about 1.4 times: the truth, or an honest "not certain"."""
    return _lifted("S03", seed, 1.6, "either")


def null(seed: int) -> Shop:
    """S04: nobody is worth more than anybody else, except by chance; 900 customers."""
    generator = np.random.default_rng([4, seed])
    drawn = draw_orders(generator, draw_people(generator, 900), f"S04-{seed:03d}")
    return Shop("S04", seed, drawn.people, drawn.orders, drawn.items, Planted(None, confidence="not certain"))


def whales(seed: int) -> Shop:
    """S09: the clear shop, with six customers anywhere outside the pair who buy two hundred times as dear."""
    generator = np.random.default_rng([9, seed])
    people = _plant(draw_people(generator, 2000), 2.0)
    basket = people.basket.copy()
    basket[generator.choice(np.flatnonzero(~has(people, **PAIR)), WHALES, replace=False)] = WHALE
    return _shop("S09", seed, generator, replace(people, basket=basket), ordinary=basket < WHALE)


def one_time(seed: int) -> Shop:
    """S10: nobody ever came back; the pair's one order is 1.7 times as dear."""
    generator = np.random.default_rng([10, seed])
    people = draw_people(generator, 1500)
    people = replace(people, basket=np.where(has(people, **PAIR), 1.7, 1.0), rate=np.zeros(1500))
    return _shop("S10", seed, generator, people)


def _lifted(code: str, seed: int, lift: float, confidence: str) -> Shop:
    generator = np.random.default_rng([int(code[1:]), seed])
    shop = _shop(code, seed, generator, _plant(draw_people(generator, 2000), lift))
    return replace(shop, truth=replace(shop.truth, confidence=confidence))


def _plant(people: People, lift: float) -> People:
    return replace(people, rate=np.where(has(people, **PAIR), lift, 1.0))


def _shop(code: str, seed: int, generator: np.random.Generator, people: People, ordinary: Mask | None = None) -> Shop:
    """The shop of these people, with the truth about the pair written from what they (the ordinary ones) did."""
    drawn = draw_orders(generator, people, f"{code}-{seed:03d}")
    inside = has(people, **PAIR)
    value = realised(drawn.orders, drawn.people.index)
    counted = np.ones(len(inside), dtype=bool) if ordinary is None else ordinary
    ratio = value_ratio(value[counted], inside[counted])
    truth = Planted(PAIR, int(inside.sum()), ratio, forbidden=DECOYS, real=REAL)
    return Shop(code, seed, drawn.people, drawn.orders, drawn.items, truth)
