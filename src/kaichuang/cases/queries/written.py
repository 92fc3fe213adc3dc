"""Statements as programs write them, read into the values of the rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.entitlement.queries.answers import MOST_ROWS
from kaichuang.entitlement.words import language, localised
from kaichuang.kit.problems import Problem, Refused
from kaichuang.rules.lang.admission import admit
from kaichuang.rules.lang.errors import Wrong
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.values import Value, parse_value

Cell = bool | int | str | None
Row = dict[str, Value]


def read_statements(
    book: Rulebook, names: Collection[str], written: Mapping[str, Cell | list[dict[str, Cell]]]
) -> tuple[dict[str, Value], dict[str, list[Row]]]:
    """Facts and tables. Raises `Refused` with every problem at once: unknown names, wrong types, values out of bounds."""
    facts: dict[str, Value] = {}
    tables: dict[str, list[Row]] = {}
    problems: list[Problem] = []
    for name, value in written.items():
        try:
            if name not in names:
                raise ValueError("该事项不填写此项 | this matter does not ask for it")
            if name in book.collections:
                tables[name] = _rows(book, name, value)
            elif value is not None:
                facts[name] = _fact(book, name, value)
        except (ValueError, Wrong) as error:
            problems.append(Problem("wrong_fact", _sentence(error, name), field=name[:100]))
    if problems:
        raise Refused(*problems)
    return facts, tables


def _fact(book: Rulebook, name: str, value: Any) -> Value:
    if isinstance(value, list):
        raise ValueError("应为单个值 | must be one value")
    parsed = parse_value(value, book.type_of(name))
    admit(book.compiled.fields[name], parsed)
    assert parsed is not None  # nothing is read from nothing only
    return parsed


def _rows(book: Rulebook, name: str, value: Any) -> list[Row]:
    if not isinstance(value, list):
        raise ValueError("应为列表 | must be a list of rows")
    if len(value) > MOST_ROWS:
        raise ValueError(f"最多 {MOST_ROWS} 行 | at most {MOST_ROWS} rows")
    columns = {column.code: column for column in book.collections[name].columns}
    rows: list[Row] = []
    for row in value:
        if unknown := sorted(set(row) - set(columns)):
            raise ValueError(f"没有这一列：{unknown[0][:60]} | no such column: {unknown[0][:60]}")
        cells = {key: parse_value(cell, columns[key].type) for key, cell in row.items()}
        rows.append({key: cell for key, cell in cells.items() if cell is not None})
    return rows


def _sentence(error: ValueError | Wrong, name: str) -> str:
    """The sentence of an error that carries both languages."""
    if isinstance(error, Wrong):
        found = error.at(name)
        return found.en if language() == "en" else localised(found.zh)
    zh, _bar, en = str(error).partition(" | ")
    text = (en or zh) if language() == "en" else localised(zh)
    return text or _("内容无法识别。")
