"""What the platform knows already is put into a report before anybody opens it, with where it comes from."""

from __future__ import annotations

from datetime import date
from typing import Any

from kaichuang.facts.cells import for_rules, write_cell
from kaichuang.facts.derived import derived_facts
from kaichuang.facts.models import Observation, Report
from kaichuang.facts.queries.reports import last_report
from kaichuang.facts.reporting.sheet import Cell


def prefill(report: Report, *, on: date) -> dict[str, dict[str, Any]]:
    """Cell → {value, how, …}: `fact` (an observation, with its origin and age), `derived` or `last` report."""
    sheet = report.form.sheet
    wanted = [cell for cell in sheet.entered if cell.row.fill != "none"]
    codes = {cell.fact for cell in wanted if cell.row.fill == "fact" and cell.fact}
    observed = _observed(report, codes, on)
    before = last_report(report) if any(cell.row.fill == "last" for cell in wanted) else None
    found: dict[str, dict[str, Any]] = {}
    for cell in wanted:
        if cell.row.fill == "last":
            text = before.figures.get(cell.name, "") if before is not None else ""
            source = (
                {"value": text, "how": "last", "report": before.pk} if before is not None and text else None
            )
        else:
            source = _from_fact(cell, observed.get(cell.fact)) or _from_platform(cell, report, on)
        if source is not None:
            found[cell.name] = source
    return found


def _observed(report: Report, codes: set[str], on: date) -> dict[str, Observation]:
    rows = Observation.objects.filter(
        programme=report.programme_id,
        subject__object_type="parties.party",
        subject__object_id=report.party_id,
        definition__code__in=codes,
        valid__contains=on,
        known__upper_inf=True,
    )
    return {row.definition.code: row for row in rows.select_related("definition", "origin")}


def _from_fact(cell: Cell, row: Observation | None) -> dict[str, Any] | None:
    if row is None or row.type != cell.row.type:
        return None
    return {
        "value": write_cell(cell, for_rules(row.value)),
        "how": "fact",
        "fact": cell.fact,
        "observation": row.pk,
        "origin": str(row.origin),
        "as_of": row.origin.data_as_of.isoformat(),
    }


def _from_platform(cell: Cell, report: Report, on: date) -> dict[str, Any] | None:
    derived = derived_facts().get(cell.fact)
    if derived is None or derived.object_type != "parties.party":
        return None
    value = derived.of(report.programme, on, [report.party_id]).get(report.party_id)
    if value is None:
        return None
    return {"value": write_cell(cell, value), "how": "derived", "fact": cell.fact, "as_of": on.isoformat()}
