"""The main job in a real browser: bring a file, ask, draft, brief, export, restart, find it all again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ANSWER = 60_000


class Watched:
    """A page with everything it asked for and everything it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def ask(self, text: str) -> str:
        """Send a message and wait for the whole answer; gives its text."""
        before = self.page.locator(".turn[data-done]").count()
        self.page.fill("#ask textarea", text)
        self.page.press("#ask textarea", "Enter")
        self.page.locator("#transcript").locator(f":nth-match(.turn[data-done], {before + 1})").wait_for(timeout=ANSWER)
        self.page.get_by_test_id("submit-button").first.wait_for()
        return self.page.locator(".turn").last.inner_text()

    def outside(self, home: str) -> list[str]:
        """Requests that went anywhere but to the server itself."""
        return [url for url in self.requests if not url.startswith((home, "data:", "blob:"))]


def opened(browser: Browser, server: Server, width: int = 1440, height: int = 900) -> Watched:
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    watched = Watched(context.new_page())
    watched.page.goto(server.url)
    watched.page.locator("nav .brand").wait_for(timeout=ANSWER)
    return watched


@pytest.fixture(scope="module")
def loaded(server: Server, browser: Browser, shared: Path) -> Iterator[Watched]:
    """The page after the shop's order export was brought."""
    watched = opened(browser, server)
    watched.page.click("[data-go=data]")
    watched.page.get_by_text("Bring your shop's files").wait_for()
    export = shared / "data" / "shopify_from_online_retail" / "orders_export.csv"
    watched.page.set_input_files("#drop input[type=file]", str(export))
    watched.page.locator("#reports .report").wait_for(timeout=180_000)
    yield watched
    watched.page.context.close()


@pytest.mark.shared
def test_the_intake_report_says_what_was_found(loaded: Watched) -> None:
    report = loaded.page.locator("#reports .report").inner_text()
    assert "orders_export.csv" in report
    assert "2,354 orders" in report
    assert "49,258" in report
    loaded.page.locator("#uploads .upload").wait_for()
    assert "orders_export.csv" in loaded.page.locator("#uploads").inner_text()


@pytest.mark.shared
def test_best_customers_with_receipts(loaded: Watched) -> None:
    loaded.page.click("[data-go=chat]")
    answer = loaded.ask("who are my best customers?")
    assert "54 customers" in answer, answer  # a tenth of 538
    loaded.page.locator(".answer button.r").first.click()
    receipt = loaded.page.locator("#receipts .panel-body")
    assert loaded.page.locator("#receipts .big").inner_text()
    assert "Counts" in receipt.inner_text()
    assert loaded.page.locator(".answer table").count() >= 1


@pytest.mark.shared
def test_persona_and_brief_in_the_chat_and_their_export(loaded: Watched, tmp_path: Path) -> None:
    page = loaded.page
    loaded.ask("draft a persona for the people who come back")
    page.locator(".turn > .draft-card").last.wait_for()
    loaded.ask("make a campaign brief for warm customers")
    page.locator(".turn").last.locator("> .draft-card").wait_for()
    page.locator(".turn").last.get_by_role("button", name="Open", exact=True).click()
    page.locator("#draft-card article.draft").wait_for(timeout=ANSWER)
    page.locator("#draft-card .open-evidence").first.click()
    assert page.locator("#receipts .panel-body").inner_text().strip()
    for name, suffix in (("Markdown", ".md"), ("JSON", ".json")):
        with page.expect_download() as download:
            page.locator("#draft-card header").get_by_role("button", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(suffix)
        target = tmp_path / download.value.suggested_filename
        download.value.save_as(target)
        text = target.read_text("utf-8")
        assert len(text) > 500
        if suffix == ".json":
            assert json.loads(text)["kind"] in ("brief", "campaign_brief")
        else:
            assert text.lstrip().startswith("#")


@pytest.mark.shared
def test_pages_show_figures_charts_and_segments(loaded: Watched) -> None:
    page = loaded.page
    page.click("[data-go=overview]")
    page.locator(".kpi").first.wait_for(timeout=ANSWER)
    page.wait_for_function(
        "[...document.querySelectorAll('#page-overview .chart')].some(c => c.shadowRoot?.querySelector('.main-svg'))",
        timeout=ANSWER,
    )
    page.locator(".kpi").first.click()
    assert page.locator("#receipts .big").inner_text() == page.locator(".kpi .big").first.inner_text()
    page.click("[data-go=segments]")
    page.locator("#page-segments table").first.wait_for(timeout=ANSWER)
    assert "hot" in page.locator("#page-segments").inner_text().lower()
    page.click("[data-go=guide]")
    page.locator(".articles a").first.click()
    page.locator("article.article h3").first.wait_for()


@pytest.mark.shared
def test_nothing_left_the_machine_and_nothing_complained(loaded: Watched, server: Server) -> None:
    assert len(loaded.requests) > 30
    assert loaded.outside(server.url) == []
    assert loaded.errors == []
    incoming = server.home / "shops" / "default" / "incoming"
    assert [
        path for path in incoming.rglob("*") if path.is_file() and path.stat().st_size
    ] == []  # taken in, then deleted


@pytest.mark.shared
def test_phone_width_has_no_sideways_scroll(loaded: Watched, browser: Browser, server: Server) -> None:
    phone = opened(browser, server, 390, 844)
    for place in ("overview", "chat", "segments", "drafts", "guide", "data"):
        phone.page.click(f"[data-go={place}]")
        phone.page.wait_for_timeout(600)
        wide = phone.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, place
    phone.page.context.close()


@pytest.mark.shared
def test_after_a_restart_the_conversation_is_there(loaded: Watched, browser: Browser, server: Server) -> None:
    server.stop()
    server.start()
    again = opened(browser, server)
    again.page.locator("nav .past a").first.click()
    again.page.locator(".turn[data-done]").first.wait_for()
    text = again.page.locator("#transcript").inner_text()
    assert "who are my best customers?" in text
    assert "54 customers" in text
    address = again.page.url
    assert re.search(r"#/chat/[\w-]+$", address)
    again.page.reload()
    again.page.locator(".turn[data-done]").first.wait_for()
    assert again.page.url == address
    again.page.click("[data-go=drafts]")
    again.page.locator(".library .entry").first.wait_for()
    assert again.page.locator(".library .entry").count() >= 2
    assert again.errors == []
    again.page.context.close()
