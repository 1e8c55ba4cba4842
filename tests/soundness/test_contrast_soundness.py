"""Wrong statements on what sets a group apart, one test each; the stories are in README.md."""

from __future__ import annotations

import numpy as np
import pytest

from cmo_copilot.evals.stores.traps import RICH, simpson
from copilot.statistics.comparison import Counts, benjamini_hochberg
from copilot.statistics.contrast import sets_apart
from copilot.statistics.scope import Scope
from copilot.statistics.segments import resolve_segment
from copilot.statistics.trait_tests import LevelTest, _corrected
from copilot.statistics.traits import TraitLevel


def test_differences_that_are_the_rule_do_not_loosen_the_correction() -> None:
    """Eleven months of first order that go with value for certain, and twenty countries by chance, one at p = 0.01."""
    none = Counts(1, 2, 1, 2)
    months = [LevelTest(TraitLevel(trait="first_month", label="m", level=str(i)), none, 1e-9) for i in range(11)]
    chance = [LevelTest(TraitLevel(trait="country", label="c", level=str(i)), none, p) for i, p in
              enumerate(np.linspace(0.01, 1, 20))]  # fmt: skip
    together = benjamini_hochberg([test.p for test in (*months, *chance)])
    assert together[11] < 0.05  # in one family it would pass
    apart = _corrected([*months, *chance], [], frozenset({"net_sales"}))
    assert apart[11] == pytest.approx(0.2)
    assert max(apart[:11]) < 0.05


def test_a_country_is_not_explained_by_its_neighbours() -> None:
    """Most buyers from search live in six rich countries, so none of them stands out among search buyers."""
    tables = simpson(0).tables()
    apart = sets_apart(tables, Scope(), resolve_segment(tables, Scope(), "top 20 %"))
    rich = [trait for trait in apart.traits if trait.what.trait == "country" and trait.what.level in RICH]
    assert len(rich) >= 3
    assert not [trait.what.level for trait in rich if trait.vanishes]
