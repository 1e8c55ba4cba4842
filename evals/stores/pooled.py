"""Reads the trait frames of many planted shops at once: one set of tables, one pass of the engine, then apart again."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cmo_copilot.evals.stores.model import Maker, Shop, tables_of
from copilot.statistics.scope import Scope
from copilot.statistics.traits import TraitFrame, described, raw_traits

TOGETHER = 40


def pooled(make: Maker, seeds: int, *, together: int = TOGETHER) -> Iterator[tuple[Shop, TraitFrame]]:
    """Each seed's shop with its trait frame, exactly as `trait_frame` gives it for the shop alone.

    Traits are facts of single customers, and borders and homes are judged per shop, so reading many shops in one
    pass changes nothing but the time; a test compares the two ways.
    """
    for start in range(0, seeds, together):
        shops = [make(seed) for seed in range(start, min(seeds, start + together))]
        tables = tables_of(shops)
        raw = raw_traits(tables, Scope())
        for shop in shops:
            own = raw.loc[raw.index.isin(shop.people.index)]
            yield shop, described(own, pd.DataFrame(index=own.index))
