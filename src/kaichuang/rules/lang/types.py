"""The nouns of the language: six types, input facts, parameters and definitions, and the bounds of their values.

There is no floating point type.  Money is whole fen.  A ratio is an exact fraction.  A date is a calendar day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction

type_name_zh = {
    "BOOL": "是/否",
    "INT": "整数",
    "MONEY": "金额",
    "RATIO": "比率",
    "DATE": "日期",
    "TEXT": "文本",
}

Value = bool | int | Fraction | dt.date | str | None
"""What a rule reads and answers; ``None`` is "not known"."""


class Type(Enum):
    """The type of a fact, a parameter or a definition."""

    BOOL = "BOOL"
    INT = "INT"
    MONEY = "MONEY"
    RATIO = "RATIO"
    DATE = "DATE"
    TEXT = "TEXT"

    @property
    def zh(self) -> str:
        """The Chinese name shown to people who write packs."""
        return type_name_zh[self.value]

    @property
    def is_number(self) -> bool:
        """Whether values of this type are whole numbers (a count, or fen)."""
        return self in (Type.INT, Type.MONEY)


INT64_LIMIT = 9_200_000_000_000_000_000
"""Largest absolute value that a definition may answer; the product of two such values still fits 38 digits."""

WIDE_LIMIT = 10**38 - 1
"""Largest absolute value of an intermediate result (a 128-bit integer, or a decimal of 38 digits)."""

QUOTIENT_LIMIT = 10**31
"""Largest absolute value of an intermediate quotient."""

MONEY_LIMIT = 10**15
"""Largest absolute value of a money fact in fen: ten trillion yuan."""

INT_LIMIT = 10**9
"""Largest absolute value of a whole-number fact, unless its field says otherwise."""

RATIO_LIMIT = 10**9
"""Largest absolute numerator and denominator of a ratio fact or parameter."""

FIRST_DAY = dt.date(1900, 1, 1)
LAST_DAY = dt.date(2299, 12, 31)
"""Dates given as facts lie between these two days; computed dates between the years 1 and 9999."""


@dataclass(frozen=True, slots=True)
class Field:
    """An input fact: something that is declared, reported or looked up, and that may be unknown.

    ``values`` closes the vocabulary of a text.  ``minimum`` and ``maximum`` (fen for money) narrow what is accepted;
    they also let the column engines prove that nothing can overflow, so state them where the law does (a head count
    is never negative).
    """

    name: str
    type: Type
    unit: str | None = None
    values: tuple[str, ...] | None = None
    nullable: bool = True
    minimum: int | dt.date | None = None
    maximum: int | dt.date | None = None

    @property
    def bounds(self) -> tuple[int, int]:
        """The inclusive bounds of the value; of a date, as day numbers; of a ratio, of numerator and denominator."""
        low, high = _default_bounds(self.type)
        return (_number(self.minimum, low), _number(self.maximum, high))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that the text leaves open or that may change: it can be overridden at run time.

    Money is given in fen.  A ratio may be a ``Fraction``, a ``Decimal``, an integer or a text such as ``"3/10"``.
    """

    name: str
    type: Type
    value: Value | Decimal
    unit: str | None = None
    values: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A named expression.  Names may be dotted; a part that is not an identifier is quoted in the source.

    The name ``NH-M4.amount`` is written ``"NH-M4".amount`` in an expression.
    """

    name: str
    source: str
    type: Type | None = None
    unit: str | None = None


def _default_bounds(type_: Type) -> tuple[int, int]:
    if type_ is Type.MONEY:
        return -MONEY_LIMIT, MONEY_LIMIT
    if type_ is Type.DATE:
        return FIRST_DAY.toordinal(), LAST_DAY.toordinal()
    if type_ is Type.RATIO:
        return -RATIO_LIMIT, RATIO_LIMIT
    return -INT_LIMIT, INT_LIMIT


def _number(bound: int | dt.date | None, default: int) -> int:
    if bound is None:
        return default
    return bound.toordinal() if isinstance(bound, dt.date) else bound
