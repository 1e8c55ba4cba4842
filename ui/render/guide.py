"""Renders the guide: list of articles, one article, what a search found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from .markup import chip, join, note, tag
from .text import markdown_html

if TYPE_CHECKING:  # the guide's search is loaded when it is first asked
    from copilot.guide.library import Article
    from copilot.guide.search import SearchOutcome


def list_html(articles: Sequence[Article]) -> Markup:
    """All articles by number."""
    items = [
        tag("a", tag("span", one.id, cls="fine"), one.title, data_do="open_article", data_arg=one.id)
        for one in articles
    ]
    return tag("div", join(items), cls="articles")


def article_html(article: Article) -> Markup:
    """One article with its sections."""
    sections = [
        tag(
            "section",
            tag("h3", section.heading),
            tag("div", markdown_html(section.text), cls="prose-text"),
            id=section.id,
        )
        for section in article.sections
    ]
    back = tag("button", "All articles", type="button", cls="chip", data_go="guide")
    return tag(
        "article",
        tag("div", back, cls="chips"),
        tag("div", article.id, cls="fine"),
        tag("h2", article.title),
        join(sections),
        cls="article",
    )


def found_html(text: str, outcome: SearchOutcome) -> Markup:
    """The sections that fit a search; if the guide does not cover it, that is what is said."""
    if not outcome.covered:
        nearest = f"The nearest topic is: {outcome.nearest_topic}." if outcome.nearest_topic else ""
        return note(f"The guide does not cover “{text}”.", nearest)
    found = [
        tag(
            "div",
            tag("div", passage.title, " · ", passage.section, cls="fine"),
            tag("h4", passage.heading),
            tag("div", markdown_html(passage.text), cls="prose-text"),
            chip("Read the article", "open_article", passage.article),
            cls="card",
        )
        for passage in outcome.passages
    ]
    return join(found)
