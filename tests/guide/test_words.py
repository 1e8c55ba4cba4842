"""Words, concepts, vectors: what counts as alike."""

import numpy as np

from copilot.guide.embedding import HashedEmbedder
from copilot.guide.intent import admits_a_gap, asks_for_a_figure, asks_for_own_numbers
from copilot.guide.lexical import Field, LexicalIndex
from copilot.guide.words import concepts, stems


def test_different_words_stand_for_one_concept() -> None:
    assert ":discount" in concepts("a coupon for newcomers")
    assert ":discount" in concepts("vouchers")
    assert set(concepts("average order value")) & set(concepts("AOV"))
    assert ":discount" not in concepts("a counter")


def test_small_words_carry_no_meaning() -> None:
    assert stems("What is it that we should do with them?") == []


def test_a_misspelt_word_is_found_and_a_foreign_one_is_not() -> None:
    index = LexicalIndex([[Field("lanterns burn at night", 1.0)], [Field("parrots greet guests", 1.0)]])
    assert [hit.document for hit in index.search(index.query("lantrens"))] == [0]
    assert index.query("gymnastics") == {}


def test_rare_words_weigh_more_and_repetition_saturates() -> None:
    index = LexicalIndex([[Field("rope rope rope rope", 1.0)], [Field("rope knot", 1.0)], [Field("rope", 1.0)]])
    assert index.search(index.query("rope knot"))[0].document == 1


def test_coverage_is_the_share_of_the_question_that_a_document_has() -> None:
    index = LexicalIndex([[Field("lanterns burn", 1.0)], [Field("ropes", 1.0)]])
    assert index.coverage("Do lanterns burn?", 0) == 1.0
    assert index.coverage("Do lanterns burn?", 1) == 0.0
    assert 0.0 < index.coverage("lanterns in Lisbon", 0) < 0.6
    assert index.coverage("what is it?", 0) == 0.0


def test_vectors_have_unit_length_and_do_not_change() -> None:
    embedder = HashedEmbedder.fitted(["lanterns burn at night", "parrots greet guests"], 128)
    vectors = embedder.embed(["lanterns at night", "the lantern of the nights", "parrots", ""])
    assert vectors.shape == (4, 128)
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 0], atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.6 > vectors[0] @ vectors[2] + 0.4
    assert np.array_equal(vectors, embedder.embed(["lanterns at night", "the lantern of the nights", "parrots", ""]))


def test_own_numbers_are_told_from_advice() -> None:
    own = (
        "What is my repeat rate?",
        "How many customers did we lose this year?",
        "who are our top 10 customers",
        "what was our average order value in June",
        "Which products do our customers buy together?",
        "show me the revenue",
        "How much did we sell in December?",
    )
    advice = (
        "What is a repeat rate?",
        "How many customers do I need before I can say what is special about them?",
        "How do I find my best customers?",
        "What should our newsletter say about new products?",
        "How do I raise my average order value?",
        "Why do our customers leave?",
        "What is the goal with my customers who already bought?",
        "How should our customers be kept in the list?",
    )
    assert [asks_for_own_numbers(question) for question in own] == [True] * len(own)
    assert [asks_for_own_numbers(question) for question in advice] == [False] * len(advice)


def test_figures_and_gaps_are_recognised() -> None:
    assert asks_for_a_figure("What percentage of people buy?")
    assert not asks_for_a_figure("Who buys?")
    assert admits_a_gap("It contains no conversion benchmarks.")
    assert not admits_a_gap("The guide names three formats.")
