"""Orders without any address take the place of their customers; an address of an order is never replaced."""

from __future__ import annotations

from pathlib import Path

from copilot.app import Copilot
from copilot.settings import Settings
from copilot.statistics.query import Query, run_query

CUSTOMERS = "Customer ID,Email,Region\n1,a@example.com,Kent\n2,b@example.com,Essex\n"
ROWS = ("A-1,2025-01-13,a@example.com,5", "A-2,2025-02-13,b@example.com,7", "A-3,2025-03-14,a@example.com,11")


def _shop(settings: Settings, tmp_path: Path, header: str, rows: tuple[str, ...], customers: str | None) -> Copilot:
    copilot = Copilot.open("places", settings)
    orders = tmp_path / "orders.csv"
    orders.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    copilot.add(orders)
    if customers:
        listed = tmp_path / "customers.csv"
        listed.write_text(customers, encoding="utf-8")
        copilot.add(listed)
    return copilot


def _by_region(copilot: Copilot) -> dict[str, float | None]:
    found = run_query(copilot.workspace.tables(), Query(metrics=("net_sales",), by=("region",)))
    return {label[0]: row[0].value for label, row in zip(found.labels, found.values, strict=True)}


def test_the_customer_list_places_orders_that_name_no_place(settings: Settings, tmp_path: Path) -> None:
    with _shop(settings, tmp_path, "Order ID,Order date,Email,Total", ROWS, CUSTOMERS) as copilot:
        assert _by_region(copilot) == {"Kent": 16.0, "Essex": 7.0}


def test_an_order_keeps_its_own_place(settings: Settings, tmp_path: Path) -> None:
    rows = (f"{ROWS[0]},Wales", f"{ROWS[1]},", f"{ROWS[2]},")
    with _shop(settings, tmp_path, "Order ID,Order date,Email,Total,Region", rows, CUSTOMERS) as copilot:
        assert _by_region(copilot) == {"Wales": 5.0, "unknown": 18.0}


def test_a_split_that_nothing_names_is_refused_in_words(settings: Settings, tmp_path: Path) -> None:
    with _shop(settings, tmp_path, "Order ID,Order date,Email,Total", ROWS, None) as copilot:
        answer = copilot.ask("net sales by region")
        assert "Nothing here names its region" in answer.text
