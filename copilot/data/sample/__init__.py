"""The sample shop: invented people, orders, visits and opinions drawn from a seed, with known truths in them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from copilot.data.sample import layout
from copilot.data.sample.feedback import draw_responses, draw_reviews
from copilot.data.sample.orders import draw_orders
from copilot.data.sample.people import draw_customers, draw_prospects
from copilot.data.sample.sessions import draw_sessions
from copilot.data.sample.spend import draw_spend
from copilot.data.sample.truth import SampleTruth, Shop, count_truth

__all__ = ["SAMPLE_FILES", "TRUTH_FILE", "SampleTruth", "sample_truth", "write_sample_shop"]

SAMPLE_FILES: Final = (
    "products.csv",
    "orders_export.csv",
    "customers_export.csv",
    "reviews.csv",
    "survey.csv",
    "web_sessions.csv",
    "ad_spend.csv",
)
TRUTH_FILE: Final = "truth.json"  # for tests; not part of what a shop would upload


def write_sample_shop(folder: Path, seed: int = 7) -> SampleTruth:
    """Write `SAMPLE_FILES` and `TRUTH_FILE` into `folder` (created if missing); the same seed gives the same bytes.

    Returns what is true of the files, counted from the drawn data. Existing files of these names are replaced.
    """
    shop = _draw(seed)
    truth = count_truth(shop)
    folder.mkdir(parents=True, exist_ok=True)
    layout.write_products(folder / "products.csv")
    layout.write_orders(folder / "orders_export.csv", shop.orders)
    layout.write_customers(folder / "customers_export.csv", [*shop.customers, *shop.prospects], shop.orders)
    layout.write_reviews(folder / "reviews.csv", shop.reviews)
    layout.write_survey(folder / "survey.csv", shop.responses)
    layout.write_sessions(folder / "web_sessions.csv", shop.sessions)
    layout.write_spend(folder / "ad_spend.csv", shop.spend)
    (folder / TRUTH_FILE).write_text(truth.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return truth


def sample_truth(seed: int = 7) -> SampleTruth:
    """What is true of the sample shop of this seed, without writing it."""
    return count_truth(_draw(seed))


def _draw(seed: int) -> Shop:
    """Draw a shop; each part has its own stream of chance, so that changing one leaves the others as they are."""
    people, trade, voices, visits, ads = (np.random.default_rng([seed, part]) for part in range(5))
    customers = draw_customers(people)
    prospects = draw_prospects(people)
    orders = draw_orders(trade, customers)
    return Shop(
        seed=seed,
        customers=customers,
        prospects=prospects,
        orders=orders,
        reviews=draw_reviews(voices, orders),
        responses=draw_responses(voices, orders),
        sessions=draw_sessions(visits, orders, prospects),
        spend=draw_spend(ads, customers),
    )
