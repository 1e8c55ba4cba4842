"""What one group says that others do not: planted differences, no difference, and real reviews and answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from copilot.data.tables import Tables, tables_from_frames
from copilot.data.workspace import Workspace
from copilot.statistics.condition import Condition
from copilot.statistics.product_ratings import product_ratings
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule
from copilot.statistics.survey import survey
from copilot.statistics.voice import themes
from copilot.statistics.voice_contrast import VoiceContrast, rating_contrast, voice_contrast
from tests.statistics.random_shop import facts

REPEAT = SegmentRule(name="repeat customers", conditions=(Condition(field="frequency", value=2, op="ge"),))
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(number: int) -> str:
    """A word of its own for each review, so that no text repeats."""
    return LETTERS[number // 26] + LETTERS[number % 26] + "word"


def orders(people: int, repeat: int) -> pd.DataFrame:
    """The first `repeat` people order twice, the others once."""
    rows = [(n, place) for n in range(people) for place in range(2 if n < repeat else 1)]
    return pd.DataFrame(
        [{"order_id": f"o{n}-{place}", "kind": "order", "customer_key": f"c{n:03d}", "status": "paid",
          "gross_sales": 20.0, "ordered_at": pd.Timestamp("2024-01-05") + pd.Timedelta(days=40 * place + n % 30)}
         for n, place in rows]
    )  # fmt: skip


def feedback(people: int, repeat: int, share: tuple[float, float], seed: int = 1) -> list[dict[str, Any]]:
    """Reviews; a share of the repeat customers (and of the others) mention the scent; a survey of where they heard."""
    generator = np.random.default_rng(seed)
    rows = []
    for n in range(people):
        chance = share[0] if n < repeat else share[1]
        scent = generator.random() < chance
        text = f"The scent of this {word(n)} fills the room." if scent else f"A plain {word(n)} that does its work."
        base = {"customer_key": f"c{n:03d}", "upload_id": "u", "given_at": pd.Timestamp("2024-04-01")}
        rows.append(
            base | {"feedback_id": f"r{n:03d}", "kind": "review", "text": text, "rating": 5.0, "rating_max": 5.0}
        )
        told = "A friend" if generator.random() < chance else "An advert"
        rows.append(base | {"feedback_id": f"s{n:03d}", "kind": "survey", "text": told,
                            "question": "How did you hear of us?"})  # fmt: skip
    return rows


def shop(people: int = 200, repeat: int = 80, share: tuple[float, float] = (0.7, 0.2), seed: int = 1) -> Tables:
    frames = {"orders": orders(people, repeat), "feedback": pd.DataFrame(feedback(people, repeat, share, seed))}
    return tables_from_frames(frames, facts())


@pytest.fixture(scope="module")
def planted() -> VoiceContrast:
    return voice_contrast(shop(), Scope(), REPEAT)


def test_a_planted_topic_and_answer_are_found_with_counts(planted: VoiceContrast) -> None:
    rows = pd.DataFrame(feedback(200, 80, (0.7, 0.2)))
    reviews = rows[rows["kind"] == "review"]
    ours = reviews["customer_key"] < "c080"
    scent = reviews["text"].str.contains("scent")
    topic = next(one for one in planted.differences if one.name == "smell and taste")
    assert (topic.ours.numerator, topic.ours.denominator) == ((scent & ours).sum(), 80)
    assert (topic.theirs.numerator, topic.theirs.denominator) == ((scent & ~ours).sum(), 120)
    assert topic.more
    assert topic.ratio.value == pytest.approx((scent & ours).sum() / 80 / ((scent & ~ours).sum() / 120))
    assert (topic.ratio.low or 0) > 1
    told = {one.name: one for one in planted.differences if one.kind == "answer"}
    assert told["How did you hear of us: A friend"].more
    assert not told["How did you hear of us: An advert"].more


def test_phrases_and_quotes_are_the_groups_own_words(planted: VoiceContrast) -> None:
    rows = pd.DataFrame(feedback(200, 80, (0.7, 0.2))).set_index("feedback_id")
    saying = next(one for one in planted.phrases if one.phrase.text == "scent")
    assert saying.more
    assert saying.quotes
    for quote in (*saying.quotes, *(quote for one in planted.differences for quote in one.quotes)):
        assert quote.text in rows.loc[quote.feedback_id, "text"]
    assert all(rows.loc[quote.feedback_id, "customer_key"] < "c080" for quote in saying.quotes)


def test_without_a_difference_nothing_is_claimed() -> None:
    claimed = [voice_contrast(shop(share=(0.4, 0.4), seed=seed), Scope(), REPEAT) for seed in range(6)]
    assert all(one.enough for one in claimed)
    assert sum(bool(one.differences or one.phrases) for one in claimed) <= 2


def test_few_writers_are_too_few_to_tell() -> None:
    found = voice_contrast(shop(people=60, repeat=12), Scope(), REPEAT)
    assert not found.enough
    assert not found.differences
    assert "only 12 of repeat customers" in found.warnings[0]
    assert "about 18 more" in found.warnings[0]


def test_a_few_ratings_do_not_win() -> None:
    rows = [{"feedback_id": f"r{n}", "kind": "review", "product": name, "rating": float(mark), "rating_max": 5.0,
             "customer_key": f"c{n}", "upload_id": "u"}
            for n, (name, mark) in enumerate([("Two fives", 5)] * 2 + [("Many", 5)] * 45 + [("Many", 4)] * 5
                                             + [("Poor", 2)] * 30 + [("One bad", 1)])]  # fmt: skip
    found = product_ratings(tables_from_frames({"feedback": pd.DataFrame(rows)}, facts()))
    average = sum(row["rating"] for row in rows) / len(rows)
    assert found.overall.value == pytest.approx(average)
    assert [one.product for one in found.best] == ["Many", "Two fives", "One bad", "Poor"]
    assert found.best[1].bayesian.value == pytest.approx((10 * average + 10) / 12)
    assert found.worst[0].product == "Poor"
    assert found.worst[0].low.value == 1.0


def test_effort_is_a_mean_from_one_to_seven() -> None:
    marks = [7, 6, 6, 5, 7, 3, 2, 6, 7, 5] * 4
    rows = [{"feedback_id": f"e{n}", "kind": "survey", "customer_key": f"c{n}", "text": str(mark), "upload_id": "u",
             "question": "The shop made it easy to order (1-7)"} for n, mark in enumerate(marks)]  # fmt: skip
    question = survey(tables_from_frames({"feedback": pd.DataFrame(rows)}, facts())).questions[0]
    assert question.kind == "ces"
    assert question.score is not None
    assert question.score.value == pytest.approx(np.mean(marks))
    assert (question.score.low or 0) < np.mean(marks) < (question.score.high or 0)


@pytest.fixture(scope="module")
def reviews(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    workspace = Workspace.open(tmp_path_factory.mktemp("reviews") / "shop")
    workspace.add([shared / "data" / "womens_reviews" / "wcp.csv"])
    yield workspace.tables()
    workspace.close()


@pytest.mark.shared
def test_real_reviews_have_their_published_ratings_and_low_stars_their_topics(reviews: Tables) -> None:
    voice = themes(reviews)
    assert voice.mean_rating is not None
    assert voice.mean_rating.value == pytest.approx(4.1488, abs=5e-5)
    assert voice.ratings is not None
    assert {row["mark"]: row["reviews"] for row in voice.ratings.rows} == {
        "5": 804,
        "4": 325,
        "3": 204,
        "2": 121,
        "1": 45,
    }
    found = rating_contrast(reviews)
    assert (found.ours.value, found.theirs.value) == (166, 1129)  # 121 + 45 and 804 + 325
    more = {one.name for one in found.differences if one.more}
    assert "returns" in more
    assert "comfort" in {one.name for one in found.differences if not one.more}
    assert {"return", "cheap"} <= {one.phrase.text for one in found.phrases if one.more}
    texts = reviews.frame(reviews.feedback.select("feedback_id", "text", "rating")).set_index("feedback_id")
    for one in found.differences:
        for quote in one.quotes:
            assert quote.text in texts.loc[quote.feedback_id, "text"]
            assert (texts.loc[quote.feedback_id, "rating"] <= 2) == one.more


@pytest.mark.shared
def test_a_real_survey_has_its_published_counts(shared: Path, tmp_path: Path) -> None:
    path = shared / "data" / "amazon_survey" / "Amazon Customer Behavior Survey.csv"
    workspace = Workspace.open(tmp_path / "shop")
    workspace.add([path])
    found = survey(workspace.tables())
    workspace.close()
    truth = json.loads((shared / "data" / "ground_truth.json").read_text())["amazon_survey"]
    assert found.respondents.value == truth["rows"]
    questions = {one.question: one for one in found.questions}

    def counts(question: str) -> dict[str, float | None]:
        return {answer.text: answer.share.numerator for answer in questions[question].answers}

    assert counts("Gender") == truth["gender"]
    assert counts("Purchase_Frequency") == truth["freq"]
    categories = pd.read_csv(shared / "data" / "amazon_survey" / "Amazon Customer Behavior Survey.csv")[
        "Purchase_Categories"
    ]
    ticked = categories.dropna().str.split(";").explode().str.strip()
    several = questions["Purchase_Categories"]
    assert several.several_answers
    assert counts("Purchase_Categories") == ticked.value_counts().to_dict()
    assert sum(count or 0 for count in counts("Purchase_Categories").values()) > truth["rows"]
