"""What somebody has told the calculator: a value, written into the page's address or form, signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django.core import signing

from kaichuang.packs.freeze import read, written
from kaichuang.rules.lang.admission import admit
from kaichuang.rules.lang.errors import Wrong
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.values import Value, ValueType

SALT = "kaichuang.entitlement.answers"
MOST_ROWS = 60
MOST_BYTES = 60_000

_TYPES: Mapping[ValueType, type] = {
    "bool": bool, "int": int, "money": int, "ratio": Fraction, "date": dt.date, "text": str,
}  # fmt: skip

Row = dict[str, Value]


class BrokenLink(ValueError):
    """A link that this platform did not write, or that was cut off."""


@dataclass(frozen=True)
class Told:
    """The answers so far. ``unknown`` are the facts of which the visitor said "I do not know".

    ``facts`` are in the program's values (money in fen); an empty table in ``tables`` says that there are no rows.
    """

    programme: str
    pack: str
    who: tuple[str, ...] = ()
    as_of: dt.date | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    tables: Mapping[str, list[Row]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    opened: tuple[str, ...] = ()
    """Facts that the visitor wants to answer or change though they are not needed now."""

    @property
    def names(self) -> frozenset[str]:
        """Everything that was answered, with a value or with "I do not know"."""
        return frozenset(self.facts) | frozenset(self.tables) | self.unknown

    def token(self) -> str:
        """The answers for an address."""
        return signing.dumps(self.plain(), salt=SALT, compress=True)

    def plain(self) -> dict[str, Any]:
        """The answers as plain data, to be kept; `told_from` reads it."""
        return {
            "g": self.programme,
            "p": self.pack,
            "w": list(self.who),
            "d": self.as_of.isoformat() if self.as_of else None,
            "f": {name: written(value) for name, value in self.facts.items()},
            "t": {
                code: [{name: written(cell) for name, cell in row.items()} for row in rows]
                for code, rows in self.tables.items()
            },
            "u": sorted(self.unknown),
        }

    def fitting(self, book: Rulebook) -> Told:
        """The answers that the rules still ask for: a pack may have changed since a link was written."""
        fields = book.compiled.fields
        tables = {}
        for code, rows in self.tables.items():
            if code in book.collections:
                columns = {column.code: column.type for column in book.collections[code].columns}
                tables[code] = [
                    {k: v for k, v in row.items() if k in columns and isinstance(v, _TYPES[columns[k]])}
                    for row in rows
                ]
        return replace(
            self,
            facts={n: value for n, value in self.facts.items() if n in fields and admissible(book, n, value)},
            tables=tables,
            unknown=frozenset(n for n in self.unknown if n in fields or n in book.collections),
        )


def admissible(book: Rulebook, name: str, value: object) -> bool:
    """Whether the rules take a value for a fact: of its type, within its bounds, one of its list."""
    try:
        admit(book.compiled.fields[name], value)
    except Wrong:
        return False
    return True


def read_token(token: str) -> Told:
    """The answers that a token holds. Raises ``BrokenLink``."""
    if len(token) > MOST_BYTES:
        raise BrokenLink(token[:20])
    try:
        plain = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise BrokenLink(token[:20]) from error
    return told_from(plain)


def told_from(plain: Mapping[str, Any]) -> Told:
    """The answers that `Told.plain` wrote."""
    return Told(
        programme=plain["g"],
        pack=plain["p"],
        who=tuple(plain["w"]),
        as_of=dt.date.fromisoformat(plain["d"]) if plain["d"] else None,
        facts={name: known for name, value in plain["f"].items() if (known := read(value)) is not None},
        tables={code: [_row(row) for row in rows] for code, rows in plain["t"].items()},
        unknown=frozenset(plain["u"]),
    )


def _row(row: Mapping[str, Any]) -> Row:
    return {name: known for name, cell in row.items() if (known := read(cell)) is not None}
