"""Owns the plain-pandas side of the benchmarks: the same figures by groupby and merge over frames in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cmo_copilot.evals.benchmarks.ours import COUNTED, SUMMED, VALUES_ONLY
from cmo_copilot.evals.benchmarks.shops import day_of
from copilot.statistics.rfm import GRID

STATUSES = ("paid", "partially_refunded", "refunded", "partially_paid", "authorized", "unknown")
_ORDERS = ["order_id", "kind", "customer_key", "ordered_at", "gross_sales", "discounts", "returns", "status", "test",
           "channel", "source", "device", "discount_code", "discounted", "country", "region", "city",
           "units"]  # fmt: skip
_ITEMS = ["order_id", "line_no", "sku", "product", "category", "kind", "gross"]


_NAMES = {"first_category": "category", "first_product": "product"}


@dataclass(frozen=True)
class Frames:
    """The canonical tables in memory, money as float64, the rows that never count left out as a first step."""

    orders: pd.DataFrame
    items: pd.DataFrame
    customers: pd.DataFrame
    as_of: pd.Timestamp


def load(folder: Path) -> Frames:
    """Read the canonical tables; not timed."""
    orders = _floats(pd.read_parquet(folder / "orders.parquet", columns=_ORDERS))
    items = _floats(pd.read_parquet(folder / "order_items.parquet", columns=_ITEMS))
    customers = pd.read_parquet(folder / "customers.parquet")
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    return Frames(orders, items, customers, pd.Timestamp(day_of(facts["last_order"])))


def _floats(frame: pd.DataFrame) -> pd.DataFrame:
    for name in ("gross_sales", "discounts", "returns", "units", "gross"):
        if name in frame:
            frame[name] = frame[name].astype("float64")
    return frame


def documents(frames: Frames) -> pd.DataFrame:
    """Orders and returns that count, with day, net sales and validity."""
    orders = frames.orders
    kept = orders[~orders["test"] & orders["status"].isin(STATUSES)]
    demand = kept["gross_sales"] - kept["discounts"]
    return kept.assign(
        day=kept["ordered_at"].dt.normalize(),
        demand=demand,
        net=demand - kept["returns"],
        valid=(kept["kind"] == "order") & (demand > 0),
    )


def customer_table(frames: Frames) -> pd.DataFrame:
    """One row a customer: sums, times, origin by the first order, place by the last one, the person."""
    counted = documents(frames)
    counted = counted[counted["customer_key"].notna() & (counted["valid"] | (counted["kind"] == "return"))]
    valid = counted[counted["valid"]]
    recent = counted["net"].where(counted["day"] > frames.as_of - pd.Timedelta(days=365), 0.0)
    money = (
        counted.assign(recent=recent)
        .groupby("customer_key")
        .agg(
            gross_sales=("gross_sales", "sum"),
            discounts=("discounts", "sum"),
            returns=("returns", "sum"),
            net_sales=("net", "sum"),
            demand_sales=("demand", "sum"),
            value_365=("recent", "sum"),
        )
    )
    ranked = valid.assign(refunded=valid["returns"] > 0).sort_values(["ordered_at", "order_id"])
    bought = ranked.groupby("customer_key").agg(
        orders=("order_id", "size"),
        days=("day", "nunique"),
        discounted_orders=("discounted", "sum"),
        refunded_orders=("refunded", "sum"),
        units=("units", "sum"),
        first_at=("ordered_at", "min"),
        last_at=("ordered_at", "max"),
    )
    table = bought.join(money).reset_index()
    table["days_since"] = (frames.as_of - table["last_at"].dt.normalize()).dt.days
    table["aov"] = table["demand_sales"] / table["orders"]
    first = ranked.drop_duplicates("customer_key")
    first = first[["customer_key", "order_id", "channel", "source", "discounted", "demand"]].rename(
        columns={"channel": "first_channel", "source": "first_source", "discounted": "first_discounted",
                 "demand": "first_order_value"}
    )  # fmt: skip
    table = table.merge(first, on="customer_key").merge(_leads(frames, first), on="order_id", how="left")
    last = valid.sort_values(["ordered_at", "order_id"], ascending=[False, False]).drop_duplicates("customer_key")
    table = table.merge(last[["customer_key", "country", "region", "city"]], on="customer_key")
    people = frames.customers[["customer_key", "customer_ref", "email_consent", "sms_consent"]]
    return table.merge(people, on="customer_key", how="left")


def _leads(frames: Frames, first: pd.DataFrame) -> pd.DataFrame:
    """Category and product of the dearest line of each first order."""
    items = frames.items
    items = items[(items["kind"] == "product") & items["order_id"].isin(first["order_id"])]
    items = items.sort_values(["gross", "product", "sku", "line_no"], ascending=[False, True, True, True])
    return items.drop_duplicates("order_id")[["order_id", "category", "product"]]


def rfm_basis(frames: Frames) -> pd.DataFrame:
    """Recency, frequency and value of each customer, from the orders."""
    counted = documents(frames)
    counted = counted[counted["customer_key"].notna() & (counted["valid"] | (counted["kind"] == "return"))]
    value = counted.groupby("customer_key")["net"].sum()
    valid = counted[counted["valid"]].groupby("customer_key").agg(frequency=("order_id", "size"), last=("day", "max"))
    table = valid.join(value)
    table["days_since"] = (frames.as_of - table["last"]).dt.days
    return table


def rfm_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Customers, value and median recency of each group of the grid."""
    n = len(table)
    scores = {
        "r": (table["days_since"].rank(method="min", ascending=False) - 1) * 5 // n + 1,
        "f": (table["frequency"].rank(method="min") - 1) * 5 // n + 1,
        "m": (table["net"].rank(method="min") - 1) * 5 // n + 1,
    }
    cell = scores["r"].astype("int64").clip(upper=5) * 10 + scores["f"].astype("int64").clip(upper=5)
    names = {
        int(recency) * 10 + int(frequency): name
        for name, (recent, often) in GRID.items()
        for recency in recent
        for frequency in often
    }
    money = scores["m"].astype("int64")
    grouped = table.assign(group=cell.map(names), m=money).groupby("group")
    return grouped.agg(customers=("net", "size"), value=("net", "sum"), days=("days_since", "median"))


