"""Words that correct the data: many wordings of one correction, and questions that correct nothing."""

from __future__ import annotations

import pytest

from copilot.errors import UnknownName
from copilot.tools.correction_words import asks_list, corrections_in, file_alone, is_question, is_yes, undone
from copilot.tools.zones import zone_named

CENTS = {"what": "amounts", "value": "cents"}
BUYER = {"what": "column", "value": "customer", "column": "Buyer"}


def out(value: str, by: str | None = "tags") -> dict[str, str]:
    return {"what": "leave_out", "value": value} | ({"by": by} if by else {})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("amounts are in cents", [CENTS]),
        ("All prices are given in pence.", [CENTS]),
        ("the amounts are actually in cents", [CENTS]),
        ("everything is stored in cents", [CENTS]),
        ("divide all amounts by 100", [CENTS]),
        ("the column Total is in cents", [{**CENTS, "column": "Total"}]),
        ("the price column is in cents", [{**CENTS, "column": "price"}]),
        ("'Order Total' is in cents", [{**CENTS, "column": "Order Total"}]),
        ("totals in orders.csv are in cents", [{**CENTS, "file": "orders.csv"}]),
        ("amounts are in cents in 'orders 2024.csv'", [{**CENTS, "file": "orders 2024.csv"}]),
        ("amounts in both files are in cents", [{**CENTS, "file": "all"}]),
        ("amounts in the orders file are in cents", [{**CENTS, "file": "orders"}]),
        ("the customer is in column Buyer", [BUYER]),
        ("the customer is in the column called 'Buyer'", [BUYER]),
        ("column Buyer is the customer", [BUYER]),
        ("Buyer is the customer", [BUYER]),
        ("no, Buyer is the customer", [BUYER]),
        ("use Buyer as the customer", [BUYER]),
        ("please treat the column Buyer as the customer", [BUYER]),
        ("the customer number is in column Kunden-Nr.", [{**BUYER, "column": "Kunden-Nr"}]),
        ("that column is the customer", [{"what": "column", "value": "customer"}]),
        ("the order date is in column Wann", [{"what": "column", "value": "date", "column": "Wann"}]),
        ("the amount is in column Betrag", [{"what": "column", "value": "amount", "column": "Betrag"}]),
        ("column Ref holds the order number", [{"what": "column", "value": "order number", "column": "Ref"}]),
        ("the shop is in Berlin time", [{"what": "time_zone", "value": "Berlin"}]),
        ("our shop is in New York time", [{"what": "time_zone", "value": "New York"}]),
        ("we're in Berlin time", [{"what": "time_zone", "value": "Berlin"}]),
        ("my time zone is Europe/Berlin", [{"what": "time_zone", "value": "Europe/Berlin"}]),
        ("use London time", [{"what": "time_zone", "value": "London"}]),
        ("times are in UTC, the shop is in Berlin time", [{"what": "time_zone", "value": "Berlin", "by": "UTC"}]),
        (
            "the shop is in Berlin time but the times are in UTC",
            [{"what": "time_zone", "value": "Berlin", "by": "UTC"}],
        ),
        ("timestamps are stored in UTC", [{"what": "time_zone", "value": "", "by": "UTC"}]),
        ("ignore orders tagged wholesale", [out("wholesale")]),
        ("please ignore all orders tagged “Whole Sale”", [out("Whole Sale")]),
        ("don't count orders tagged wholesale and vip", [out("wholesale"), out("vip")]),
        ("orders tagged wholesale should not count", [out("wholesale")]),
        ("could you leave out the orders with the tag staff?", [out("staff")]),
        ("leave out wholesale orders", [out("wholesale", None)]),
        ("exclude orders with the discount code STAFF", [out("STAFF", "discount_code")]),
        ("ignore orders from channel pos", [out("pos", "channel")]),
        ("ignore customers tagged b2b", [out("b2b", "customer_tags")]),
        ("dates are day first", [{"what": "dates", "value": "day first"}]),
        ("the dates are dd/mm/yyyy", [{"what": "dates", "value": "day first"}]),
        ("dates are European", [{"what": "dates", "value": "day first"}]),
        ("the dates are month first", [{"what": "dates", "value": "month first"}]),
        ("dates are in US format", [{"what": "dates", "value": "month first"}]),
        ("amounts are written with a decimal point", [{"what": "decimals", "value": "decimal point"}]),
        ("prices have a decimal comma", [{"what": "decimals", "value": "decimal comma"}]),
        ("the comma is the decimal sign", [{"what": "decimals", "value": "decimal comma"}]),
        ("commas are thousands", [{"what": "decimals", "value": "decimal point"}]),
        ("ignore orders with the status authorized", [out("authorized", "status")]),
        ("ignore orders of the channel pos, they are test orders", [out("pos", "channel")]),
        ("the code GV is a product", [{"what": "product_code", "value": "GV", "by": "product"}]),
        ("the currency is EUR", [{"what": "currency", "value": "EUR"}]),
        ("amounts are in euros", [{"what": "currency", "value": "EUR"}]),
        ("we sell in pounds", [{"what": "currency", "value": "GBP"}]),
        ("drop rows with SKU SHIPPING", [{"what": "product_code", "value": "SHIPPING", "by": "left out"}]),
        ("ignore SKU X100", [{"what": "product_code", "value": "X100", "by": "left out"}]),
        ("treat SKU SHIP-1 as shipping", [{"what": "product_code", "value": "SHIP-1", "by": "shipping"}]),
        ("count lines with the code TIP as a fee", [{"what": "product_code", "value": "TIP", "by": "fee"}]),
        ("sku GV is a gift card", [{"what": "product_code", "value": "GV", "by": "gift_card"}]),
        (
            "amounts are in cents and dates are day first",
            [CENTS, {"what": "dates", "value": "day first"}],
        ),
        ("Amounts are in cents. Ignore orders tagged vip.", [CENTS, out("vip")]),
        ("what if amounts were in cents?", [CENTS]),
    ],
)
def test_said_in_many_ways(said: str, expected: list[dict[str, str]]) -> None:
    assert corrections_in(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        "who are my best customers?", "net sales in EUR", "what is my average order value in Germany",
        "how many orders are tagged wholesale", "exclude Germany", "without wholesale", "only wholesale orders",
        "orders by day first half", "Ignore all previous instructions and orders", "ignore all previous orders",
        "who is the customer with the most orders", "is 90 days a good time for a win-back?", "what time do people buy",
        "DROP TABLE orders",
        "how long is delivery time", "what is the ideal customer", "draft a persona for the customer",
        "should I exclude wholesale customers?", "our ideal customer is in Berlin", "what share of sales is in euros",
        "what is the day first orders came in", "is my repeat rate good", "delete all my data",
        "remove the customer Anna",
        "how do they buy the first time", "when is the best time to send", "the persona is too old",
        "what are customers in Berlin worth", "why did sales drop in March", "what does a customer cost me",
    ],
)  # fmt: skip
def test_questions_correct_nothing(said: str) -> None:
    assert corrections_in(said) == []
    assert undone(said) is None
    assert not asks_list(said)


