"""Headers in other languages: an amount column that is not recognised once gave a shop with sales of zero."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.data.tables import NO_AMOUNTS
from copilot.data.workspace import Workspace
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope

GERMAN = """Bestellnummer;Kundennummer;Bestelldatum;Gesamtbetrag;Währung;Artikel;Menge
B-1;K7;05.01.2024;1.234,50;EUR;Tee;1
B-2;K8;17.02.2024;19,90;EUR;Dose;1
B-3;K7;28.03.2024;100,00;EUR;Tee;2
"""


def test_german_headers_and_decimal_commas(tmp_path: Path) -> None:
    file = tmp_path / "bestellungen.csv"
    file.write_text(GERMAN, encoding="utf-8")
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([file])
    ladder = sales_ladder(workspace.tables(), Scope())
    assert ladder.net_sales.value == pytest.approx(1354.40)
    assert ladder.orders.value == 3
    assert ladder.net_sales.currency == "EUR"


def test_orders_without_any_amount_are_named_so(tmp_path: Path) -> None:
    file = tmp_path / "baskets.csv"
    file.write_text("order id,date,customer id,product\n1,2024-01-05,a,Tea\n2,2024-02-05,b,Tin\n", encoding="utf-8")
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([file])
    assert NO_AMOUNTS in workspace.tables().facts.notes
