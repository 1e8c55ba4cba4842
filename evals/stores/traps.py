"""Makes the trap shops: Simpson reversal (S05), refunds (S06), discount hunters (S07), gift season (S08)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from cmo_copilot.evals.stores.drawing import LEVELS, draw_orders, draw_people, has
from cmo_copilot.evals.stores.graded import PAIR, REAL
from cmo_copilot.evals.stores.model import DAYS, START, Planted, Shop, realised, value_ratio

RICH: Final = ("CH", "NO", "DK", "LU", "IE", "SE")
POOR: Final = ("PT", "PL", "GR", "HU", "RO", "BG")
REVERSED: Final = "search"  # looks best in sum, is worse in every country
HUNTERS: Final = "mail"
SEASONAL: Final = "social"


def simpson(seed: int) -> Shop:
    """S05: buyers from search spend less than others in each country, but most of them live where everybody spends.

    In sum search looks best. The honest answer is a rich country; naming search is forbidden.
    """
    generator = np.random.default_rng([5, seed])
    n = 2400
    countries = dict.fromkeys(RICH + POOR, 1 / 12)
    people = draw_people(generator, n, {"country": countries})
    rich = np.isin(people.traits["country"], RICH)
    others = [name for name in LEVELS["first_source"] if name != REVERSED]
    searched = generator.random(n) < np.where(rich, 0.9, 0.06)
    source = np.where(searched, REVERSED, generator.choice(others, n))
    traits = people.traits.assign(first_source=source)
    basket = np.where(rich, 2.6, 1.0) * np.where(searched, 0.8, 1.0)
    drawn = draw_orders(generator, replace(people, traits=traits, basket=basket), f"S05-{seed:03d}")
    accepted = tuple({"country": name} for name in RICH)
    accepted += tuple({"country": name, "first_source": source} for name in RICH for source in others)
    truth = Planted(
        None, int(rich.sum()), forbidden=({"first_source": REVERSED},),
        accepted=accepted, real=frozenset({"country", "first_source"}),
    )  # fmt: skip
    return Shop("S05", seed, drawn.people, drawn.orders, drawn.items, truth)


def refunds(seed: int) -> Shop:
    """S06: buyers from social order twice as often and dearer, and send three quarters of it back."""
    generator = np.random.default_rng([6, seed])
    people = draw_people(generator, 2000)
    trap = has(people, first_source="social")
    people = replace(
        people,
        rate=np.where(has(people, **PAIR), 2.0, np.where(trap, 2.2, 1.0)),
        basket=np.where(trap, 1.4, 1.0),
        refunded=np.where(trap, 0.96, people.refunded),
    )
    drawn = draw_orders(generator, people, f"S06-{seed:03d}")
    inside = has(people, **PAIR)
    value = realised(drawn.orders, drawn.people.index)
    truth = Planted(
        PAIR, int(inside.sum()), value_ratio(value, inside), forbidden=({"first_source": "social"},),
        real=REAL,
    )  # fmt: skip
    return Shop("S06", seed, drawn.people, drawn.orders, drawn.items, truth)


def hunters(seed: int) -> Shop:
    """S07 with costs on file: buyers from mail order often, at 65 % off goods that cost half the list price.

    By net sales they are best, by margin they cost money.
    """
    return _hunters(seed, costs=True)


def hunters_without_costs(seed: int) -> Shop:
    """S07 without costs: naming them is allowed only with a word on their discounts."""
    return _hunters(seed, costs=False)


def _hunters(seed: int, *, costs: bool) -> Shop:
    generator = np.random.default_rng([7, seed])
    people = draw_people(generator, 2000)
    hunt = has(people, first_source=HUNTERS)
    people = replace(
        people,
        rate=np.where(has(people, **PAIR), 2.0, np.where(hunt, 2.6, 1.0)),
        later_discount=np.where(hunt, 0.95, people.later_discount),
        discount=np.where(hunt, 0.65, 0.15),
    )
    drawn = draw_orders(generator, people, f"S07-{seed:03d}", costs=costs)
    inside = has(people, **PAIR)
    cost = drawn.items["cost"] if costs else None
    value = realised(drawn.orders, drawn.people.index, cost=cost)
    forbidden = ({"first_source": HUNTERS},) if costs else ()
    truth = Planted(
        PAIR if costs else None, int(inside.sum()), value_ratio(value, inside) if costs else None, forbidden=forbidden,
        accepted=() if costs else ({"first_source": HUNTERS}, PAIR), real=REAL | {"first_discounted"},
    )  # fmt: skip
    return Shop("S07", seed, drawn.people, drawn.orders, drawn.items, truth)


def gift_season(seed: int) -> Shop:
    """S08: one December makes the year. Who came then spent four times as much, once; most came by social ads.

    Within the same month nobody is worth more: naming social, or calling these buyers loyal, is forbidden.
    """
    generator = np.random.default_rng([8, seed])
    n = 2000
    people = draw_people(generator, n)
    december = (np.datetime64("2023-12-01") - np.datetime64(START)).astype(int)
    seasonal = generator.random(n) < 0.35
    first = np.where(seasonal, december + generator.random(n) * 30.9, people.first)
    others = [name for name in LEVELS["first_source"] if name != SEASONAL]
    source = np.where(generator.random(n) < np.where(seasonal, 0.7, 0.06), SEASONAL, generator.choice(others, n))
    traits = people.traits.assign(first_source=source)
    people = replace(
        people, traits=traits, first=np.minimum(first, DAYS - 1), rate=np.where(seasonal, 0.02, 0.5),
        basket=np.where(seasonal, 4.0, 1.0),
    )  # fmt: skip
    drawn = draw_orders(generator, people, f"S08-{seed:03d}")
    truth = Planted(None, confidence="not certain", forbidden=({"first_source": SEASONAL},))
    return Shop("S08", seed, drawn.people, drawn.orders, drawn.items, truth)
