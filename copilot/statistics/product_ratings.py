"""Owns the ranking of products by their ratings, with few ratings drawn towards the average of all."""

from __future__ import annotations

from typing import Final

from copilot.data.tables import Tables
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.voice_rows import BEST_LOW, Desk

PRIOR: Final = 10.0  # ratings that the average of all products counts as (domain.md 1.15)
SHOWN: Final = 10
_SCOPE: Final = "Rated reviews that name a product, on the commonest scale."


class ProductRating(Result):
    """One product: number of ratings, plain and Bayesian mean, share of low ratings."""

    product: str
    ratings: Figure
    mean: Figure
    bayesian: Figure
    low: Figure


class ProductRatings(Result):
    """Products by Bayesian mean, best first; `worst` the other end."""

    overall: Figure
    best: tuple[ProductRating, ...]
    worst: tuple[ProductRating, ...]
    products: Figure
    table: ResultTable
    warnings: tuple[str, ...] = ()


def product_ratings(tables: Tables, limit: int = SHOWN) -> ProductRatings:
    """Products ranked by (10 x average + sum of ratings) / (10 + number of ratings).

    >>> (10 * 4.0 + 2 * 5.0) / (10 + 2) < (10 * 4.0 + 50 * 4.8) / (10 + 50)  # two fives do not beat fifty 4.8
    True
    """
    desk = Desk(tables, "product_ratings", {"limit": limit}, _SCOPE)
    rows = tables.feedback
    rows = rows.filter(rows.kind == "review", rows.rating.notnull(), rows["product"].notnull())
    rows = rows.mutate(best=rows.rating_max.fill_null(5.0))
    each = rows.group_by("best", name=rows["product"]).aggregate(
        n=rows.count(), total=rows.rating.sum(), low=(rows.rating <= BEST_LOW * rows.best).sum()
    )
    frame = tables.frame(each)
    if frame.empty:
        nothing = desk.figure("mean_rating", None, warnings=("no rated review names a product",))
        return ProductRatings(
            overall=nothing, best=(), worst=(), products=desk.figure("feedback_rows", 0, noun="products"),
            table=_table(()), warnings=("No rated review names a product.",),
        )  # fmt: skip
    scale = float(frame.groupby("best")["n"].sum().idxmax())
    frame = frame[frame["best"] == scale]
    average = float(frame["total"].sum() / frame["n"].sum())
    frame = frame.assign(score=(PRIOR * average + frame["total"]) / (PRIOR + frame["n"]))
    frame = frame.sort_values(["score", "n", "name"], ascending=[False, False, True])
    made = [
        _rating(
            desk, str(row["name"]), (int(row["n"]), float(row["total"]), int(row["low"])), float(row["score"]), scale
        )
        for row in frame.to_dict("records")
    ]
    return ProductRatings(
        overall=desk.figure("mean_rating", average, n=int(frame["n"].sum()), label=f"Average rating (of {scale:g})"),
        best=tuple(made[:limit]),
        worst=tuple(reversed(made[-limit:])),
        products=desk.figure("feedback_rows", len(frame), label="Rated products", noun="products",
                             definition="Products with a rated review."),
        table=_table(tuple(made[: 2 * limit])),
    )  # fmt: skip


def _rating(desk: Desk, name: str, counts: tuple[int, float, int], score: float, scale: float) -> ProductRating:
    n, total, low = counts
    about = {"product": name}
    return ProductRating(
        product=name,
        ratings=desk.figure(
            "feedback_rows", n, about, label=f"Ratings of {name}", definition="Ratings of the product."
        ),
        mean=desk.figure("mean_rating", total / n, about, n=n, label=f"Average rating of {name} (of {scale:g})",
                         decimals=2),
        bayesian=desk.figure("bayesian_rating", score, about, n=n, label=f"Rating of {name}, drawn to the average",
                             decimals=2),
        low=desk.share("product_low_share", low, n, about, of="ratings", label=f"Low ratings of {name}"),
    )  # fmt: skip


def _table(rows: tuple[ProductRating, ...]) -> ResultTable:
    return ResultTable(
        title="Products by rating",
        columns=(
            Column(key="product", label="product"), Column(key="ratings", label="ratings", unit="count"),
            Column(key="mean", label="average", unit="score"),
            Column(key="bayesian", label="drawn to the average", unit="score"),
            Column(key="low", label="low ratings", unit="share"),
        ),
        rows=tuple(
            {"product": one.product, "ratings": one.ratings.value, "mean": one.mean.value,
             "bayesian": one.bayesian.value, "low": one.low.value}
            for one in rows
        ),
        note="Ranked with ten ratings at the shop's average added to each, so that two fives do not win.",
    )  # fmt: skip
