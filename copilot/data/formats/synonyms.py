"""The names under which shops write a field, in normal form (lower case, single blanks)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from copilot.data.formats.languages import CLEAR, LOOSE

# The first name of a field is its clearest; all are equal in rank. Names that could mean two fields stand in both.
SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("email", "e mail", "email address", "customer email", "billing email", "contact email", "buyer email",
              "purchase email", "reviewer email", "user email", "email billing"),
    "customer_id": ("customer id", "customer number", "customer no", "customer key", "client id", "client number",
                    "buyer id", "buyer user id", "member id", "member number", "user id", "customer", "account id",
                    "household key", "cust id", "customer unique id", "kundennummer", "kunden nr"),
    "phone": ("phone", "phone number", "telephone", "mobile", "billing phone", "customer phone", "home phone", "tel"),
    "phone_2": ("fax", "shipping phone"),
    "first_name": ("first name", "firstname", "given name", "billing first name", "vorname"),
    "last_name": ("last name", "lastname", "surname", "family name", "billing last name", "nachname"),
    "full_name": ("customer name", "full name", "contact name", "buyer name", "billing name", "ship name",
                  "reviewer name", "recipient name", "client name"),
    "company": ("company name", "company", "billing company", "organization", "organisation"),
    "order_id": ("order id", "order number", "order no", "order", "invoice no", "invoice", "invoice number",
                 "invoice id", "transaction id", "receipt number", "receipt no", "bill no", "basket id", "order name",
                 "sales order", "bestellnummer", "bestellnr", "auftragsnummer",
                 "numéro de commande", "commande", "pedido"),
    "ordered_at": ("order date", "ordered at", "date", "invoice date", "purchase date", "order created", "created at",
                   "transaction date", "sale date", "order purchase timestamp", "date created", "order time",
                   "timestamp", "order timestamp", "created", "bestelldatum", "datum", "date de commande",
                   "fecha", "data ordine"),
    "ordered_time": ("order time of day", "time of order", "time of purchase", "order created time", "time of day"),
    "currency": ("currency", "order currency", "currency code", "währung", "waehrung", "devise", "moneda", "valuta"),
    "status": ("status", "order status", "financial status", "payment status"),
    "cancelled_at": ("cancelled at", "canceled at"),
    "channel": ("sales channel", "order channel", "purchase point", "channel"),
    "source": ("source", "utm source", "referring source", "referrer", "traffic source", "origin"),
    "discount_code": ("discount code", "coupon code", "coupon", "promo code", "voucher code"),
    "country": ("country", "country region", "billing country", "ship country", "shipping country", "customer country",
                "country code", "land"),
    "region": ("state province", "region", "state", "province", "billing state", "ship region", "ship state",
               "customer state", "shipping state"),
    "city": ("city", "billing city", "ship city", "customer city", "shipping city", "town", "ort"),
    "tags": ("tags", "customer tags", "order tags"),
    "device": ("device", "device category", "device type"),
    "order_discount": ("order discount", "discount total", "cart discount amount", "order discount amount",
                       "total discount"),
    "order_returns": ("refunded amount", "refund amount", "amount refunded", "total refunded", "order refund amount"),
    "shipping": ("shipping", "shipping total", "freight", "shipping cost", "order shipping amount", "order shipping",
                 "delivery cost"),
    "taxes": ("taxes", "tax", "tax total", "vat", "order tax amount", "order sales tax", "sales tax"),
    "subtotal": ("subtotal", "order subtotal", "order subtotal amount"),
    "order_total": ("order total", "order value", "order amount", "grand total", "order total amount",
                    "total amount", "total", "grand total purchased", "revenue", "payment value", "gesamtbetrag",
                    "gesamtsumme", "rechnungsbetrag", "bestellwert", "summe", "total ttc", "montant total",
                    "importe total", "totale"),
    "sku": ("sku", "stock code", "product id", "product code", "item id", "item sku", "variant sku", "article number",
            "item number", "asin", "product key", "product number", "artikelnummer"),
    "product": ("product name", "product", "product title", "item name", "item", "item description", "lineitem name",
                "item title", "title", "name", "artikel", "description"),
    "variant": ("variant", "variation", "product variation", "option"),
    "category": ("category", "product category", "category name", "categories", "product type", "department",
                 "department name", "product category name", "type", "subcategory name",
                 "product subcategory name"),
    "category_id": ("category id", "product subcategory key", "subcategory key", "product subcategory id"),
    "vendor": ("vendor", "brand", "manufacturer"),
    "quantity": ("quantity", "qty", "units", "order quantity", "item quantity", "quantity ordered", "pieces",
                 "number of items", "items sold", "menge", "anzahl", "quantité", "cantidad", "quantità"),
    "unit_price": ("unit price", "price", "item price", "price per unit", "item cost", "unit cost price",
                   "product price", "regular price", "selling price", "variant price", "einzelpreis", "preis",
                   "stückpreis", "prix unitaire", "precio unitario", "prezzo unitario"),
    "line_total": ("sales", "line total", "item total", "amount", "sales amount", "dollar value", "total price",
                   "value", "revenue", "net sales", "gross sales", "line amount", "total", "spend", "turnover",
                   "order line total", "extended price", "umsatz", "betrag", "gesamtpreis", "montant", "importe"),
    "line_discount": ("discount amount", "line discount", "item discount", "discount", "item promotion discount"),
    "discount_rate": ("discount rate", "discount percent", "discount"),
    "cost": ("line cost", "cogs", "cost of goods"),
    "profit": ("profit", "margin", "gross profit"),
    "email_consent": ("accepts email marketing", "accepts marketing", "email marketing consent", "email consent",
                      "newsletter", "subscribed", "opt in"),
    "sms_consent": ("accepts sms marketing", "sms consent", "sms marketing consent"),
    "consent_at": ("consent at", "consent date", "email marketing consent timestamp", "optin time", "opt in date"),
    "created_at": ("profile created on", "customer since", "sign up", "registered at", "signup date",
                   "registration date", "date added", "created at", "member since"),
    "orders_stated": ("total orders", "orders count", "number of orders", "historic number of orders"),
    "spent_stated": ("total spent", "total spend", "lifetime value", "historic customer lifetime value"),
    "feedback_id": ("review id", "response id", "respondent id", "ticket id", "feedback id"),
    "title": ("title", "review title", "review comment title", "subject"),
    "body": ("body", "review text", "review", "review content", "review body", "comment", "comments", "message",
             "review comment message", "text", "feedback"),
    "rating": ("rating", "stars", "score", "star rating", "review score", "review stars", "review rating"),
    "given_at": ("review date", "date", "review created", "review creation date", "created at", "submitted at",
                 "timestamp", "submit date utc", "end date", "response date", "answered at", "review created utc"),
    "session_id": ("session id", "visit id", "session"),
    "visitor": ("visitor id", "visitor", "client id", "anonymous id", "user pseudo id", "user session"),
    "started_at": ("started at", "session start", "start time", "session date", "visit time", "timestamp", "date"),
    "pages": ("pages", "page views", "pageviews", "pages viewed"),
    "product_views": ("product views", "products viewed", "item views"),
    "added_to_cart": ("added to cart", "add to cart", "cart"),
    "checkout_started": ("checkout started", "began checkout", "reached checkout", "begin checkout"),
    "ordered": ("ordered", "purchased", "converted", "purchase"),
    "day": ("day", "date", "reporting starts", "week start", "week starting", "week", "month", "by day", "ad date"),
    "campaign": ("campaign", "campaign name", "campaign id", "xyz campaign id"),
    "spend": ("cost", "spend", "amount spent", "ad spend", "spent"),
    "impressions": ("impressions", "impr"),
    "clicks": ("clicks", "link clicks"),
    "conversions": ("conversions", "purchases", "results", "approved conversion"),
    "conversion_value": ("conversion value", "conv value", "purchase value", "purchases conversion value",
                         "sale amount"),
}  # fmt: skip

# Name patterns for fields whose names carry the shop's own goods ("number_of_cds").
PATTERNS: Final[Mapping[str, str]] = {
    "quantity": r"^(number|count|no|nr) of \w+( \w+)?$",
    "spend": r"^(amount spent|cost) [a-z]{3}$",
    "email": r"^e ?mail\b.*$|.* e ?mail$",
    "body": r"^.*\b(review|comment|feedback) (text|body|content|message)$",
}


_LETTERS: Final = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})


def normal(name: str) -> str:
    """A column name in normal form.

    >>> normal("unitPrice"), normal("Country/Region"), normal("InvoiceNo")
    ('unit price', 'country region', 'invoice no')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    spaced = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])", " ", spaced)
    plain = re.sub(r"[^\w]+|_", " ", spaced).lower()
    return " ".join(plain.split())


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A column name in normal form without accents, so that `Wahrung` and `Währung` are one name."""
    plain = unicodedata.normalize("NFKD", normal(name).translate(_LETTERS))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@lru_cache(maxsize=4096)
def _scores(plain: str) -> Mapping[str, float]:
    """Field -> score, of the fields a folded name is known for."""
    found = {field: 0.85 for field, names in LOOSE.items() if plain in names}
    found |= {field: 0.95 for field, names in CLEAR.items() if plain in names}
    for field, names in SYNONYMS.items():
        ranks = [rank for rank, name in enumerate(names) if folded(name) == plain]
        if ranks:
            found[field] = max(found.get(field, 0.0), 1.0 - 0.01 * ranks[0])
    return found


def name_score(field: str, column: str) -> float:
    """1.0 for a known name (less down the list, 0.95 and 0.85 in other languages), 0.6 for a pattern, else 0."""
    known = _scores(folded(column)).get(field)
    if known is not None:
        return known
    pattern = PATTERNS.get(field)
    return 0.6 if pattern is not None and re.match(pattern, normal(column)) else 0.0


def known_names(cells: Iterable[str]) -> int:
    """How many different cells of a row are names of fields."""
    return len({folded(cell) for cell in cells if 1 < len(cell) <= 60 and _scores(folded(cell))})
