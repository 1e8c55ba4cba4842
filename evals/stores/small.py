"""Makes the shops to refuse or clean: tiny (S11), two currencies (S12), bots (S13), uploaded twice (S14)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from cmo_copilot.evals.stores.drawing import draw_orders, draw_people
from cmo_copilot.evals.stores.graded import clear
from cmo_copilot.evals.stores.model import Planted, Shop

BOTS: Final = 60
BOT_ORDERS: Final = 15
TESTS: Final = 25
BOT_SOURCE: Final = "social"
AMENDED: Final = 0.10  # share of orders whose amount a later export corrects
COLUMNS: Final = {
    "order_id": "Order ID", "ordered_at": "Order Date", "email": "Email", "quantity": "Quantity",
    "category": "Category", "unit_price": "Unit Price", "discount": "Line Discount", "returns": "Refunded Amount",
    "source": "Source", "device": "Device", "channel": "Sales Channel", "country": "Country",
}  # fmt: skip


def tiny(seed: int) -> Shop:
    """S11: thirty orders. Whatever they look like, nothing can be told from them."""
    generator = np.random.default_rng([11, seed])
    drawn = draw_orders(generator, draw_people(generator, 24), f"S11-{seed:03d}", repeats=0.4)
    orders = drawn.orders.iloc[:30]
    items = drawn.items[drawn.items["order_id"].isin(orders["order_id"])]
    return Shop("S11", seed, drawn.people, orders, items, Planted(None, confidence="not certain"))


def two_currencies(seed: int) -> Shop:
    """S12: the clear shop, but a third of the customers pay in dollars. Nothing may be added up."""
    shop = clear(seed)
    dollars = shop.orders["customer_key"].map(lambda key: int(key[-5:]) % 3 == 0)
    orders = shop.orders.assign(currency=np.where(dollars, "USD", "EUR"))
    return replace(shop, code="S12", orders=orders)


def lines_of(shop: Shop) -> pd.DataFrame:
    """The shop's orders as a file of lines with customers' (invented) e-mail addresses, in the shop's own words."""
    merged = shop.items.merge(
        shop.orders[["order_id", "customer_key", "ordered_at", "returns", "source", "device", "channel", "country"]],
        on="order_id",
    )
    merged["email"] = merged["customer_key"].str.lower() + "@example.com"
    merged["ordered_at"] = merged["ordered_at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    return merged[list(COLUMNS)].rename(columns=COLUMNS)


def bots(seed: int, folder: Path) -> tuple[Shop, list[Path]]:
    """S13 as a file: the clear shop with bots (fifteen dear orders within one second, all from social) and free test
    orders. Counted as customers, the bots would make social the best source."""
    shop = clear(seed)
    generator = np.random.default_rng([13, seed])
    lines = lines_of(shop)
    rows = []
    for bot in range(BOTS):
        moment = pd.Timestamp("2024-03-01 03:00:00") + pd.Timedelta(minutes=int(generator.integers(0, 200_000)))
        for place in range(BOT_ORDERS):
            rows.append(
                {**lines.iloc[0].to_dict(), "Order ID": f"B{bot:03d}{place:03d}", "Order Date": str(moment),
                 "Email": f"qa{bot}@test.example", "Unit Price": 80.0, "Line Discount": 0.0, "Refunded Amount": 0.0,
                 "Source": BOT_SOURCE, "Category": str(generator.choice(["tea", "coffee", "ware", "gifts"]))}
            )  # fmt: skip
    for test in range(TESTS):
        rows.append({**lines.iloc[1].to_dict(), "Order ID": f"T{test:04d}", "Email": f"tester{test}@test.example",
                     "Unit Price": 0.0, "Line Discount": 0.0, "Refunded Amount": 0.0})  # fmt: skip
    path = folder / "orders.csv"
    pd.concat([lines, pd.DataFrame(rows)], ignore_index=True).to_csv(path, index=False)
    truth = replace(shop.truth, forbidden=({"first_source": BOT_SOURCE},))
    return replace(shop, code="S13", truth=truth), [path]


def uploads_twice(seed: int, folder: Path) -> tuple[Shop, list[Path]]:
    """S14 as files: an early export with a tenth of the amounts wrong, the corrected one, and that one once more
    under another name. Each order counts once, as the newest export has it."""
    shop = clear(seed)
    generator = np.random.default_rng([14, seed])
    right = lines_of(shop)
    wrong = right.copy()
    amended = generator.random(len(wrong)) < AMENDED
    wrong.loc[amended, "Unit Price"] = (wrong.loc[amended, "Unit Price"] * 3).round(2)
    paths = [folder / "orders_early.csv", folder / "orders.csv", folder / "orders_copy.csv"]
    for path, lines in zip(paths, (wrong, right, right.iloc[::-1]), strict=True):
        lines.to_csv(path, index=False)
    return replace(shop, code="S14"), paths
