"""Fill a report in: every cell is kept as soon as it is typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.facts.enums import WITH_PARTY, ReportState
from kaichuang.facts.evaluation import evaluate, figures
from kaichuang.facts.models import Report
from kaichuang.facts.permissions import may_fill
from kaichuang.facts.queries.reports import last_values
from kaichuang.facts.workbook import read_workbook
from kaichuang.facts.workflow import REPORTS
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale

MAX_TEXT = 500


def save_cells(
    *,
    actor: Actor,
    now: datetime,
    report: Report,
    entries: Mapping[str, str],
    explanations: Mapping[str, str] | None = None,
) -> Report:
    """Keep these cells as they were typed, right or wrong; cells that are not named stay as they are.

    Two people may fill in one report at the same time: only the cells that each has typed are written. A report
    that was checked or signed goes back to drafting. Raises `Refused` for names that the form does not have.
    """
    require(may_fill(actor, report))
    with transaction.atomic():
        row = _locked(report)
        if row.state not in WITH_PARTY:
            raise Stale(_("报表已报送，不能再修改。如需更改，请联系审核人员退回。"))
        names = set(row.form.sheet.cells)
        unknown = sorted(set(entries) - names)
        if unknown:
            raise Refused(Problem("cell_unknown", _("报表没有单元格“%(cell)s”。") % {"cell": unknown[0]}))
        fresh = {name: _clean(text) for name, text in entries.items()}
        reasons = {name: _clean(text) for name, text in (explanations or {}).items()}
        if {**row.entries, **fresh} == row.entries and {**row.explanations, **reasons} == row.explanations:
            return row
        row = _back_to_drafting(row, actor, now)
        row.entries = _without_blanks({**row.entries, **fresh})
        row.explanations = _without_blanks({**row.explanations, **reasons})
        row.saved_at, row.saved_by_id = now, actor.user_id
        row.save(update_fields=["entries", "explanations", "saved_at", "saved_by"])
    return row


def check_report(*, actor: Actor, now: datetime, report: Report) -> Report:
    """All findings are settled: the figures are set down. Raises `Refused` with every open finding at its cell."""
    with transaction.atomic():
        row = _locked(report)
        return transition(
            workflow=REPORTS,
            instance=row,
            move="check",
            actor=actor,
            now=now,
            changes={"figures": figures(row, last_values(row))},
            payload={"explained": sorted(row.explanations)},
            scope=row.programme.slug,
        )


def import_workbook(
    *, actor: Actor, now: datetime, report: Report, data: bytes
) -> tuple[Report, int, list[Problem]]:
    """Take a filled-in workbook over: (report, how many cells changed, what cannot be read, by cell).

    What cannot be read is kept as it was typed and found again by the checks. Raises `Refused`, changing nothing,
    when the file is not this report's template.
    """
    require(may_fill(actor, report))
    outcome = evaluate(report, last_values(report))
    entries, problems = read_workbook(report, data, editable=outcome.editable)
    return save_cells(actor=actor, now=now, report=report, entries=entries), len(entries), problems


def _locked(report: Report) -> Report:
    rows = Report.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("form", "party", "programme").get(pk=report.pk)


def _back_to_drafting(row: Report, actor: Actor, now: datetime) -> Report:
    """A returned report keeps its state, and with it the notes, until it is checked again."""
    move = {ReportState.DUE: "start", ReportState.CHECKED: "edit", ReportState.SIGNED: "edit"}.get(
        ReportState(row.state)
    )
    if move is None:
        return row
    return transition(
        workflow=REPORTS, instance=row, move=move, actor=actor, now=now, scope=row.programme.slug
    )


def _clean(text: str) -> str:
    """Without what no spreadsheet and no database keeps."""
    plain = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign)[0] != "C")
    return plain.strip()[:MAX_TEXT]


def _without_blanks(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}
