"""The project's own articles, and small ones whose words are known."""

from pathlib import Path

import pytest

from copilot.guide.library import Library, load_library

ARTICLE = """---
id: {id}
title: "{title}"
stage: [{stage}]
topics: [{topics}]
sources: ["none: made for a test"]
updated: 2026-11-20
---

## {heading} {{#first}}
<!-- asked: {asked} -->

{text}

## Limits and dissent {{#limits}}
<!-- asked: open questions about {title} -->

{limits}
"""


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with three short articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for values in (
        {
            "id": "T01",
            "title": "Parrots at the counter",
            "stage": "cold",
            "topics": "parrots, counter",
            "heading": "How do parrots greet people?",
            "asked": "macaw at the till | talking bird",
            "text": "A parrot says hello to everybody who comes through the door.",
            "limits": "The guide does not say how many words a parrot learns in a week.",
        },
        {
            "id": "T02",
            "title": "Lanterns in the window",
            "stage": "hot",
            "topics": "lanterns, window",
            "heading": "When do lanterns burn?",
            "asked": "lamp in the window | light at night",
            "text": "Lanterns burn from dusk until the last guest has left.",
            "limits": "Nobody has counted the guests.",
        },
        {
            "id": "T03",
            "title": "Ropes and knots",
            "stage": "any",
            "topics": "ropes, knots",
            "heading": "Which knot holds a crate?",
            "asked": "tie a box | fasten a crate",
            "text": "A bowline holds a crate and opens again with wet hands.",
            "limits": "Knots slip on new nylon.",
        },
    ):
        (folder / f"{values['id']}.md").write_text(ARTICLE.format(**values), encoding="utf-8")
    return folder
