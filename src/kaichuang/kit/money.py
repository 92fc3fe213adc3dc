"""Money is an integer number of fen (分); here it is written for people and read from them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
MAX_FEN = 2**53
"""Largest amount accepted anywhere: 90 trillion yuan, still exact in every spreadsheet."""

_UNITS = {"万": 10_000, "亿": 100_000_000, "": 1}
_AMOUNT = re.compile(r"^\s*[¥￥]?\s*(-?[\d,，]*\.?\d+|-?[\d,，]+)\s*([万亿]?)元?\s*$")


def parse_yuan(text: str) -> int:
    """Fen from what a person types: `1,234.50`, `20万`, `￥300元`.

    Raises ValueError when it is not an amount, or has parts of a fen.
    """
    match = _AMOUNT.match(text)
    if match is None:
        raise ValueError(text)
    try:
        fen = Decimal(match[1].replace(",", "").replace("，", "")) * _UNITS[match[2]] * FEN_PER_YUAN
    except InvalidOperation as error:
        raise ValueError(text) from error
    if fen != fen.to_integral_value() or abs(fen) > MAX_FEN:
        raise ValueError(text)
    return int(fen)


def format_yuan(fen: int, *, grouping: bool = True, decimals: bool = False) -> str:
    """`123456789` -> `1,234,567.89`; whole yuan are written without `decimals` unless those are asked for."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    whole = f"{yuan:,}" if grouping else str(yuan)
    return f"{sign}{whole}.{rest:02d}" if rest or decimals else f"{sign}{whole}"


def format_wan(fen: int) -> str:
    """Fen in 万元, exact, without needless zeros: `20000000` -> `20`."""
    return f"{(Decimal(fen) / FEN_PER_WAN).normalize():f}"
