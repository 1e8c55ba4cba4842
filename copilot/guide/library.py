"""The guide's articles: reads `knowledge/*.md`, checks their form, and splits them into sections with stable ids."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.guide.passage import Passage

PACKAGE: Final = "cmo_copilot.knowledge"  # installed under the distribution's name, the same in a checkout
Stage = Literal["any", "cold", "warm", "hot"]

_FRONT: Final = re.compile(r"\A---\s*\n(.*?)\n---\s*\n(.*)\Z", re.DOTALL)
_HEADING: Final = re.compile(r"^## +(?P<heading>.+?)\s*\{#(?P<slug>[a-z0-9][a-z0-9-]*)\}\s*$")
_ASKED: Final = re.compile(r"^<!--\s*asked:\s*(?P<phrases>.*?)\s*-->\s*$")


class ArticleProblem(ValueError):
    """An article breaks the form; the text names file and place. A writing error, never shown to the user."""


class _Front(BaseModel):
    """The front matter of an article."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[A-Z]{1,3}\d{2,3}$")
    title: str = Field(min_length=3)
    stage: tuple[Stage, ...] = Field(min_length=1)
    topics: tuple[str, ...] = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)
    updated: date


class Section(BaseModel):
    """One question a marketer asks, with its answer. `id` is the article's id, a dot and the slug."""

    model_config = ConfigDict(frozen=True)

    id: str
    heading: str
    asked: tuple[str, ...] = Field(description="other ways people ask for this section")
    text: str = Field(description="markdown below the heading, without the heading")


class Article(BaseModel):
    """One article of the guide."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    stage: tuple[Stage, ...]
    topics: tuple[str, ...]
    sources: tuple[str, ...]
    updated: date
    sections: tuple[Section, ...]

    def fits(self, stage: str | None) -> bool:
        """Whether the article speaks to this stage of the journey (all do if none is asked for)."""
        return stage is None or stage in self.stage or "any" in self.stage

    def passage(self, section: Section, score: float | None = None) -> Passage:
        """A section of this article as evidence."""
        return Passage(
            section=section.id,
            article=self.id,
            title=self.title,
            heading=section.heading,
            text=section.text,
            score=score,
        )


@dataclass(frozen=True)
class Library:
    """All articles, in order of their ids. `key` changes whenever a word of them changes."""

    articles: tuple[Article, ...]
    key: str

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in order."""
        return tuple(section for article in self.articles for section in article.sections)

    def article(self, article_id: str) -> Article:
        """The article with this id; KeyError if there is none."""
        return {article.id: article for article in self.articles}[article_id]

    def passage(self, section_id: str) -> Passage:
        """The section with this id (for example `A14.adaptive-thresholds`) as evidence; KeyError if there is none."""
        article = self.article(section_id.partition(".")[0])
        return article.passage({section.id: section for section in article.sections}[section_id])


def load_library(folder: Path | None = None) -> Library:
    """Read all articles of `folder`, by default those that come with the program.

    Raises ArticleProblem if one breaks the form or two share an id.
    """
    place: Traversable = folder if folder is not None else resources.files(PACKAGE)
    files = sorted((file for file in place.iterdir() if file.name.endswith(".md")), key=lambda file: file.name)
    articles: dict[str, Article] = {}
    digest = hashlib.sha256()
    for file in files:
        source = file.read_text(encoding="utf-8").replace("\r\n", "\n")
        article = parse_article(file.name, source)
        if article.id in articles:
            raise ArticleProblem(f"{file.name}: the id {article.id} is taken by another article")
        articles[article.id] = article
        digest.update(source.encode())
    return Library(tuple(articles[name] for name in sorted(articles)), digest.hexdigest())


def parse_article(name: str, source: str) -> Article:
    """The article in the text of a file; raises ArticleProblem naming file and place."""
    parts = _FRONT.match(source)
    if parts is None:
        raise ArticleProblem(f"{name}: no front matter between two lines of ---")
    try:
        given: Any = yaml.safe_load(parts.group(1))
        front = _Front.model_validate(given)
    except (yaml.YAMLError, ValidationError) as error:
        raise ArticleProblem(f"{name}: {error}") from error
    sections = _sections(name, front.id, parts.group(2))
    return Article(**front.model_dump(), sections=sections)


def _sections(name: str, article_id: str, body: str) -> tuple[Section, ...]:
    sections: dict[str, Section] = {}
    chunks = re.split(r"^(?=## )", body, flags=re.MULTILINE)
    if chunks[0].strip():
        raise ArticleProblem(f"{name}: text before the first heading of level two")
    for chunk in chunks[1:]:
        section = _section(name, article_id, chunk)
        if section.id in sections:
            raise ArticleProblem(f"{name}: two sections are called {section.id}")
        sections[section.id] = section
    if not sections:
        raise ArticleProblem(f"{name}: no section")
    return tuple(sections.values())


def _section(name: str, article_id: str, chunk: str) -> Section:
    first, _, rest = chunk.partition("\n")
    heading = _HEADING.match(first)
    if heading is None:
        raise ArticleProblem(f"{name}: the heading {first!r} has no stable id such as {{#which-metric}}")
    line, _, text = rest.partition("\n")
    asked = _ASKED.match(line)
    if asked is None:
        raise ArticleProblem(f"{name}: {first!r} is not followed by a line <!-- asked: ... | ... -->")
    if not text.strip():
        raise ArticleProblem(f"{name}: {first!r} has no text")
    return Section(
        id=f"{article_id}.{heading['slug']}",
        heading=heading["heading"],
        asked=tuple(phrase.strip() for phrase in asked["phrases"].split("|") if phrase.strip()),
        text=text.strip(),
    )
