"""Conditions: one test on one field, in words and as an Ibis expression; shared by scopes and segments."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from copilot.errors import UsageProblem

Op = Literal[
    "eq", "ne", "in", "not_in", "gt", "ge", "lt", "le", "contains", "is_null", "not_null", "top_share", "top_count"
]
Scalar = bool | int | float | date | str

_WORDS: Final[dict[str, str]] = {
    "eq": "is",
    "ne": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "gt": ">",
    "ge": ">=",
    "lt": "<",
    "le": "<=",
    "contains": "contains",
    "is_null": "is unknown",
    "not_null": "is known",
}


class Condition(BaseModel):
    """`field` `op` `value`. Text is compared without regard to case or surrounding blanks.

    `top_share` (value 0.10) and `top_count` (value 100) rank customers by the field, highest first; they
    stand in segment rules only.
    """

    model_config = ConfigDict(frozen=True)

    field: str
    op: Op = "eq"
    value: Scalar | tuple[Scalar, ...] | None = Field(default=None, description="a tuple for in and not_in")

    def text(self) -> str:
        """The condition in words, e.g. "country is Germany" or "orders >= 2".

        >>> Condition(field="days_since", op="gt", value=110).text()
        'days since last order > 110'
        """
        name = FIELD_WORDS.get(self.field, self.field.replace("_", " "))
        if self.op == "top_share":
            return f"top {_number(100 * float(str(self.value)))} % of customers by {name}"
        if self.op == "top_count":
            return f"top {_number(float(str(self.value)))} customers by {name}"
        if self.op in ("is_null", "not_null"):
            return f"{name} {_WORDS[self.op]}"
        if isinstance(self.value, bool):
            return name if self.value == (self.op == "eq") else f"not {name}"
        return f"{name} {_WORDS[self.op]} {_shown(self.value)}"

    def test(self, column: ir.Column) -> ir.BooleanColumn:
        """The condition on a column. Unknown values pass no test except `is_null`, `ne` and `not_in`."""
        if self.op == "is_null":
            return column.isnull()
        if self.op == "not_null":
            return column.notnull()
        if self.op in ("top_share", "top_count") or self.value is None:
            raise UsageProblem(f"The condition '{self.field} {self.op}' cannot be used here.")
        left, right = _comparable(column, self.value)
        values = right if isinstance(right, tuple) else (right,)
        if self.op in ("in", "eq"):
            return left.isin(values).fill_null(False)
        if self.op in ("not_in", "ne"):
            return ~left.isin(values).fill_null(False)
        if self.op == "contains":
            return left.cast("string").lower().contains(str(values[0]).lower()).fill_null(False)
        compared = {"gt": left.__gt__, "ge": left.__ge__, "lt": left.__lt__, "le": left.__le__}[self.op](values[0])
        return compared.fill_null(False)


FIELD_WORDS: Final[dict[str, str]] = {
    "days_since": "days since last order",
    "net_sales": "net sales",
    "gross_sales": "gross sales",
    "value": "value",
    "frequency": "number of orders",
    "demand_sales": "demand sales",
    "first_at": "first order",
    "last_at": "last order",
    "first_channel": "channel of the first order",
    "first_source": "source of the first order",
    "first_device": "device of the first order",
    "first_category": "category bought first",
    "first_product": "product bought first",
    "first_month": "month of the first order",
    "first_discounted": "first order discounted",
    "email_consent": "e-mail consent",
    "sms_consent": "SMS consent",
    "rfm_group": "RFM group",
    "stage": "journey stage",
    "substage": "journey sub-stage",
    "activity": "activity",
}


def _comparable(column: ir.Column, value: Scalar | tuple[Scalar, ...]) -> tuple[ir.Column, Scalar | tuple[Scalar, ...]]:
    """Both sides in one type: text folded to lower case, timestamps taken as days, money as numbers."""
    kind = column.type()
    if kind.is_string():
        folded = tuple(str(part).strip().lower() for part in (value if isinstance(value, tuple) else (value,)))
        return column.strip().lower(), folded
    if kind.is_timestamp():
        return column.date(), value
    if kind.is_decimal():
        return column.cast("float64"), value
    return column, value


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(part) for part in value)
    return _number(value) if isinstance(value, (int, float)) else str(value)


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4f}".rstrip("0")
