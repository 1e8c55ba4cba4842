"""Declared metrics of reviews, tickets and survey answers."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric("feedback_rows", "Reviews and tickets", "count", "count of feedback rows", "Reviews and support tickets, a "
           "text repeated word for word by the same person counted once.", noun="reviews"),
    Metric("feedback_reviewers", "People who wrote", "count", "distinct reviewers",
           "Distinct reviewers; a review without a known customer counts as a person of its own.", noun="reviewers"),
    Metric("feedback_texts", "Reviews with text", "count", "count of rows with text",
           "Reviews and tickets that say something in words.", noun="reviews"),
    Metric("mean_rating", "Average rating", "score", "mean of ratings",
           "Mean of the ratings on their own scale. Reviewers choose themselves: not the average customer.",
           minimum=10),
    Metric("top_rating_share", "Share with the best rating", "share", "reviews with the best mark / rated reviews",
           "Reviews with the best mark / reviews with a rating.", minimum=10),
    Metric("low_rating_share", "Share with a low rating", "share", "reviews with <= 60 % of the best mark / rated",
           "Reviews with three of five stars or less (60 % of the best mark) / reviews with a rating.", minimum=10),
    Metric("rating_level_share", "Share of the rating", "share", "reviews with the mark / rated reviews",
           "Reviews with this mark / reviews with a rating.", minimum=10),
    Metric("theme_reviewers", "Reviewers who mention it", "count", "distinct reviewers with a mention",
           "Distinct reviewers whose text mentions the theme.", noun="reviewers"),
    Metric("theme_share", "Share of reviewers who mention it", "share", "reviewers with a mention / with text",
           "Reviewers who mention the theme / reviewers who wrote text.", minimum=10),
    Metric("theme_negative", "Reviewers negative about it", "count", "reviewers negative about the theme",
           "Reviewers whose mentions are negative on the whole (opinion words with negation, mixed with the rating).",
           noun="reviewers"),
    Metric("theme_negative_share", "Negative share of those who mention it", "share",
           "reviewers negative about it / reviewers who mention it",
           "Reviewers negative about the theme / reviewers who mention it.", minimum=10),
    Metric("theme_positive", "Reviewers positive about it", "count", "reviewers positive about the theme",
           "Reviewers whose mentions are positive on the whole.", noun="reviewers"),
    Metric("low_star_ratio", "Times as common with low ratings", "ratio",
           "share of low-star reviewers who mention it / share of high-star reviewers",
           "Share of reviewers with two of five stars or less who mention it / the same share with four or more.",
           minimum=10),
    Metric("phrase_score", "How typical the phrase is", "score", "z of the log-odds ratio with Dirichlet prior",
           "z of the log-odds ratio of reviewers using it, with an informative Dirichlet prior (Monroe et al. 2008).",
           minimum=5),
    Metric("words_and_stars", "Words and ratings agree", "share",
           "reviews where opinion words and rating point the same way / reviews with both",
           "Reviews whose opinion words point the way of their rating / reviews with opinion words and a clear rating. "
           "Below 75 % the words are not used.", minimum=30),
    Metric("survey_respondents", "People who answered", "count", "distinct respondents", "Distinct respondents.",
           noun="respondents"),
    Metric("answer_share", "Share of answers", "share", "respondents with the answer / respondents to the question",
           "Respondents who gave the answer / respondents who answered the question.", minimum=10),
    Metric("nps", "Net Promoter Score", "score", "100 x (share of 9-10 - share of 0-6)",
           "Share of 9-10 minus share of 0-6, times 100; from -100 to 100.", minimum=30),
    Metric("csat", "Satisfied (4 or 5 of 5)", "share", "answers of 4 or 5 / answers",
           "Answers of 4 or 5 on a scale of five / answers.", minimum=10),
    Metric("ces", "Customer effort (1 to 7)", "score", "mean of the answers, 1 to 7",
           "Mean agreement that it was easy, on a scale from 1 to 7.", minimum=30),
    Metric("contrast_share", "Share who mention it", "share", "reviewers of the side with a mention / of the side",
           "People of this side who mention it / people of this side who wrote text (or answered the question).",
           minimum=10),
    Metric("contrast_ratio", "Times as common", "ratio", "share of the one side / share of the other",
           "Share of the one side who mention it / share of the other side (risk ratio); tested for all topics and "
           "answers together (Benjamini-Hochberg).", minimum=10),
    Metric("bayesian_rating", "Rating, drawn towards the average", "score", "(10 x average + sum) / (10 + n)",
           "(10 x average rating of all products + sum of the product's ratings) / (10 + its ratings): a product with "
           "few ratings stays near the average.", minimum=1),
    Metric("product_low_share", "Share of low ratings", "share", "ratings <= 60 % of the best mark / ratings",
           "Ratings of three of five or less / ratings of the product.", minimum=10),
    Metric("mean_answer", "Average answer", "number", "mean of the answers", "Mean of the numbers given.", minimum=10),
)  # fmt: skip
