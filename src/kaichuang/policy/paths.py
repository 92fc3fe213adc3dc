"""How a clause is cited: `NH 三(二)1` is document NH, clause 三, (二) under it, 1 under that."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BRACKETS = str.maketrans("（）．", "().")
_REFERENCE = re.compile(r"^([A-Z][A-Z0-9]*)\s*(?:#(\d+)|(.*))$", re.S)
_PARAGRAPH = re.compile(r"¶\d+$")


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed reference: document or annex code, and the clause's path; `running` for a continuous number (`NT #13`)."""

    code: str
    path: str = ""
    running: str = ""


def path_of(numbers: list[str]) -> str:
    """The printed numbers from the root down, in half-width brackets, joined as they are cited."""
    return "".join(number.strip().translate(_BRACKETS).rstrip(".、") for number in numbers)


def plain(text: str) -> str:
    """What a visitor typed, without the sign NUL, which the database cannot take."""
    return text.replace("\x00", "")


def parse(reference: str) -> Address | None:
    """`NH 三(二)¶2` → NH, 三(二). None for what is no reference at all."""
    match = _REFERENCE.match(plain(reference).strip().translate(_BRACKETS))
    if match is None:
        return None
    path = _PARAGRAPH.sub("", (match[3] or "").strip())
    return Address(match[1], path, match[2] or "")
