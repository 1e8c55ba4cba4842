"""The example files as canonical tables, built here with pandas, independently of the intake."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from tests.statistics.shops import shop

_MONEY = ("gross_sales", "returns", "positive_gross", "repeated_gross", "repeated_returns")


def online_retail(data: Path) -> Tables:
    """UCI Online Retail: invoices C... are returns, A... and lines without price are adjustments."""
    lines = pd.read_parquet(data / "online_retail" / "online_retail.parquet")
    lines.columns = [name.strip() for name in lines.columns]
    amount = (lines["Quantity"] * lines["UnitPrice"]).round(4)
    cancelled = lines["InvoiceNo"].astype(str).str.startswith("C")
    repeated = lines.duplicated()
    sold = ~cancelled & (lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)
    lines = lines.assign(
        invoice=lines["InvoiceNo"].astype(str),
        gross=np.where(cancelled, 0.0, amount),
        returns=np.where(cancelled, -amount, 0.0),
        positive_gross=np.where(sold, amount, 0.0),
        repeated_gross=np.where(repeated & ~cancelled, amount, 0.0),
        repeated_returns=np.where(repeated & cancelled, -amount, 0.0),
        at=pd.to_datetime(lines["InvoiceDate"]),
        customer=lines["CustomerID"].map(lambda c: None if pd.isna(c) else str(int(float(c))), na_action=None),
    )
    lines = lines[~lines["invoice"].str.startswith("A")]
    grouped = lines.groupby("invoice", sort=True)
    orders = grouped.agg(
        ordered_at=("at", "min"), customer_key=("customer", "first"), country=("Country", "first"),
        gross_sales=("gross", "sum"), returns=("returns", "sum"), positive_gross=("positive_gross", "sum"),
        repeated_gross=("repeated_gross", "sum"), repeated_returns=("repeated_returns", "sum"),
    )  # fmt: skip
    orders = orders.reset_index(names="order_id")
    orders["kind"] = np.where(orders["order_id"].str.startswith("C"), "return", "order")
    return shop(orders.round(dict.fromkeys(_MONEY, 4)))


def cdnow(data: Path) -> Tables:
    """CDNOW: each row is an order."""
    rows = pd.read_csv(data / "cdnow" / "CDNOW_master.txt", sep=r"\s+", header=0, dtype=str)
    rows.columns = ["customer_key", "day", "units", "gross_sales"]
    return shop(
        pd.DataFrame(
            {
                "order_id": [f"r{i}" for i in range(len(rows))],
                "kind": "order",
                "customer_key": rows["customer_key"],
                "ordered_at": pd.to_datetime(rows["day"], format="%Y%m%d"),
                "gross_sales": rows["gross_sales"].astype(float),
            }
        )
    )


def superstore(data: Path) -> Tables:
    """Superstore: an order has several lines; dates dd/mm/yy. Two order ids are shared by four customer ids."""
    rows = pd.read_csv(data / "superstore" / "Sample - Superstore.csv", encoding="utf-8-sig")
    rows["at"] = pd.to_datetime(rows["Order Date"], format="%d/%m/%y")
    grouped = rows.groupby(["Order ID", "Customer ID"])
    orders = grouped.agg(ordered_at=("at", "min"), gross_sales=("Sales", "sum")).reset_index()
    orders["order_id"] = orders["Order ID"] + "/" + orders["Customer ID"]
    return shop(orders.rename(columns={"Customer ID": "customer_key"}).assign(kind="order"))


def northwind(data: Path) -> Tables:
    """Northwind: discount is a share of the line."""
    folder = data / "northwind"
    orders = pd.read_csv(folder / "orders.csv")
    lines = pd.read_csv(folder / "order_details.csv")
    lines["gross"] = lines["unitPrice"] * lines["quantity"]
    lines["off"] = lines["gross"] * lines["discount"]
    sums = lines.groupby("orderID")[["gross", "off"]].sum()
    made = orders.merge(sums, left_on="orderID", right_index=True)
    return shop(
        pd.DataFrame(
            {
                "order_id": made["orderID"].astype(str),
                "kind": "order",
                "customer_key": made["customerID"],
                "ordered_at": pd.to_datetime(made["orderDate"]),
                "gross_sales": made["gross"].round(4),
                "discounts": made["off"].round(4),
                "country": made["shipCountry"],
            }
        )
    )


def shopify(data: Path) -> Tables:
    """The Shopify orders file: order columns stand on an order's first row only; e-mail in any case."""
    path = data / "shopify_from_online_retail" / "orders_export.csv"
    used = ["Name", "Email", "Financial Status", "Created at", "Total", "Discount Amount", "Refunded Amount",
            "Shipping", "Taxes", "Subtotal", "Currency", "Lineitem quantity", "Lineitem price"]  # fmt: skip
    rows = pd.read_csv(path, usecols=used, dtype={"Name": str, "Email": str})
    rows["gross"] = rows["Lineitem quantity"] * rows["Lineitem price"]
    gross = rows.groupby("Name")["gross"].sum()
    first = rows.dropna(subset=["Financial Status"]).drop_duplicates("Name").set_index("Name")
    email = first["Email"].str.strip().str.lower()
    return shop(
        pd.DataFrame(
            {
                "order_id": first.index,
                "kind": "order",
                "customer_key": email.where(email.notna() & (email != ""), None),
                "ordered_at": pd.to_datetime(first["Created at"].str.slice(0, 19)),
                "gross_sales": gross.reindex(first.index).round(4).to_numpy(),
                "discounts": first["Discount Amount"].to_numpy(),
                "returns": first["Refunded Amount"].to_numpy(),
                "shipping": first["Shipping"].to_numpy(),
                "taxes": first["Taxes"].to_numpy(),
                "total_sales": first["Total"].to_numpy(),
                "status": first["Financial Status"].to_numpy(),
                "currency": first["Currency"].to_numpy(),
            }
        ).reset_index(drop=True)
    )


