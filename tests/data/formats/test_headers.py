"""Each platform's header is recognised by its own format and by no other."""

from __future__ import annotations

import pytest

from copilot.data.formats.registry import FORMATS, format_of
from copilot.data.layout import layout_of
from tests.data.formats import headers
from tests.data.formats.sheets import names

OWN = {
    "WooCommerce analytics orders": (headers.WOOCOMMERCE_ANALYTICS,),
    "WooCommerce advanced order export": (headers.WOOCOMMERCE_ADVANCED,),
    "WooCommerce CSV export": (
        headers.SKYVERGE, headers.SKYVERGE_ITEMS, headers.SKYVERGE_IMPORT, headers.SKYVERGE_LEGACY,
    ),
    "WooCommerce orders": (headers.WOOCOMMERCE_ROWS, headers.WEBTOFFEE_COLUMNS),
    "WooCommerce products": (headers.WOOCOMMERCE_PRODUCTS,),
    "Squarespace orders": (headers.SQUARESPACE,),
    "Wix orders": (headers.WIX,),
    "Etsy sold orders": (headers.ETSY_ORDERS,),
    "Etsy sold order items": (headers.ETSY_ITEMS,),
    "Etsy statement": (headers.ETSY_STATEMENT,),
    "Magento orders": (headers.MAGENTO,),
    "BigCommerce orders": (headers.BIGCOMMERCE, headers.BIGCOMMERCE_DEFAULT),
}  # fmt: skip
# Left to the table that is understood by names and contents.
NO_FORMAT = {"TikTok Shop", "Faire", "Online Retail", "plain orders", "plain order totals"}
CASES = [(name, header) for name, several in OWN.items() for header in several]


def columns_of(header: str) -> tuple[str, ...]:
    return tuple(names(header, "\t" if "\t" in header else ","))


@pytest.mark.parametrize(("name", "header"), CASES, ids=[name for name, _ in CASES])
@pytest.mark.parametrize("case", [str, str.upper, str.lower])
def test_a_platform_is_recognised_by_its_own_format_only(name: str, header: str, case: object) -> None:
    columns = tuple(case(column) for column in columns_of(header))  # type: ignore[operator]
    sure = [known.name for known in FORMATS if known.recognise(columns) >= 0.9]
    assert sure == [name]
    assert format_of(columns).name == name
    assert next(known for known in FORMATS if known.name == name).recognise(columns) == 1.0


@pytest.mark.parametrize("label", headers.OTHERS)
def test_no_header_is_claimed_by_two(label: str) -> None:
    columns = columns_of(headers.OTHERS[label])
    sure = [known.name for known in FORMATS if known.recognise(columns) >= 0.9]
    assert len(sure) == (0 if label in NO_FORMAT else 1)
    assert not set(sure) & set(OWN)


def test_the_reader_numbers_repeated_names_as_these_tests_do(tmp_path: object) -> None:
    file = tmp_path / "wix.csv"  # type: ignore[operator]
    file.write_text(headers.WIX + "\n" + "1," * (len(columns_of(headers.WIX)) - 1) + "1\n")
    assert layout_of(file, "utf-8").columns == columns_of(headers.WIX)
    assert "Delivery state (2)" in columns_of(headers.WIX)
