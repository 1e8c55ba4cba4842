"""Owns what is bought: product table, first purchases and what they lead to, next purchases, basket pairs."""

from __future__ import annotations

from typing import Literal

from copilot.statistics.result import Chart, Figure, Result, ResultTable
from copilot.statistics.segments import SegmentRule

Level = Literal["product", "category"]


class ProductTable(Result):
    """Products (or categories) by sales; the table holds the first rows, the figures all of them."""

    level: Level
    products: Figure
    top_share: Figure | None  # share of gross sales of the first ten
    table: ResultTable
    chart: Chart | None
    warnings: tuple[str, ...] = ()


class EntryProduct(Result):
    """A first purchase: how common in the group and in the rest, and how many of its buyers came back."""

    name: str
    in_group: Figure
    in_rest: Figure | None  # None if the group is everybody
    ratio: Figure | None  # risk ratio with 95 % interval
    q: float | None  # Benjamini-Hochberg; None if not tested
    reliable: bool
    repeat_rate: Figure  # of all customers who began with it


class EntryProducts(Result):
    """First-order products and categories of a group, commonest first. `standout`: reliably more common than elsewhere."""

    rule: SegmentRule
    products: tuple[EntryProduct, ...]
    categories: tuple[EntryProduct, ...]
    standout: tuple[EntryProduct, ...]
    tested: Figure
    table: ResultTable
    warnings: tuple[str, ...] = ()


class NextProduct(Result):
    """Something bought in the second order: by how many of those who came back, how long after the first."""

    name: str
    share: Figure
    median_days: Figure
    new_to_them: Figure  # share of these who had not bought it in the first order


class NextProducts(Result):
    """What the second order held."""

    level: Level
    products: tuple[NextProduct, ...]
    table: ResultTable
    warnings: tuple[str, ...] = ()


class BasketPair(Result):
    """Two products in one order, in the direction of the higher confidence."""

    first: str
    second: str
    support: Figure
    confidence: Figure
    lift: Figure
    q: float


class BasketPairs(Result):
    """Pairs bought together more often than chance, by lift; empty is a valid result."""

    pairs: tuple[BasketPair, ...]
    tested: Figure
    table: ResultTable
    warnings: tuple[str, ...] = ()
