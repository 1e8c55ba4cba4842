"""The names in this shop's own data (countries, categories, products, sources ...) and the nearest to a spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import ibis.expr.types as ir
from rapidfuzz import fuzz, process

from copilot.data.tables import Tables
from copilot.errors import UnknownName
from copilot.statistics.condition import Condition
from copilot.statistics.segments import SegmentRule

ORDER_NAMES: Final = ("currency", "country", "region", "city", "channel", "source", "device", "discount_code")
ITEM_NAMES: Final = ("category", "product", "vendor")
MAX_NAMES: Final = 5000
_CLOSE: Final = 86
_VARIANT: Final = re.compile(r"\s+[-–|/]\s+|\s*[(,]")  # what follows is size, colour or count
_LINE_WORDS: Final = 2
_SAME: Final = 93
_MOST_WORDS: Final = 4  # of a name that may be misspelled

# Ways people name countries that no spelling distance would find.
COUNTRY_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "uk": ("united kingdom", "gb", "great britain"),
    "britain": ("united kingdom", "gb", "great britain"),
    "england": ("united kingdom", "gb"),
    "us": ("united states", "usa"),
    "usa": ("united states", "us"),
    "america": ("united states", "us", "usa"),
    "ireland": ("eire", "ie", "ireland"),
    "holland": ("netherlands", "nl"),
    "germany": ("de",),
    "france": ("fr",),
    "spain": ("es",),
    "italy": ("it",),
    "netherlands": ("nl",),
    "austria": ("at",),
    "switzerland": ("ch",),
    "belgium": ("be",),
    "denmark": ("dk",),
    "sweden": ("se",),
    "norway": ("no",),
    "poland": ("pl",),
    "portugal": ("pt",),
    "finland": ("fi",),
    "canada": ("ca",),
    "australia": ("au",),
    "japan": ("jp",),
}


@dataclass(frozen=True)
class Name:
    """One value of one dimension, spelled as in the data."""

    field: str
    value: str


@dataclass(frozen=True)
class ShopNames:
    """All names by dimension, most frequent first; `traits`: the attributes the shop gives its customers."""

    values: Mapping[str, tuple[str, ...]]
    traits: tuple[str, ...] = ()

    @classmethod
    def of(cls, tables: Tables) -> ShopNames:
        """The names in the tables (at most 5,000 a dimension); read once."""
        return tables.once("shop names", lambda: cls._read(tables))

    @classmethod
    def _read(cls, tables: Tables) -> ShopNames:
        values: dict[str, tuple[str, ...]] = {}
        for table, fields in ((tables.orders, ORDER_NAMES), (tables.order_items, ITEM_NAMES)):
            for field in fields:
                values[field] = _distinct(tables, table, field)
        return cls(values, _distinct(tables, tables.customer_attributes, "name"))

    def asked_traits(self, text: str) -> tuple[str, ...]:
        """Dimensions `attribute:<name>` for attributes a text asks to split by ("by segment")."""
        said = _plain(text)
        found = []
        for name in self.traits:
            words = re.escape(_plain(name.replace("_", " ")))
            if words and re.search(rf"\b(?:by|per|each) (?:customers?'?s? |the )?{words}s?(?!\w)", said):
                found.append(f"attribute:{name}")
        return tuple(found)

    def find(self, text: str, fields: tuple[str, ...] | None = None) -> list[Name]:
        """Names that stand in a text as whole words, longest first; spelling slips in words of five or more letters."""
        said = _Said(_plain(text))
        found: list[Name] = []
        for field in fields or tuple(self.values):
            found += [Name(field, value) for value, plain in self._plain_values.get(field, ()) if said.contains(plain)]
            if field == "country":
                found += [Name(field, value) for value in self._countries(said.text)]
            if field == "product":
                found += [Name(field, line) for line, plain in self._lines if said.contains(plain)]
        found.sort(key=lambda name: -len(name.value))
        return _without_parts(found)

    def codes(self, message: str) -> list[Name]:
        """Countries and currencies named by their code in capitals, as the data spells them ("only GB")."""
        found = []
        for code in re.findall(r"\b[A-Z]{2,3}\b", message):
            found += [Name(field, code) for field in ("country", "currency") if code in self.values.get(field, ())]
        return found

    @cached_property
    def _plain_values(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Each name with how it is compared."""
        return {field: tuple((value, _plain(value)) for value in values) for field, values in self.values.items()}

    @cached_property
    def _lines(self) -> tuple[tuple[str, str], ...]:
        """Product names of two words or more, without the size or colour that follows ("Fine tea - 100 g")."""
        cut = (_VARIANT.split(value, maxsplit=1)[0].strip() for value in self.values.get("product", ()))
        return tuple((line, _plain(line)) for line in dict.fromkeys(cut) if len(line.split()) >= _LINE_WORDS)

    def variants(self, field: str, text: str) -> tuple[str, ...]:
        """All products of one line ("Darjeeling - 100 g", "Darjeeling - 250 g"); empty if it is no line."""
        if field != "product" or _plain(text) in {_plain(value) for value in self.values.get(field, ())}:
            return ()
        wanted = _plain(text)
        return tuple(v for v in self.values.get(field, ()) if _plain(_VARIANT.split(v, maxsplit=1)[0]) == wanted)

    def resolve(self, field: str, text: str) -> str:
        """The value of a dimension that a spelling means; raises UnknownName with the nearest ones."""
        values = self.values.get(field, ())
        by_plain = {_plain(value): value for value in values}
        wanted = _plain(text)
        if wanted in by_plain:
            return by_plain[wanted]
        if field == "country":
            for value in self._countries(wanted):
                return value
        best = process.extract(wanted, list(by_plain), scorer=fuzz.WRatio, limit=3)
        if best and best[0][1] >= _SAME and (len(best) == 1 or best[0][1] - best[1][1] >= 3):
            return by_plain[best[0][0]]
        raise UnknownName(
            field.replace("_", " "), text[:60], [by_plain[name] for name, score, _ in best if score >= 60]
        )

    def _countries(self, lowered: str) -> list[str]:
        by_plain = {_plain(value): value for value in self.values.get("country", ())}
        found: list[str] = []
        for word, others in COUNTRY_WORDS.items():
            if re.search(rf"\b{word}\b", lowered):
                found += [by_plain[name] for name in (word, *others) if name in by_plain]
        return list(dict.fromkeys(found))


