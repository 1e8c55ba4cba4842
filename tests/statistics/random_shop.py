"""A small random shop (seeded) as frames and as tables, for tests that compute every figure a second time."""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from copilot.data.tables import ShopFacts, Tables, tables_from_frames

START = datetime(2024, 1, 1)
DAYS = 500
PRODUCTS = ("Mug", "Teapot", "Tray", "Candle", "Bowl", "Spoon")
CATEGORY = {"Mug": "Cups", "Teapot": "Cups", "Tray": "Wood", "Candle": "Light", "Bowl": "Wood", "Spoon": "Wood"}


def facts() -> ShopFacts:
    """Facts of a shop in euros with orders over `DAYS` days."""
    first, last = START.date(), (START + timedelta(days=DAYS)).date()
    return ShopFacts("test shop", "EUR", ("EUR",), first, last, last, "Europe/Berlin", ())


@dataclass(frozen=True)
class RandomShop:
    """Frames as generated and tables over them."""

    orders: pd.DataFrame
    items: pd.DataFrame
    customers: pd.DataFrame
    tables: Tables


def random_shop(customers: int = 260, seed: int = 7) -> RandomShop:
    """Customers with one to nine orders; those who began with a Teapot come back more often (planted)."""
    generator = np.random.default_rng(seed)
    orders, items, people = [], [], []
    number = 0
    for person in range(customers):
        key = f"c{person:04d}"
        starter = str(generator.choice(PRODUCTS))
        count = 1 + int(generator.poisson(2.5 if starter == "Teapot" else 0.6))
        at = START + timedelta(days=int(generator.integers(0, 380)), minutes=int(generator.integers(480, 1320)))
        people.append(
            {
                "customer_key": key,
                "customer_ref": f"#{person}",
                "country": str(generator.choice(["DE", "AT", "CH"], p=[0.7, 0.2, 0.1])),
                "email_consent": [True, False, None][int(generator.integers(0, 3))],
                "created_at": at,
                "upload_id": "u",
            }
        )
        for place in range(count):
            if at > START + timedelta(days=DAYS):
                break
            number += 1
            held = [starter] if place == 0 else []
            held += [
                str(name) for name in generator.choice(PRODUCTS, size=int(generator.integers(1, 4)), replace=False)
            ]
            gross = 0.0
            for line, name in enumerate(dict.fromkeys(held)):
                quantity, price = int(generator.integers(1, 4)), float(generator.integers(500, 4000)) / 100
                gross += quantity * price
                items.append(
                    {
                        "order_id": f"o{number:05d}", "line_no": line, "product": name, "category": CATEGORY[name],
                        "kind": "product", "quantity": quantity, "unit_price": price, "gross": quantity * price,
                        "upload_id": "u",
                    }
                )  # fmt: skip
            items.append(
                {"order_id": f"o{number:05d}", "line_no": 99, "product": "Shipping", "kind": "shipping", "quantity": 1,
                 "unit_price": 4.9, "gross": 4.9, "upload_id": "u"}
            )  # fmt: skip
            cut = round(gross * 0.1, 2) if generator.random() < 0.3 else 0.0
            back = round((gross - cut) * 0.5, 2) if generator.random() < 0.1 else 0.0
            orders.append(
                {
                    "order_id": f"o{number:05d}", "kind": "order", "customer_key": key, "ordered_at": at,
                    "currency": "EUR", "gross_sales": round(gross, 2), "discounts": cut, "returns": back,
                    "status": "paid", "discounted": cut > 0, "country": people[-1]["country"], "channel": "web",
                    "units": sum(item["quantity"] for item in items if item["order_id"] == f"o{number:05d}") - 1,
                    "upload_id": "u",
                }
            )  # fmt: skip
            at += timedelta(days=1 + int(generator.exponential(50)), minutes=int(generator.integers(-300, 300)))
    frames = {"orders": pd.DataFrame(orders), "order_items": pd.DataFrame(items), "customers": pd.DataFrame(people)}
    return RandomShop(frames["orders"], frames["order_items"], frames["customers"], tables_from_frames(frames, facts()))


STATUSES = ("paid",) * 12 + ("refunded", "partially_refunded", "pending", "voided", "cancelled", "authorized")
SKUS = {name: f"S-{name[:2].upper()}" for name in PRODUCTS}


@dataclass(frozen=True)
class RichShop:
    """A shop in which everything happens: plain rows, and tables over the same rows in another order."""

    orders: list[dict[str, Any]]
    items: list[dict[str, Any]]
    customers: list[dict[str, Any]]
    attributes: list[dict[str, Any]]
    products: list[dict[str, Any]]
    tables: Tables


