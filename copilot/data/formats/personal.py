"""Which columns are about the person and are never kept (names, contact data, birthdays), by header and cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from copilot.data.formats.base import Upload
from copilot.data.formats.synonyms import normal

LONGEST_LABEL: Final = 5  # words; a longer header is a question about something ("How do you like our e-mails?")
_SHARE: Final = 0.3  # of filled cells that look like contact data, from which a column is contact data
_LABEL: Final = re.compile(
    r"^(?:(?:what is |what s )?your )?(?:first |last |full |middle |given |family |sur|user ?|display ?|nick ?|screen ?"
    r"|birth |maiden |contact |customer |client |buyer |member |subscriber |recipient |reviewer |billing |shipping )*"
    r"names?(?: (?:and|und) surname)?$"
    r"|\b(?:e ?mail(?: address)?|phone|telephone|telefon|téléphone|teléfono|mobile|cell ?phone|handynummer|fax|whatsapp"
    r"|ip|optin ip|confirm ip|ip address|address(?:e|es)?|addr|anschrift|adresse|dirección|indirizzo|street|straße"
    r"|strasse|rue|calle|house number|zip|zip ?code|postal|post ?code|plz|code postal|latitude|longitude|lat|lng|geo"
    r"|birth ?day|birth ?date|date of birth|dob|doby|geburtstag|geburtsdatum|naissance|passport|ssn|iban|bic|card"
    r"|vat|tax id|username|login|instagram|facebook|twitter|linkedin|tiktok handle|social|url|website|homepage"
    r"|notes?|notizen|remarks?|comments?|vorname|nachname|prénom|nom|apellidos?|nombre|cognome|company|organi[sz]ation"
    r"|firma|network id|device id|user agent|signature)\b",
)
_CELLS: Final = (
    r"^\S+@\S+\.\S+$"  # e-mail address
    r"|^(?:\+|00|\()\d[\d\s().\-/]{6,}$|^0\d[\d\s()\-/]{7,}$"  # phone number
    r"|^\d{1,3}(?:\.\d{1,3}){3}$"  # IP address
    r"|^(?:https?://|www\.)\S+$"
)


def personal_label(header: str) -> bool:
    """True where a short header names a person's own data.

    >>> personal_label("First Name"), personal_label("OPTIN_IP"), personal_label("How do you like our e-mails now?")
    (True, True, False)
    >>> personal_label("Product name"), personal_label("Favourite colour")
    (False, False)
    """
    plain = normal(header)
    return len(plain.split()) <= LONGEST_LABEL and _LABEL.search(plain) is not None


def personal(upload: Upload, columns: Iterable[str]) -> set[str]:
    """Those of the columns whose header or cells are a person's own data."""
    asked = list(columns)
    found = {column for column in asked if personal_label(column)}
    rest = [column for column in asked if column not in found]
    if not rest:
        return found
    measures = {f"c{i}": upload.table[column].re_search(_CELLS).cast("float64").mean() for i, column in enumerate(rest)}
    shares = upload.table.aggregate(**measures).to_pyarrow().to_pylist()[0]
    return found | {column for i, column in enumerate(rest) if (shares[f"c{i}"] or 0) > _SHARE}


def told(columns: Iterable[str]) -> str:
    """The columns as a message names them."""
    return ", ".join(repr(column) for column in columns)