def cohorts(frames: Frames) -> pd.DataFrame:
    """Customers who ordered, by month of first order and months since."""
    valid = documents(frames)
    valid = valid[valid["valid"] & valid["customer_key"].notna()]
    first = valid.groupby("customer_key")["ordered_at"].transform("min")
    began = first.dt.year * 12 + first.dt.month - 1
    month = valid["ordered_at"].dt.year * 12 + valid["ordered_at"].dt.month - 1
    marked = valid.assign(cohort=began, age=month - began)
    return marked.groupby(["cohort", "age"])["customer_key"].nunique().unstack(fill_value=0)


def pairs(frames: Frames) -> pd.DataFrame:
    """Product pairs in at least ten common orders: orders of each, orders with both, lift."""
    valid = documents(frames)
    valid = valid[valid["valid"]]
    items = frames.items
    items = items[(items["kind"] == "product") & items["order_id"].isin(valid["order_id"])]
    held = items[["order_id", "product"]].drop_duplicates()
    total = held["order_id"].nunique()
    each = held.groupby("product").size()
    often = held[held["product"].isin(each[each >= 5].index)]
    both = often.merge(often, on="order_id")
    both = both[both["product_x"] < both["product_y"]]
    counted = both.groupby(["product_x", "product_y"]).size().rename("both").reset_index()
    counted = counted[counted["both"] >= 10]
    chance = counted["product_x"].map(each) * counted["product_y"].map(each) / total
    counted = counted.assign(lift=counted["both"] / chance, more=counted["both"] - chance)
    return counted.sort_values("more", ascending=False).head(200)


def filtered_values(frames: Frames) -> pd.DataFrame:
    """Net sales, orders, customers and average order value of one country in one year, by month."""
    return _by_month(_in_country(frames))


