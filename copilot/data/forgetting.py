"""Forgets a person: takes them out of every upload and raw file, and marks them so that no later file brings them back.

Their orders stay in the shop's totals as orders without a customer; everything else about them goes. The mark is the
salted pseudonym, which nobody can read an address from.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from copilot.data.disk import sync
from copilot.data.engine import connect, read, regex_replace, write
from copilot.data.keys import ERASED
from copilot.data.manifest import Entry, Manifest, New
from copilot.data.privacy import normal_phone, pseudonym_of
from copilot.errors import UnknownName, UsageProblem

PERSON: Final = "[deleted]"
# Kept without the person: what the shop sold, and how often it was visited.
_KEPT: Final = {
    "orders": ("customer_key", "region", "city", "tags", "discount_code"),
    "sessions": ("customer_key", "visitor"),
}
_LEAST_TEXT: Final = 12  # characters of a review that tell it from others


@dataclass(frozen=True)
class Forgotten:
    """What was done: customer keys, screen numbers, orders that have no customer now, and the files changed.

    `words` are what named the person (addresses, names, reviews): to be looked for wherever else they may stand.
    """

    keys: frozenset[str]
    refs: tuple[str, ...]
    orders: int
    files: tuple[str, ...]
    words: tuple[str, ...] = field(repr=False)

    def mentioned(self, text: str) -> bool:
        """True if a text names the person.

        >>> Forgotten(frozenset(), (), 0, (), ("#1001",)).mentioned("best: #10012")
        False
        """
        if not self.words:
            return False
        words = "|".join(re.escape(form) for word in self.words for form in {word, json.dumps(word)[1:-1]})
        return re.search(rf"(?<![\w@])(?:{words})(?!\w)", text, re.IGNORECASE) is not None


@dataclass(frozen=True)
class Person:
    """Everything the identities know of one person."""

    keys: frozenset[str]
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def find(home: Path, manifest: Manifest, salt: str, who: str) -> Person:
    """The person an e-mail address, phone number, customer id or screen number (`#1001`) belongs to.

    Raises UsageProblem for something else, such as a name: two people may share it.
    """
    who = who.strip()
    if not who or (" " in who and not re.fullmatch(r"[+()\d\s./-]{7,}", who)):
        raise UsageProblem(
            "Say who by an e-mail address, a phone number, the shop's customer id or the number on the screen (#1001).",
            "A name alone may be shared by several people.",
        )
    digits = re.sub(r"^00", "", re.sub(r"\D", "", who))
    candidates = {f"email:{who.lower()}", f"id:{who}", f"id:{who.removeprefix('#')}"}
    candidates |= {f"phone:{digits}"} if len(digits) >= 7 else set()
    keys = {pseudonym_of(one, salt) for one in candidates} | manifest.keys_of(who)
    files = sorted((home / "private" / "identities").glob("*.parquet"))
    if not files:
        return Person(frozenset(keys))
    engine = connect(home)
    try:
        people = read(engine, files)
        rows = _rows(people, keys, who, digits)
        keys |= {row["customer_key"] for row in rows}
        rows = _rows(people, keys, "", "")  # the same person in other files
    finally:
        engine.disconnect()
    keys |= {pseudonym_of(f"id:{row['shop_customer_id'].strip()}", salt) for row in rows if row["shop_customer_id"]}
    keys |= {pseudonym_of(f"email:{row['email']}", salt) for row in rows if row["email"]}
    return Person(frozenset(keys), _full_names(rows), _words(rows, who))


def _rows(people: ir.Table, keys: set[str], who: str, digits: str) -> list[dict[str, Any]]:
    test = people.customer_key.isin(sorted(keys))
    if who:
        test = test | (people.email == who.lower()) | (people.shop_customer_id == who.removeprefix("#"))
    if len(digits) >= 7:
        test = test | (normal_phone(people.phone) == digits)
    found: list[dict[str, Any]] = people.filter(test).to_pyarrow().to_pylist()
    return found


def _full_names(rows: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    names = {f"{row['first_name']} {row['last_name']}" for row in rows if row["first_name"] and row["last_name"]}
    return tuple(sorted(names))


def _words(rows: Iterable[dict[str, Any]], who: str) -> tuple[str, ...]:
    """What names the person in a text. A short number is none: it would be found in every figure."""
    found = {who, *_full_names(rows)}
    for row in rows:
        found |= {row[name] for name in ("email", "phone", "shop_customer_id") if row[name]}
    return tuple(sorted(word for word in found if len(word) >= 4 and not re.fullmatch(r"[\d.,]{1,8}", word)))


class Eraser:
    """Rewrites the stored files of uploads without some people."""

    def __init__(self, home: Path, person: Person) -> None:
        self._home, self._person = home, person
        self.orders = 0
        self.texts: list[str] = []

    def names_them(self, entry: Entry) -> bool:
        """True if any file of the upload holds one of the keys, or free text that may name them."""
        engine = connect(self._home)
        try:
            return any(self.holds(read(engine, [file])) for file in _files(self._home, entry.place))
        finally:
            engine.disconnect()

    def holds(self, table: ir.Table) -> bool:
        """True if a row is theirs, or a text names them."""
        columns = [name for name in ("customer_key", "from_key", "to_key") if name in table.columns]
        test = ibis.or_(*[table[name].isin(sorted(self._person.keys)) for name in columns]) if columns else None
        if "text" in table.columns and (pattern := self._pattern()):
            named = table.text.re_search(pattern).fill_null(False)
            test = named if test is None else test | named
        return test is not None and int(table.filter(test).count().execute()) > 0

    def _pattern(self) -> str:
        names = "|".join(re.escape(name) for name in self._person.names)
        return rf"(?i)\b(?:{names})\b" if names else ""

    def erase(self, entry: Entry) -> str:
        """Write the upload's files without them beside the old ones; gives the name of the new place."""
        place = f"{entry.source.upload_id}{ERASED}{secrets.token_hex(4)}"
        (self._home / "uploads" / place).mkdir(mode=0o700)
        engine = connect(self._home)
        try:
            for file in _files(self._home, entry.place):
                private = file.parent.parent.name == "private"
                name = file.parent.name if private else file.stem
                target = file.with_name(f"{place}.parquet") if private else self._home / "uploads" / place / file.name
                write(self.without(read(engine, [file]), name), target)
        finally:
            engine.disconnect()
        for folder in (self._home / "uploads" / place, self._home / "uploads"):
            sync(folder)
        return place

    def without(self, table: ir.Table, name: str) -> ir.Table:
        """The rows of table `name` without them; what the shop sold stays, without a customer."""
        keys = sorted(self._person.keys)
        if name == "key_links":
            return table.filter(~table.from_key.isin(keys), ~table.to_key.isin(keys))
        if "customer_key" not in table.columns:
            return table
        theirs = table.customer_key.isin(keys).fill_null(False)
        if name in _KEPT:
            if name == "orders":
                self.orders += int(table.filter(theirs).count().execute())
            blank = {c: ibis.ifelse(theirs, ibis.null(table[c].type()), table[c]) for c in _KEPT[name] if c in table}
            return table.mutate(**blank)
        if name == "feedback":
            said = table.filter(theirs).text.to_pyarrow().to_pylist()
            self.texts += [text for text in said if text and len(text) >= _LEAST_TEXT]
            if pattern := self._pattern():
                table = table.mutate(text=regex_replace(table.text, pattern, PERSON, "g"))
        return table.filter(~theirs)


