"""Etsy's monthly statement: fees and payouts, no orders; says what to export instead."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.platform import signature
from copilot.errors import DataRefused

_HEADER: Final = signature("Date", "Type", "Title", "Info", "Amount", "Fees & Taxes", "Net")


class EtsyStatement:
    """The format as the registry sees it."""

    name = "Etsy statement"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for the columns of the statement."""
        return _HEADER.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Always DataRefused: the statement names neither buyers nor what was bought."""
        raise DataRefused(
            f"{upload.name} is Etsy's monthly statement: fees, sales and payouts, but no buyers and no items.",
            "In Etsy open Shop Manager > Settings > Options > Download Data and add the CSV files 'Orders' and "
            "'Order Items' of the same months; nothing was stored.",
            code="not_orders",
        )