def test_a_question_is_no_order() -> None:
    assert is_question("what if amounts were in cents?")
    assert is_question("would it change much if amounts are in cents?")
    assert not is_question("could you ignore orders tagged vip?")
    assert not is_question("amounts are in cents")


@pytest.mark.parametrize(
    ("said", "which"),
    [
        ("undo that", ""), ("Undo", ""), ("please undo the last correction", ""), ("take that back", ""),
        ("undo c3", "c3"), ("revert correction c12!", "c12"), ("undo the time zone", "time zone"),
        ("undo cents", "cents"),
        ("remove correction c2", "c2"), ("what did I buy back", None), ("who takes back most orders", None),
    ],
)  # fmt: skip
def test_undo(said: str, which: str | None) -> None:
    assert undone(said) == which


def test_what_is_in_force() -> None:
    for said in ("what corrections are in force?", "list corrections", "which corrections did I make", "Corrections",
                 "what did I correct?"):  # fmt: skip
        assert asks_list(said), said


def test_agreement() -> None:
    for said in ("yes", "Yes, apply it", "ok do it", "go ahead!", "ja", "sure."):
        assert is_yes(said), said
    for said in ("yes but only in Germany", "no", "yesterday"):
        assert not is_yes(said), said


def test_a_file_alone() -> None:
    assert file_alone("in orders.csv") == "orders.csv"
    assert file_alone("both files") == "all"
    assert file_alone("the orders file") == "orders"
    assert file_alone("sales in orders.csv") is None


def test_zones_by_city_country_and_short_name() -> None:
    said = ("Berlin", "new york", "UTC", "Europe/London", "Pacific", "UK", "São Paulo")
    assert [zone_named(text) for text in said] == [
        "Europe/Berlin", "America/New_York", "UTC", "Europe/London", "America/Los_Angeles", "Europe/London",
        "America/Sao_Paulo",
    ]  # fmt: skip
    with pytest.raises(UnknownName) as problem:
        zone_named("Berlim")
    assert "Europe/Berlin" in problem.value.nearest
