"""Rows pasted from a spreadsheet into a table of the form."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kaichuang.entitlement.queries.answers import MOST_ROWS
from kaichuang.entitlement.web.forms import as_value, field_for
from kaichuang.entitlement.words import words
from kaichuang.kit.problems import Problem
from kaichuang.rules.measures.facts import Described
from kaichuang.rules.measures.values import Value

_MOST = 20
_YES = {"是": "yes", "否": "no", "√": "yes", "×": "no", "有": "yes", "无": "no", "y": "yes", "n": "no"}


def paste(columns: Sequence[Described], text: str) -> tuple[list[dict[str, Value]], list[Problem]]:
    """Rows and what is wrong with them. The first line may name the columns; else they come in the form's order.

    A row with a cell that cannot be read is left out and told, so that nothing wrong slips in.
    """
    sign = "\t" if "\t" in text else ","
    lines = [line for line in csv.reader(text.splitlines(), delimiter=sign) if any(c.strip() for c in line)]
    if not lines:
        return [], [Problem("nothing_pasted", _("请先粘贴表格内容。"))]
    named = _named(columns, lines[0])
    order = named or list(columns)
    rows: list[dict[str, Value]] = []
    problems: list[Problem] = []
    for number, cells in enumerate(lines[1:] if named else lines, start=1):
        row, wrong = _row(order, cells, number)
        problems += wrong
        if row and not wrong:
            rows.append(row)
    if len(rows) > MOST_ROWS:
        problems.append(Problem("too_many_rows", _("一次最多填写%(n)s行。") % {"n": MOST_ROWS}))
        rows = rows[:MOST_ROWS]
    return rows, problems[:_MOST]


def _named(columns: Sequence[Described], line: Sequence[str]) -> list[Described | None]:
    """The columns in the order of the titles; empty where the first line has no title."""
    titles = {
        key: column for column in columns for key in (words(column.title), column.title.zh, column.code)
    }
    found = [titles.get(cell.strip()) for cell in line]
    return found if any(found) else []


def _row(
    order: Sequence[Described | None], cells: Sequence[str], number: int
) -> tuple[dict[str, Value], list[Problem]]:
    row: dict[str, Value] = {}
    problems = []
    for column, cell in zip(order, cells, strict=False):
        text = cell.strip()
        if column is None or not text:
            continue
        try:
            value = as_value(column, field_for(column).clean(_typed(column, text)))
        except ValidationError as error:
            told = _("第%(n)s行“%(column)s”：%(why)s") % {
                "n": number,
                "column": words(column.title),
                "why": " ".join(error.messages),
            }
            problems.append(Problem("cell", told))
            continue
        if value is not None:
            row[column.code] = value
    return row, problems


def _typed(column: Described, text: str) -> Any:
    """What a person types into a spreadsheet, as the form's own choices."""
    if column.type == "bool":
        return _YES.get(text.lower(), text)
    if column.values:
        by_title = {words(title): code for code, title in column.values.items()}
        by_title |= {title.zh: code for code, title in column.values.items()}
        return by_title.get(text, text)
    return text
