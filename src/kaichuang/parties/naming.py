"""Keys by which names are found."""

from __future__ import annotations

import unicodedata


def plain(text: str) -> str:
    """Half-width, lower case, without spaces and brackets: how names are compared."""
    narrow = unicodedata.normalize("NFKC", text).lower()
    return "".join(sign for sign in narrow if sign.isalnum())


def grams_of(text: str) -> list[str]:
    """Single signs and pairs of neighbours: PostgreSQL's trigrams do not find words of two characters."""
    name = plain(text)
    pairs = {name[place : place + 2] for place in range(len(name) - 1)}
    return sorted(set(name) | pairs)


def grams_wanted(text: str) -> list[str]:
    """What a name must have to contain `text`: its pairs, or the sign itself when it is only one."""
    name = plain(text)
    if len(name) < 2:
        return [name] if name else []
    return sorted({name[place : place + 2] for place in range(len(name) - 1)})
