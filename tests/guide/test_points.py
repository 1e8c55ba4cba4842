"""The guide articles: every point of the two guides is covered, in our own words, in sections that can be cited."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"
GUIDE_POINTS = range(1, 55)  # 55 is promotion (affiliate links, paid service) and is left out on purpose
FIRST_JOURNEY_POINT = 29
FIELDS = {"id", "title", "stage", "topics", "sources", "updated"}
STAGES = {"cold", "warm", "hot", "any"}
REQUIRED_SECTIONS = {"see-it", "limits"}
LONGEST_COMMON_RUN = 6  # words in a row that an article may share with a guide
PROMOTION = ("affiliate", "taco", "commission", "get you unstuck", "optimization service")

HEADING = re.compile(r"^## (?P<heading>.+?) \{#(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\}$")
ASKED = re.compile(r"^<!-- asked: (?P<phrases>.+) -->$")


@dataclass(frozen=True)
class Section:
    article: str
    slug: str
    heading: str
    asked: tuple[str, ...]
    text: str

    @property
    def id(self) -> str:
        return f"{self.article}.{self.slug}"


@dataclass(frozen=True)
class Article:
    path: Path
    front: dict[str, Any]
    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        return "\n".join(f"{section.heading}\n{section.text}" for section in self.sections)


def words(text: str) -> list[str]:
    """Lower-case words; punctuation, table bars and markup do not count."""
    return re.findall(r"[a-z0-9]+(?:['’][a-z]+)?", text.lower())


def parse(path: Path) -> Article:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = yaml.safe_load(front)
    blocks = re.split(r"(?m)^(?=## )", body)
    assert not blocks[0].strip(), f"{path.name}: text before the first section"
    sections = []
    for block in blocks[1:]:
        heading, asked, *rest = block.splitlines()
        match, phrases = HEADING.match(heading), ASKED.match(asked)
        assert match, f"{path.name}: {heading}"
        assert phrases, f"{path.name}: no asked line under {heading}"
        terms = tuple(term.strip() for term in phrases["phrases"].split("|"))
        sections.append(Section(fields["id"], match["slug"], match["heading"], terms, "\n".join(rest).strip()))
    return Article(path, fields, tuple(sections))


PATHS = sorted(KNOWLEDGE.glob("A*.md"))
ARTICLES = [parse(path) for path in PATHS]
SECTIONS = {section.id: section for article in ARTICLES for section in article.sections}
each_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.path.stem)


def points() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((KNOWLEDGE / "points.yaml").read_text(encoding="utf-8"))
    return loaded


def test_the_planned_articles_are_there() -> None:
    expected = {f"A{number:02d}" for number in [*range(1, 16), 20, 26, 27]}
    assert expected <= {article.front["id"] for article in ARTICLES}


def test_article_and_section_ids_are_unique() -> None:
    assert len({article.front["id"] for article in ARTICLES}) == len(ARTICLES)
    assert len(SECTIONS) == sum(len(article.sections) for article in ARTICLES)


@each_article
def test_front_matter(article: Article) -> None:
    assert set(article.front) == FIELDS
    assert article.path.name.startswith(f"{article.front['id']}-")
    assert article.front["stage"]
    assert set(article.front["stage"]) <= STAGES
    assert article.front["topics"]
    assert article.front["sources"]
    assert all(isinstance(source, str) for source in article.front["sources"])


@each_article
def test_required_sections_and_length(article: Article) -> None:
    assert {section.slug for section in article.sections} >= REQUIRED_SECTIONS
    assert 350 <= len(words(article.text)) <= 1000


@each_article
def test_each_section_stands_alone(article: Article) -> None:
    """A section is retrieved by itself: phrases to find it by, and enough text to be an answer."""
    for section in article.sections:
        assert len(section.asked) >= 4, section.id
        assert len({phrase.lower() for phrase in section.asked}) == len(section.asked), section.id
        assert 45 <= len(words(section.text)) <= 220, (section.id, len(words(section.text)))
        assert not section.text.startswith(("|", "-", "1.")), f"{section.id} opens with a list, not with an answer"


@each_article
def test_no_promotion_is_carried_over(article: Article) -> None:
    assert not [word for word in PROMOTION if word in article.text.lower()]


def test_every_point_is_mapped_once() -> None:
    assert sorted(entry["point"] for entry in points()) == list(GUIDE_POINTS)


def test_each_mapped_section_exists() -> None:
    for entry in points():
        assert set(entry) == {"point", "guide", "says", "sections"}
        assert entry["guide"] == ("icp" if entry["point"] < FIRST_JOURNEY_POINT else "journey")
        assert entry["says"].strip()
        assert entry["sections"], entry["point"]
        assert [section for section in entry["sections"] if section not in SECTIONS] == [], entry["point"]


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    tokens = words(text)
    return set(zip(*(itertools.islice(tokens, start, None) for start in range(length)), strict=False))


@pytest.mark.shared
def test_articles_are_in_our_own_words(shared: Path) -> None:
    guides = sorted((shared / "guides").glob("*.txt"))
    assert guides
    length = LONGEST_COMMON_RUN + 1
    taken = set().union(*(runs(guide.read_text(encoding="utf-8"), length) for guide in guides))
    texts = {article.path.name: article.path.read_text(encoding="utf-8") for article in ARTICLES}
    texts["points.yaml"] = (KNOWLEDGE / "points.yaml").read_text(encoding="utf-8")
    copied = {name: [" ".join(run) for run in runs(text, length) & taken] for name, text in texts.items()}
    assert {name: found for name, found in copied.items() if found} == {}


@pytest.mark.shared
def test_asked_phrases_are_not_copied_from_the_question_sets(shared: Path) -> None:
    """The question sets measure retrieval; a phrase taken from them would measure memory."""
    questions = " \n ".join(
        " ".join(words(line))
        for path in sorted((shared / "evalsets").glob("*questions.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )
    phrases = {" ".join(words(phrase)) for section in SECTIONS.values() for phrase in section.asked}
    assert [phrase for phrase in phrases if phrase.count(" ") >= 4 and phrase in questions] == []
