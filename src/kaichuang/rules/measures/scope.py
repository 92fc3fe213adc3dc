"""Names inside a measure are short; in the program they are full. This module rewrites one into the other.

Inside measure ``NH-M4`` the text ``cost * 2`` means ``nh_m4.cost * 2`` when ``cost`` is one of the measure's own names.
Only whole identifiers are touched, never text literals, quoted names, function calls or names already dotted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|[A-Za-z_][A-Za-z0-9_]*|\s+|.", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]")
RESERVED = frozenset(
    [
        "and",
        "or",
        "not",
        "case",
        "when",
        "then",
        "else",
        "end",
        "in",
        "is",
        "null",
        "true",
        "false",
        "between",
        "like",
        "date",
        "if",
        "as",
        "on",
        "by",
        "from",
        "to",
    ]
)
"""Words of the language that cannot be names."""


@dataclass(frozen=True, slots=True)
class Qualified:
    """A rewritten expression that remembers where each piece stood."""

    text: str
    original: str
    pieces: tuple[tuple[int, int], ...]
    """Pairs (start in ``text``, start in ``original``)."""

    def original_offset(self, offset: int) -> int:
        """The place in the text as written of a place in the rewritten text."""
        found = (0, 0)
        for piece in self.pieces:
            if piece[0] > offset:
                break
            found = piece
        return min(found[1] + offset - found[0], len(self.original))


def symbol(id_: str) -> str:
    """The name in expressions of something with an id: ``NH-M4`` is ``nh_m4``."""
    return id_.lower().replace("-", "_")


def qualify(source: str, names: Mapping[str, str]) -> Qualified:
    """``source`` with every own name replaced by its full name."""
    tokens = _TOKEN.findall(source)
    out: list[str] = []
    pieces: list[tuple[int, int]] = []
    new = old = 0
    for at, token in enumerate(tokens):
        replacement = token
        if _WORD.match(token) and token in names and not _called_or_dotted(tokens, at):
            replacement = names[token]
        pieces.append((new, old))
        out.append(replacement)
        new += len(replacement)
        old += len(token)
    return Qualified("".join(out), source, tuple(pieces))


def _called_or_dotted(tokens: list[str], at: int) -> bool:
    before = tokens[at - 1] if at else ""
    rest = (token for token in tokens[at + 1 :] if not token.isspace())
    after = next(rest, "")
    return before == "." or after in (".", "(")


def names_of(source: str) -> set[str]:
    """All names, dotted ones whole, that an expression may refer to (functions excluded)."""
    tokens = [token for token in _TOKEN.findall(source) if not token.isspace()]
    found: set[str] = set()
    at = 0
    while at < len(tokens):
        if _WORD.match(tokens[at]) and tokens[at].lower() not in RESERVED:
            parts = [tokens[at]]
            while at + 2 < len(tokens) and tokens[at + 1] == ".":
                parts.append(tokens[at + 2])
                at += 2
            if at + 1 >= len(tokens) or tokens[at + 1] != "(":
                found.add(".".join(parts))
        at += 1
    return found


def is_name(text: str) -> bool:
    """Whether an expression is nothing but a name."""
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", text.strip()) is not None


def reserved(names: Iterable[str]) -> list[str]:
    """The names that are words of the language."""
    return sorted(name for name in names if name in RESERVED)
