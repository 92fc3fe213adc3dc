"""Reports: whose, of which period, and what the one before said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet

from kaichuang.facts.cells import read_cell
from kaichuang.facts.enums import KNOWN
from kaichuang.facts.models import Form, Report
from kaichuang.facts.permissions import READERS
from kaichuang.facts.reporting.periods import previous
from kaichuang.facts.reporting.sheet import Cell
from kaichuang.facts.values import Unreadable
from kaichuang.kit.actor import Actor
from kaichuang.parties.queries import own_parties
from kaichuang.rules.lang.types import Value


def reports_for(actor: Actor, *, on: date) -> QuerySet[Report]:
    """All reports of the programme for its public servants; for others those of the parties they act for."""
    reports = Report.objects.select_related("form", "party", "programme")
    if actor.is_system:
        return reports
    own = reports.filter(party__in=own_parties(actor, on=on).values("pk"))
    if actor.has(*READERS):
        return reports.filter(programme=actor.programme_id) if actor.programme_id else reports.none()
    return own.filter(programme=actor.programme_id)


def forms_of(programme_id: int | None) -> QuerySet[Form]:
    """The forms in use in a programme."""
    return Form.objects.filter(programme=programme_id, is_current=True).order_by("code")


def last_report(report: Report) -> Report | None:
    """The report of the period before that is in force, or failing that the newest one that was checked."""
    before = previous(report.form.definition.period, report.span)
    if before is None:
        return None
    rows = Report.objects.filter(
        programme=report.programme_id,
        form_code=report.form_code,
        party=report.party_id,
        starts_on=before.starts_on,
    ).select_related("form")
    return rows.filter(state__in=KNOWN).first() or rows.exclude(figures={}).order_by("-version").first()


def last_values(report: Report) -> dict[str, Value]:
    """The cells of the report before, as far as the present form has them."""
    found = last_report(report)
    cells = report.form.sheet.cells
    return figures_of(found, cells) if found is not None else {}


def figures_of(report: Report, cells: Mapping[str, Cell] | None = None) -> dict[str, Value]:
    """Every cell of a report as it was checked, read by its own form or by another version of it."""
    found: dict[str, Value] = {}
    for name, text in report.figures.items():
        cell = (cells if cells is not None else report.form.sheet.cells).get(name)
        if cell is not None and text:
            try:
                found[name] = read_cell(cell, text)
            except Unreadable:
                continue  # the newer form reads this cell differently: then nothing is known of it
    return found
