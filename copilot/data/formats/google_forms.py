"""Google Forms answers: a time stamp first, then a column a question; several choices in one cell."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.forms import fill_form, with_parted_choices
from copilot.data.formats.platform import Columns
from copilot.data.formats.synonyms import name_score, normal

TIMES: Final = ("Timestamp", "Zeitstempel", "Horodateur", "Marca temporal", "Informazioni cronologiche", "Tijdstempel",
                "Carimbo de data/hora")  # fmt: skip
COLUMNS: Final[Columns] = {
    "given_at": TIMES,
    "email": ("Email Address", "Username", "E-Mail-Adresse", "Adresse e-mail", "Dirección de correo electrónico"),
}
LONG: Final = 3  # words from which a header reads like a question
_NOT: Final = ("order_id", "unit_price", "spend", "session_id", "line_total", "order_total")


class GoogleForms:
    """The format as the registry sees it."""

    name = "Google Forms answers"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """0.6 for a time stamp in front of columns that read like questions."""
        if not columns or columns[0].strip().lower() not in {name.lower() for name in TIMES}:
            return 0.0
        asked = [own for own in columns[1:] if "?" in own or len(normal(own).split()) >= LONG]
        other = any(name_score(field, own) > 0 for field in _NOT for own in columns)
        return 0.6 if not other and (any("?" in own for own in asked) or len(asked) >= LONG) else 0.0

    def map(self, upload: Upload) -> Mapped:
        """One response a row; answers separated by commas are told apart where they are put together from choices."""
        return fill_form(with_parted_choices(upload, upload.raw.columns[1:]), COLUMNS, self.name)
