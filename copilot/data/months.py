"""Names of months in the languages of shop exports, as a pattern and as numbers."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

# English, German, French, Spanish, Italian, Dutch, Portuguese, Polish; full, declined and short forms.
NAMES: Final[tuple[tuple[str, ...], ...]] = (
    ("january", "januar", "jänner", "janvier", "enero", "gennaio", "januari", "janeiro", "styczeń", "stycznia",
     "jan", "jän", "janv", "ene", "gen", "sty"),
    ("february", "februar", "feber", "février", "fevrier", "febrero", "febbraio", "februari", "fevereiro", "luty",
     "lutego", "feb", "févr", "fevr", "fév", "fev", "lut"),
    ("march", "märz", "maerz", "mars", "marzo", "maart", "março", "marco", "marzec", "marca", "mar", "mär", "mrz",
     "mrt"),
    ("april", "avril", "abril", "aprile", "kwiecień", "kwietnia", "apr", "avr", "abr", "kwi"),
    ("may", "mai", "mayo", "maggio", "mei", "maio", "maj", "maja", "mag"),
    ("june", "juni", "juin", "junio", "giugno", "junho", "czerwiec", "czerwca", "jun", "giu", "cze"),
    ("july", "juli", "juillet", "julio", "luglio", "julho", "lipiec", "lipca", "jul", "juil", "lug", "lip"),
    ("august", "août", "aout", "agosto", "augustus", "sierpień", "sierpnia", "aug", "ago", "sie"),
    ("september", "septembre", "septiembre", "setiembre", "settembre", "setembro", "wrzesień", "września", "sept",
     "sep", "set", "wrz"),
    ("october", "oktober", "octobre", "octubre", "ottobre", "outubro", "październik", "października", "oct", "okt",
     "ott", "out", "paź"),
    ("november", "novembre", "noviembre", "novembro", "listopad", "listopada", "nov", "lis"),
    ("december", "dezember", "décembre", "decembre", "diciembre", "dicembre", "dezembro", "grudzień", "grudnia",
     "dec", "dez", "déc", "dic", "gru"),
)  # fmt: skip
# Longest first, so that `mar` does not stop a match of `marzo`.
PATTERN: Final = "(?:" + "|".join(sorted((name for names in NAMES for name in names), key=lambda n: (-len(n), n))) + ")"


def number_of(word: ir.StringValue) -> ir.StringValue:
    """The month a word names as `1` to `12`, null for any other word."""
    names = [(name, str(number)) for number, names in enumerate(NAMES, 1) for name in names]
    # A look-up, not a chain of cases: the engine would work out the word anew for each of them.
    return ibis.map([name for name, _ in names], [number for _, number in names])[word.lower()]
