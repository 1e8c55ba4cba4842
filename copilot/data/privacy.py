"""The door where identities are taken off: match key, pseudonym, the identities table, and scrubbing of free text."""

from __future__ import annotations

import hashlib
import re
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import regex_replace, sha256

KEY_LENGTH: Final = 32
# A shop's own customer number is shown on screen only if it is short and cannot be a name, an address or a phone.
SHORT_CODE: Final = r"^([A-Za-z0-9-]{0,7}[0-9][A-Za-z0-9-]{0,7}|[A-Z]{1,6})$"
EMAIL: Final = r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}"
PHONE: Final = r"(?:\+|\b00|\(|\b)\d[\d\s().\-/]{7,}\d\b"
URL: Final = r"(?:https?://|www\.)\S+"

_GUEST_IDS: Final = ("0", "guest")
# A date has as many digits as a short phone number: its parts are held apart by this sign while phones are looked for.
_GUARD: Final = "\u2063"
DATES: Final = (
    r"\b(\d{4}[-/.])(\d{1,2}[-/.])(\d{1,2})\b",
    r"\b(\d{1,2}[-/.])(\d{1,2}[-/.])(\d{4})\b",
)


def normal_email(email: ir.StringValue) -> ir.StringValue:
    """Trimmed and lower-cased e-mail, null without `@`."""
    plain = email.strip().lower()
    return ibis.ifelse(plain.contains("@"), plain, ibis.null("string"))


def normal_phone(phone: ir.StringValue) -> ir.StringValue:
    """Digits of a phone number, null with fewer than seven; a leading 00 is the same as +."""
    digits = regex_replace(phone, r"\D", "", "g").re_replace("^00", "")
    return ibis.ifelse(digits.length() >= 7, digits, ibis.null("string"))


def with_match_key(table: ir.Table, salt: str) -> ir.Table:
    """Add `match_key` and `customer_key` from e-mail, else the shop's customer id, else phone; null for guests.

    The pseudonym is the salted SHA-256 of the match key, cut to 128 bits; the salt never leaves the workspace.
    """
    email = normal_email(table.email)
    shop_id = ibis.ifelse(table.customer_id.lower().isin(_GUEST_IDS), ibis.null("string"), table.customer_id)
    # Some shops use the e-mail address as customer id.
    email = ibis.coalesce(email, ibis.ifelse(shop_id.contains("@"), normal_email(shop_id), ibis.null("string")))
    phone = ibis.coalesce(normal_phone(table.phone), normal_phone(table.phone_2), normal_phone(table.phone_3))
    by_id = ibis.literal("id:") + shop_id.strip()
    table = table.mutate(
        email=email,
        customer_id=shop_id,
        phone=phone,
        match_key=ibis.coalesce(ibis.literal("email:") + email, by_id, ibis.literal("phone:") + phone),
    )
    return table.mutate(customer_key=pseudonym(table.match_key, salt))


def pseudonym(match_key: ir.StringValue, salt: str) -> ir.StringValue:
    """The pseudonym of a match key."""
    return sha256(ibis.literal(salt) + match_key).substr(0, KEY_LENGTH)


def pseudonym_of(match_key: str, salt: str) -> str:
    """The same for one Python string.

    >>> len(pseudonym_of("email:a@example.com", "salt"))
    32
    """
    return hashlib.sha256(f"{salt}{match_key}".encode()).hexdigest()[:KEY_LENGTH]


# What is known of a person, and where: each from the first row that has it (without `where` an empty cell counts).
_TAKEN: Final = {
    "match_key": "match_key", "shop_customer_id": "customer_id", "email": "email", "first_name": "first_name",
    "last_name": "last_name", "phone": "phone",
}  # fmt: skip


def identities(table: ir.Table, salt: str) -> ir.Table:
    """One row a customer with what identifies them, from a table with match keys; first non-empty value wins.

    `id_key` is the key the person would have by the shop's customer id alone: another file may name only that.
    """
    known = table.filter(table.customer_key.notnull())
    row = known["__row"]
    words = known.full_name.split(" ")
    known = known.mutate(
        first_name=ibis.coalesce(known.first_name, words[0]),
        last_name=ibis.coalesce(
            known.last_name, known.full_name.re_extract(r"^\S+\s+(.*)$", 1).nullif(""), known.company
        ),
    )
    people = known.group_by("customer_key").aggregate(
        **{name: known[column].argmin(row, where=known[column].notnull()) for name, column in _TAKEN.items()},
        first_row=row.min(),
    )
    return people.mutate(id_key=pseudonym(ibis.literal("id:") + people.shop_customer_id.strip(), salt))


def short_code(shop_customer_id: ir.StringValue) -> ir.StringValue:
    """The shop's customer number where it may be shown: at most 8 characters with a digit, or 6 capitals."""
    fits = shop_customer_id.re_search(SHORT_CODE) & (shop_customer_id.length() <= 8)
    return ibis.ifelse(fits, shop_customer_id, ibis.null("string"))


def scrub(column: ir.StringValue) -> ir.StringValue:
    """Free text without e-mail addresses, web addresses and phone numbers; dates stay."""
    plain = regex_replace(column, EMAIL, "[e-mail]", "g")
    plain = regex_replace(plain, URL, "[link]", "g")
    for date in DATES:
        plain = regex_replace(plain, date, r"\1" + _GUARD + r"\2" + _GUARD + r"\3", "g")
    plain = regex_replace(plain, PHONE, "[phone]", "g")
    return plain.replace(_GUARD, "")


def scrub_text(text: str) -> str:
    """The same for one Python string (file names, examples)."""
    plain = re.sub(EMAIL, "[e-mail]", text)
    plain = re.sub(URL, "[link]", plain)
    for date in DATES:
        plain = re.sub(date, rf"\1{_GUARD}\2{_GUARD}\3", plain)
    plain = re.sub(PHONE, "[phone]", plain)
    return plain.replace(_GUARD, "")