def condition_from(text: str, names: ShopNames) -> Condition:
    """A filter argument such as `country=Germany` or `source!=google` as a condition with the data's own spelling."""
    match = re.fullmatch(r"\s*(\w+)\s*(!=|=|:)\s*(.+?)\s*", text)
    if match is None:
        found = names.find(text)
        if not found:
            raise UnknownName("name", text[:60], ())
        return Condition(field=found[0].field, op="eq", value=found[0].value)
    field = match[1].lower()
    if field not in names.values:
        raise UnknownName("filter", field, [name for name in names.values if names.values[name]])
    if several := names.variants(field, match[3]):
        return Condition(field=field, op="not_in" if match[2] == "!=" else "in", value=several)
    value = names.resolve(field, match[3])
    return Condition(field=field, op="ne" if match[2] == "!=" else "eq", value=value)


def rule_text(rule: SegmentRule) -> str:
    """Name and rule in one breath: `lapsed customers (days since last order > 110)`."""
    words = rule.text()
    return rule.name if rule.name.lower() == words.lower() else f"{rule.name} ({words})"


def _distinct(tables: Tables, table: ir.Table, field: str) -> tuple[str, ...]:
    known = table.filter(table[field].notnull())
    counted = known.group_by(field).aggregate(n=known.count())
    frame = tables.frame(counted.order_by([counted.n.desc(), counted[field]]).limit(MAX_NAMES))
    return tuple(str(value) for value in frame[field] if str(value).strip())


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w&+'-]+", " ", text.lower()).split())


class _Said:
    """A text in which names are looked for, with its runs of words by number of words and first letter."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._runs: dict[tuple[int, str], list[str]] = {}
        tokens = text.split()
        for words in range(1, _MOST_WORDS + 1):
            for start in range(len(tokens) - words + 1):
                self._runs.setdefault((words, tokens[start][0]), []).append(" ".join(tokens[start : start + words]))

    def contains(self, plain: str) -> bool:
        """True if the name stands in the text, or something spelled nearly so."""
        if len(plain) < 3:
            return False
        if plain in self.text and re.search(rf"(?<!\w){re.escape(plain)}s?(?!\w)", self.text):
            return True
        if len(plain) < 5:
            return False
        runs = self._runs.get((plain.count(" ") + 1, plain[0]), ())
        return any(abs(len(run) - len(plain)) <= 2 and fuzz.ratio(run, plain) >= _CLOSE for run in runs)


def _without_parts(found: list[Name]) -> list[Name]:
    """Drop a name that is only a part of a longer one found."""
    kept: list[Name] = []
    for name in found:
        inside = any(_plain(name.value) != _plain(k.value) and _plain(name.value) in _plain(k.value) for k in kept)
        if not inside and name not in kept:
            kept.append(name)
    return kept
