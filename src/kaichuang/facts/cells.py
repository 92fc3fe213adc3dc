"""Cells between text and value. A cell is read and shown like the fact that it may become."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import get_language

from kaichuang.facts.models import Definition
from kaichuang.facts.models.observation import Value
from kaichuang.facts.reporting.sheet import Cell
from kaichuang.facts.values import read, show
from kaichuang.kit.money import format_yuan
from kaichuang.rules.lang.types import Value as RuleValue
from kaichuang.rules.measures.values import Text


def words(text: Text | None) -> str:
    """A text of a pack in the reader's language."""
    if text is None:
        return ""
    return str((text.en or text.zh) if get_language() == "en" else text.zh)


def title_of(cell: Cell) -> str:
    """Row and column: “在孵企业 · 期末数”."""
    return f"{words(cell.row.title)} · {words(cell.column.title)}"


def definition_of(cell: Cell) -> Definition:
    """The cell as a fact's definition, never saved: so that there is one way to read and show values."""
    low, high = cell.bounds
    values = {code: {"zh": text.zh, "en": text.en or ""} for code, text in cell.row.values.items()}
    return Definition(
        code=cell.name,
        title=title_of(cell),
        title_en=title_of(cell),
        type=cell.row.type,
        values=values,
        minimum=low,
        maximum=high,
    )


def read_cell(cell: Cell, raw: object) -> RuleValue:
    """The value that a text or a spreadsheet's cell stands for. Raises `facts.values.Unreadable`."""
    return for_rules(read(definition_of(cell), raw, field=cell.name))


def write_cell(cell: Cell, value: RuleValue) -> str:
    """The text from which `read_cell` reads the value again; empty for what is unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if cell.row.type == "money" and isinstance(value, int):
        return format_yuan(value, grouping=False)
    return str(value)


def show_cell(cell: Cell, value: RuleValue) -> str:
    """The value as a page shows it."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and cell.row.type == "int":
        return f"{value:,}"
    return show(definition_of(cell), for_store(value))


def for_rules(value: Value) -> RuleValue:
    return Fraction(*value) if isinstance(value, tuple) else value


def for_store(value: RuleValue) -> Value:
    assert value is not None
    return (value.numerator, value.denominator) if isinstance(value, Fraction) else value
