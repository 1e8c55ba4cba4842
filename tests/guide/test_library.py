"""Articles are read strictly: ids are stable, and a slip in the form is named with its place."""

from pathlib import Path

import pytest

from copilot.guide.library import ArticleProblem, Library, load_library, parse_article


def test_every_article_of_the_project_has_the_form(library: Library) -> None:
    assert {"A01", "A05", "A14", "A20", "A27"} <= {article.id for article in library.articles}
    ids = [section.id for section in library.sections]
    assert len(ids) == len(set(ids)) > 100
    assert all(section.asked for section in library.sections)
    assert all("<!--" not in section.text for section in library.sections)


def test_a_section_is_found_by_its_id_and_becomes_a_passage(small: Path) -> None:
    passage = load_library(small).passage("T01.first")
    assert (passage.article, passage.title) == ("T01", "Parrots at the counter")
    assert passage.heading == "How do parrots greet people?"
    assert passage.text == "A parrot says hello to everybody who comes through the door."


def test_the_key_follows_every_word(small: Path) -> None:
    before = load_library(small).key
    assert load_library(small).key == before
    file = small / "T02.md"
    file.write_text(file.read_text("utf-8").replace("dusk", "dawn"), encoding="utf-8")
    assert load_library(small).key != before


def test_two_articles_may_not_share_an_id(small: Path) -> None:
    (small / "copy.md").write_text((small / "T01.md").read_text("utf-8"), encoding="utf-8")
    with pytest.raises(ArticleProblem, match="the id T01 is taken"):
        load_library(small)


@pytest.mark.parametrize(
    ("wrong", "right", "what"),
    [
        ("", "---\nid: T01", "no front matter"),
        ("stage: [tepid]", "stage: [cold]", "stage"),
        ("mood: good\nupdated", "updated", "mood"),
        ("updated: soon", "updated: 2026-11-20", "updated"),
        ("id: parrot", "id: T01", "id"),
        ("people?", "people? {#first}", "no stable id"),
        ("{#limits}", "{#first}", "two sections are called T01.limits"),
        ("", "<!-- asked: macaw at the till | talking bird -->\n", "not followed by a line"),
        ("", "A parrot says hello to everybody who comes through the door.\n", "has no text"),
    ],
)
def test_a_slip_in_the_form_is_named(small: Path, wrong: str, right: str, what: str) -> None:
    source = (small / "T01.md").read_text("utf-8")
    assert right in source
    with pytest.raises(ArticleProblem, match=what) as problem:
        parse_article("T01.md", source.replace(right, wrong, 1))
    assert "T01.md" in str(problem.value)
