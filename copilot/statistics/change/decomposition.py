"""Owns the exact splitting of a change into its causes: Shapley values over a chain of ratios, in exact fractions.

A value is a product of factors (customers x orders per customer x ...). Each factor's part is its marginal
effect averaged over all orders in which the factors could have moved from the old to the new level (Shapley
1953; Shorrocks 2013, Journal of Economic Inequality 11, 99-126; for index decomposition Sun 1998 and Albrecht
et al. 2002). Chosen over the log-mean Divisia index (LMDI, Ang 2004) because it needs no logarithms: it takes
zeros and negative sales as they are, and runs in fractions, so that the parts add up to the change exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Final

CENT: Final = Decimal("0.0001")  # money is kept with four decimals
Number = Decimal | int | Fraction


def shapley(players: Sequence[str], worth: Callable[[frozenset[str]], Fraction]) -> dict[str, Fraction]:
    """Each player's average marginal contribution; they sum to worth(all) - worth(none) exactly.

    >>> shapley(("a", "b"), lambda s: Fraction((3 if "a" in s else 2) * (5 if "b" in s else 4)))
    {'a': Fraction(9, 2), 'b': Fraction(5, 2)}
    """
    n = len(players)
    worths = {
        frozenset(chosen): worth(frozenset(chosen)) for size in range(n + 1) for chosen in combinations(players, size)
    }
    found = {}
    for player in players:
        part = Fraction(0)
        for chosen, value in worths.items():
            if player not in chosen:
                size = len(chosen)
                weight = Fraction(math.factorial(size) * math.factorial(n - size - 1), math.factorial(n))
                part += weight * (worths[chosen | {player}] - value)
        found[player] = part
    return found


@dataclass(frozen=True)
class Chain:
    """Quantities of the two periods from the first to the value itself, e.g. customers, orders, ..., net sales.

    `before[k] / before[k-1]` is the level of factor k. `matrix` replaces one step, the price of a unit, by two
    factors (mix, price): matrix[a, b] is the mean price with the mix of period a and the prices of period b.
    """

    names: tuple[str, ...]
    before: tuple[Number, ...]
    after: tuple[Number, ...]
    matrix_at: str = ""
    matrix: Mapping[tuple[int, int], Fraction] | None = None

    def ratios(self) -> list[tuple[Fraction, Fraction]]:
        """Level of each factor before and after. A ratio over nothing takes the other period's level, so that a
        period without a single order is explained by the number of customers alone."""
        found = []
        for place in range(len(self.names)):
            pair = [
                _ratio(side[place], side[place - 1] if place else Fraction(1)) for side in (self.before, self.after)
            ]
            old = next((ratio for ratio in pair if ratio is not None), Fraction(1))
            new = next((ratio for ratio in reversed(pair) if ratio is not None), Fraction(1))
            found.append((pair[0] if pair[0] is not None else old, pair[1] if pair[1] is not None else new))
        return found

    def parts(self) -> dict[str, Fraction]:
        """The part of each factor in last(after) - last(before); what no factor can carry is `left_over`."""
        ratios = dict(zip(self.names, self.ratios(), strict=True))
        two = self.matrix is not None and self.matrix_at in ratios
        players = [name for name in self.names if not (two and name == self.matrix_at)]
        players += ["mix", "price"] if two else []

        def worth(moved: frozenset[str]) -> Fraction:
            value = Fraction(1)
            for name, pair in ratios.items():
                if two and name == self.matrix_at and self.matrix is not None:
                    value *= self.matrix[int("mix" in moved), int("price" in moved)]
                else:
                    value *= pair[int(name in moved)]
            return value

        found = shapley(players, worth)
        change = Fraction(self.after[-1]) - Fraction(self.before[-1])
        found["left_over"] = change - sum(found.values(), Fraction(0))
        return found


def _ratio(part: Number, whole: Number) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if whole else None


def rounded(parts: Mapping[str, Fraction], total: Decimal) -> dict[str, Decimal]:
    """The parts in units of money (four decimals), which still add up to `total` exactly.

    Every part is rounded down; the units left go to the parts with the largest remainders (Hare).

    >>> [str(part) for part in rounded({"a": Fraction(1, 3), "b": Fraction(2, 3)}, Decimal("1.0000")).values()]
    ['0.3333', '0.6667']
    """
    units = {name: part / Fraction(CENT) for name, part in parts.items()}
    floors = {name: math.floor(value) for name, value in units.items()}
    missing = int(Fraction(total) / Fraction(CENT)) - sum(floors.values())
    by_remainder = sorted(units, key=lambda name: (floors[name] - units[name], name))
    for name in by_remainder[: max(0, missing)]:
        floors[name] += 1
    return {name: Decimal(floors[name]) * CENT for name in parts}
