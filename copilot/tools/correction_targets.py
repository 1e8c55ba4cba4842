"""Which correction the arguments mean in this shop: file, column, tag, code as the data spells them; or a question.

Nothing is guessed: one file or column that fits is taken, several are asked about, none is answered with the nearest.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from rapidfuzz import fuzz, process

from copilot.data.correcting import LoadedFile
from copilot.data.corrections import (
    AmountsInCents,
    CodeIs,
    CodeRole,
    ColumnIs,
    Correction,
    CurrencyIs,
    DatesAre,
    DecimalsAre,
    LeaveOut,
    LeftOutField,
    ShopZone,
)
from copilot.data.formats.answered import AMOUNTS
from copilot.data.formats.base import FIELDS
from copilot.data.tables import Tables
from copilot.errors import CannotAnswer, UnknownName
from copilot.tools.correction_patterns import CODES
from copilot.tools.zones import zone_named

_CLOSE: Final = 88
_SHOWN: Final = 4
_IDS: Final = ("email", "phone")
# What people call a field -> canonical fields by the role of the file, the first that fits; "" for any role.
_FIELD_OF: Final[Mapping[str, Mapping[str, str]]] = {
    "customer": {"": "customer_id"},
    "date": {"orders": "ordered_at", "feedback": "given_at", "sessions": "started_at", "spend": "day",
             "customers": "created_at", "": "ordered_at"},
    "amount": {"spend": "spend", "customers": "spent_stated", "products": "unit_price", "": "order_total"},
    "order number": {"": "order_id"}, "discount code": {"": "discount_code"}, "price": {"": "unit_price"},
    "quantity": {"": "quantity"}, "shipping": {"": "shipping"}, "taxes": {"": "taxes"},
    "refunds": {"": "order_returns"}, "product code": {"": "sku"}, "category": {"": "category"},
    "product": {"": "product"}, "country": {"": "country"}, "city": {"": "city"}, "region": {"": "region"},
    "channel": {"": "channel"}, "source": {"": "source"}, "status": {"": "status"}, "currency": {"": "currency"},
    "discount": {"": "order_discount"}, "tags": {"": "tags"}, "cost": {"spend": "spend", "": "cost"},
    "vendor": {"": "vendor"},
}  # fmt: skip
_LINE_FIELDS: Final = ("sku", "product", "quantity", "unit_price")
_ASKED: Final[tuple[LeftOutField, ...]] = (
    "tags", "customer_tags", "channel", "source", "discount_code", "country", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Meant:
    """A correction with the headers it belongs to (none: all files) and the files these are, or a question to ask."""

    correction: Correction | None = None
    headers: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    question: str = ""
    options: tuple[str, ...] = ()


def meant(said: Mapped, files: Sequence[LoadedFile], tables: Tables) -> Meant:
    """What the arguments mean. Raises UnknownName or CannotAnswer where nothing in the shop fits."""
    if not files:
        raise CannotAnswer("Nothing is loaded yet, so there is nothing to correct.", "Add an order export first.")
    makers = {"column": _column, "amounts": _amounts, "dates": _dates, "decimals": _decimals, "currency": _currency}
    what = str(said["what"])
    if what in makers:
        return makers[what](said, _named(said.get("file"), files))
    if what == "time_zone":
        return Meant(_zone(said, tables))
    if what == "leave_out":
        return _leave_out(said, tables)
    return Meant(_code(said, tables))


Mapped = Mapping[str, Any]


def _of(correction: Correction, files: Iterable[LoadedFile]) -> Meant:
    chosen = list(files)
    return Meant(correction, tuple(file.header for file in chosen), tuple(file.file for file in chosen))


def _named(name: str | None, files: Sequence[LoadedFile]) -> tuple[Sequence[LoadedFile], bool]:
    """The files a name or a role means, and whether all of them are meant together."""
    if not name:
        return files, False
    if name == "all":
        return files, True
    exact = [file for file in files if file.file.lower() == name.lower()]
    exact = exact or [file for file in files if file.file.lower().endswith(f" {name.lower()}")]
    role = [file for file in files if name.lower().rstrip("s") in (file.role.rstrip("s"), _ROLE_WORDS.get(file.role))]
    if not exact and not role:
        raise UnknownName("file", name[:60], [file.file for file in files][:_SHOWN])
    return exact or role, False


_ROLE_WORDS: Final = {"spend": "ad", "feedback": "review"}


def _column(said: Mapped, among: tuple[Sequence[LoadedFile], bool]) -> Meant:
    files, every = among
    wanted, field_word = said.get("column"), str(said["value"])
    if not wanted:
        unused = [c for c in files[-1].columns if c not in files[-1].fields.values()]
        free = (unused or list(files[-1].columns))[:_SHOWN]
        return Meant(
            question=f"Which column is the {field_word}?",
            options=tuple(f"the column '{c}' is the {field_word}" for c in free),
        )
    holding = _with_column(str(wanted), files)
    if len(holding) > 1 and not every:
        fitting = [(f, c) for f, c in holding if f.role in ("orders", "order items")]
        holding = fitting if len(fitting) == 1 else holding
    if len(holding) > 1 and not every:
        return _which_file([f for f, _ in holding], f"the column '{wanted}' is the {field_word}")
    column = holding[0][1]
    field = _field(field_word, holding[0][0])
    # Whom the user names is the customer, also where an address stood in another column.
    instead = tuple(
        one for one in _IDS if field == "customer_id" and holding[0][0].fields.get(one) not in (None, column)
    )
    if field == "customer_id" and holding[0][0].fields.get("email") == column:
        field, instead = "email", ()
    return _of(ColumnIs(column=column, field=field, instead=instead), [f for f, c in holding if c == column])


def _with_column(wanted: str, files: Sequence[LoadedFile]) -> list[tuple[LoadedFile, str]]:
    """The files with a column of this name, spelled as there; raises UnknownName with the nearest columns."""
    plain = _plain(wanted)
    exact = [(file, c) for file in files for c in file.columns if _plain(c) == plain]
    if exact:
        return exact
    every = list(dict.fromkeys(c for file in files for c in file.columns))
    near = process.extract(plain, {c: _plain(c) for c in every}, scorer=fuzz.ratio, limit=_SHOWN)
    if near and near[0][1] >= _CLOSE and (len(near) == 1 or near[1][1] < near[0][1]):
        return [(file, near[0][2]) for file in files if near[0][2] in file.columns]
    partly = process.extract(plain, {c: _plain(c) for c in every}, scorer=fuzz.WRatio, limit=_SHOWN)
    raise UnknownName("column", wanted[:60], [name for _, _, name in partly])


def _field(word: str, file: LoadedFile) -> str:
    if word in FIELDS:
        return word
    by_role = _FIELD_OF.get(word)
    if by_role is None:
        raise UnknownName("field", word[:60], list(_FIELD_OF)[:_SHOWN])
    field = by_role.get(file.role, by_role[""])
    if field == "order_total" and any(name in file.fields for name in _LINE_FIELDS):
        return "line_total"
    return field


def _amounts(said: Mapped, among: tuple[Sequence[LoadedFile], bool]) -> Meant:
    files, every = among
    column = said.get("column")
    if column and not (_plain(column) in _ALL_AMOUNTS and not _any_column(column, files)):
        holding = _with_column(str(column), files)
        if len(holding) > 1 and not every:
            return _which_file([f for f, _ in holding], f"the column '{column}' is in cents")
        return _of(AmountsInCents(column=holding[0][1]), [f for f, _ in holding])
    with_amounts = [file for file in files if AMOUNTS & set(file.fields)]
    if not with_amounts:
        raise CannotAnswer("No loaded file has a column of amounts.", "Say which column it is, e.g. the amount is in …")
    if len(with_amounts) > 1 and not every:
        return _which_file(with_amounts, "amounts are in cents")
    return _of(AmountsInCents(), with_amounts)


_ALL_AMOUNTS: Final = ("amount", "price", "total", "value")


def _any_column(name: str, files: Sequence[LoadedFile]) -> bool:
    return any(_plain(c) == _plain(name) for file in files for c in file.columns)


def _dates(said: Mapped, among: tuple[Sequence[LoadedFile], bool]) -> Meant:
    """All files with dates: where the values themselves settle the order, or there is no choice, nothing changes."""
    dated = [file for file in among[0] if any(FIELDS.get(name) == "date" for name in file.fields)]
    if not dated:
        raise CannotAnswer("No loaded file has a column of dates.")
    order: Literal["day first", "month first"] = "day first"
    if str(said["value"]).lower().startswith("month"):
        order = "month first"
    return _of(DatesAre(order=order), dated)


def _decimals(said: Mapped, among: tuple[Sequence[LoadedFile], bool]) -> Meant:
    """All files with amounts: where the cells themselves settle the sign nothing changes."""
    sign: Literal["decimal comma", "decimal point"] = "decimal comma"
    if "point" in str(said["value"]):
        sign = "decimal point"
    return _of(DecimalsAre(sign=sign), [file for file in among[0] if AMOUNTS & set(file.fields)] or among[0])


def _currency(said: Mapped, among: tuple[Sequence[LoadedFile], bool]) -> Meant:
    """The order files that name no currency; if each names one, those with orders."""
    code = str(said["value"]).strip().upper()
    if code not in CODES:
        near = process.extract(code, sorted(CODES), scorer=fuzz.ratio, limit=3)
        raise UnknownName("currency", code[:20], [name for name, _, _ in near])
    sold = [file for file in among[0] if file.role == "orders"] or list(among[0])
    return _of(CurrencyIs(code=code), [file for file in sold if "currency" not in file.fields] or sold)


def _zone(said: Mapped, tables: Tables) -> ShopZone:
    known = tables.facts.time_zone
    if not said.get("value") and known is None:
        raise CannotAnswer(
            "In which time zone is the shop itself?",
            "Say both, for example: times are in UTC, the shop is in Berlin time.",
            code="which_zone",
        )
    zone = zone_named(str(said["value"])) if said.get("value") else str(known)
    return ShopZone(zone=zone, written=zone_named(str(said["by"])) if said.get("by") else "")


def _leave_out(said: Mapped, tables: Tables) -> Meant:
    value, by = str(said["value"]).strip(), said.get("by")
    if by and by not in get_args(LeftOutField):
        raise UnknownName("kind of order", str(by)[:40], _ASKED)
    fields = (by, "customer_tags") if by == "tags" else (by,) if by else _ASKED
    values = {field: _values(tables, field) for field in fields}
    found = [(field, own) for field, there in values.items() for own in there if _plain(own) == _plain(value)]
    if not found and not by:  # "ignore draft orders" where the channel is called shopify_draft_order
        word = re.compile(rf"(?<![a-z0-9]){re.escape(_plain(value))}(?![a-z0-9])")
        found = [(f, own) for f, there in values.items() for own in there if word.search(_plain(own).replace("_", " "))]
    if not found and (out := next((r for r in tables.facts.rules if r.lower().endswith(f" {_plain(value)}")), None)):
        raise CannotAnswer(f"That is in force already: {out}.", code="in_force_already")
    if not found:
        every = Counter({own: n for there in values.values() for own, n in there.items()})
        near = [
            name for name, _, _ in process.extract(value, list(every), scorer=fuzz.WRatio, limit=3, score_cutoff=50)
        ]
        kind = "tag" if by in ("tags", "customer_tags") else (by or "tag, channel or source").replace("_", " ")
        raise UnknownName(kind, value[:60], near or [name for name, _ in every.most_common(3)])
    if len(found) > 1 and not (by == "tags" and found[0][0] == "tags"):
        words = tuple(f"ignore {_ORDERS_BY[field].format(own)}" for field, own in found[:_SHOWN])
        return Meant(question="Which orders do you mean?", options=words)
    return Meant(LeaveOut(field=found[0][0], value=found[0][1]))


_ORDERS_BY: Final = {
    "tags": "orders tagged '{}'", "customer_tags": "customers tagged '{}'", "channel": "orders from channel '{}'",
    "source": "orders from source '{}'", "discount_code": "orders with the code '{}'",
    "country": "orders from country '{}'", "status": "{} orders",
}  # fmt: skip


def _values(tables: Tables, field: str) -> Counter[str]:
    """The values of a field with how often they occur; cells that hold several are taken apart."""
    table, column = (tables.customers, "tags") if field == "customer_tags" else (tables.orders, field)
    filled = table.filter(table[column].notnull())
    rows = tables.frame(filled.group_by(value=filled[column]).aggregate(n=filled.count()))
    found: Counter[str] = Counter()
    for value, n in zip(rows["value"], rows["n"], strict=True):
        several = field in ("tags", "customer_tags", "discount_code")
        for part in re.split(r"[,;|]", value) if several else (value,):
            if part.strip():
                found[part.strip()] += int(n)
    return found


def _code(said: Mapped, tables: Tables) -> CodeIs:
    role = str(said.get("by") or "left out")
    if role not in get_args(CodeRole):
        raise UnknownName("role of a product code", role[:40], get_args(CodeRole))
    wanted = str(said["value"]).strip()
    items = tables.order_items
    codes: list[str] = []
    for column in ("sku", "product"):
        named = items.filter(items[column].notnull())
        counted = named.group_by(value=named[column]).aggregate(n=named.count())
        rows = tables.frame(counted.order_by(counted.n.desc()).limit(20_000))
        codes += [str(value) for value in rows["value"]]
    own = next((code for code in codes if _plain(code) == _plain(wanted)), None)
    if own is None and not _known_rule(wanted, tables):
        near = process.extract(wanted, codes, scorer=fuzz.WRatio, limit=3, score_cutoff=50)
        raise UnknownName("product code", wanted[:60], [name for name, _, _ in near])
    return CodeIs(code=own or wanted, role=role)


def _known_rule(code: str, tables: Tables) -> bool:
    """True if a rule in force has taken the code's lines out of sight."""
    return any(_plain(code) in _plain(rule) for rule in tables.facts.rules)


def _which_file(files: Sequence[LoadedFile], sentence: str) -> Meant:
    """One question with each file and what columns of it are meant."""
    names = []
    for file in files[:_SHOWN]:
        columns = [f"`{c}`" for name, c in file.fields.items() if name in AMOUNTS] or [f"`{c}`" for c in file.columns]
        names.append(f"`{file.file}` ({', '.join(columns[:3])})")
    return Meant(
        question=f"In which file: {', '.join(names)}?",
        options=(*(f"{sentence} in '{file.file}'" for file in files[: _SHOWN - 1]), f"{sentence} in all files"),
    )


def _plain(text: str) -> str:
    """Lower case, single blanks, no accents: what people type for a name."""
    parts = unicodedata.normalize("NFKD", str(text))
    return " ".join("".join(sign for sign in parts if not unicodedata.combining(sign)).lower().split())
