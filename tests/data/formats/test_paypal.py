"""PayPal's activity download in three languages: sales and refunds counted, everything else named and left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.data.formats.registry import FORMATS
from copilot.data.order_parts import PAYPAL
from copilot.data.workspace import Workspace
from tests.data.formats.loading import Shop, lines

Write = Callable[..., Path]
ENGLISH = (
    '"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","From Email Address",'
    '"To Email Address","Transaction ID","Shipping Address","Address Status","Item Title","Item ID",'
    '"Shipping and Handling Amount","Insurance Amount","Sales Tax","Option 1 Name","Option 1 Value","Option 2 Name",'
    '"Option 2 Value","Reference Txn ID","Invoice Number","Custom Number","Quantity","Receipt ID","Balance",'
    '"Address Line 1","Address Line 2/District/Neighborhood","Town/City",'
    '"State/Province/Region/County/Territory/Prefecture/Republic","Zip/Postal Code","Country","Contact Phone Number",'
    '"Subject","Note","Country Code","Balance Impact"'
)
GERMAN = (
    '"Datum","Uhrzeit","Zeitzone","Name","Typ","Status","Währung","Brutto","Gebühr","Netto","Absender E-Mail-Adresse",'
    '"Empfänger E-Mail-Adresse","Transaktionscode","Lieferadresse","Adress-Status","Artikelbezeichnung",'
    '"Artikelnummer","Versand- und Bearbeitungsgebühr","Versicherungsbetrag","Umsatzsteuer","Option 1 Name",'
    '"Option 1 Wert","Option 2 Name","Option 2 Wert","Zugehöriger Transaktionscode","Rechnungsnummer","Zollnummer",'
    '"Anzahl","Empfangsnummer","Guthaben","Adresszeile 1","Adresszusatz","Ort","Bundesland","PLZ","Land","Telefon",'
    '"Betreff","Hinweis","Ländervorwahl","Auswirkung auf Guthaben"'
)
FRENCH = (
    '"Date","Heure","Fuseau horaire","Nom","Type","État","Devise","Avant commission","Commission","Net",'
    '"De l\'adresse email","À l\'adresse email","Numéro de transaction","État de l\'adresse","Titre de l\'objet",'
    '"Numéro de l\'objet","TVA","Numéro de la transaction de référence","Numéro de facture","Quantité","Solde",'
    '"Objet","Remarque","Balance Impact"'
)
SHOP = "shop@example.com"


def full(day: str, name: str, kind: str, status: str, *cells: str) -> str:
    """One row of 41 cells: currency, gross, from, to, code, title, shipping, tax, reference, quantity, impact."""
    currency, gross, payer, to, code, title, shipping, tax, reference, quantity, impact = cells
    row = [day, "10:15:00", "Europe/Berlin", name, kind, status, currency, gross, "0", gross, payer, to, code, "", "",
           title, "", shipping, "0", tax, *[""] * 4, reference, "", "", quantity, "", "100", "", "", "Rome",
           "RM", "00100",
           "Italy", "", "", "", "IT", impact]  # fmt: skip
    return ",".join(f'"{cell}"' for cell in row)


AMERICAN = (
    full("07/13/2026", "Ann Ash", "Express Checkout Payment", "Completed", "USD", "1,500.00", "ann@example.com", SHOP,
         "1AA", "Tea pot", "20.00", "80.00", "", "2", "Credit"),
    full("07/14/2026", "Bob Bee", "Website Payment", "Completed", "USD", "30.00", "bob@example.com", SHOP, "2BB", "Tea",
         "5.00", "0.00", "", "1", "Credit"),
    full("07/20/2026", "Bob Bee", "Payment Refund", "Completed", "USD", "-30.00", SHOP, "bob@example.com", "3CC", "Tea",
         "-5.00", "0.00", "2BB", "1", "Debit"),
    full("07/15/2026", "Cat Cox", "Mobile Payment", "Pending", "USD", "12.00", "cat@example.com", SHOP, "4DD",
         "Tea", "",
         "", "", "1", "Credit"),
    full("07/16/2026", "", "General Withdrawal", "Completed", "USD", "-900.00", SHOP, "", "5EE", "", "", "", "", "",
         "Debit"),
    full("07/16/2026", "Ann Ash", "Payment Hold", "Completed", "USD", "15.00", "ann@example.com", SHOP, "6FF",
         "", "", "",
         "1AA", "", "Credit"),
    full("07/16/2026", "", "General Currency Conversion", "Completed", "USD", "40.00", "", SHOP, "7GG", "", "",
         "", "", "",
         "Credit"),
    full("07/17/2026", "Ann Ash", "Express Checkout Payment", "Completed", "USD", "77.00", "ann@example.com",
         SHOP, "8HH",
         "Tea", "", "", "", "1", "Memo"),
    full("07/18/2026", "Paper Co", "Website Payment", "Completed", "USD", "-25.00", SHOP, "paper@example.com", "9II",
         "Boxes", "", "", "", "1", "Debit"),
    full("07/19/2026", "Paper Co", "Payment Refund", "Completed", "USD", "25.00", "paper@example.com", SHOP, "9JJ",
         "Boxes", "", "", "9II", "1", "Credit"),
)  # fmt: skip


def test_sales_and_refunds_and_nothing_else(write: Write, tmp_path: Path) -> None:
    shop = Shop(tmp_path / "home", write("Download.CSV", "\ufeff" + lines(ENGLISH, *AMERICAN, end="\r\n")))
    assert (shop.report.format, shop.report.rows, shop.report.kept) == (PAYPAL, 10, 4)
    assert shop.problems()["no_orders"] == 6
    assert shop.orders("kind", "status", "gross_sales", "returns", "shipping", "taxes", "ordered_at") == [
        ("1AA", "order", "paid", 1400.0, 0.0, 20.0, 80.0, "2026-07-13 10:15:00"),
        ("2BB", "order", "paid", 25.0, 0.0, 5.0, 0.0, "2026-07-14 10:15:00"),
        ("2BB refund 07/20/2026", "return", "paid", 0.0, 25.0, None, None, "2026-07-20 10:15:00"),
        ("4DD", "order", "pending", 12.0, 0.0, None, None, "2026-07-15 10:15:00"),
    ]
    assert shop.items("product", "quantity", "gross")[:2] == [
        ("1AA", "Tea pot", 2.0, 1400.0),
        ("2BB", "Tea", 1.0, 25.0),
    ]
    assert shop.figures("net_sales", "orders", "customers") == {"net_sales": 1400.0, "orders": 2, "customers": 2}
    keys = dict(shop.orders("customer_key"))
    assert keys["2BB refund 07/20/2026"] == keys["2BB"]


def test_german_with_decimal_commas(write: Write, tmp_path: Path) -> None:
    text = lines(
        GERMAN,
        full("13.07.2026", "Ann Ash", "PayPal Express-Zahlung", "Abgeschlossen", "EUR", "1.234,50", "ann@example.com",
             SHOP, "1AA", "Teekanne", "4,50", "0,00", "", "1", "Haben"),
        full("15.07.2026", "Ann Ash", "Rückzahlung", "Abgeschlossen", "EUR", "-230,00", SHOP, "ann@example.com", "2BB",
             "Teekanne", "0,00", "0,00", "1AA", "1", "Soll"),
        full("15.07.2026", "", "Von Nutzer eingeleitete Abbuchung", "Abgeschlossen", "EUR", "-500,00", SHOP,
             "", "3CC", "",
             "", "", "", "", "Soll"),
        full("16.07.2026", "", "Einbehaltung für offene Autorisierung", "Abgeschlossen", "EUR", "12,00", "",
             SHOP, "4DD",
             "", "", "", "", "", "Memo"),
    )  # fmt: skip
    shop = Shop(tmp_path / "home", write("Download.CSV", "\ufeff" + text))
    assert (shop.report.format, shop.report.kept, shop.problems()["no_orders"]) == (PAYPAL, 2, 2)
    figures = shop.figures("gross_sales", "returns", "net_sales", "orders")
    assert figures == {"gross_sales": 1230.0, "returns": 230.0, "net_sales": 1000.0, "orders": 1}
    assert shop.tables.facts.currency == "EUR"


def test_french_without_titles(write: Write, tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        day, name, kind, status, gross, payer, to, code, reference, impact = cells
        whole = [day, "09:00:00", "CET", name, kind, status, "EUR", gross, "0,00", gross, payer, to, code, "",
        "", "", "",
                 reference, "", "", "10", "", "", impact]  # fmt: skip
        return ",".join(f'"{cell}"' for cell in whole)

    text = lines(
        FRENCH,
        row("25/07/2026", "Zoé Petit", "Paiement Express Checkout", "Effectué", "40,00", "zoe@example.com",
            SHOP, "1AA", "",
            "Crédit"),
        row("26/07/2026", "Zoé Petit", "Remboursement", "Effectué", "-15,50", SHOP, "zoe@example.com", "2BB", "1AA",
            "Débit"),
        row("27/07/2026", "", "Virement vers compte bancaire", "Effectué", "-24,50", SHOP, "", "3CC", "", "Débit"),
        row("27/07/2026", "Zoé Petit", "Paiement sur site marchand", "Effectué", "9,00", "zoe@example.com",
            SHOP, "4DD", "",
            "Mémo"),
    )  # fmt: skip
    shop = Shop(tmp_path / "home", write("Download.CSV", text))
    assert (shop.report.format, shop.report.kept, shop.problems()["no_orders"]) == (PAYPAL, 2, 2)
    assert shop.orders("kind", "gross_sales", "returns") == [
        ("1AA", "order", 40.0, 0.0), ("1AA refund 26/07/2026", "return", 0.0, 15.5),
    ]  # fmt: skip
    assert shop.figures("net_sales", "orders") == {"net_sales": 24.5, "orders": 1}


def test_an_open_order_of_day_and_month_is_asked(write: Write, tmp_path: Path) -> None:
    text = lines(ENGLISH, AMERICAN[0].replace("07/13/2026", "07/03/2026"), AMERICAN[1].replace("07/14", "07/04"))
    file = write("Download.CSV", text)
    workspace = Workspace.open(tmp_path / "home")
    asked = workspace.add([file])[0]
    assert [question.code for question in asked.questions] == ["date_order"]
    workspace.add([file], answers={"date_order": "day first"})
    assert str(workspace.tables().facts.first_order) == "2026-03-07"


def test_payments_beside_a_shops_own_orders_are_not_counted_again(write: Write, tmp_path: Path) -> None:
    orders = lines(
        "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,"
        "Lineitem price",
        "#1,ann@example.com,paid,USD,1400.00,20.00,80.00,1500.00,2026-07-13 04:15:00 -0400,2,Tea pot,700.00",
        "#2,bob@example.com,paid,USD,25.00,5.00,0.00,30.00,2026-07-14 04:15:00 -0400,1,Tea,25.00",
    )
    payments = write("Download.CSV", lines(ENGLISH, *AMERICAN))
    shop = Shop(tmp_path / "home", write("orders_export.csv", orders), payments)
    assert shop.figures("net_sales", "orders", "customers") == {"net_sales": 1425.0, "orders": 2, "customers": 2}
    assert any("not added to the orders" in note for note in shop.tables.facts.notes)


@pytest.mark.parametrize("header", [ENGLISH, GERMAN, FRENCH])
def test_known_by_its_own_format_only(header: str) -> None:
    columns = tuple(header.replace('"', "").split(","))
    assert [known.name for known in FORMATS if known.recognise(columns) == 1.0] == [PAYPAL]