def rich_shop(seed: int, people: int = 45) -> RichShop:
    """Guests, return documents, pending, voided, test and free orders, countries, codes, refunds, gift cards, shipping
    lines, repeated lines, costs on some lines and products, attributes, customers without an order.
    """
    chance = random.Random(seed)
    orders: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    keys: list[str | None] = [f"c{n:03d}" for n in range(people)]
    for number in range(people * 4):
        key = chance.choice(keys) if chance.random() < 0.9 else None
        made, lines = _rich_document(chance, f"o{number:04d}", key)
        orders.append(made)
        items += lines
    customers = [
        {"customer_key": key, "customer_ref": f"#{key}", "country": chance.choice(["DE", "FR", None]),
         "email_consent": chance.choice([True, False, None]), "tags": chance.choice(["vip", "b2b", None])}
        for key in [*keys, "never1", "never2"]
    ]  # fmt: skip
    attributes = [{"customer_key": key, "name": "Plan", "value": chance.choice(["basic", "plus"])} for key in keys[::2]]
    products = [{"sku": SKUS[name], "product": name, "category": CATEGORY[name], "cost": cost}
                for name, cost in (("Mug", 4.0), ("Tray", 7.5))]  # fmt: skip
    rows = {"orders": orders, "order_items": items, "customers": customers, "customer_attributes": attributes,
            "products": products}  # fmt: skip
    days = [row["ordered_at"].date() for row in orders]
    known = dataclasses.replace(facts(), first_order=min(days), last_order=max(days), analysis_date=max(days))
    frames = {name: pd.DataFrame(chance.sample(list_, len(list_))) for name, list_ in rows.items()}
    tables = tables_from_frames(frames, known, key=f"rich-{seed}")
    return RichShop(orders, items, customers, attributes, products, tables)


def _rich_document(
    chance: random.Random, order_id: str, key: str | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    back = chance.random() < 0.07
    lines = []
    for place, name in enumerate(chance.sample(PRODUCTS, chance.randint(1, 3))):
        quantity, price = chance.randint(1, 3), chance.randint(100, 4000) / 100
        gross = round(quantity * price, 2)
        line = {
            "order_id": order_id, "line_no": place, "product": name, "sku": SKUS[name], "category": CATEGORY[name],
            "vendor": chance.choice(["Acme", None]), "kind": "product", "quantity": -quantity if back else quantity,
            "unit_price": price, "gross": -gross if back else gross,
            "discount": 0.0 if back or chance.random() < 0.8 else round(gross * 0.1, 2),
            "cost": round(gross * 0.5, 2) if chance.random() < 0.3 and not back else None, "repeated": False,
        }  # fmt: skip
        lines.append(line)
        if chance.random() < 0.05 and not back:
            lines.append({**line, "line_no": place + 10, "repeated": True})
    gross = round(sum(line["gross"] for line in lines), 2)
    repeated = round(sum(line["gross"] for line in lines if line["repeated"]), 2)
    cut = 0.0 if back else round(gross * chance.choice([0, 0, 0, 0.1, 0.25, 1]), 2)
    refund = round((gross - cut) * chance.choice([0] * 9 + [0.5]), 2)
    extra = [{"order_id": order_id, "line_no": 50, "product": "Postage", "kind": "shipping", "quantity": 1,
              "unit_price": 4.9, "gross": 4.9},
             {"order_id": order_id, "line_no": 51, "product": "Gift card", "kind": "gift_card", "quantity": 1,
              "unit_price": 20.0, "gross": 20.0}][: chance.choice([0, 1, 1, 2])]  # fmt: skip
    document = {
        "order_id": order_id, "kind": "return" if back else "order", "customer_key": key,
        "ordered_at": START + timedelta(minutes=chance.randint(0, 400 * 24 * 60)), "currency": "EUR",
        "gross_sales": 0.0 if back else gross, "discounts": cut, "returns": -gross if back else refund,
        "shipping": chance.choice([0.0, 4.9]), "taxes": chance.choice([0.0, 2.5]),
        "total_sales": None if chance.random() < 0.3 else round(0.0 if back else gross - cut + 4.9, 2),
        "status": chance.choice(STATUSES), "test": chance.random() < 0.04,
        "discounted": chance.choice([cut > 0, cut > 0, cut > 0, None]),
        "discount_code": chance.choice(["HELLO", "SALE"]) if cut else None,
        "country": chance.choice(["DE", "DE", "FR", None]), "region": chance.choice(["North", "South", ""]),
        "city": chance.choice(["Kiel", "Lyon"]), "channel": chance.choice(["web", "pos"]),
        "source": chance.choice(["google", "mail", None]), "device": chance.choice(["phone", "desk"]),
        "tags": chance.choice(["gift", None]), "units": sum(line["quantity"] for line in lines),
        "repeated_gross": repeated,
    }  # fmt: skip
    return document, lines + extra
