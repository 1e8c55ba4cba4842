"""Corrections: what the user said about the shop's files and orders, typed, in words, and which of them apply where.

A correction of a *header* (which column, cents, day first, currency) belongs to every file with these column names,
now and later; one of the *shop* (time zone, orders left out, product codes) belongs to all files. Both are remembered
in the manifest in the order they were said. Those that change how cells are read are handed to the formats as answers
to intake questions (`Upload.answers`), so that an answered question and a correction are one thing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

CENTS: Final = "cents"
NO_COLUMN: Final = "-"  # the answer that no column holds a field
LeftOutField = Literal["tags", "customer_tags", "channel", "source", "country", "discount_code", "status"]
CodeRole = Literal["left out", "shipping", "fee", "gift_card", "adjustment", "product"]
FIELD_NAMES: Final[Mapping[str, str]] = {
    "email": "customer", "customer_id": "customer", "order_id": "order number", "ordered_at": "order date",
    "line_total": "amount of the line", "order_total": "amount of the order", "unit_price": "price of a unit",
    "given_at": "date", "started_at": "date", "day": "date", "created_at": "date", "sku": "product code",
    "spend": "cost", "body": "text", "source": "source (where the order came from)",
}  # fmt: skip
_ORDERS: Final[Mapping[str, str]] = {
    "tags": "orders tagged {}", "customer_tags": "orders of customers tagged {}", "channel": "orders of the channel {}",
    "source": "orders that came from {}", "country": "orders from {}", "discount_code": "orders with the code {}",
    "status": "orders with the status {}",
}  # fmt: skip


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def of_shop(self) -> bool:
        """True if it belongs to all files, whatever their columns."""
        return False

    def answers(self) -> dict[str, str]:
        """What it tells a format while cells are read: answer code -> option."""
        return {}

    def words(self) -> str:
        """What is so from now on, in a few words; names of the user's in backticks."""
        raise NotImplementedError

    def receipt(self) -> str | None:
        """What every receipt says of it; None if it only changes how cells are read."""
        return None


class ColumnIs(_Said):
    """A column holds a field (`copilot.data.formats.base.FIELDS`); `instead` are fields that no column holds then."""

    kind: Literal["column"] = "column"
    column: str
    field: str
    instead: tuple[str, ...] = ()

    def answers(self) -> dict[str, str]:
        """`column_<field>`: the column."""
        none = {f"column_{name}": NO_COLUMN for name in self.instead}
        return {**none, f"column_{self.field}": self.column}

    def words(self) -> str:
        """Column and field."""
        name = FIELD_NAMES.get(self.field, self.field.replace("_", " "))
        return f"the column `{self.column}` is the {name}"


class AmountsInCents(_Said):
    """Amounts are written in cents; of one column, or of all columns that hold money."""

    kind: Literal["amounts"] = "amounts"
    column: str | None = None

    def answers(self) -> dict[str, str]:
        """`amounts`, or `amounts_<column>`: cents."""
        return {f"amounts_{self.column}" if self.column else "amounts": CENTS}

    def words(self) -> str:
        """Which amounts."""
        return f"the amounts in the column `{self.column}` are in cents" if self.column else "amounts are in cents"


class DatesAre(_Said):
    """How dates such as 03/04/2024 are written."""

    kind: Literal["dates"] = "dates"
    order: Literal["day first", "month first"]

    def answers(self) -> dict[str, str]:
        """`date_order`."""
        return {"date_order": self.order}

    def words(self) -> str:
        """The order."""
        return f"dates are written {self.order}"


class DecimalsAre(_Said):
    """The decimal sign of amounts whose cells leave it open, such as 1,234."""

    kind: Literal["decimals"] = "decimals"
    sign: Literal["decimal comma", "decimal point"]

    def answers(self) -> dict[str, str]:
        """`decimal_sign`."""
        return {"decimal_sign": self.sign}

    def words(self) -> str:
        """The sign."""
        return f"amounts are written with a {self.sign}"


class CurrencyIs(_Said):
    """The currency of a file that names none, or the wrong one."""

    kind: Literal["currency"] = "currency"
    code: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")

    def answers(self) -> dict[str, str]:
        """`currency`."""
        return {"currency": self.code}

    def words(self) -> str:
        """The code."""
        return f"amounts are in {self.code}"


class Answered(_Said):
    """An answer to an intake question, remembered for files with the same columns."""

    kind: Literal["answer"] = "answer"
    code: str
    option: str

    def answers(self) -> dict[str, str]:
        """The answer itself."""
        return {self.code: self.option}

    def words(self) -> str:
        """Question and answer."""
        if self.code == "date_order":
            return f"dates are written {self.option}"
        if self.code.startswith("column_"):
            field = self.code.removeprefix("column_")
            return f"the column `{self.option}` is the {FIELD_NAMES.get(field, field.replace('_', ' '))}"
        return f"{self.code.replace('_', ' ')}: `{self.option}`"


