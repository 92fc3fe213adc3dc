"""A list pasted from a spreadsheet, as columns and lines."""

from __future__ import annotations

import csv
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.kit.money import parse_yuan
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.publicity.columns import ColumnSpec, LineSpec

_MASKS = (
    ("身份证", "identity_number"),
    ("手机", "phone"),
    ("电话", "phone"),
    ("账号", "bank_account"),
    ("帐号", "bank_account"),
    ("银行卡", "bank_account"),
    ("地址", "address"),
    ("住址", "address"),
    ("邮箱", "email"),
    ("姓名", "name"),
)
_MONEY = "金额"
_MOST = 30


def read(text: str) -> tuple[list[ColumnSpec], list[LineSpec]]:
    """Columns by their titles, one line for every row below. Raises `Refused` with every wrong row."""
    sign = "\t" if "\t" in text else ","
    rows = [row for row in csv.reader(text.splitlines(), delimiter=sign) if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise Refused(Problem("rows", _("请粘贴列名和至少一行名单。"), field="rows"))
    columns = [_column(number, title.strip()) for number, title in enumerate(rows[0], start=1)]
    problems: list[Problem] = []
    lines = [_line(columns, cells, number, problems) for number, cells in enumerate(rows[1:], start=1)]
    refuse_if(problems[:_MOST])
    return columns, lines


def _column(number: int, title: str) -> ColumnSpec:
    mask = next((mask for word, mask in _MASKS if word in title), "")
    kind = "money" if _MONEY in title and not mask else "masked" if mask else "text"
    return ColumnSpec(f"c{number}", title, kind=kind, mask=mask)


def _line(columns: list[ColumnSpec], cells: list[str], number: int, problems: list[Problem]) -> LineSpec:
    if len(cells) > len(columns):
        message = _("第%(n)s行有%(cells)s格，多于列名的%(columns)s格。")
        told = message % {"n": number, "cells": len(cells), "columns": len(columns)}
        problems.append(Problem("row_long", told, field="rows"))
    values: dict[str, Any] = {}
    amount = None
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if column.kind == "money" and text:
            try:
                values[column.code] = amount = parse_yuan(text)
            except ValueError:
                told = _("第%(n)s行的金额“%(text)s”无法识别。") % {"n": number, "text": text[:20]}
                problems.append(Problem("row_amount", told, field="rows"))
        else:
            values[column.code] = text
    return LineSpec(subject=None, cells=values, amount_fen=amount)
