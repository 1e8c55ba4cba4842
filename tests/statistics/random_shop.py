"""A small random shop (seeded) as frames and as tables, for tests that compute every figure a second time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