def filtered(frames: Frames) -> pd.DataFrame:
    """The same with the 95 % interval of the average order value, customers taken as the units of chance.

    Ratio of sums, linearised (Cochran 1977, section 2.11): what the product gives where a group is not small.
    """
    counted = _in_country(frames)
    table = _by_month(counted)
    valid = counted[counted["valid"]]
    unit = valid["customer_key"].fillna(valid["order_id"])
    sums = valid.assign(unit=unit).groupby(["month", "unit"]).agg(y=("demand", "sum"), x=("order_id", "size"))
    sums["e"] = sums["y"] - sums["x"] * table["aov"].reindex(sums.index.get_level_values("month")).to_numpy()
    sums["squared"] = sums["e"] ** 2
    month = sums.groupby("month").agg(n=("x", "size"), x=("x", "sum"), squares=("squared", "sum"))
    half = 1.959963984540054 * np.sqrt(month["n"] / (month["n"] - 1) * month["squares"]) / month["x"]
    return table.assign(aov_low=table["aov"] - half, aov_high=table["aov"] + half)


def _in_country(frames: Frames) -> pd.DataFrame:
    counted = documents(frames)
    year = (counted["day"] >= "2024-01-01") & (counted["day"] <= "2024-12-31")
    counted = counted[(counted["country"].str.lower() == "germany") & year]
    return counted.assign(month=counted["ordered_at"].dt.strftime("%Y-%m"))


def _by_month(counted: pd.DataFrame) -> pd.DataFrame:
    table = counted.groupby("month").agg(net_sales=("net", "sum"))
    own = counted[counted["valid"]].groupby("month")
    table["orders"] = own["order_id"].nunique()
    table["customers"] = own["customer_key"].nunique()
    table["aov"] = own["demand"].sum() / table["orders"]
    return table


class Plain:
    """Plain pandas over one generated shop."""

    def __init__(self, folder: Path) -> None:
        self.frames = load(folder)

    def run(self, analysis: str) -> pd.DataFrame:
        """One analysis from the frames in memory."""
        analyses: dict[str, Callable[[Frames], pd.DataFrame]] = {
            "customer table": customer_table, "RFM groups": lambda frames: rfm_groups(rfm_basis(frames)),
            "cohorts": cohorts, "basket pairs": pairs, "filtered metric": filtered,
            VALUES_ONLY: filtered_values,
        }  # fmt: skip
        return analyses[analysis](self.frames)

    def found(self, analysis: str, result: pd.DataFrame) -> dict[str, float]:
        """The numbers of a result to compare; not timed."""
        if analysis == "customer table":
            sums = {name: float(result[name].sum()) for name in SUMMED}
            counts = {
                f"{name} is {value}": float((result[_NAMES.get(name, name)] == value).sum()) for name, value in COUNTED
            }
            return {"customers": float(len(result)), **sums, **counts}
        if analysis == "cohorts":
            return _cohort_figures(result, self.frames.as_of)
        if analysis == "basket pairs":
            rows = result.itertuples()
            named = ((" / ".join(sorted((row.product_x, row.product_y))), row) for row in rows)
            return {f"{name} {what}": float(v) for name, row in named
                    for what, v in (("orders", row.both), ("lift", row.lift))}  # fmt: skip
        return {f"{key} {name}": float(value) for name in result for key, value in result[name].dropna().items()}


def _cohort_figures(active: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, float]:
    """Sizes of the cohorts and the share that ordered in month 1, 3, 6, 12, of cohorts whose month has ended."""
    after = as_of + pd.Timedelta(days=1)
    ended = after.year * 12 + after.month - 2
    found = {f"cohort_{c // 12:04d}-{c % 12 + 1:02d}_size": float(n) for c, n in active[0].items()}
    for age in (1, 3, 6, 12):
        old = active[active.index + age <= ended]
        found[f"cohort_retention_{age}"] = float(old[age].sum() / old[0].sum())
    return found
