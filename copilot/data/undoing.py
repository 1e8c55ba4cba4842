"""How each repair of the intake is undone, or kept from happening, in words that work; by code of the problem."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from copilot.data.report import Problem

REMOVE: Final = "remove the upload: everything made from it goes with it"
_SAY: Final = "say it in a question: "
_NAME_COLUMN: Final = "say which column is meant, for example: the column X is the {}"
_OUT: Final = "they are gone from no total of the file; mend them in the shop and add the export again"

UNDO: Final[dict[str, str]] = {
    # orders that do not count
    "voided": f"{_SAY}sales including cancelled orders",
    "cancelled": f"{_SAY}sales including cancelled orders",
    "expired": f"{_SAY}sales including cancelled orders",
    "pending": f"{_SAY}sales including pending orders",
    "zero_orders": f"{_SAY}orders including free orders",
    "test": "take the test mark off in the shop and add the export again",
    "adjustments": "they stay readable as bookings of their own; give them an order number without the letter to count",
    "shared_order_numbers": "give each customer's order a number of its own in the export and add it again",
    "no_order_id": _NAME_COLUMN.format("order number"),
    "no_date": _NAME_COLUMN.format("order date"),
    "repeated_orders": "give repeated rows order numbers of their own if they are different orders",
    # orders that count, and how
    "authorized": "say: ignore orders with the status authorized",
    "unknown_status": "say: ignore orders with the status X",
    "draft": "say: ignore orders of the channel X, with the channel's name as in the file",
    "guests": "give these orders an e-mail or customer number in the export and add it again",
    "continuation_rows": f"{_NAME_COLUMN.format('order number')}, if each row is an order of its own",
    "spellings": "write the addresses differently in the export if they are different people, and add it again",
    "same_second": "say: including test customers, to keep them in a ranking",
    "burst": "say: ignore orders tagged X, or of the channel X, if they are not real",
    # refunds
    "refunds": "ask for gross sales, or sales before returns; an export with refund dates books them on their day",
    "refunded_fully": "ask for gross sales, or sales before returns",
    "refunded_partly": "ask for gross sales, or sales before returns",
    "refunded_lines": "ask for gross sales, or sales before returns",
    "return_documents": "ask for gross sales, or sales before returns",
    "negative_rows": _NAME_COLUMN.format("amount of the line"),
    # lines and amounts
    "repeated_lines": f"{_SAY}sales with repeated lines once",
    "zero_price": "nothing was changed, so there is nothing to undo",
    "no_product_name": "add a products export: it names the codes",
    "gift_cards": "say: the code X is a product, with the code of the gift card",
    "shipping_lines": "say: the code X is a product, with the code of the line",
    "fee_lines": "say: the code X is a product, with the code of the line",
    "totals_differ": _NAME_COLUMN.format("amount of the line"),
    "price_is_line_total": _NAME_COLUMN.format("amount of the line"),
    "tax_in_prices": "nothing was changed: to see sales without tax, export prices without tax and add them again",
    "currencies": "give a rate, for example: 1 EUR = 1.08 USD, or add a file with date, currency and rate",
    "exchange_rates": "say: forget the exchange rate, or remove the upload",
    # reading
    "as_you_said": "say: undo, with the number of the correction",
    "decimal_comma": "say: amounts are written with a decimal point, or write them so and add the file again",
    "thousands": "write the amounts without thousands marks and add the file again",
}


# Seen both by the check of orders and by some formats, which know more words for it: told once.
_SEEN_TWICE: Final = ("unknown_status", "tax_in_prices")


def explained(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, each with how its repair is undone where it does not say so itself, and none told twice."""
    found: list[Problem] = []
    for problem in problems:
        told = problem.model_copy(update={"undo": problem.undo or UNDO.get(problem.code, REMOVE)})
        place = next((n for n, known in enumerate(found) if known.code == problem.code), None)
        if problem.code in _SEEN_TWICE and place is not None:
            found[place] = told.model_copy(update={"examples": told.examples or found[place].examples})
        else:
            found.append(told)
    return tuple(found)
