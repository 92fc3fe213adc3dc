"""Values as people write them in a pack, turned into the exact values that rules use.

Money is written in yuan (``200000``, ``0.5``, ``20万``, ``200亿``) and kept as integer fen.
Ratios are written ``30%``, ``3/10`` or ``0.3`` and kept as exact fractions.
Nothing here ever becomes a float: the YAML and JSON readers hand over integers, decimals and text.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema, model_validator

FEN_PER_YUAN = 100
_UNITS = {"": 1, "万": 10_000, "亿": 100_000_000}
_AMOUNT = re.compile(r"^(-?[\d,]+(?:\.\d+)?)\s*(万|亿)?\s*元?$")


def parse_money(value: Any) -> int:
    """Fen from yuan. Raises ``ValueError`` for floats, for parts of a fen and for text that is no amount."""
    if isinstance(value, (bool, float)):
        raise ValueError("金额请写成元(整数、小数或“20万”)| money is yuan: an integer, a decimal or 20万")
    if isinstance(value, str):
        found = _AMOUNT.match(value.strip())
        if not found:
            raise ValueError(f"不是金额：{value} | not an amount of money: {value}")
        yuan = Decimal(found[1].replace(",", "")) * _UNITS[found[2] or ""]
    elif isinstance(value, (int, Decimal)):
        yuan = Decimal(value)
    else:
        raise ValueError(f"不是金额：{value!r} | not an amount of money: {value!r}")
    fen = yuan * FEN_PER_YUAN
    if fen != fen.to_integral_value():
        raise ValueError(f"金额不能小于一分：{value} | finer than one fen: {value}")
    return int(fen)


def parse_ratio(value: Any) -> Fraction:
    """An exact ratio from ``30%``, ``3/10``, ``0.3`` or ``1``. Raises ``ValueError``."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, (bool, float)):
        raise ValueError("比例请写成 30%、3/10 或 0.3 | write a ratio as 30%, 3/10 or 0.3")
    text = str(value).strip()
    try:
        if text.endswith("%"):
            return Fraction(Decimal(text[:-1])) / 100
        return Fraction(text)
    except (ValueError, InvalidOperation, ZeroDivisionError):
        raise ValueError(f"不是比例：{value} | not a ratio: {value}") from None


def parse_date(value: Any) -> dt.date:
    """A day from a YAML date or ISO text. Raises ``ValueError``."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"不是日期(应为 2016-09-20)：{value} | not a date (2016-09-20): {value}") from None


def show_ratio(value: Fraction) -> str:
    """``30%`` or ``1/3``: exact, short."""
    percent = value * 100
    if percent.denominator == 1:
        return f"{percent.numerator}%"
    decimal = Decimal(percent.numerator) / Decimal(percent.denominator)
    if Fraction(decimal) == percent and -decimal.as_tuple().exponent <= 4:  # type: ignore[operator]  # finite
        return f"{decimal.normalize():f}%"
    return f"{value.numerator}/{value.denominator}"


def show_money(fen: int) -> str:
    """Yuan with thousands separators, fen only when there are any: ``30,000`` or ``199,999.99``."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    return f"{sign}{yuan:,}" + (f".{rest:02d}" if rest else "")


Fen = Annotated[
    int,
    BeforeValidator(parse_money),
    WithJsonSchema({"type": ["number", "string"], "description": "Yuan: 200000, 0.5, 20万"}),
]
Ratio = Annotated[
    Fraction,
    BeforeValidator(parse_ratio),
    PlainSerializer(lambda value: f"{value.numerator}/{value.denominator}", return_type=str),
    WithJsonSchema({"type": ["number", "string"], "description": "30%, 3/10 or 0.3"}),
]
Day = Annotated[dt.date, BeforeValidator(parse_date), WithJsonSchema({"type": "string", "format": "date"})]

ValueType = Literal["bool", "int", "money", "ratio", "date", "text"]
Value = bool | int | Fraction | dt.date | str
"""What a fact or a parameter holds: money is fen, a ratio is a fraction."""


def parse_value(value: Any, kind: ValueType) -> Value | None:
    """``value`` as written by a person, as a value of ``kind``; ``None`` stays unknown."""
    if value is None:
        return None
    if kind == "money":
        return parse_money(value)
    if kind == "ratio":
        return parse_ratio(value)
    if kind == "date":
        return parse_date(value)
    if kind == "bool":
        if not isinstance(value, bool):
            raise ValueError(f"应为 true 或 false:{value} | must be true or false: {value}")
        return value
    if kind == "int":
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or value != int(value):
            raise ValueError(f"应为整数：{value} | must be a whole number: {value}")
        return int(value)
    if not isinstance(value, str):
        raise ValueError(f"应为文字：{value} | must be text: {value}")
    return value


def write_value(value: Value | None, kind: ValueType) -> bool | int | str | None:
    """The same value for JSON and YAML: money as yuan text, ratios as fractions, days as ISO text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    if kind == "ratio":
        ratio = Fraction(value)
        return f"{ratio.numerator}/{ratio.denominator}"
    if kind == "money":
        return show_money(int(value)).replace(",", "")
    return int(value)


class Part(BaseModel):
    """Base of everything written in a pack: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Text(Part):
    """Words for people, in Chinese and (optional) English. Plain text in a file is the Chinese."""

    zh: str
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"zh": value} if isinstance(value, str) else value

    def __str__(self) -> str:
        return self.zh

    def get(self, language: str) -> str:
        """The words in ``language`` (``zh`` or ``en``); Chinese where English is missing."""
        return self.en or self.zh if language == "en" else self.zh