def online_retail_with_lines(data: Path) -> Tables:
    """UCI Online Retail as above, with order lines; a product is a stock code."""
    lines = pd.read_parquet(data / "online_retail" / "online_retail.parquet")
    lines.columns = [name.strip() for name in lines.columns]
    lines["invoice"] = lines["InvoiceNo"].astype(str)
    lines = lines[~lines["invoice"].str.startswith("A")]
    items = pd.DataFrame(
        {
            "order_id": lines["invoice"],
            "line_no": range(len(lines)),
            "sku": lines["StockCode"].astype(str),
            "product": lines["StockCode"].astype(str),
            "kind": "product",
            "quantity": lines["Quantity"].astype(float),
            "unit_price": lines["UnitPrice"],
            "gross": lines["Quantity"] * lines["UnitPrice"],
        }
    )
    known = online_retail(data).orders.to_pandas().dropna(axis="columns", how="all")
    return shop(known.astype(dict.fromkeys(_MONEY, float)), order_items=items)


def olist(data: Path, *, delivered: bool = False) -> Tables:
    """Olist's sample. `customer_id` is new for every order; the person is `customer_unique_id`.

    All orders are worth what was paid; `delivered` ones what their items and freight cost.
    """
    folder = data / "olist_subset_8135"
    orders = pd.read_csv(folder / "olist_orders_dataset.csv")
    persons = pd.read_csv(folder / "olist_customers_dataset.csv").set_index("customer_id")
    if delivered:
        orders = orders[orders["order_status"] == "delivered"]
        items = pd.read_csv(folder / "olist_order_items_dataset.csv")
        value = (items["price"] + items["freight_value"]).groupby(items["order_id"]).sum()
    else:
        payments = pd.read_csv(folder / "olist_order_payments_dataset.csv")
        value = payments.groupby("order_id")["payment_value"].sum()
    person = persons.loc[orders["customer_id"]]
    return shop(
        pd.DataFrame(
            {
                "order_id": orders["order_id"].to_numpy(),
                "kind": "order",
                "customer_key": person["customer_unique_id"].to_numpy(),
                "region": person["customer_state"].to_numpy(),
                "ordered_at": pd.to_datetime(orders["order_purchase_timestamp"]).to_numpy(),
                "gross_sales": value.reindex(orders["order_id"]).fillna(0).round(4).to_numpy(),
            }
        ),
        currencies=("BRL",),
    )
