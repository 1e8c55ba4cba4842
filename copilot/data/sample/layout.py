"""Writes the sample shop into files as platforms export them (Shopify orders, customers, products; plain CSV)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from copilot.data.sample import texts
from copilot.data.sample.catalogue import CURRENCY, PRODUCTS, SHOP, SOURCE_ATTRIBUTE
from copilot.data.sample.feedback import Response, Review
from copilot.data.sample.orders import Line, Order
from copilot.data.sample.people import Person
from copilot.data.sample.sessions import Session
from copilot.data.sample.spend import AdWeek

_ORDER_HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
    "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
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
ORDER_COLUMNS: Final = tuple(_ORDER_HEADER.split(","))
_CUSTOMER_HEADER = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
    "Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,"
    "Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,"
    "Total Spent,Total Orders,Note,Tax Exempt,Tags"
)
CUSTOMER_COLUMNS: Final = tuple(_CUSTOMER_HEADER.split(","))
_PRODUCT_HEADER = (
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,"
    "Option1 name,Option1 value,Price,Cost per item,Charge tax,Requires shipping,Gift card"
)
PRODUCT_COLUMNS: Final = tuple(_PRODUCT_HEADER.split(","))


def write_orders(path: Path, orders: Sequence[Order]) -> None:
    """`orders_export.csv`, newest order first; further lines of an order leave the order's cells empty."""
    rows = (row for order in reversed(orders) for row in _order_rows(order))
    _write(path, ORDER_COLUMNS, rows)


def write_customers(path: Path, people: Sequence[Person], orders: Sequence[Order]) -> None:
    """`customers_export.csv`: everybody the shop knows by name, buyers or not."""
    count: dict[int, int] = {}
    spent: dict[int, int] = {}
    for order in orders:
        if order.person is not None and not order.cancelled:
            count[order.person.number] = count.get(order.person.number, 0) + 1
            if order.counts:
                spent[order.person.number] = spent.get(order.person.number, 0) + order.total - order.refunded
    _write(
        path,
        CUSTOMER_COLUMNS,
        (
            {
                "Customer ID": f"'{7_100_000_000_000 + person.number}",
                "First Name": person.first_name,
                "Last Name": person.last_name,
                "Email": person.email,
                "Accepts Email Marketing": _yes(person.email_consent),
                "Default Address City": person.place.city if person.first_at else "",
                "Default Address Province Code": person.place.region_code if person.first_at else "",
                "Default Address Country Code": person.place.country,
                "Accepts SMS Marketing": _yes(person.sms_consent),
                "Total Spent": _money(spent.get(person.number, 0)),
                "Total Orders": str(count.get(person.number, 0)),
                "Tax Exempt": "no",
                "Tags": "" if person.first_at else "newsletter",
            }
            for person in people
        ),
    )


def write_products(path: Path) -> None:
    """`products.csv` in the platform's present layout."""
    _write(
        path,
        PRODUCT_COLUMNS,
        (
            {
                "Title": product.title,
                "URL handle": product.title.lower().replace(" ", "-").replace("'", ""),
                "Vendor": SHOP,
                "Product category": product.category,
                "Type": product.category,
                "Published on online store": "TRUE",
                "Status": "Active",
                "SKU": product.sku,
                "Option1 name": "Size" if product.variant else "Title",
                "Option1 value": product.variant or "Default Title",
                "Price": _money(product.price),
                "Cost per item": _money(product.cost),
                "Charge tax": "FALSE",
                "Requires shipping": "TRUE",
                "Gift card": "FALSE",
            }
            for product in PRODUCTS
        ),
    )


def write_reviews(path: Path, reviews: Sequence[Review]) -> None:
    """`reviews.csv`, one review a row."""
    columns = ("review_id", "title", "body", "rating", "review_date", "product", "customer_email")
    _write(
        path,
        columns,
        (
            dict(
                zip(
                    columns,
                    (
                        f"R{review.number:04d}",
                        review.title,
                        review.body,
                        str(review.rating),
                        f"{review.on:%Y-%m-%d}",
                        review.product,
                        review.person.email,
                    ),
                    strict=True,
                )
            )
            for review in reviews
        ),
    )


def write_survey(path: Path, responses: Sequence[Response]) -> None:
    """`survey.csv`, one response a row, one question a column."""
    columns = ("submitted_at", "customer_email", texts.HEARD, texts.STOPPED, texts.USED_FOR, texts.RECOMMEND)
    _write(
        path,
        columns,
        (
            dict(
                zip(
                    columns,
                    (
                        f"{answer.at:%Y-%m-%d %H:%M:%S}",
                        answer.person.email,
                        answer.heard,
                        answer.stopped,
                        answer.used_for,
                        "" if answer.recommend is None else str(answer.recommend),
                    ),
                    strict=True,
                )
            )
            for answer in responses
        ),
    )


