"""What platform formats share: signatures, statuses in several languages, unknown statuses, zones, repeated names."""

from __future__ import annotations

from pathlib import Path

import ibis
import pytest

from copilot.data.formats.platform import signature
from copilot.data.formats.statuses import known
from tests.data.formats import headers
from tests.data.formats.loading import Shop
from tests.data.formats.sheets import sheet


def test_a_signature() -> None:
    mark = signature("Order ID", "Date", some=("Qty", "SKU", "Price"), least=2, none=("Handle",))
    assert mark.confidence(("date", "ORDER  ID", "qty", "Sku")) == 1.0
    assert mark.confidence(("date", "order id", "qty")) == 0.0
    assert mark.confidence(("order id", "qty", "sku")) == 0.0
    assert mark.confidence(("date", "order id", "qty", "sku", "handle")) == 0.0


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("wc-completed", "paid"), ("WC-On-Hold", "pending"), ("Processing", "paid"), ("Completado", "paid"),
        ("Abgeschlossen", "paid"), ("Terminée", "paid"), ("Cancelado", "cancelled"), ("Storniert", "cancelled"),
        ("Remboursée", "refunded"), ("Fallito", "voided"), ("checkout-draft", "expired"), ("closed", "refunded"),
        ("ready-to-ship", "unknown"),
    ],
)  # fmt: skip
def test_statuses(word: str, ours: str) -> None:
    table = ibis.memtable({"status": [word]})
    assert table.select(s=known(table.status, {"closed": "refunded"})).to_pyarrow()["s"].to_pylist() == [ours]


def test_a_status_the_shop_made_itself_is_said_and_counts(tmp_path: Path) -> None:
    row = {"Order ID": "1", "Email": "ann@example.com", "Created at": "2024-07-25 21:06:13 +0200", "Total": "10",
           "Currency": "EUR", "Lineitem name": "Tea", "Lineitem quantity": "1", "Lineitem price": "10"}  # fmt: skip
    file = tmp_path / "orders.csv"
    file.write_text(sheet(headers.SQUARESPACE, row | {"Financial Status": "Awaiting owl"}, row | {
        "Order ID": "2", "Financial Status": "PAID"}))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    problem = next(problem for problem in found.report.problems if problem.code == "unknown_status")
    assert problem.count == 1
    assert "awaiting owl" in problem.what
    assert found.orders("status") == [("1", "unknown"), ("2", "paid")]
    assert found.figures("orders") == {"orders": 2}
