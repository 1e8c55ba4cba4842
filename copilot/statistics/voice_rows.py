"""Owns the rows of feedback as the themes read them, their ratings, the quotes picked and their receipts."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from copilot.data.quote import Quote
from copilot.data.tables import Tables
from copilot.statistics.intervals import mean_interval
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Period, ResultTable
from copilot.statistics.scope import Scope
from copilot.statistics.voice_count import Place, Row, Tally
from copilot.statistics.voice_text import clip, content_words, is_plain_opinion, tokens

MOST_READ: Final = 5_000
QUOTES_SHOWN: Final = 2
SHORTEST_QUOTE: Final = 15
ALIKE: Final = 0.6  # shared content words
SHORTEST_ANSWER: Final = 5  # "the price" answers a question in full
SHORTEST_REPEAT: Final = 25  # shorter texts ("Great!") repeat by chance
BEST_LOW: Final = 0.6  # of the best mark: three of five stars


@dataclass(frozen=True)
class Feedback:
    """Rows read, newest texts first kept; `repeated` word-for-word repetitions left out, `cut` if not all were read."""

    rows: tuple[Row, ...]
    total: int
    repeated: int
    cut: bool
    period: Period | None


@dataclass(frozen=True)
class Ratings:
    """Figures of the star ratings; all None if nothing is rated."""

    mean: Figure | None = None
    top: Figure | None = None
    low: Figure | None = None
    table: ResultTable | None = None
    chart: Chart | None = None


@dataclass(frozen=True)
class Desk:
    """Makes figures about feedback: their scope is which texts were read, not which orders count."""

    tables: Tables
    function: str
    arguments: dict[str, Any] = field(default_factory=dict)
    scope: str = ""
    period: Period | None = None

    def figure(self, name: str, value: float | None, about: dict[str, Any] | None = None, **details: Any) -> Figure:
        """A figure of a declared metric."""
        return self._receipts(about).figure(name, value, **self._common(), **details)

    def share(
        self, name: str, part: float, whole: float, about: dict[str, Any] | None = None, **details: Any
    ) -> Figure:
        """A share with its Wilson interval; counts reviewers unless `of` says otherwise."""
        return self._receipts(about).share(name, part, whole, **{"of": "reviewers", **self._common(), **details})

    def _common(self) -> dict[str, Any]:
        return {"scope": self.scope, "period": self.period, "analysis_date": None}

    def _receipts(self, about: dict[str, Any] | None) -> Receipts:
        return Receipts(self.tables, Scope(), self.function, {**self.arguments, **(about or {})})


def read_feedback(
    tables: Tables, wanted: ir.BooleanColumn, customer_keys: ir.Table | None = None, most: int = MOST_READ
) -> Feedback:
    """The `most` newest rows that `wanted` marks; those of customers in `customer_keys` (all, if None) are
    `in_group`."""
    chosen = tables.feedback.filter(wanted)
    if customer_keys is None:
        chosen = chosen.mutate(in_group=ibis.literal(True))
    else:
        members = customer_keys.select("customer_key").distinct().mutate(in_group=ibis.literal(True))
        chosen = chosen.left_join(members, "customer_key").drop("customer_key_right")
        chosen = chosen.mutate(in_group=chosen.in_group.fill_null(False))
    newest = chosen.order_by(chosen.given_at.desc(nulls_first=False), chosen.feedback_id)
    frame = tables.frame(newest.limit(most))
    total = len(frame) if len(frame) < most else int(tables.frame(chosen.aggregate(n=chosen.count()))["n"].iloc[0])
    scales = _scales(frame)
    rows: list[Row] = []
    seen: set[tuple[str, str, str | None]] = set()
    repeated = 0
    for record in frame.sort_values("feedback_id").to_dict("records"):
        row = _row(record, scales)
        spoken = " ".join(row.text.lower().split())
        if (
            spoken
            and (row.reviewer if record["customer_key"] else "", spoken, row.question) in seen
            and len(spoken) > 25
        ):
            repeated += 1
            continue
        seen.add((row.reviewer if record["customer_key"] else "", spoken, row.question))
        rows.append(row)
    return Feedback(tuple(rows), total, repeated, total > len(frame), _period(frame))


def ratings(rows: list[Row], desk: Desk) -> Ratings:
    """Distribution and mean of the ratings on the commonest scale."""
    scales = Counter(row.rating_max for row in rows if row.rating is not None)
    if not scales:
        return Ratings()
    best = max(scales, key=lambda scale: (scales[scale], scale or 0.0)) or 5.0
    marks = np.array([row.rating for row in rows if row.rating is not None and row.rating_max == best])
    counted = Counter(float(mark) for mark in np.round(marks))
    steps = sorted(counted) if best > 10 else [float(step) for step in range(0 if counted[0.0] else 1, int(best) + 1)]
    levels = [desk.share("rating_level_share", counted[s], len(marks), {"mark": s}, of="reviews") for s in steps]
    interval = mean_interval(marks)
    rest = () if len(scales) == 1 else (f"{sum(scales.values()) - len(marks)} ratings on another scale are not in it",)
    mean = desk.figure(
        "mean_rating",
        float(marks.mean()),
        n=len(marks),
        label=f"Average rating (of {best:g})",
        decimals=2,
        warnings=rest,
        interval_of=(interval, "bootstrap 95 %"),
    )
    rows_shown = tuple(
        {"mark": f"{step:g}", "reviews": counted[step], "share": level.value}
        for step, level in zip(steps, levels, strict=True)
    )
    return Ratings(
        mean=mean,
        top=desk.share("top_rating_share", int((marks == best).sum()), len(marks), of="reviews"),
        low=desk.share("low_rating_share", int((marks <= BEST_LOW * best).sum()), len(marks), of="reviews"),
        table=ResultTable(
            title="Ratings",
            columns=(
                Column(key="mark", label="rating"),
                Column(key="reviews", label="reviews", unit="count"),
                Column(key="share", label="share", unit="share"),
            ),
            rows=rows_shown,
        ),
        chart=Chart(
            kind="bar",
            title=f"Ratings (of {best:g})",
            x=tuple(f"{step:g}" for step in steps),
            series={"reviews": tuple(float(counted[step]) for step in steps)},
            unit="count",
        ),
    )


def pick_quotes(rows: list[Row], tally: Tally, kind: str, theme: str) -> tuple[Quote, ...]:
    """The most representative sentences, one a reviewer: those sharing most words with the theme's other sentences.

    Only plain opinions; for a pain point the negative ones, for something loved the positive ones.
    """
    wanted = [
        place
        for place in tally.places
        if rows[place.row].plain
        and (kind != "pain" or (place.score < 0 and tally.leaning(rows[place.row].reviewer) < 0))
        and (kind != "love" or (place.score > 0 and tally.leaning(rows[place.row].reviewer) > 0))
        and place.end - place.start >= (SHORTEST_QUOTE if rows[place.row].question is None else SHORTEST_ANSWER)
    ]
    words_of = {place: set(content_words(tokens(rows[place.row].text[place.start : place.end]))) for place in wanted}
    common = Counter(word for spoken in words_of.values() for word in spoken)

    def fitness(place: Place) -> tuple[float, str, int]:
        spoken = words_of[place]
        weight = sum(math.log1p(common[word]) for word in spoken) / math.sqrt(1 + len(spoken))
        length = place.end - place.start
        awkward = 0.5 if length > 200 else 0.8 if length < 30 else 1.0
        return (-weight * awkward * (0.3 + abs(place.score)), rows[place.row].feedback_id, place.start)

    chosen: dict[str, Quote] = {}
    said: list[Place] = []
    for place in sorted(words_of, key=fitness):
        row = rows[place.row]
        if row.reviewer in chosen or any(_alike(words_of[place], words_of[other]) for other in said):
            continue
        said.append(place)
        chosen[row.reviewer] = Quote(
            feedback_id=row.feedback_id,
            text=clip(row.text[place.start : place.end]),
            kind=row.kind,
            product=row.product if row.product and is_plain_opinion(row.product) else None,
            rating=row.rating,
            rating_max=row.rating_max,
            question=row.question if row.question and is_plain_opinion(row.question) else None,
            theme=theme,
        )
        if len(chosen) == QUOTES_SHOWN:
            break
    return tuple(chosen.values())


def _alike(ours: set[str], theirs: set[str]) -> bool:
    """True if two sentences share most of their content words, so that the second adds nothing."""
    return len(ours & theirs) >= ALIKE * max(1, len(ours | theirs)) or not ours


def _row(record: dict[str, Any], scales: dict[str, float]) -> Row:
    text = record["text"] if isinstance(record["text"], str) else ""
    rating = None if pd.isna(record["rating"]) else float(record["rating"])
    best = None if rating is None else scales[str(record["upload_id"])]
    if best is not None and not pd.isna(record["rating_max"]):
        best = float(record["rating_max"])
    mark = None
    if rating is not None and best:
        lowest = 1.0 if best <= 5 else 0.0
        mark = max(-1.0, min(1.0, 2 * (rating - lowest) / (best - lowest) - 1)) if best > lowest else None
    feedback_id = str(record["feedback_id"])
    key = record["customer_key"]
    return Row(
        feedback_id=feedback_id,
        kind=_text(record["kind"]) or "review",
        reviewer=str(key) if isinstance(key, str) and key else f"row {_response(feedback_id, record)}",
        product=_text(record["product"]),
        question=_text(record["question"]),
        rating=rating,
        rating_max=best,
        mark=mark,
        text=text,
        in_group=bool(record["in_group"]),
        plain=is_plain_opinion(text),
    )


def _response(feedback_id: str, record: dict[str, Any]) -> str:
    """The row of the file: the answers of one unnamed person share it ("f-12ab-3" is the third answer of "f-12ab")."""
    head, _, number = feedback_id.rpartition("-")
    return head if record["kind"] == "survey" and head and number.isdigit() else feedback_id


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _scales(frame: pd.DataFrame) -> dict[str, float]:
    """The best mark of each upload where the file does not state it: 5, 10 or 100, the smallest that holds all."""
    highest = frame.groupby(frame["upload_id"].astype("string").fillna("None"))["rating"].max()
    return {
        str(upload): next((scale for scale in (5.0, 10.0, 100.0) if pd.isna(top) or top <= scale), float(top))
        for upload, top in highest.items()
    }


def _period(frame: pd.DataFrame) -> Period | None:
    days = pd.to_datetime(frame["given_at"]).dropna()
    return Period(start=days.min().date(), end=days.max().date()) if len(days) else None
