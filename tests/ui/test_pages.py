"""Smaller ways through the app in a real browser: an empty shop, refused files, open questions, the sample shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WAIT = 60_000


@pytest.fixture
def page(server: Server, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.goto(server.url + "/#/data")
    opened.locator("#drop input[type=file]").wait_for(state="attached", timeout=WAIT)
    yield opened
    context.close()


def drop(page: Page, path: Path) -> str:
    """Bring a file; gives the text of its report."""
    page.locator("#reports .report").first.wait_for(state="detached")
    page.set_input_files("#drop input[type=file]", str(path))
    page.locator("#reports .report").wait_for(timeout=WAIT)
    return page.locator("#reports").inner_text()


def test_an_empty_shop_explains_itself(page: Page) -> None:
    page.get_by_text("Bring your shop's files").last.wait_for()
    text = page.locator("#page-data").inner_text()
    for place in ("Shopify", "WooCommerce", "Klaviyo", "Open the sample shop"):
        assert place in text
    page.click("[data-go=overview]")
    page.locator("#page-overview").get_by_text("Bring your shop's files").wait_for()
    page.click("[data-go=chat]")
    page.locator("#past .welcome").wait_for(timeout=WAIT)
    assert "no data yet" in page.locator("#past").inner_text()


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("header.csv", b"date,order,customer,amount\n"), ("report.csv", b"%PDF-1.7\n1 0 obj\n")],
)
def test_a_file_that_cannot_be_used_is_told_plainly(page: Page, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    text = drop(page, path)
    assert name in text
    assert "error" not in text.lower()
    assert page.locator("#reports .note.hot").count() == 1
    assert page.locator("#uploads .upload").count() == 0


def test_an_open_question_is_answered_with_a_click(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = [
        f"0{day}/0{month}/2025,o{day}{month},c{day % 4},{day * month}.50" for month in (1, 2, 3) for day in range(1, 9)
    ]
    path.write_text("order date,order id,customer id,amount\n" + "\n".join(rows) + "\n")
    assert "day first or month first" in drop(page, path)
    assert page.locator("#uploads .upload").count() == 0
    page.locator("#reports .note .chip").first.click()
    page.locator("#uploads .upload").wait_for(timeout=WAIT)
    assert "24" in page.locator("#reports").inner_text()
    page.locator("#uploads").get_by_role("button", name="Remove").click()
    page.locator("#uploads .upload").wait_for(state="detached")


def test_the_sample_shop_is_one_click_away(page: Page) -> None:
    page.get_by_role("button", name="Open the sample shop").last.click()
    page.locator("#uploads .upload").first.wait_for(timeout=4 * WAIT)
    page.get_by_role("button", name="Ask about it").click()
    page.locator(".starters .chip").first.wait_for(timeout=WAIT)
    page.locator(".starters .chip").first.click()
    page.locator(".turn[data-done] .answer").wait_for(timeout=WAIT)
    assert page.locator(".turn .answer button.r").count() > 0
