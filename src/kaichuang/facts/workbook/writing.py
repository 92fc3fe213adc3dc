"""Write a report as a workbook, in yuan to be filled in, or in the form's export unit with sums that add up."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from kaichuang.facts.cells import show_cell, words
from kaichuang.facts.models import Report
from kaichuang.facts.reporting.findings import Outcome
from kaichuang.facts.reporting.rounding import in_units
from kaichuang.facts.reporting.sheet import Cell, Sheet
from kaichuang.facts.words import period_of
from kaichuang.facts.workbook.layout import (
    CODE,
    CODES,
    FIRST,
    HEADINGS,
    TITLE,
    UNIT,
    UNITS,
    code_line,
    headings,
    signature,
    sums_of,
)
from kaichuang.rules.lang.types import Value

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


def write_workbook(report: Report, outcome: Outcome, *, unit: str = "元") -> bytes:
    """The report as an xlsx file.

    In 元 it is a template to be filled in: what can be entered is white, the rest grey, notes and findings are
    comments at their cells. In 千元 or 万元 it is the printed table: whole units, parts adding up to their totals.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _OPTIONS)
    _Writer(book, report, outcome, unit).write()
    book.close()
    return file.getvalue()


def shown_in(unit: str, sheet: Sheet, values: Mapping[str, Value]) -> dict[str, int]:
    """Every money cell in whole units, its parts adding up to it along rows and along columns."""
    money = {
        name: value
        for name, value in values.items()
        if sheet.cells[name].row.type == "money" and isinstance(value, int)
    }
    along_columns = [name for name in money if sheet.cells[name].how == "sum"]
    base = {name: value for name, value in money.items() if name not in along_columns}
    rounded = in_units(base, sums_of(sheet), UNITS[unit])
    for name in along_columns:
        cell = sheet.cells[name]
        rounded[name] = sum(rounded.get(f"{cell.row.code}.{part}", 0) for part in cell.column.of)
    return rounded


class _Writer:
    def __init__(self, book: Any, report: Report, outcome: Outcome, unit: str) -> None:
        self.report, self.outcome, self.unit = report, outcome, unit
        self.form_sheet = report.form.sheet
        self.page = book.add_worksheet(report.form_code[:31])
        self.formats = {name: book.add_format(values) for name, values in _FORMATS.items()}
        self.rounded = shown_in(unit, self.form_sheet, outcome.values) if unit != "元" else {}

    def write(self) -> None:
        spec, page = self.form_sheet.spec, self.page
        last = FIRST + len(spec.leaves) - 1
        page.merge_range(0, 0, 0, last, words(spec.title), self.formats["title"])
        party = self.report.party
        about = [
            party.name,
            party.uscc,
            period_of(self.report),
            _("金额单位：%(unit)s") % {"unit": self.unit},
        ]
        page.write_string(1, TITLE, "　".join(filter(None, about)))
        kind = _("填报用表，请勿改动代码") if self.unit == "元" else _("上报用表，不可导入")
        page.write_row(2, TITLE, [kind, self.unit, signature(self.report)], self.formats["code"])
        self._headings()
        line = code_line(spec) + 1
        for depth, row in spec.all_rows:
            indent = self.formats[f"title{min(depth, 3)}"]
            page.write_string(line, TITLE, words(row.title), indent)
            money = row.type == "money" and bool(row.code)
            page.write_string(line, UNIT, self.unit if money else row.unit, self.formats["unit"])
            page.write_string(line, CODE, row.code or "", self.formats["code"])
            for index, column in enumerate(spec.leaves):
                cell = self.form_sheet.at(row, column)
                if cell is not None:
                    self._cell(line, FIRST + index, cell)
                elif row.code:
                    page.write_blank(line, FIRST + index, None, self.formats["none"])
            line += 1
        page.set_column(TITLE, TITLE, 36)
        page.set_column(UNIT, CODE, 12)
        page.set_column(FIRST, last, 18)
        page.freeze_panes(code_line(spec) + 1, FIRST)
        page.set_landscape()
        page.fit_to_pages(1, 0)

    def _headings(self) -> None:
        spec, bottom = self.form_sheet.spec, code_line(self.form_sheet.spec)
        for place, title in ((TITLE, _("指标")), (UNIT, _("单位")), (CODE, _("代码"))):
            self._heading(HEADINGS, place, bottom - 1, place, title)
        for level, first, last, column in headings(spec.columns):
            end = bottom - 1 if column.code else HEADINGS + level
            self._heading(HEADINGS + level, first, end, last, words(column.title))
        self.page.write_string(bottom, CODE, CODES, self.formats["code"])
        for index, leaf in enumerate(spec.leaves):
            self.page.write_string(bottom, FIRST + index, leaf.code or "", self.formats["code"])

    def _heading(self, top: int, left: int, bottom: int, right: int, text: str) -> None:
        if (top, left) == (bottom, right):
            self.page.write_string(top, left, text, self.formats["head"])
        else:
            self.page.merge_range(top, left, bottom, right, text, self.formats["head"])

    def _cell(self, line: int, column: int, cell: Cell) -> None:
        name = cell.name
        open_ = name in self.outcome.editable and self.unit == "元"
        number = {"money": "money" if self.unit == "元" else "int", "int": "int"}.get(cell.row.type, "text")
        style = self.formats[f"{number}_{'open' if open_ else 'fixed'}"]
        value = self.outcome.values.get(name)
        raw = self.report.entries.get(name, "")
        if name in self.rounded:
            self.page.write_number(line, column, self.rounded[name], style)
        elif value is None:
            self.page.write_string(line, column, raw, style)
        elif cell.row.type == "money" and isinstance(value, int):
            self.page.write_number(line, column, Decimal(value) / 100, style)
        elif isinstance(value, int) and not isinstance(value, bool):
            self.page.write_number(line, column, value, style)
        else:
            self.page.write_string(line, column, raw or show_cell(cell, value), style)
        remarks = [self.report.notes[name]] if name in self.report.notes else []
        remarks += [finding.message for finding in self.outcome.of_cell(name) if finding.is_open]
        if remarks and self.unit == "元":
            self.page.write_comment(line, column, "\n".join(remarks), {"x_scale": 2})


_CELL = {"border": 1, "border_color": "#C3CCD6"}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "align": "center"},
    "head": {
        **_CELL,
        "bold": True,
        "bg_color": "#E8EEF7",
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
    "unit": {**_CELL, "align": "center"},
    "code": {"font_color": "#4A5766", "font_size": 9},
    "none": {**_CELL, "bg_color": "#C3CCD6"},
    **{f"title{depth}": {**_CELL, "indent": depth, "text_wrap": True} for depth in range(4)},
    **{
        f"{kind}_{state}": {
            **_CELL,
            "num_format": shape,
            **({} if state == "open" else {"bg_color": "#EEF1F5"}),
        }
        for kind, shape in (("money", "#,##0.00"), ("int", "#,##0"), ("text", "@"))
        for state in ("open", "fixed")
    },
}
