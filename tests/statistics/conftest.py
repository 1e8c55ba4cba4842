"""Fixtures shared by the statistics tests: the example shops that take seconds to read, once a worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.data.tables import Tables
from tests.statistics import real_shops


@pytest.fixture(scope="session")
def online_retail_lines(shared: Path) -> Tables:
    """UCI Online Retail with its order lines (product = stock code)."""
    return real_shops.online_retail_with_lines(shared / "data")
