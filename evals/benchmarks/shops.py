"""Owns generated shops of any size for the benchmarks: canonical tables as Parquet, as a workspace has them."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from copilot.data.tables import SCHEMAS, schema

START: Final = datetime(2023, 1, 1)  # noqa: DTZ001 - times of a shop are naive
DAYS: Final = 1_095
LINES_PER_ORDER: Final = 3.0
ORDERS_PER_CUSTOMER: Final = 2.8
COUNTRIES: Final = ("Germany", "United Kingdom", "France", "Netherlands", "Spain", "Italy", "Austria", "Sweden")
CHANNELS: Final = ("web", "pos", "marketplace", "draft")
SOURCES: Final = ("google", "newsletter", "instagram", "direct", "referral")
STATUSES: Final = ("paid", "partially_refunded", "refunded", "pending", "voided")
CODES: Final = ("WELCOME10", "SUMMER", "VIP15", "BLACKFRIDAY")
PRODUCTS: Final = 2_000
CATEGORIES: Final = 25
VENDORS: Final = 40

Ints = npt.NDArray[np.int64]


def write_shop(folder: Path, lines: int, seed: int = 20) -> None:
    """Write a shop of about `lines` order lines into `folder`: one Parquet file a table, and its facts.

    Customers come back with gaps of their own, products sell by Zipf's law and some are bought together, one order
    in four is discounted, one in twenty refunded; 3 % are guests, 1 % returns, 4 % do not count.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    orders = max(30, round(lines / LINES_PER_ORDER))
    owner, at, people = _bought(random, orders)
    kind = random.random(len(owner)) < 0.01
    sizes = np.where(kind, 0, 1 + random.poisson(LINES_PER_ORDER - 1, len(owner)))
    items = _items(random, sizes)
    gross = np.bincount(items["order"], weights=items["cents"], minlength=len(owner)).astype(np.int64)
    units = np.bincount(items["order"], weights=items["quantity"], minlength=len(owner)).astype(np.int64)
    keys = _keys(people)
    _write(folder, "customers", _customers(random, keys))
    made = {"owner": owner, "at": at, "returned": kind.astype(np.int64), "gross": gross, "units": units, "lines": sizes}
    _write(folder, "orders", _orders(random, made, keys))
    _write(folder, "order_items", _lines(items))
    for name in SCHEMAS:
        if name not in ("orders", "order_items", "customers"):
            pq.write_table(schema(name).to_pyarrow().empty_table(), folder / f"{name}.parquet")
    days = (at // 86_400_000_000).astype("datetime64[D]").astype(object)
    facts = {"first_order": min(days).isoformat(), "last_order": max(days).isoformat(), "currencies": ["EUR"]}
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


def day_of(text: str) -> date:
    """A day of `facts.json`."""
    return date.fromisoformat(text)


def _bought(random: np.random.Generator, orders: int) -> tuple[Ints, Ints, int]:
    """Customer number and time (microseconds) of each order, oldest first, and the number of customers."""
    people = max(10, round(orders / ORDERS_PER_CUSTOMER))
    rate = random.gamma(0.6, 1 / 0.6, people)
    owner = np.concatenate([np.arange(people), random.choice(people, orders - people, p=rate / rate.sum())])
    first = random.integers(0, int(DAYS * 0.9), people)
    later = random.random(len(owner)) * (DAYS - first[owner])
    later[:people] = 0
    seconds = ((first[owner] + later) * 86_400).astype(np.int64) + random.integers(0, 86_400, len(owner))
    seconds = np.minimum(seconds, DAYS * 86_400 - 1)
    began = int((START - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - as above
    order = np.argsort(seconds, kind="stable")
    return owner[order].astype(np.int64), (seconds[order] + began) * 1_000_000, people


def _items(random: np.random.Generator, sizes: Ints) -> dict[str, Ints]:
    """Lines of all orders: order, line, product, quantity, cents."""
    order = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.cumsum(sizes) - sizes
    line = np.arange(len(order)) - starts[order]
    chance = 1 / np.arange(1, PRODUCTS + 1) ** 0.9
    product = random.choice(PRODUCTS, len(order), p=chance / chance.sum())
    again = (line > 0) & (random.random(len(order)) < 0.15)
    product[again] = (product[np.flatnonzero(again) - 1] + 1) % PRODUCTS  # goes with the line before
    quantity = 1 + random.geometric(0.75, len(order)) - 1
    prices = np.random.default_rng(1).integers(400, 9_000, PRODUCTS)
    return {
        "order": order, "line": line, "product": product, "quantity": quantity, "price": prices[product],
        "cents": quantity * prices[product],
    }  # fmt: skip


def _keys(people: int) -> pa.Array:
    """Pseudonyms as the door makes them: 32 hexadecimal digits."""
    return pa.array([hashlib.md5(str(n).encode(), usedforsecurity=False).hexdigest() for n in range(people)])


def _customers(random: np.random.Generator, keys: pa.Array) -> dict[str, Any]:
    n = len(keys)
    return {
        "customer_key": keys,
        "customer_ref": pa.array([f"#{number}" for number in range(n)]),
        "country": _picked(random, COUNTRIES, n),
        "email_consent": pa.array(random.random(n) < 0.6, mask=random.random(n) < 0.1),
        "sms_consent": pa.array(random.random(n) < 0.1),
        "upload_id": _same("u1", n),
    }


def _orders(random: np.random.Generator, made: dict[str, Ints], keys: pa.Array) -> dict[str, Any]:
    n, gross, returned = len(made["owner"]), made["gross"], made["returned"].astype(bool)
    cut = np.where(random.random(n) < 0.25, gross // 10, 0)
    status = random.choice(len(STATUSES), n, p=(0.91, 0.03, 0.02, 0.02, 0.02))
    status[returned] = 0
    back = np.where(status == 2, gross - cut, np.where(status == 1, (gross - cut) // 2, 0))
    back = np.where(returned, 2_500, back)
    guest = random.random(n) < 0.03
    codes = pa.DictionaryArray.from_arrays(
        pa.array(random.integers(0, len(CODES), n), mask=(cut == 0)), pa.array(CODES)
    )
    money = {"gross_sales": gross, "discounts": cut, "returns": back, "total_sales": gross - cut,
             "positive_gross": gross}  # fmt: skip
    return {
        "order_id": _numbered("", np.arange(n) + 1_000_001),
        "kind": pa.DictionaryArray.from_arrays(pa.array(returned.astype(np.int8)), pa.array(["order", "return"])),
        "customer_key": keys.take(pa.array(made["owner"], mask=guest)),
        "ordered_at": pa.array(made["at"], pa.timestamp("us")),
        "currency": _same("EUR", n),
        **{name: _money(cents) for name, cents in money.items()},
        "shipping": _money(np.zeros(n, dtype=np.int64)),
        "taxes": _money((gross - cut) * 19 // 119),
        "status": pa.DictionaryArray.from_arrays(pa.array(status), pa.array(STATUSES)),
        "test": pa.array(random.random(n) < 0.001),
        "channel": _picked(random, CHANNELS, n),
        "source": _picked(random, SOURCES, n),
        "discount_code": codes,
        "discounted": pa.array(cut > 0),
        "country": _picked(random, COUNTRIES, n),
        "lines": pa.array(made["lines"]),
        "units": _money(made["units"] * 100),
        "upload_id": _same("u1", n),
    }


def _lines(items: dict[str, Ints]) -> dict[str, Any]:
    n, product = len(items["order"]), items["product"]
    names = pa.array([f"Product {number:04d}" for number in range(PRODUCTS)])
    return {
        "order_id": _numbered("", items["order"] + 1_000_001),
        "line_no": pa.array(items["line"]),
        "sku": pa.DictionaryArray.from_arrays(product, pa.array([f"SKU-{number}" for number in range(PRODUCTS)])),
        "product": pa.DictionaryArray.from_arrays(product, names),
        "category": pa.DictionaryArray.from_arrays(
            product % CATEGORIES, pa.array([f"Category {number}" for number in range(CATEGORIES)])
        ),
        "vendor": pa.DictionaryArray.from_arrays(
            product % VENDORS, pa.array([f"Vendor {number}" for number in range(VENDORS)])
        ),
        "kind": _same("product", n),
        "quantity": _money(items["quantity"] * 100),
        "unit_price": _money(items["price"]),
        "gross": _money(items["cents"]),
        "repeated": pa.array(np.zeros(n, dtype=bool)),
        "upload_id": _same("u1", n),
    }


def _picked(random: np.random.Generator, names: tuple[str, ...], n: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(random.integers(0, len(names), n)), pa.array(names))


def _same(text: str, n: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, dtype=np.int8)), pa.array([text]))


def _numbered(prefix: str, numbers: Ints) -> pa.Array:
    return pa.array(np.char.add(prefix, numbers.astype("U10")))


def _money(cents: Ints) -> pa.Array:
    """DECIMAL(18,4) without a way through floats: the scaled integers are the decimal's own memory."""
    wide = np.zeros((len(cents), 2), dtype=np.int64)
    wide[:, 0] = cents * 100
    wide[:, 1] = np.where(cents < 0, -1, 0)
    return pa.Array.from_buffers(pa.decimal128(18, 4), len(cents), [None, pa.py_buffer(wide.tobytes())])


def _write(folder: Path, name: str, columns: dict[str, Any]) -> None:
    """Store the columns with the canonical ones that are missing as nulls, in the canonical types."""
    wanted = schema(name).to_pyarrow()
    n = len(next(iter(columns.values())))
    arrays = []
    for field in wanted:
        given = columns.get(field.name)
        if given is None:
            arrays.append(pa.nulls(n, field.type))
        elif pa.types.is_dictionary(given.type):
            arrays.append(given.dictionary_decode().cast(field.type))
        else:
            arrays.append(given.cast(field.type))
    pq.write_table(pa.table(arrays, schema=wanted), folder / f"{name}.parquet", compression="zstd",
                   row_group_size=122_880)  # fmt: skip
