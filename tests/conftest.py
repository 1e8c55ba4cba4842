"""Fixtures for all tests: an own data folder for each, the example data beside the project, no real model calls."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

import pytest

from copilot.settings import Settings

SHARED = Path(__file__).resolve().parents[2] / "shared"


# The longest tests of what others cover more quickly: `make test-thorough` runs them, too. None of tests/soundness.
THOROUGH: Final = (
    "tests/chat/test_real_house.py::test_questions_through_a_model",
    "tests/data/formats/test_amazon.py",
    "tests/data/formats/test_bigcommerce.py",
    "tests/data/formats/test_ebay.py",
    "tests/data/formats/test_gumroad.py",
    "tests/data/formats/test_same_orders.py",
    "tests/data/formats/test_square.py",
    "tests/data/formats/test_squarespace.py",
    "tests/data/formats/test_wix.py",
    "tests/data/formats/test_shopify.py::test_the_real_products_files",
    "tests/data/test_corrections.py::test_a_file_without_column_names_is_corrected_alone",
    "tests/data/test_corrections.py::test_one_after_the_other_and_back_again",
    "tests/data/test_corrections.py::test_readers_go_on_while_corrections_come_and_go",
    "tests/data/test_list_prices.py::test_adventureworks_is_one_shop",
    "tests/data/test_recognition.py::test_a_decided_order_reads_every_date_back",
    "tests/engine/test_money_questions.py::test_without_an_ad_report_the_export_is_named",
    "tests/statistics/test_contrast.py::test_shops_without_pattern_show_none",
    "tests/statistics/test_metamorphic_query.py::test_the_same_file_twice_renamed_or_in_two_parts_is_the_same_shop",
    "tests/statistics/test_second_opinion.py::test_gaps_and_top_share_equal_a_slow_second_computation",
    "tests/statistics/test_second_opinion.py::test_money_scales_and_shares_stay",
    "tests/statistics/test_second_opinion.py::test_order_of_rows_and_names_of_customers_do_not_matter",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the list above."""
    for item in items:
        if item.nodeid.startswith(THOROUGH):
            item.add_marker(pytest.mark.thorough)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of example data beside the project; the test is skipped where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the example data folder is not beside this checkout")
    return SHARED


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an own home and no model."""
    return Settings(home=tmp_path / "home")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches beyond this machine, so a real model call cannot happen."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"tests may not connect to {host!r}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)
    for name in ("COPILOT_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY", "COPILOT_HOME", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
