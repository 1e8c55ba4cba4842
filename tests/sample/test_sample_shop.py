"""The sample shop: its files have the exports' layout, and what it claims to be true is what its files say."""

import csv
import statistics
import time
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from copilot.data.sample import SAMPLE_FILES, SampleTruth, sample_truth, write_sample_shop
from copilot.data.sample.layout import CUSTOMER_COLUMNS, ORDER_COLUMNS

COUNTED = {"paid", "refunded", "partially_refunded"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleTruth]:
    folder = tmp_path_factory.mktemp("sample")
    return folder, write_sample_shop(folder)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def orders_of(folder: Path) -> dict[str, list[dict[str, str]]]:
    orders: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows_of(folder / "orders_export.csv"):
        orders[row["Name"]].append(row)
    return orders


def history_of(folder: Path) -> dict[str, list[list[dict[str, str]]]]:
    """E-mail -> that person's counted orders, oldest first: read from the file alone."""
    history: dict[str, list[list[dict[str, str]]]] = defaultdict(list)
    for lines in orders_of(folder).values():
        head = lines[0]
        counted = head["Financial Status"] in COUNTED and not head["Cancelled at"] and "test" not in head["Tags"]
        if counted and head["Email"]:
            history[head["Email"].lower()].append(lines)
    for own in history.values():
        own.sort(key=lambda lines: lines[0]["Created at"])
    return history


def gross(lines: list[dict[str, str]]) -> float:
    return sum(float(line["Lineitem price"]) * int(line["Lineitem quantity"]) for line in lines)


def net(lines: list[dict[str, str]]) -> float:
    return gross(lines) - float(lines[0]["Discount Amount"]) - float(lines[0]["Refunded Amount"])


def test_written_in_time_and_the_same_bytes_again(tmp_path: Path, shop: tuple[Path, SampleTruth]) -> None:
    started = time.process_time()
    truth = write_sample_shop(tmp_path)
    assert time.process_time() - started < 5
    assert truth == shop[1]
    for name in (*SAMPLE_FILES, "truth.json"):
        assert (tmp_path / name).read_bytes() == (shop[0] / name).read_bytes()
    assert SampleTruth.model_validate_json((tmp_path / "truth.json").read_text("utf-8")) == truth


def test_another_seed_is_another_shop(shop: tuple[Path, SampleTruth]) -> None:
    assert sample_truth(8).sales.net != shop[1].sales.net


def test_order_rows_have_the_platforms_layout(shop: tuple[Path, SampleTruth]) -> None:
    folder, truth = shop
    assert len(ORDER_COLUMNS) == 79
    assert len(CUSTOMER_COLUMNS) == 20
    orders = orders_of(folder)
    assert len(orders) == truth.export.orders
    assert Counter(lines[0]["Financial Status"] for lines in orders.values())["pending"] == truth.export.pending
    for lines in orders.values():
        head = lines[0]
        assert float(head["Subtotal"]) == pytest.approx(gross(lines) - float(head["Discount Amount"]))
        assert float(head["Total"]) == pytest.approx(float(head["Subtotal"]) + float(head["Shipping"]))
        assert float(head["Refunded Amount"]) <= float(head["Total"])
        for further in lines[1:]:
            assert (further["Total"], further["Currency"], further["Financial Status"]) == ("", "", "")
            assert (further["Email"], further["Created at"]) == (head["Email"], head["Created at"])


def test_everybody_is_invented(shop: tuple[Path, SampleTruth]) -> None:
    folder = shop[0]
    for name, column in (
        ("orders_export.csv", "Email"),
        ("customers_export.csv", "Email"),
        ("reviews.csv", "customer_email"),
        ("survey.csv", "customer_email"),
        ("web_sessions.csv", "customer_email"),
    ):
        addresses = {row[column] for row in rows_of(folder / name)} - {""}
        assert addresses
        assert all(address.endswith("@example.com") for address in addresses)