def _files(home: Path, place: str) -> list[Path]:
    """The Parquet files of an upload, the private ones among them."""
    private = [home / "private" / part / f"{place}.parquet" for part in ("identities", "feedback")]
    return [*sorted((home / "uploads" / place).glob("*.parquet")), *(file for file in private if file.exists())]


def forget(home: Path, manifest: Manifest, person: Person) -> Forgotten:
    """Take the person out of all uploads, in one step; call it while holding the manifest for writing.

    Raises UnknownName where nobody of these keys is in any upload. The raw file of a changed upload is removed, since
    it names the person: a correction that would read it again asks for the file.
    """
    eraser = Eraser(home, person)
    entries = manifest.entries()
    touched = [entry for entry in entries if eraser.names_them(entry)]
    if not touched and not manifest.refs_of(person.keys):
        raise UnknownName("customer", "that", [])
    news = []
    for entry in touched:
        place = eraser.erase(entry)
        (home / "private" / "raw" / f"{entry.source.upload_id}.upload").unlink(missing_ok=True)
        news.append(New(entry.report, entry.tables, entry.notes, replace(entry.read, place=place)))
    refs = manifest.forget(news, person.keys)
    words = (*person.words, *refs, *eraser.texts)
    files = tuple(entry.source.file for entry in touched)
    return Forgotten(person.keys, refs, eraser.orders, files, tuple(dict.fromkeys(words)))


def keep_out(home: Path, folder: Path, keys: frozenset[str]) -> bool:
    """Take people who were forgotten before out of a prepared upload (`tables/`, identities and feedback in `folder`).

    True if any of them was in it: its raw file is not to be stored then.
    """
    if not keys:
        return False
    private = [folder / f"{part}.parquet" for part in ("identities", "feedback")]
    files = [*sorted((folder / "tables").glob("*.parquet")), *(file for file in private if file.exists())]
    engine = connect(home)
    try:
        rows = _rows(read(engine, [private[0]]), set(keys), "", "") if private[0].exists() else []
        eraser = Eraser(home, Person(keys, _full_names(rows)))
        found = [file for file in files if eraser.holds(read(engine, [file]))]
        for file in found:
            fresh = file.with_suffix(".fresh")
            write(eraser.without(read(engine, [file]), file.stem), fresh)
            fresh.replace(file)
    finally:
        engine.disconnect()
    return bool(found)
