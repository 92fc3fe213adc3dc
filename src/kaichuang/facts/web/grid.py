"""A report's table as templates draw it: headings, rows, cells with what belongs to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.facts.cells import show_cell, title_of, words
from kaichuang.facts.models import Report
from kaichuang.facts.reporting.findings import Finding, Outcome
from kaichuang.facts.reporting.sheet import Cell
from kaichuang.facts.workbook.layout import depth_of, headings
from kaichuang.rules.lang.types import Value

_MODES = {"int": "numeric", "money": "decimal", "ratio": "decimal"}


def html_id(name: str) -> str:
    """`revenue.end` as an HTML id: names have no hyphen of their own."""
    return name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Head:
    label: str
    columns: int
    rows: int
    is_group: bool


@dataclass(frozen=True, slots=True)
class GridCell:
    """`kind`: `input`, `output`, or `none` where row and column do not meet."""

    kind: str
    name: str = ""
    label: str = ""
    column: str = ""
    text: str = ""
    shown: str = ""
    mode: str = "text"
    is_text: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    note: str = ""
    source: str = ""
    moved: str = ""
    wrong: bool = False
    takes_note: bool = False

    @property
    def id(self) -> str:
        return html_id(self.name)

    @property
    def about(self) -> str:
        """The ids of what describes the input."""
        return " ".join(
            f"{part}-{self.id}" for part, text in (("note", self.note), ("source", self.source)) if text
        )


@dataclass(frozen=True, slots=True)
class GridRow:
    title: str
    unit: str
    depth: int
    is_heading: bool
    hint: str = ""
    clause: str = ""
    cells: tuple[GridCell, ...] = ()


Placed = tuple[Finding, list[tuple[str, str]]]
"""A finding and the places (HTML id, words) of its cells."""


@dataclass(frozen=True, slots=True)
class Grid:
    heads: list[list[Head]]
    rows: list[GridRow]
    width: int
    outcome: Outcome
    findings: list[Placed] = field(default_factory=list)
    """What is wrong or needs a reason, without cells that are only empty yet."""
    empty: list[Placed] = field(default_factory=list)

    @property
    def outputs(self) -> list[GridCell]:
        return [cell for row in self.rows for cell in row.cells if cell.kind == "output"]

    @property
    def wrong(self) -> str:
        """The ids of the cells that are not in order, for the script that marks them."""
        return " ".join(cell.id for row in self.rows for cell in row.cells if cell.wrong)

    @property
    def open_count(self) -> int:
        return len(self.outcome.open)


def grid_of(
    report: Report,
    outcome: Outcome,
    last: Mapping[str, Value],
    *,
    editable: bool,
    strict: bool = False,
) -> Grid:
    """The table of a report; with `editable`, cells that can be entered are inputs.

    Cells that are merely empty yet are marked as wrong only when `strict`: after somebody has asked for the check.
    """
    spec = report.form.sheet.spec
    wrong = {name for finding in outcome.open if strict or not finding.is_empty for name in finding.cells}
    rows = []
    for depth, row in spec.all_rows:
        cells = [
            _cell(cell, report, outcome, last, wrong, editable=editable)
            if (cell := report.form.sheet.at(row, column)) is not None
            else GridCell("none", column=words(column.title))
            for column in spec.leaves
        ]
        unit = _("元") if row.type == "money" else row.unit
        rows.append(
            GridRow(
                title=words(row.title),
                unit=unit if row.code else "",
                depth=min(depth, 3),
                is_heading=row.code is None,
                hint=words(row.note),
                clause=row.clause or "",
                cells=() if row.code is None else tuple(cells),
            )
        )
    placed = _placed(report, outcome, editable=editable)
    return Grid(
        heads=_heads(report),
        rows=rows,
        width=len(spec.leaves) + 2,
        outcome=outcome,
        findings=[one for one in placed if not one[0].is_empty],
        empty=[one for one in placed if one[0].is_empty],
    )


def _heads(report: Report) -> list[list[Head]]:
    spec = report.form.sheet.spec
    depth = depth_of(spec)
    lines: list[list[Head]] = [[] for _level in range(depth)]
    for level, first, last, column in headings(spec.columns):
        rows = depth - level if column.code else 1
        lines[level].append(Head(words(column.title), last - first + 1, rows, column.code is None))
    return lines


def _cell(
    cell: Cell,
    report: Report,
    outcome: Outcome,
    last: Mapping[str, Value],
    wrong: set[str],
    *,
    editable: bool,
) -> GridCell:
    name = cell.name
    value = outcome.values.get(name)
    raw = str(report.entries.get(name, ""))
    is_input = editable and name in outcome.editable
    return GridCell(
        "input" if is_input else "output",
        name=name,
        label=title_of(cell),
        column=words(cell.column.title),
        text=raw,
        shown=show_cell(cell, value) or raw,
        mode=_MODES.get(cell.row.type, "text"),
        is_text=cell.row.type == "text" and not cell.row.values,
        choices=tuple((code, words(text)) for code, text in cell.row.values.items()),
        note=str(report.notes.get(name, "")),
        source=source_words(report.filled.get(name)) if cell.is_entered else "",
        moved=_moved(value, last.get(name)) if cell.how in ("enter", "total") else "",
        wrong=name in wrong,
        takes_note=cell.how in ("enter", "total") or name in outcome.editable,
    )


def source_words(source: Mapping[str, Any] | None) -> str:
    """Where a prefilled value comes from, and how old it is."""
    if not source:
        return ""
    if source["how"] == "last":
        return _("沿用上期")
    if source["how"] == "derived":
        return _("平台计算，%(day)s") % {"day": source["as_of"]}
    return _("%(origin)s，数据时点%(day)s") % {"origin": source["origin"], "day": source["as_of"]}


def _moved(value: Value, before: Value) -> str:
    """By how much a figure has moved since the last report."""
    if not isinstance(value, int) or not isinstance(before, int) or isinstance(value, bool) or before == 0:
        return ""
    tenths = round((value - before) * 1000 / abs(before))
    return f"{tenths / 10:+.1f}%" if tenths else ""


def _placed(report: Report, outcome: Outcome, *, editable: bool) -> list[Placed]:
    cells = report.form.sheet.cells

    def anchor(name: str) -> str:
        return f"{'c' if editable and name in outcome.editable else 'v'}-{html_id(name)}"

    return [
        (finding, [(anchor(name), title_of(cells[name])) for name in finding.cells if name in cells])
        for finding in outcome.findings
    ]
