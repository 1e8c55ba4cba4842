"""Owns scores by rank: equal shares of the customers, equal values with equal scores, borders found without sorting."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import Tables


def rank_scores(tables: Tables, customers: ir.Table, letters: tuple[str, ...], levels: int) -> dict[str, ir.Value]:
    """Scores 1 to `levels` of recency (r), frequency (f) and money (m): 1 + floor(levels x share of customers with a
    strictly worse value).

    Customers are counted by whole days, orders and units of money. A score whose border lies within one unit of money
    is then found among the amounts in that unit; so only a few thousand rows are fetched, and no customer is ranked.
    """
    columns = {"r": -customers.days_since, "f": customers.frequency, "m": customers.value}
    whole = {letter: columns[letter].cast("float64").floor().cast("int64") for letter in letters}
    counted = [
        customers.group_by(at=whole[letter]).aggregate(n=customers.count()).mutate(letter=ibis.literal(letter))
        for letter in letters
    ]
    frame = tables.frame(ibis.union(*counted) if len(counted) > 1 else counted[0])
    scores: dict[str, ir.Value] = {}
    for letter in letters:
        column, own = columns[letter], frame[frame["letter"] == letter][["at", "n"]]
        steps = _steps(own, levels)
        mixed = [] if column.type().is_integer() else steps.loc[steps["score"] != steps["last_score"], "at"].tolist()
        if mixed:
            inside = customers.filter(whole[letter].isin(mixed)).select(at=column)
            exact = tables.frame(inside.group_by("at").aggregate(n=inside.count()))
            rest = own[~own["at"].isin(mixed)]
            steps = _steps(pd.concat([rest.astype(object), exact.astype(object)]), levels)
        borders = steps.groupby("score")["at"].first().sort_index(ascending=False)
        cases = [(column >= ibis.literal(border).cast(column.type()), int(score)) for score, border in borders.items()]
        scores[letter] = ibis.cases(*cases, else_=1) if cases else ibis.literal(1)
    return scores


def _steps(counted: pd.DataFrame, levels: int) -> pd.DataFrame:
    """Values (`at`, worst first) with the score of the first and of the last customer counted under each."""
    ordered = counted.sort_values("at").reset_index(drop=True)
    numbers = ordered["n"].astype("int64")
    upto = numbers.cumsum()
    everybody = int(upto.iloc[-1]) if len(upto) else 1
    return pd.DataFrame(
        {
            "at": ordered["at"],
            "score": ((upto - numbers) * levels // everybody + 1).clip(upper=levels),
            "last_score": ((upto - 1) * levels // everybody + 1).clip(upper=levels),
        }
    )
