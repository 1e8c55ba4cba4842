"""A small shop made up for the tests, and the many ways in which an export of it may be written."""

from __future__ import annotations

import csv
import gzip
import io
import random
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
SEED = 20240105


@dataclass(frozen=True)
class Line:
    """One product in one order."""

    order: str
    at: datetime
    customer: str
    email: str
    product: str
    quantity: int
    price: Decimal
    zip_code: str


def shop() -> list[Line]:
    """300 orders of 120 customers over 13 months; ids with leading zeros, accents, commas and line breaks in names."""
    rng = random.Random(SEED)
    products = [("Tee, grün", "12.50"), ('Kanne "Ö" 1 l', "1234.90"), ("Dose\nblau", "3.05"), ("Sieb; fein", "0.99")]
    lines = []
    for number in range(300):
        person = rng.choices(range(120), weights=[1 / (rank + 5) for rank in range(120)])[0]
        at = datetime(2023, 1, 3, 8, 30) + timedelta(days=rng.randrange(390), minutes=rng.randrange(900))
        for name, price in rng.sample(products, rng.choice((1, 1, 2, 3))):
            lines.append(
                Line(
                    order=f"00{number + 417}",
                    at=at,
                    customer=f"0{person + 1000}",
                    email=f"kunde{person}@example.com",
                    product=name,
                    quantity=rng.choice((1, 1, 1, 2, 5)),
                    price=Decimal(price),
                    zip_code=f"0{rng.randrange(1000, 9999)}",
                )
            )
    return lines


@dataclass(frozen=True)
class Figures:
    """What every way of writing the shop must give."""

    orders: int
    customers: int
    net_sales: Decimal
    repeat: int
    first: str
    last: str


def figures(lines: Iterable[Line]) -> Figures:
    """The figures, counted in plain Python."""
    by_order: dict[str, tuple[str, datetime, Decimal]] = {}
    for line in lines:
        _, _, value = by_order.get(line.order, ("", line.at, Decimal(0)))
        by_order[line.order] = (line.customer, line.at, value + line.quantity * line.price)
    orders: dict[str, int] = {}
    for customer, _, _ in by_order.values():
        orders[customer] = orders.get(customer, 0) + 1
    days = [at.date().isoformat() for _, at, _ in by_order.values()]
    return Figures(
        orders=len(by_order),
        customers=len(orders),
        net_sales=sum((value for _, _, value in by_order.values()), Decimal(0)),
        repeat=sum(count > 1 for count in orders.values()),
        first=min(days),
        last=max(days),
    )


ENGLISH = ("Order ID", "Order date", "Customer ID", "Product", "Quantity", "Unit price", "ZIP")
HEADERS = {
    "en": ENGLISH,
    "de": ("Bestellnummer", "Bestelldatum", "Kundennummer", "Artikelbezeichnung", "Menge", "Einzelpreis", "PLZ"),
    "fr": ("N° de commande", "Date de commande", "Code client", "Désignation", "Quantité", "Prix unitaire", "CP"),
    "es": ("Número de pedido", "Fecha", "ID cliente", "Producto", "Cantidad", "Precio unitario", "Código postal"),
    "it": ("Numero ordine", "Data ordine", "Codice cliente", "Articolo", "Quantità", "Prezzo unitario", "CAP"),
    "nl": ("Bestelnummer", "Besteldatum", "Klantnummer", "Productnaam", "Aantal", "Stuksprijs", "Postcode"),
    "pt": ("Número do pedido", "Data do pedido", "Código do cliente", "Produto", "Quantidade", "Preço unitário", "CEP"),
    "pl": ("Numer zamówienia", "Data zamówienia", "Nr klienta", "Nazwa produktu", "Ilość", "Cena jednostkowa", "Kod"),
}


def comma(value: Decimal) -> str:
    """1.234,90."""
    return f"{value:,.2f}".replace(",", "\0").replace(".", ",").replace("\0", ".")


@dataclass(frozen=True)
class Style:
    """How a table is written."""

    header: tuple[str, ...] = ENGLISH
    date: Callable[[datetime], Any] = lambda at: at.strftime("%Y-%m-%d %H:%M:%S")
    money: Callable[[Decimal], Any] = lambda value: f"{value:.2f}"
    order: Callable[[str], str] = lambda text: text
    above: tuple[str, ...] = ()
    below: Callable[[list[Line]], list[str]] = lambda lines: []
    csv: dict[str, Any] = field(default_factory=dict)
    encoding: str = "utf-8"

    def rows(self, lines: Iterable[Line]) -> list[list[Any]]:
        """The cells of each line."""
        return [
            [
                self.order(line.order), self.date(line.at), self.order(line.customer), line.product, line.quantity,
                self.money(line.price), self.order(line.zip_code),
            ]
            for line in lines
        ]  # fmt: skip


def table(rows: Iterable[Iterable[Any]], encoding: str = "utf-8", **dialect: Any) -> bytes:
    """CSV bytes."""
    stream = io.StringIO(newline="")
    csv.writer(stream, **{"lineterminator": "\n", **dialect}).writerows(rows)
    return stream.getvalue().encode(encoding)


def written(lines: list[Line], style: Style | None = None) -> bytes:
    """One line a product, in this style."""
    style = style or Style()
    separator = style.csv.get("delimiter", ",")
    above = "".join(f"{line}\n" for line in style.above)
    below = [line.replace("|", separator) for line in style.below(lines)]
    body = table([style.header, *style.rows(lines)], style.encoding, **style.csv)
    tail = "".join(f"{line}\n" for line in below)
    return above.encode(style.encoding) + body + tail.encode(style.encoding.removesuffix("-sig"))


def one_row_an_order(lines: list[Line]) -> list[list[Any]]:
    """Orders with their total, no products."""
    found: dict[str, list[Any]] = {}
    for line in lines:
        row = found.setdefault(line.order, [line.order, f"{line.at:%Y-%m-%d %H:%M}", line.customer, Decimal(0)])
        row[3] += line.quantity * line.price
    header = ["Order number", "Date", "Customer number", "Order total"]
    return [header, *[[*row[:3], f"{row[3]:.2f}"] for row in found.values()]]


def zipped(files: dict[str, bytes]) -> bytes:
    """A .zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def gzipped(content: bytes) -> bytes:
    """A .gz file."""
    return gzip.compress(content, mtime=0)