class ShopZone(_Said):
    """The shop's time zone; `written` is the zone of times that name none: the shop's own, or another such as UTC."""

    kind: Literal["time_zone"] = "time_zone"
    zone: str = Field(description="IANA name, e.g. Europe/Berlin")
    written: str = Field(default="", description="IANA name; empty: the shop's own")

    @property
    def of_shop(self) -> bool:
        """True."""
        return True

    def answers(self) -> dict[str, str]:
        """`time_zone` and `times_in`."""
        return {"time_zone": self.zone, "times_in": self.written or self.zone}

    def words(self) -> str:
        """Zone and how times are written."""
        written = f"; times that name no zone are in {self.written}" if self.written not in ("", self.zone) else ""
        return f"the shop is in the time zone {self.zone}{written}"

    def receipt(self) -> str:
        """Whose days are counted."""
        return f"days in {self.zone} time"


class LeaveOut(_Said):
    """Orders that do not count at all, by a tag, channel, source ... (text compared without regard to case)."""

    kind: Literal["leave_out"] = "leave_out"
    field: LeftOutField
    value: str

    @property
    def of_shop(self) -> bool:
        """True."""
        return True

    def words(self) -> str:
        """Which orders."""
        return f"{_ORDERS[self.field].format(f'`{self.value}`')} are left out"

    def receipt(self) -> str:
        """Which orders are missing."""
        return f"without {_ORDERS[self.field].format(self.value)}"


class CodeIs(_Said):
    """What lines with a product code (or, where there is none, a product name) are: shipping, a fee ... or nothing."""

    kind: Literal["code"] = "code"
    code: str
    role: CodeRole

    @property
    def of_shop(self) -> bool:
        """True."""
        return True

    def words(self) -> str:
        """Code and role."""
        if self.role == "left out":
            return f"lines with the product code `{self.code}` are left out"
        return f"the product code `{self.code}` is {self._role()}"

    def receipt(self) -> str:
        """The same without marks."""
        if self.role == "left out":
            return f"without lines of the product code {self.code}"
        return f"product code {self.code} read as {self._role()}"

    def _role(self) -> str:
        return {"gift_card": "a gift card", "fee": "a fee", "adjustment": "an adjustment", "product": "a product"}.get(
            self.role, self.role
        )


Correction = Annotated[
    ColumnIs | AmountsInCents | DatesAre | DecimalsAre | CurrencyIs | Answered | ShopZone | LeaveOut | CodeIs,
    Field(discriminator="kind"),
]
CORRECTION: Final[TypeAdapter[Correction]] = TypeAdapter(Correction)


class Applied(BaseModel):
    """A correction in force, for files with one of `headers` (none: for all files); `files` are those at hand."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(default="", description="c1, c2 ... given by the manifest")
    correction: Correction
    headers: tuple[str, ...] = ()
    files: tuple[str, ...] = Field(default=(), description="the files it was said of")
    said: str = Field(default="", description="the user's words, without contact data")
    made_at: datetime

    def words(self) -> str:
        """What is so, and for which files."""
        what = self.correction.words()
        named = ", ".join(f"`{file}`" for file in self.files)
        return f"{what} (files with the columns of {named})" if self.headers and named else what


def header_key(columns: Iterable[str], *, named: bool, upload_id: str) -> str:
    """What files of one layout have in common: their column names; a file without names stands for itself."""
    if not named:
        return f"file-{upload_id}"
    names = sorted(" ".join(column.lower().split()) for column in columns)
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:16]


def answers_for(header: str, corrections: Iterable[Applied]) -> dict[str, str]:
    """What is known of files with this header; a later correction wins over an earlier one."""
    answers: dict[str, str] = {}
    for applied in corrections:
        if not applied.headers or header in applied.headers:
            answers |= applied.correction.answers()
    return answers


def reading_key(answers: Mapping[str, str]) -> str:
    """A short content key of what a file was read with; empty if nothing was said."""
    if not answers:
        return ""
    return hashlib.sha256(json.dumps(sorted(answers.items())).encode()).hexdigest()[:12]


def shop_rules(corrections: Iterable[Applied]) -> tuple[Correction, ...]:
    """The corrections of the shop that change what counts; of several about one thing the last."""
    rules: dict[tuple[str, str], Correction] = {}
    for applied in corrections:
        rule = applied.correction
        if not applied.headers:
            what = rule.code if isinstance(rule, CodeIs) else rule.words() if isinstance(rule, LeaveOut) else ""
            rules.pop(about := (rule.kind, what.strip().lower()), None)
            rules[about] = rule
    return tuple(rules.values())


def rules_key(rules: Iterable[Correction]) -> str:
    """A content key of shop rules; empty without any."""
    said = [rule.model_dump_json() for rule in rules]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12] if said else ""
