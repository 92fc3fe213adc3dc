"""Verification codes: unguessable, and typed by people from paper.

Fifteen random characters (75 bits) of an alphabet without look-alikes (no I, L, O, U), and a check character
by ISO 7064 MOD 37,36, which notices every single wrong character and nearly every swap of two neighbours. Codes of
which a swap would go unnoticed are not given out.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from stdnum.iso7064 import mod_37_36

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_LOOK_ALIKES = str.maketrans("ILO", "110")
_PRINTED = re.compile(r"(?<![0-9A-Z])(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}(?![0-9A-Z])")


def new_code() -> str:
    """A fresh code, without separators."""
    while True:
        code = code_of("".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1)))
        if code is not None:
            return code


def code_of(body: str) -> str | None:
    """The code that begins with these fifteen characters; None when they make none that is safe to type."""
    check: str = mod_37_36.calc_check_digit(body)
    code = body + check
    # The standard's alphabet has the four look-alikes too.
    return None if check not in ALPHABET or any(map(mod_37_36.is_valid, _swapped(code))) else code


def _swapped(code: str) -> Iterator[str]:
    """The code with two unlike neighbours exchanged, in every place."""
    for at, (left, right) in enumerate(pairwise(code)):
        if left != right:
            yield f"{code[:at]}{right}{left}{code[at + 2 :]}"


def normalise(text: str) -> str | None:
    """The code that somebody typed, in any case, width and grouping; None when it cannot be a code."""
    plain = unicodedata.normalize("NFKC", text).upper()
    code = re.sub(r"[^0-9A-Z]", "", plain).translate(_LOOK_ALIKES)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET) or not mod_37_36.is_valid(code):
        return None
    return code


def grouped(code: str) -> str:
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def codes_in(text: str) -> list[str]:
    """All valid codes printed in `text`, in order, each once."""
    found = (normalise(match) for match in _PRINTED.findall(unicodedata.normalize("NFKC", text)))
    return list(dict.fromkeys(code for code in found if code))
