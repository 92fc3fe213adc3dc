"""Where things stand in the workbook: both directions read it here.

Line 1 is the title, line 2 names the party and period, line 3 what kind of file it is; then the headings of the
columns, as many lines as they have levels, and a line of codes; then one line a row. The first three columns are the
row's title, its unit and its code. Rows and columns are found by their codes, so lines may be inserted or moved.
"""

from __future__ import annotations

from collections.abc import Iterator

from kaichuang.facts.models import Report
from kaichuang.facts.reporting.schema import Column, FormSpec
from kaichuang.facts.reporting.sheet import Sheet

TITLE, UNIT, CODE, FIRST = range(4)
"""Columns: title, unit, code, and the first of the form's own."""
HEADINGS = 3
"""Lines above the headings."""
CODES = "行列代码"
"""Marks the line of codes."""
UNITS = {"元": 100, "千元": 100_000, "万元": 1_000_000}
"""How many fen a unit is."""


def depth_of(spec: FormSpec) -> int:
    return max(column.depth for column in spec.columns)


def code_line(spec: FormSpec) -> int:
    return HEADINGS + depth_of(spec)


def signature(report: Report) -> str:
    """What a filled-in file must carry to be this report."""
    return f"{report.form_code} {report.starts_on} {report.party_id}"


def headings(
    columns: tuple[Column, ...], level: int = 0, start: int = FIRST
) -> Iterator[tuple[int, int, int, Column]]:
    """(level, first sheet column, last sheet column, heading) of every heading."""
    for column in columns:
        width = sum(1 for _ in column.leaves())
        yield level, start, start + width - 1, column
        yield from headings(column.columns, level + 1, start)
        start += width


def sums_of(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    """Which cells are added up from which rows."""
    return {
        cell.name: tuple(f"{part}.{cell.column.code}" for part in cell.row.sum)
        for cell in sheet.cells.values()
        if cell.row.sum and cell.column.kind != "sum"
    }
