"""Renders the column of places: the shop, the pages, the conversations and which engine answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from .markup import join, tag

PAGES: Final = (
    ("overview", "Overview"),
    ("chat", "Chat"),
    ("segments", "Customers & segments"),
    ("drafts", "Drafts"),
    ("guide", "Guide"),
    ("data", "Data"),
)


@dataclass(frozen=True)
class Place:
    """A line of the list of conversations."""

    id: str
    title: str


@dataclass(frozen=True)
class NavFacts:
    """What the column says besides its links."""

    shop: str
    engine: str
    privacy: str
    drafts: int
    conversations: Sequence[Place]
    current: str = ""


def nav_html(facts: NavFacts) -> Markup:
    """The whole column. Which page is open is shown by the style sheet, without asking the server."""
    links = [_link(page, label, facts.drafts if page == "drafts" else 0) for page, label in PAGES]
    past = [_conversation(place, place.id == facts.current) for place in facts.conversations]
    new = tag("button", "New conversation", type="button", cls="new", data_do="new_conversation")
    return tag(
        "nav",
        tag("div", tag("div", "CMO copilot", cls="brand"), tag("div", facts.shop, cls="shop"), cls="head"),
        tag("div", join(links), cls="places"),
        tag("div", tag("h6", "Conversations"), new, tag("div", join(past), cls="past"), cls="conversations"),
        tag("div", tag("b", facts.engine), tag("br"), facts.privacy, cls="mode"),
        aria_label="Places",
    )


def _link(page: str, label: str, count: int) -> Markup:
    return tag("a", label, tag("span", f" {count}", cls="fine") if count else None, href=f"#/{page}", data_go=page)


def _conversation(place: Place, current: bool) -> Markup:
    return tag(
        "a",
        place.title,
        href=f"#/chat/{place.id}",
        cls="c on" if current else "c",
        data_do="open_conversation",
        data_arg=place.id,
        title=place.title,
    )
