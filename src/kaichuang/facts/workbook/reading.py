"""Read a filled-in workbook."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kaichuang.facts.cells import read_cell, write_cell
from kaichuang.facts.models import Report
from kaichuang.facts.reporting.sheet import Cell
from kaichuang.facts.tabular import address, cell_of, workbook_rows
from kaichuang.facts.values import Unreadable
from kaichuang.facts.workbook.layout import CODE, CODES, FIRST, UNIT, signature
from kaichuang.kit.problems import Problem, refuse_if


def read_workbook(
    report: Report, data: bytes, *, editable: frozenset[str]
) -> tuple[dict[str, str], list[Problem]]:
    """(the cells whose value differs from what is kept, what cannot be read, each with its address like `D12`).

    A cell that cannot be read comes back as it was typed, so that nothing is lost. Raises `Refused` when the file is
    not this report's template.
    """
    rows = workbook_rows(data)
    codes = next((n for n, row in enumerate(rows) if _text(row, CODE) == CODES and _text(row, FIRST)), None)
    refuse_if(_foreign(report, rows, codes))
    assert codes is not None
    columns = {
        _text(rows[codes], index): index
        for index in range(FIRST, len(rows[codes]))
        if _text(rows[codes], index)
    }
    lines = {_text(row, CODE): n for n, row in enumerate(rows) if n > codes and _text(row, CODE)}
    refuse_if(_strange(report, lines, columns, codes))
    entries: dict[str, str] = {}
    problems: list[Problem] = []
    for name, cell in report.form.sheet.cells.items():
        line, column = lines.get(cell.row.code or ""), columns.get(cell.column.code or "")
        if name not in editable or line is None or column is None:
            continue
        raw = cell_of(rows[line], column)
        try:
            text = write_cell(cell, read_cell(cell, raw)) if raw not in ("", None) else ""
        except Unreadable as error:
            text = str(raw).strip()
            place = address(column, line + 1)
            problems.append(Problem("cell_invalid", f"{place}：{error.problem}", field=name))
        if not _same(cell, report.entries.get(name, ""), text):
            entries[name] = text
    return entries, problems


def _text(row: list[Any], column: int) -> str:
    return str(cell_of(row, column)).strip()


def _same(cell: Cell, kept: str, fresh: str) -> bool:
    if kept == fresh:
        return True
    try:
        return bool(kept and fresh) and read_cell(cell, kept) == read_cell(cell, fresh)
    except Unreadable:
        return False


def _foreign(report: Report, rows: list[list[Any]], codes: int | None) -> list[Problem]:
    if codes is None or len(rows) < 3:
        message = _("这不是本系统导出的报表。请先下载填报用表，填写后再导入。")
        return [Problem("not_a_template", message, field="workbook")]
    if _text(rows[2], UNIT) != "元":
        message = _("该文件的金额以%(unit)s为单位，仅供上报。请下载以元为单位的填报用表。")
        return [Problem("wrong_unit", message % {"unit": _text(rows[2], UNIT)}, field="workbook")]
    if _text(rows[2], CODE) != signature(report):
        message = _("该文件是另一份报表（%(found)s），请核对单位和报告期。")
        return [Problem("other_report", message % {"found": _text(rows[2], CODE)}, field="workbook")]
    return []


def _strange(report: Report, lines: dict[str, int], columns: dict[str, int], codes: int) -> list[Problem]:
    sheet = report.form.sheet
    rows = {row.code for _depth, row in sheet.spec.all_rows if row.code}
    known = {column.code for column in sheet.spec.leaves}
    found = [(code, address(CODE, line + 1)) for code, line in lines.items() if code not in rows]
    found += [(code, address(column, codes + 1)) for code, column in columns.items() if code not in known]
    message = _("%(place)s：没有代码“%(code)s”，请勿改动代码。")
    problems = [
        Problem("code_unknown", message % {"place": p, "code": c}, field="workbook") for c, p in found
    ]
    for code in sorted(rows - lines.keys()):
        problems.append(
            Problem("row_missing", _("缺少代码为“%(code)s”的行。") % {"code": code}, field="workbook")
        )
    for code in sorted(filter(None, known - columns.keys())):
        problems.append(
            Problem("column_missing", _("缺少代码为“%(code)s”的列。") % {"code": code}, field="workbook")
        )
    return problems
