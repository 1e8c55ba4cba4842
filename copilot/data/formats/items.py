"""What kind of line an item is (product, shipping, fee, gift card, adjustment), by rule, not by a list of codes."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

SHIPPING: Final = r"\b(postage|shipping|delivery|carriage|freight|versand|versandkosten|porto|livraison|spedizione)\b"
GIFT_CARD: Final = r"\b(gift ?(card|voucher|certificate)|gutschein|geschenkkarte|carte cadeau)\b"
FEE: Final = r"\b(bank charges?|charges?|fees?|commission|surcharge|insurance|handling|tip|gebühr)\b"
ADJUSTMENT: Final = (
    r"\b(manual|adjust(ment)?s?|bad debt|discount|samples?|rounding|credit note|write[- ]?off|correction|rabatt)\b"
)
DISCOUNT: Final = r"\b(discount|rabatt|coupon|voucher code|remise)\b"

_SHORT_LETTERS: Final = r"^[A-Za-z]{1,4}$"
_MANY_DIGITS: Final = r"(\d.*){3,}"
_CODES_WITH_DIGITS_SHARE: Final = 0.8


def codes_have_digits(lines: ir.Table) -> bool:
    """True if product codes of this file normally contain digits, so that a short word as code stands out."""
    codes = lines.select("sku").filter(lines.sku.notnull()).distinct()
    share = codes.aggregate(share=codes.sku.re_search(r"\d").cast("int64").mean()).to_pyarrow().to_pylist()[0]["share"]
    return share is not None and share >= _CODES_WITH_DIGITS_SHARE


def item_kind(lines: ir.Table, *, digits: bool) -> ir.StringValue:
    """product | shipping | fee | gift_card | adjustment.

    A line whose code has three or more digits is a product whatever its name says (a "postage stamp holder");
    without such a code its name decides, and a code of up to four letters among codes with digits is no product.
    """
    name = ibis.coalesce(lines["product"], ibis.literal("")).lower()
    short_name = name.length() <= 40
    coded = ibis.coalesce(lines.sku.re_search(_MANY_DIGITS), ibis.literal(False))
    odd_code = ibis.coalesce(lines.sku.re_search(_SHORT_LETTERS), ibis.literal(False)) & digits
    gift = lines.gift_card.fill_null(False) | ibis.coalesce(lines.sku.lower().startswith("gift_"), ibis.literal(False))
    # With product codes in the file only an uncoded line can be something else; without codes the name must be short.
    open_line = ~coded & short_name
    return ibis.cases(
        (gift | (open_line & name.re_search(GIFT_CARD)), "gift_card"),
        (open_line & name.re_search(SHIPPING), "shipping"),
        (open_line & name.re_search(FEE) & (odd_code | _only_named(name)), "fee"),
        (open_line & name.re_search(ADJUSTMENT) & (odd_code | _only_named(name)), "adjustment"),
        (odd_code, "adjustment"),
        else_="product",
    )


def _only_named(name: ir.StringValue) -> ir.BooleanValue:
    """True for a name of at most three words: "Amazon fee" is a fee, "coffee sample box of six" a product."""
    return ~name.strip().re_search(r"\S+\s+\S+\s+\S+\s+\S+")
