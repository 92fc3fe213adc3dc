"""Values as people and spreadsheets write them, read into the platform's own terms."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.utils.translation import gettext as _

from kaichuang.facts.models import Definition, ValueType
from kaichuang.facts.models.observation import Value
from kaichuang.kit.money import format_yuan, parse_yuan
from kaichuang.kit.problems import Problem

_YES = frozenset({"是", "有", "true", "yes", "y", "1", "√", "对"})
_NO = frozenset({"否", "无", "false", "no", "n", "0", "×", "不是"})


class Unreadable(ValueError):
    """The text is not a value of the fact; `problem` says what would be."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def read(definition: Definition, raw: object, *, field: str = "") -> Value:
    """The value of `definition` that `raw` (a cell, a form field, a JSON value) stands for.

    Raises `Unreadable` with what is wrong and what is expected.
    """
    try:
        value = _READERS[ValueType(definition.type)](definition, raw)
    except (ValueError, InvalidOperation, ArithmeticError) as error:
        raise Unreadable(_problem(definition, raw, field)) from error
    _check_bounds(definition, value, field)
    return value


def show(definition: Definition, value: Value) -> str:
    """The value as a page shows it, without its unit."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, tuple):
        return f"{Decimal(value[0] * 100) / Decimal(value[1]):.2f}%"
    if definition.type == ValueType.MONEY and isinstance(value, int):
        return format_yuan(value)
    if definition.type == ValueType.TEXT and value in definition.values:
        words = definition.values[str(value)]
        return str(words.get("zh", value)) if isinstance(words, dict) else str(words)
    return str(value)


def _read_bool(definition: Definition, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(int(raw) if isinstance(raw, float) else raw).strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ValueError(text)


def _read_int(definition: Definition, raw: object) -> int:
    number = Decimal(str(raw).strip().replace(",", "").replace("，", ""))
    if isinstance(raw, bool) or number != number.to_integral_value() or abs(number) >= 2**53:
        raise ValueError(raw)
    return int(number)


def _read_money(definition: Definition, raw: object) -> int:
    if isinstance(raw, bool):
        raise ValueError(raw)
    # Spreadsheets hand over binary floats: 0.1 + 0.2 is shown, and meant, as 0.30.
    return parse_yuan(f"{raw:.2f}" if isinstance(raw, float) and round(raw, 2) == round(raw, 6) else str(raw))


def _read_ratio(definition: Definition, raw: object) -> tuple[int, int]:
    if isinstance(raw, (tuple, list)):
        fraction = Fraction(int(raw[0]), int(raw[1]))
    else:
        text = str(raw).strip()
        percent = text.endswith(("%", "％"))
        fraction = Fraction(text.rstrip("%％")) / (100 if percent else 1)
    return fraction.numerator, fraction.denominator


def _read_date(definition: Definition, raw: object) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = (
        str(raw)
        .strip()
        .replace("年", "-")
        .replace("月", "-")
        .replace("日", "")
        .replace("/", "-")
        .replace(".", "-")
    )
    if len(text) == 8 and text.isdigit():
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    year, month, day = (int(part) for part in text.split("-"))
    return date(year, month, day)


def _read_text(definition: Definition, raw: object) -> str:
    text = str(raw).strip()
    if not definition.values or text in definition.values:
        return text
    for code, words in definition.values.items():
        if text in (words.values() if isinstance(words, dict) else [words]):
            return str(code)
    raise ValueError(text)


_Reader = Callable[[Definition, object], Value]

_READERS: dict[ValueType, _Reader] = {
    ValueType.BOOL: _read_bool,
    ValueType.INT: _read_int,
    ValueType.MONEY: _read_money,
    ValueType.RATIO: _read_ratio,
    ValueType.DATE: _read_date,
    ValueType.TEXT: _read_text,
}


def _problem(definition: Definition, raw: object, field: str) -> Problem:
    expected = {
        ValueType.BOOL: _("“是”或“否”"),
        ValueType.INT: _("整数"),
        ValueType.MONEY: _("金额（元，最多两位小数，可写“20万”）"),
        ValueType.RATIO: _("百分比或小数"),
        ValueType.DATE: _("日期，例如 2026-03-01"),
        ValueType.TEXT: _("以下之一：%s") % "、".join(_choices(definition)),
    }[ValueType(definition.type)]
    message = _("“%(title)s”的值“%(raw)s”无法识别，应为%(expected)s。") % {
        "title": definition.words,
        "raw": raw,
        "expected": expected,
    }
    return Problem("unreadable", message, field=field)


def _choices(definition: Definition) -> list[str]:
    return [
        str(words.get("zh", code)) if isinstance(words, dict) else str(words)
        for code, words in definition.values.items()
    ]


def _check_bounds(definition: Definition, value: Value, field: str) -> None:
    if isinstance(value, (bool, str, tuple)):
        return
    below = operator.lt, definition.minimum, _("“%(title)s”不能小于%(bound)s。")
    above = operator.gt, definition.maximum, _("“%(title)s”不能大于%(bound)s。")
    for wrong, bound, message in (below, above):
        if bound and wrong(value, _READERS[ValueType(definition.type)](definition, bound)):
            words = message % {"title": definition.words, "bound": bound}
            raise Unreadable(Problem("out_of_bounds", words, field=field))
