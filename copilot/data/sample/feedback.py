"""Writes the sample shop's reviews and survey answers, and notes what was planted in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from copilot.data.sample import texts
from copilot.data.sample.catalogue import COFFEE, EQUIPMENT, GIFTS, HEARD_THROUGH, HERBAL, LEAF
from copilot.data.sample.orders import Order
from copilot.data.sample.people import END, Person

REVIEWS: Final = 700
RESPONSES: Final = 250
PACKAGING_SHARE: Final = 0.17
_STUFF: Final = {LEAF: "tea", COFFEE: "coffee", HERBAL: "tea", EQUIPMENT: "kit", GIFTS: "tea"}


@dataclass(frozen=True)
class Review:
    """One product review; `packaging` and `ritual` say what was planted in it."""

    number: int
    title: str
    body: str
    rating: int
    on: datetime
    product: str
    person: Person
    packaging: bool
    ritual: bool


@dataclass(frozen=True)
class Response:
    """One survey response; kinds name the planted meaning behind the wording ("" if left blank)."""

    at: datetime
    person: Person
    heard: str
    stopped: str
    stopped_kind: str
    used_for: str
    used_for_kind: str
    recommend: int | None


def draw_reviews(rng: np.random.Generator, orders: Sequence[Order]) -> list[Review]:
    """Reviews of products that the reviewer bought, oldest first."""
    sold = [order for order in orders if order.counts and order.person is not None]
    chosen = rng.choice(len(sold), size=REVIEWS, replace=False)
    drawn = []
    for index in chosen:
        order = sold[int(index)]
        on = order.at + timedelta(days=int(rng.integers(4, 25)))
        drawn.append(_review(rng, order, min(on, END - timedelta(days=1))))
    drawn.sort(key=lambda review: review.on)
    return [replace(review, number=index) for index, review in enumerate(drawn, start=1)]


def draw_responses(rng: np.random.Generator, orders: Sequence[Order]) -> list[Response]:
    """One survey, sent to customers of the last year; oldest answer first."""
    last_order: dict[int, Order] = {}
    for order in orders:
        if order.counts and order.person is not None and order.at > END - timedelta(days=365):
            last_order[order.person.number] = order
    asked = list(last_order.values())
    chosen = rng.choice(len(asked), size=RESPONSES, replace=False)
    start = END - timedelta(days=60)
    drawn = [_response(rng, asked[int(index)], start) for index in chosen]
    return sorted(drawn, key=lambda response: response.at)


def _review(rng: np.random.Generator, order: Order, on: datetime) -> Review:
    person = order.person
    assert person is not None  # only identified orders are reviewed  # noqa: S101
    product = order.lines[int(rng.integers(len(order.lines)))].product
    packaging = bool(rng.random() < PACKAGING_SHARE)
    ritual = bool(rng.random() < (0.42 if person.driver else 0.13)) and product.category != EQUIPMENT
    language = person.place.country if person.place.country in texts.PRAISE_FOREIGN and rng.random() < 0.55 else ""
    stuff = _STUFF[product.category]
    rating, sentences = _message(rng, stuff, language, packaging=packaging)
    ritual = ritual and not language
    if ritual:
        sentences.insert(int(rng.integers(len(sentences) + 1)), _one(rng, texts.RITUAL))
    titles = texts.TITLES_GOOD if rating >= 4 else texts.TITLES_BAD
    slots = {
        "stuff": stuff,
        "relation": _one(rng, texts.RELATIONS),
        "days": str(int(rng.integers(6, 16))),
    }
    body = " ".join(sentence for sentence in sentences if sentence).format_map(slots)
    if rng.random() < 0.12 and not language:
        body = _mistyped(rng, body)
    return Review(
        number=0,
        title=_one(rng, titles).format_map(slots),
        body=body,
        rating=rating,
        on=on,
        product=product.title,
        person=person,
        packaging=packaging,
        ritual=ritual,
    )


def _message(rng: np.random.Generator, stuff: str, language: str, *, packaging: bool) -> tuple[int, list[str]]:
    """Stars and sentences of one review, before the ritual is woven in; `language` is "" for English."""
    praise = texts.PRAISE_FOREIGN[language] if language else texts.PRAISE[stuff]
    if packaging:
        said = [_one(rng, texts.PACKAGING_FOREIGN[language] if language else texts.PACKAGING)]
        if rng.random() < 0.45:
            said.insert(0, _one(rng, praise))
        return int(rng.choice([1, 2, 3, 4], p=[0.30, 0.40, 0.22, 0.08])), said
    said = [_one(rng, praise)]
    if language:
        return int(rng.choice([4, 5])), said
    roll = rng.random()
    for share, kind, stars in (
        (0.08, texts.DULL, (2, 3, 3)),
        (0.15, texts.SLOW, (2, 3, 4)),
        (0.15 if stuff == "coffee" else 0.19, texts.UNCLEAR, (3, 4)),
        (0.25, texts.DEAR, (3, 4, 4)),
        (0.35, texts.GIFT, (5, 5, 4)),
        (0.35 if stuff == "kit" else 0.45, texts.WORK, (5, 4)),
    ):
        if roll < share:
            said.append(_one(rng, kind))
            return int(rng.choice(stars)), said
    if rng.random() < 0.35:
        said.append(_one(rng, praise))
    said.append(_one(rng, texts.AGAIN))
    return int(rng.choice([4, 5, 5])), list(dict.fromkeys(said))


def _response(rng: np.random.Generator, order: Order, start: datetime) -> Response:
    person = order.person
    assert person is not None  # only identified customers are asked  # noqa: S101
    kinds = tuple(texts.STOPPED_BY)
    stopped = kinds[int(rng.choice(len(kinds), p=[texts.STOPPED_BY[kind][0] for kind in kinds]))]
    uses: Mapping[str, float] = (
        {"ritual": 0.62, "morning": 0.14, "work": 0.08, "gift": 0.06, "guests": 0.10}
        if person.driver
        else {"ritual": 0.20, "morning": 0.34, "work": 0.18, "gift": 0.16, "guests": 0.12}
    )
    used = str(rng.choice(list(uses), p=list(uses.values())))
    used, stopped = ("" if rng.random() < 0.08 else used), ("" if rng.random() < 0.10 else stopped)
    at = max(start, order.at) + timedelta(minutes=int(rng.integers(60, 60 * 24 * 12)))
    mood = 9.2 if person.driver else 7.9
    return Response(
        at=min(at, END - timedelta(minutes=1)),
        person=person,
        heard=_one(rng, HEARD_THROUGH[person.source]) if rng.random() < 0.94 else "",
        stopped=_one(rng, texts.STOPPED_BY[stopped][1]) if stopped else "",
        stopped_kind=stopped,
        used_for=_one(rng, texts.USES[used]) if used else "",
        used_for_kind=used,
        recommend=int(np.clip(np.rint(rng.normal(mood, 1.7)), 0, 10)) if rng.random() < 0.96 else None,
    )


def _one(rng: np.random.Generator, choices: Sequence[str]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _mistyped(rng: np.random.Generator, text: str) -> str:
    """Two neighbouring letters swapped, or the whole text in lower case."""
    if rng.random() < 0.4:
        return text.lower()
    at = int(rng.integers(1, max(len(text) - 2, 2)))
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