def write_spend(path: Path, weeks: Sequence[AdWeek]) -> None:
    """`ad_spend.csv`, one week and channel a row; the columns a report of several ad platforms has."""
    columns = ("week_start", "channel", "campaign", "amount_spent", "currency", "impressions", "clicks", "conversions",
               "conversion_value")  # fmt: skip
    _write(
        path,
        columns,
        (
            {
                "week_start": f"{week.day:%Y-%m-%d}",
                "channel": week.channel,
                "campaign": week.campaign,
                "amount_spent": _money(week.cost),
                "currency": CURRENCY,
                "impressions": str(week.impressions),
                "clicks": str(week.clicks),
                "conversions": str(week.conversions),
                "conversion_value": _money(week.value),
            }
            for week in weeks
        ),
    )


def write_sessions(path: Path, sessions: Sequence[Session]) -> None:
    """`web_sessions.csv`, one visit a row."""
    columns = (
        "session_id",
        "visitor_id",
        "customer_email",
        "started_at",
        "channel",
        "device",
        "pages",
        "product_views",
        "added_to_cart",
        "checkout_started",
        "ordered",
    )
    _write(
        path,
        columns,
        (
            {
                "session_id": f"S{index:06d}",
                "visitor_id": f"V{session.visitor:06d}",
                "customer_email": session.person.email if session.person else "",
                "started_at": f"{session.at:%Y-%m-%d %H:%M:%S}",
                "channel": session.channel,
                "device": session.device,
                "pages": str(session.pages),
                "product_views": str(session.views),
                "added_to_cart": str(session.cart).lower(),
                "checkout_started": str(session.checkout).lower(),
                "ordered": str(session.ordered).lower(),
            }
            for index, session in enumerate(sessions, start=1)
        ),
    )


def _order_rows(order: Order) -> Iterable[dict[str, str]]:
    email = "" if order.person is None else order.person.email
    if order.number % 47 == 0:
        email = email.capitalize()  # people type their address differently at times
    for index, line in enumerate(order.lines):
        row = {"Name": f"#{order.number}", "Email": email, "Created at": _time(order.at), **_line_cells(order, line)}
        if index == 0:
            row.update(_order_cells(order))
        yield row


def _line_cells(order: Order, line: Line) -> dict[str, str]:
    return {
        "Lineitem quantity": str(line.quantity),
        "Lineitem name": line.product.line_name,
        "Lineitem price": _money(line.product.price),
        "Lineitem sku": line.product.sku,
        "Lineitem requires shipping": "true",
        "Lineitem taxable": "false",
        "Lineitem fulfillment status": "pending" if order.status in {"pending", "voided"} else "fulfilled",
        "Vendor": SHOP,
        "Lineitem discount": "0.00",
    }


def _order_cells(order: Order) -> dict[str, str]:
    person, paid = order.person, order.status not in {"pending", "voided"}
    tags = ("test", *order.tags) if order.test and "test" not in order.tags else order.tags
    cells = {
        "Financial Status": order.status,
        "Paid at": _time(order.at) if paid else "",
        "Fulfillment Status": "fulfilled" if paid else "unfulfilled",
        "Fulfilled at": _time(order.at + timedelta(days=1)) if paid else "",
        "Accepts Marketing": _yes(person is not None and person.email_consent),
        "Currency": CURRENCY,
        "Subtotal": _money(order.gross - order.discount),
        "Shipping": _money(order.shipping),
        "Taxes": "0.00",
        "Total": _money(order.total),
        "Discount Code": order.code,
        "Discount Amount": _money(order.discount),
        "Shipping Method": "" if order.channel == "pos" else "Standard",
        "Note Attributes": f"{SOURCE_ATTRIBUTE}: {order.source}" if order.source else "",
        "Cancelled at": _time(order.at + timedelta(hours=5)) if order.cancelled else "",
        "Payment Method": "(for testing) Bogus Gateway" if order.test else "Shopify Payments",
        "Payment Reference": f"c{900_000 + order.number}.1",
        "Refunded Amount": _money(order.refunded),
        "Outstanding Balance": _money(0 if paid or order.cancelled else order.total),
        "Id": str(6_200_000_000_000 + order.number),
        "Tags": ", ".join(tags),
        "Risk Level": "Low",
        "Source": order.channel,
    }
    if order.channel == "pos":
        cells["Location"] = "Quayside counter"
    return cells | (_address_cells(person) if person is not None else {})


def _address_cells(person: Person) -> dict[str, str]:
    cells: dict[str, str] = {}
    for kind in ("Billing", "Shipping"):
        cells |= {
            f"{kind} Name": f"{person.first_name} {person.last_name}",
            f"{kind} City": person.place.city,
            f"{kind} Province": person.place.region_code,
            f"{kind} Country": person.place.country,
            f"{kind} Province Name": person.place.region,
        }
    return cells


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _money(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _time(at: datetime) -> str:
    """Wall-clock time of the shop with the offset that holds in Britain on that day."""
    offset = "+0100" if _last_sunday(at.year, 3) <= at.replace(tzinfo=None) < _last_sunday(at.year, 10) else "+0000"
    return f"{at:%Y-%m-%d %H:%M:%S} {offset}"


def _last_sunday(year: int, month: int) -> datetime:
    end = datetime(year, month, 31)  # noqa: DTZ001  both months have 31 days; wall-clock time
    return end - timedelta(days=(end.weekday() + 1) % 7) + timedelta(hours=1)
