"""One shop with rows in every canonical table, and the ways to load it into another engine."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pandas as pd

from copilot.data.tables import SCHEMAS, Tables, tables_from_frames
from tests.statistics.random_shop import START, facts, random_shop


def every_table(seed: int = 11, customers: int = 420) -> Tables:
    """A random shop with guests, returns, codes, sources, sessions, e-mail, feedback and spend, too."""
    chance = random.Random(seed)
    made = random_shop(customers, seed)
    orders, people = made.orders.copy(), made.customers.copy()
    n = len(orders)
    orders["source"] = [chance.choice(["google", "mail", "direct", None]) for _ in range(n)]
    orders["device"] = [chance.choice(["phone", "desk"]) for _ in range(n)]
    orders["discount_code"] = [chance.choice(["HELLO", "SALE"]) if cut else None for cut in orders["discounted"]]
    orders["status"] = [chance.choice(["paid"] * 15 + ["refunded", "pending", "voided"]) for _ in range(n)]
    orders["tags"] = [chance.choice(["gift", "wholesale", None, None, None]) for _ in range(n)]
    orders.loc[orders.sample(frac=0.04, random_state=seed).index, "customer_key"] = None
    # An order number that customers share, and return documents of their own.
    orders.loc[[5, 40], "order_id"] = ["A-1", "A-1 (2)"]
    back = orders.iloc[10:30].assign(
        order_id=[f"r{i}" for i in range(20)], kind="return", gross_sales=0.0, discounts=0.0, returns=12.5, units=0
    )
    items = made.items.copy()
    items["cost"] = [round(gross * 0.4, 2) if chance.random() < 0.8 else None for gross in items["gross"]]
    items["sku"] = items["product"].str[:2].str.upper()
    items["vendor"] = [chance.choice(["Acme", "Bolt"]) for _ in range(len(items))]
    keys = list(people["customer_key"])
    extra = pd.DataFrame(
        {"customer_key": [f"lead{i}" for i in range(40)], "customer_ref": [f"#l{i}" for i in range(40)],
         "country": "DE", "email_consent": True, "created_at": [START + timedelta(days=i * 9) for i in range(40)]}
    )  # fmt: skip
    known = [*keys, *extra["customer_key"]]
    frames = {
        "orders": pd.concat([orders, back], ignore_index=True),
        "order_items": items,
        "customers": pd.concat([people, extra], ignore_index=True),
        "customer_attributes": pd.DataFrame(
            [{"customer_key": key, "name": "Plan", "value": chance.choice(["basic", "plus"])} for key in keys[::2]]
        ),
        "products": pd.DataFrame([{"sku": "MU", "product": "Mug", "category": "Cups", "price": 9.0, "cost": 4.0}]),
        "sessions": pd.DataFrame(
            [
                {"session_id": f"s{i}", "visitor": f"v{i % 150}", "customer_key": chance.choice([*known, None]),
                 "started_at": START + timedelta(minutes=chance.randint(0, 500 * 24 * 60)), "channel": "google",
                 "device": "phone", "pages": chance.randint(1, 9), "product_views": chance.randint(0, 4),
                 "added_to_cart": chance.random() < 0.3, "checkout_started": chance.random() < 0.1,
                 "ordered": chance.random() < 0.03}
                for i in range(400)
            ]
        ),
        "email_events": pd.DataFrame(
            [
                {"customer_key": chance.choice(known), "event": chance.choice(["sent", "opened", "clicked"]),
                 "happened_at": START + timedelta(minutes=chance.randint(0, 500 * 24 * 60)), "campaign": "May"}
                for _ in range(400)
            ]
        ),
        "feedback": pd.DataFrame(
            [
                {"feedback_id": f"f{i:03d}", "kind": "review", "customer_key": chance.choice(keys), "product": "Mug",
                 "rating": float(chance.randint(1, 5)), "rating_max": 5.0, "given_at": START + timedelta(days=i),
                 "text": chance.choice(["Lovely mug, fast delivery.", "The handle broke after a week.",
                                        "Nice colour but late delivery.", "Too small for tea."])}
                for i in range(120)
            ]
        ),
        "spend": pd.DataFrame(
            [
                {"day": (START + timedelta(days=i)).date(), "channel": chance.choice(["google", "meta"]),
                 "campaign": "c", "cost": 20.0 + i % 7, "currency": "EUR", "impressions": 1000, "clicks": 40,
                 "conversions": 2.0, "conversion_value": 90.0}
                for i in range(480)
            ]
        ),
    }  # fmt: skip
    return tables_from_frames(frames, facts(), key="every")


def as_parquet(tables: Tables, folder: Path) -> Path:
    """Each canonical table as one Parquet file in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        getattr(tables, name).to_parquet(str(folder / f"{name}.parquet"))
    return folder
