"""Writes Shopify-layout order exports of any size for the intake benchmark: 79 columns, realistic text, streamed."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Final

HEADER: Final = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,"
    "Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,"
    "Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,"
    "Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,"
    "Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References"
)
WIDTH: Final = HEADER.count(",") + 1
FIRST: Final = datetime(2021, 1, 1)  # noqa: DTZ001 - the offset is written beside it
DAYS: Final = 1_400
PRODUCTS: Final = 1_500
ORDERS_PER_CUSTOMER: Final = 2.5
_LINES: Final = (1, 2, 3, 4, 5, 7)
_LINE_WEIGHTS: Final = (34, 28, 18, 11, 6, 3)
_FIRST_NAMES: Final = (
    "Anna",
    "Ben",
    "Chloé",
    "Dmitri",
    "Elif",
    "Fatima",
    "Göran",
    "Hana",
    "Ivo",
    "Jürgen",
    "Kim",
    "Luz",
)
_LAST_NAMES: Final = ("Abel", "Brandt", "Castillo", "Dubois", "Eriksen", "Fischer", "García", "Hughes", "Ito", "Jansen")
_STREETS: Final = ("Mill Lane", "Station Road", "Harbour Street", "Rue des Écoles", "Lindenallee", "Orchard Avenue")
_PLACES: Final = (
    ("Portland", "OR", "US", "Oregon", "+1503555"),
    ("Austin", "TX", "US", "Texas", "+1512555"),
    ("Montréal", "QC", "CA", "Quebec", "+1514555"),
    ("Leeds", "ENG", "GB", "England", "+44113555"),
    ("Köln", "", "DE", "", "+49221555"),
)
_CHANNELS: Final = ("web", "web", "web", "web", "pos", "shopify_draft_order", "subscription_contract", "5776891")
_SOURCES: Final = ("google", "newsletter", "instagram", "direct", "referral")
_STATUSES: Final = ("paid",) * 90 + ("partially_refunded",) * 3 + ("refunded",) * 3 + ("pending",) * 2 + ("voided",) * 2
_TAGS: Final = (
    "",
    "",
    "vip",
    "wholesale, net30",
    "gift, express, fragile",
    "subscription, month 3",
    "instagram, first order",
)
_NOTES: Final = (
    "Please leave it with the neighbour on the left.\nThe bell does not work, so knock.",
    'It is a birthday present: could you add a card that says "Happy birthday, Sam"?\n\nThank you!',
    "Ring twice; second floor, door B, code at the gate is written on the box",
    "Deliver after 5 pm, please.\nOtherwise to the shop next door,\nthey know me.",
)
_NOUNS: Final = ("Mug", "Throw", "Candle", "Notebook", "Apron", "Lamp", "Cushion", "Vase", "Teapot", "Basket")
_ADJECTIVES: Final = ("Stoneware", "Linen, washed", "Beeswax", "Recycled", "Hand-dyed", "Brass", "Oak & ash", "Small")


def write_export(path: Path, lines: int, seed: int = 4) -> dict[str, int]:
    """Write an orders export of `lines` data rows, newest order first; gives what is in it: lines, orders, cents.

    About 2.4 lines an order; continuation rows repeat only what Shopify repeats. One order in seven has a note with
    line breaks, one in twenty no e-mail, one in four a discount.
    """
    chance = random.Random(seed)  # noqa: S311 - a benchmark's data
    goods = _goods(chance)
    found = {"lines": 0, "orders": 0, "cents": 0}
    people = max(1, int(lines / 2.4 / ORDERS_PER_CUSTOMER))
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(HEADER + "\n")
        while found["lines"] < lines:
            count = min(chance.choices(_LINES, _LINE_WEIGHTS)[0], lines - found["lines"])
            bought = [(chance.choice(goods), chance.choice((1, 1, 1, 1, 2, 3))) for _ in range(count)]
            stream.writelines(_order(chance, found, bought, people, lines))
            found["lines"] += count
            found["orders"] += 1
            found["cents"] += sum(product[1] * quantity for product, quantity in bought)
    return found


def _goods(chance: random.Random) -> list[tuple[str, int, str]]:
    """What stands of a product in its line (name, price, compare price, code and three flags), cents, vendor."""
    made = []
    for number in range(PRODUCTS):
        cents = chance.randrange(400, 9_000)
        name = f"{chance.choice(_ADJECTIVES)} {chance.choice(_NOUNS)} no. {number} - {chance.choice('SML')}"
        cells = (name, f"{cents / 100:.2f}", f"{cents / 80:.2f}", f"SKU-{number:05d}", "true", "true", "fulfilled")
        made.append((_cells(cells), cents, f"Workshop {number % 12}"))
    return made


def _order(
    chance: random.Random,
    found: dict[str, int],
    bought: list[tuple[tuple[str, int, str], int]],
    people: int,
    lines: int,
) -> Iterator[str]:
    """The rows of one order."""
    number = 10_000_000 - found["orders"]
    person = chance.randrange(people)
    place = _PLACES[person % len(_PLACES)]
    first, last = _FIRST_NAMES[person % 12], _LAST_NAMES[person // 12 % 10]
    email = "" if chance.random() < 0.05 else f"{first.lower()}.{last.lower()}.{person}@example.com"
    if chance.random() < 0.02:
        email = email.upper()
    at = FIRST + timedelta(seconds=int((1 - found["lines"] / lines) * DAYS * 86_400) + chance.randrange(300))
    when = f"{at:%Y-%m-%d %H:%M:%S} {'-0400' if 3 <= at.month < 11 else '-0500'}"
    phone = f"{place[4]}{person % 10_000:04d}" if person % 3 else ""
    gross = sum(product[1] * quantity for product, quantity in bought)
    for position, ((product, _cents, vendor), quantity) in enumerate(bought):
        if position:
            yield (
                f"#{number},{email},,,,,,,,,,,,,,{when},{quantity},{product}," + "," * 25
                + f",{vendor},,,,,,,,,0.00,,,,,,,,,,,{phone},,,,,,,,\n"
            )  # fmt: skip
            continue
        yield _head(
            chance, (number, email, when, phone), (first, last, person, place), gross, (quantity, product, vendor)
        )


def _head(
    chance: random.Random,
    order: tuple[int, str, str, str],
    who: tuple[str, str, int, tuple[str, ...]],
    gross: int,
    line: tuple[int, str, str],
) -> str:
    """The first row of an order, which holds everything that is said once."""
    (number, email, when, phone), (first, last, person, (city, state, country, province, _)) = order, who
    quantity, product, vendor = line
    discount = gross // 10 if chance.random() < 0.25 else 0
    status = chance.choice(_STATUSES)
    paid = gross - discount
    refunded = paid if status == "refunded" else paid // 3 if status == "partially_refunded" else 0
    street = f'"{person % 240 + 1} {_STREETS[person % 6]}, Apt {person % 40}"'
    code = f"'{person % 89_999 + 10_000}"
    address = f"{first} {last},{street},{street},Apt {person % 40},,{city},{code},{state},{country},{phone}"
    attributes = f'"utm_source: {chance.choice(_SOURCES)}\nutm_medium: cpc\nlanding: /collections/all"'
    note = _cells((chance.choice(_NOTES),)) if chance.random() < 0.15 else ""
    voucher, tax = ("WELCOME10" if discount else ""), paid * 7 // 107
    return (
        f"#{number},{email},{status},{when},fulfilled,{when},{'yes' if person % 2 else 'no'},USD,{paid / 100:.2f},4.90,"
        f"{tax / 100:.2f},{(paid + 490) / 100:.2f},{voucher},{discount / 100:.2f},Standard,{when},{quantity},{product},"
        f"{address},{address},{note},{attributes if number % 5 < 3 else ''},{when if status == 'voided' else ''},"
        f"Shopify Payments,c{number * 7_919}.1,{refunded / 100:.2f},{vendor},0.00,,,,{number * 104_729},"
        f"{_cells((chance.choice(_TAGS),))},Low,{chance.choice(_CHANNELS)},0.00,Sales tax 7%,{tax / 100:.2f},,,,,,,,,"
        f"{phone},,,{province},{province},r{number * 31},,,r{number * 31}\n"
    )


def _cells(cells: tuple[str, ...]) -> str:
    """Cells as they stand in a CSV row, quoted where needed."""
    text = StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue() if any(cells) else ""