def test_sales_and_customers_are_counted_from_the_files(shop: tuple[Path, SampleTruth]) -> None:
    folder, truth = shop
    history = history_of(folder)
    counted = [
        lines
        for lines in orders_of(folder).values()
        if lines[0]["Financial Status"] in COUNTED and "test" not in lines[0]["Tags"]
    ]
    assert len(history) == truth.sales.customers
    assert len(counted) == truth.sales.orders
    assert sum(map(gross, counted)) == pytest.approx(truth.sales.gross)
    assert sum(map(net, counted)) == pytest.approx(truth.sales.net)
    assert sum(len(own) > 1 for own in history.values()) / len(history) == pytest.approx(truth.sales.repeat_rate)
    people = rows_of(folder / "customers_export.csv")
    never = [row for row in people if row["Email"] not in history]
    assert len(never) == truth.export.never_bought
    assert sum(row["Accepts Email Marketing"] == "yes" for row in never) == truth.export.never_bought_with_consent
    assert 850 <= sum(row["Total Orders"] == "0" for row in people) <= len(never)


def test_driver_is_found_in_the_files_alone(shop: tuple[Path, SampleTruth]) -> None:
    folder, truth = shop
    category = {row["SKU"]: row["Type"] for row in rows_of(folder / "products.csv")}
    inside, outside, repeat = [], [], 0
    for own in history_of(folder).values():
        head = own[0][0]
        levels = {
            "first_source": head["Note Attributes"].removeprefix("utm_source: "),
            "first_category": category[head["Lineitem sku"]],
        }
        value = sum(map(net, own))
        (inside if levels == truth.driver.rule else outside).append(value)
        repeat += levels == truth.driver.rule and len(own) > 1
    assert len(inside) == truth.driver.customers
    assert statistics.mean(inside) / statistics.mean(outside) == pytest.approx(truth.driver.net_value_ratio)
    assert repeat / len(inside) == pytest.approx(truth.driver.repeat_rate)


def test_rhythm_is_counted_from_the_file(shop: tuple[Path, SampleTruth]) -> None:
    folder, truth = shop
    history = history_of(folder)
    moments = [[datetime.fromisoformat(lines[0]["Created at"][:19]) for lines in own] for own in history.values()]
    gaps = [(after - before).total_seconds() / 86_400 for own in moments for before, after in pairwise(own)]
    assert statistics.median(gaps) == pytest.approx(truth.rhythm.median_days)
    assert len(gaps) == truth.rhythm.gaps
    assert 0.35 < truth.rhythm.busy_share < 0.5


def test_voice_and_funnel_are_in_the_files(shop: tuple[Path, SampleTruth]) -> None:
    folder, truth = shop
    reviews = rows_of(folder / "reviews.csv")
    assert len(reviews) == truth.export.reviews
    assert all(row["body"] and row["rating"] in "12345" for row in reviews)
    assert len({row["body"] for row in reviews}) > 450  # varied enough to quote
    hurt = [row for row in reviews if any(word in row["body"].lower() for word in truth.voice.pain_words)]
    assert len(hurt) >= 0.7 * truth.voice.pain_reviews  # some are worded otherwise or in another language
    assert sum(int(row["rating"]) <= 3 for row in hurt) / len(hurt) > 0.7
    answers = rows_of(folder / "survey.csv")
    postage = [
        row
        for row in answers
        if any(w in row[truth.voice.survey_question].lower() for w in ("post", "deliver", "ship"))
    ]
    assert len(postage) == pytest.approx(truth.voice.survey_share * truth.voice.survey_answers, abs=0.5)
    visits = rows_of(folder / "web_sessions.csv")
    assert sum(row["ordered"] == "true" for row in visits) == truth.funnel.with_order
    assert truth.funnel.completion_mobile < truth.funnel.completion_desktop - 0.1


def test_ad_spend_is_what_the_file_says(shop: tuple[Path, SampleTruth]) -> None:
    folder, truth = shop
    paid: dict[str, float] = defaultdict(float)
    days = set()
    for row in rows_of(folder / "ad_spend.csv"):
        paid[row["channel"]] += float(row["amount_spent"])
        days.add(row["week_start"])
        assert int(row["clicks"]) <= int(row["impressions"])
    assert paid == pytest.approx(truth.ad_spend)
    assert set(paid) == {"google", "instagram", "podcast", "voucher-site"}
    first, last = min(days), max(days)
    assert truth.first_day[:7] == first[:7]
    assert last <= truth.last_day
