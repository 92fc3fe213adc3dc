"""Work a report through: read every cell, compute the others, run all checks, find everything at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.facts.cells import read_cell, show_cell, title_of, words, write_cell
from kaichuang.facts.models import Report
from kaichuang.facts.reporting.findings import Finding, Outcome
from kaichuang.facts.reporting.sheet import Cell, Sheet, passes
from kaichuang.facts.values import Unreadable
from kaichuang.rules.lang.errors import FactErrors, OutOfRange
from kaichuang.rules.lang.types import Value


def evaluate(report: Report, last: Mapping[str, Value]) -> Outcome:
    """The outcome of the report as it stands; `last` are the cells of the report before (see `queries.last_values`)."""
    return evaluate_cells(
        report.form.sheet,
        report.entries,
        last=last,
        opens_a_year=report.span.opens_a_year,
        filled=report.filled,
        explanations=report.explanations,
    )


def figures(report: Report, last: Mapping[str, Value]) -> dict[str, str]:
    """Every cell as text, computed ones too, from which it can be read again."""
    cells = report.form.sheet.cells
    return {name: write_cell(cells[name], value) for name, value in evaluate(report, last).values.items()}


def evaluate_cells(
    sheet: Sheet,
    entries: Mapping[str, str],
    *,
    last: Mapping[str, Value],
    opens_a_year: bool,
    filled: Mapping[str, Any] | None = None,
    explanations: Mapping[str, str] | None = None,
) -> Outcome:
    """The same for cells that are not in the database."""
    opening = sheet.opening_cells(last, opens_a_year=opens_a_year)
    wanted = [cell for cell in sheet.cells.values() if cell.is_entered or cell.name in opening]
    read: dict[str, Value] = {}
    unreadable: dict[str, str] = {}
    for cell in wanted:
        raw = entries.get(cell.name, "")
        if str(raw).strip():
            try:
                read[cell.name if cell.is_entered else cell.told] = read_cell(cell, raw)
            except Unreadable as error:
                unreadable[cell.name] = str(error.problem)
    try:
        answers = sheet.compute(read, last, opens_a_year=opens_a_year)
    except (OutOfRange, FactErrors):
        unreadable.update((cell.name, _("数额过大，无法计算。")) for cell in wanted if cell.name in read)
        answers = sheet.compute({}, last, opens_a_year=opens_a_year)
    values = {name: answers.get(name) for name in sheet.cells}
    reasons = explanations or {}
    findings = [
        *_unread(unreadable),
        *_empty(wanted, entries),
        *_failed(sheet, answers, reasons),
        *_differing(sheet, values, filled or {}, reasons),
    ]
    editable = frozenset(cell.name for cell in wanted)
    return Outcome(values, tuple(findings), editable, unreadable)


def _unread(unreadable: Mapping[str, str]) -> Iterator[Finding]:
    for name, message in unreadable.items():
        yield Finding(f"unreadable:{name}", "block", message, (name,))


def _empty(wanted: list[Cell], entries: Mapping[str, str]) -> Iterator[Finding]:
    for cell in wanted:
        if cell.row.required and not str(entries.get(cell.name, "")).strip():
            message = (
                _("“%(title)s”尚未填写，没有发生请填0。")
                if cell.row.type in ("int", "money")
                else _("“%(title)s”尚未填写。")
            )
            yield Finding(f"empty:{cell.name}", "block", message % {"title": title_of(cell)}, (cell.name,))


def _failed(sheet: Sheet, answers: Mapping[str, Value], reasons: Mapping[str, str]) -> Iterator[Finding]:
    for check in sheet.checks:
        if not passes(answers, check):
            message = words(check.message)
            yield Finding(
                check.id,
                check.kind,
                message,
                sheet.cells_of(check),
                reasons.get(check.id, ""),
                check.clause or "",
            )


def _differing(
    sheet: Sheet, values: Mapping[str, Value], filled: Mapping[str, Any], reasons: Mapping[str, str]
) -> Iterator[Finding]:
    """What was entered differs from what the platform knows: both are shown, and the difference is explained."""
    for name, source in filled.items():
        cell = sheet.cells.get(name)
        if cell is None or source["how"] == "last" or values.get(name) is None:
            continue
        known = read_cell(cell, source["value"])
        if values[name] != known:
            message = _("“%(title)s”填报%(entered)s，平台数据为%(known)s，请核对或说明原因。") % {
                "title": title_of(cell),
                "entered": show_cell(cell, values[name]),
                "known": show_cell(cell, known),
            }
            ident = f"differs:{name}"
            yield Finding(ident, "explain", message, (name,), reasons.get(ident, ""))
