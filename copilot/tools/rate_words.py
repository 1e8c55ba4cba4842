"""Reads an exchange rate that a user states ("1 EUR = 1.08 USD") and the wish to forget it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

_CODES: Final = (
    "aed|ars|aud|bgn|brl|cad|chf|clp|cny|cop|czk|dkk|egp|eur|gbp|hkd|huf|idr|ils|inr|isk|jpy|kes|krw|mad|mxn|myr|ngn|"
    "nok|nzd|pen|php|pkr|pln|ron|rsd|rub|sar|sek|sgd|thb|try|twd|uah|usd|vnd|zar"
)
_NAMES: Final = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "dollar": "USD", "dollars": "USD", "us dollars": "USD",
    "us dollar": "USD", "£": "GBP", "pound": "GBP", "pounds": "GBP", "franc": "CHF", "francs": "CHF", "yen": "JPY",
    "zloty": "PLN",
}  # fmt: skip
_MONEY: Final = rf"(?:{_CODES}|us dollars?|euros?|dollars?|pounds?|francs?|yen|zloty|€|\$|£)"
_AMOUNT: Final = r"\d+(?:[.,]\d+)?"
_STATED: Final = (
    rf"(?<![\d.,])(?P<many>1(?:[.,]0+)?|an?|one|each)\s*(?P<from>{_MONEY})\s*(?:=|is(?: worth)?|equals?|costs?|:|->)"
    rf"\s*(?P<rate>{_AMOUNT})\s*(?P<into>{_MONEY})(?!\w)",
    rf"(?P<rate>{_AMOUNT})\s*(?P<into>{_MONEY})\s*(?:per|for (?:an?|one|1|each)|to the|/)\s*(?P<from>{_MONEY})(?!\w)",
)
FORGET: Final = re.compile(
    r"\b(?:forget|drop|remove|undo|delete|stop using)\b[^.?!]{0,25}\b(?:exchange )?rates?\b(?! of)"
    r"|\b(?:stop|do not|don't|no more) convert(?:ing)?\b",
    re.IGNORECASE,
)


class StatedRate(NamedTuple):
    """One unit of `currency` is worth `rate` units of `into`."""

    currency: str
    into: str
    rate: Decimal

    def words(self) -> str:
        """As it is repeated to the user."""
        return f"1 {self.currency} = {self.rate.normalize():f} {self.into}"


def stated_rate(text: str) -> StatedRate | None:
    """The rate a message states, or None.

    >>> stated_rate("use 1 EUR = 1.08 USD").words()
    '1 EUR = 1.08 USD'
    >>> stated_rate("we reckon with 1.17 euros per pound").words()
    '1 GBP = 1.17 EUR'
    """
    lowered = " ".join(text.lower().split())
    for pattern in _STATED:
        match = re.search(pattern, lowered)
        if match is None:
            continue
        currency, into = _code(match["from"]), _code(match["into"])
        rate = Decimal(match["rate"].replace(",", "."))
        if currency != into and rate > 0:
            return StatedRate(currency, into, rate)
    return None


def _code(name: str) -> str:
    return _NAMES.get(name, name.upper())
