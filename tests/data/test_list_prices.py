"""A shop whose prices stand only in its product list, in several files (the layout of AdventureWorks)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from copilot.data.list_prices import LIST_PRICES
from copilot.data.workspace import Workspace
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope
from tests.data.conftest import Loaded

Write = Callable[..., Path]
SALES = "OrderDate,StockDate,OrderNumber,ProductKey,CustomerKey,TerritoryKey,OrderLineItem,OrderQuantity\n"
PRODUCTS = "ProductKey,ProductSubcategoryKey,ProductSKU,ProductName,ProductCost,ProductPrice\n"


def test_prices_of_the_product_list_make_the_sales(workspace: Workspace, write: Write) -> None:
    one = SALES + "12/30/2015,9/1/2003,SO1,214,11000,1,1,2\n12/30/2015,9/1/2003,SO1,215,11000,1,2,1\n"
    two = SALES + "1/17/2016,9/2/2003,SO2,214,11001,1,1,3\n1/17/2016,9/2/2003,SO2,999,11001,1,2,1\n"
    products = PRODUCTS + "214,31,HL-1,Helmet Red,13.0863,34.99\n215,31,HL-2,Helmet Black,12.03,33.6442\n"
    kinds = "ProductSubcategoryKey,SubcategoryName,ProductCategoryKey\n31,Helmets,4\n1,Road Bikes,1\n"
    names = {"Sales_2015.csv": one, "Sales_2016.csv": two, "Products.csv": products, "Subcategories.csv": kinds}
    workspace.add([write(name, text) for name, text in names.items()])
    tables = workspace.tables()
    ladder = sales_ladder(tables, Scope())
    assert ladder.orders.value == 2
    assert ladder.net_sales.value == pytest.approx(5 * 34.99 + 33.6442)
    assert LIST_PRICES in tables.facts.notes
    lines = {row["sku"]: row for row in tables.order_items.to_pyarrow().to_pylist()}
    assert (lines["215"]["product"], lines["215"]["category"]) == ("Helmet Black", "Helmets")
    assert lines["999"]["gross"] is None


def test_stated_amounts_are_never_replaced(workspace: Workspace, write: Write) -> None:
    orders = "order_id,order_date,customer_id,sku,quantity,price\n1,2024-01-05,C1,A1,2,5.00\n2,2024-01-25,C2,A1,1,\n"
    products = "sku,product name,category,price\nA1,Tea,Drinks,9.00\n"
    workspace.add([write("orders.csv", orders), write("products.csv", products)])
    tables = workspace.tables()
    assert tables.order_items.gross.sum().execute() == Decimal("10.00")
    assert LIST_PRICES not in tables.facts.notes


@pytest.mark.shared
def test_adventureworks_is_one_shop(shared: Path, load: Callable[..., Loaded]) -> None:
    """Published: 25,164 orders, 17,416 customers, 24,914,586.82; this copy repeats one line of 33.6442."""
    folder = shared / "data" / "adventureworks_dirty"
    if not folder.is_dir():
        pytest.skip("this dataset is not in the example data")
    names = ("Sales_2015", "Sales_2016", "Sales_2017", "Products", "Product_Subcategory")
    shop = load(*(folder / f"AdventureWorks_{name}.csv" for name in names))
    ladder = sales_ladder(shop.tables, Scope())
    assert ladder.orders.value == 25_164
    assert shop.tables.orders.customer_key.nunique().execute() == 17_416
    assert ladder.net_sales.value == pytest.approx(24_914_586.82 + 33.6442, abs=0.01)
    once = shop.tables.order_items.filter(~shop.tables.order_items.repeated)
    assert float(once.gross.sum().execute()) == pytest.approx(24_914_586.82, abs=0.01)


@pytest.mark.shared
def test_exchanged_days_of_a_spreadsheet_are_said(shared: Path, load: Callable[..., Loaded]) -> None:
    """`01-Jun-15` is really 6 January in this copy; only the order numbers tell."""
    file = shared / "data" / "adventureworks_dirty" / "hardeep_mixed_dates" / "AdventureWorks_Sales_2015.csv"
    if not file.exists():
        pytest.skip("this dataset is not in the example data")
    assert "swapped_dates" in load(file).problems()
