"""What happened to a report, from the journal; and where it stands."""

from __future__ import annotations

from kaichuang.facts.enums import KNOWN, ReportState
from kaichuang.facts.models import Report
from kaichuang.facts.workflow import REPORTS
from kaichuang.journal.models import Entry
from kaichuang.ui.components.history import Event
from kaichuang.ui.components.structure import Step

_ORDER = (
    ReportState.DUE,
    ReportState.DRAFTING,
    ReportState.CHECKED,
    ReportState.SIGNED,
    ReportState.SUBMITTED,
    ReportState.ACCEPTED,
    ReportState.FROZEN,
)


def steps_of(report: Report) -> list[Step]:
    """The way of a report; a returned one stands where it is filled in."""
    state = {ReportState.RETURNED: ReportState.DRAFTING, ReportState.CORRECTED: ReportState.FROZEN}.get(
        ReportState(report.state), ReportState(report.state)
    )
    at = _ORDER.index(state)
    steps = []
    for index, one in enumerate(_ORDER):
        now = "current" if index == at else "done" if index < at else "todo"
        if index == at and report.state in KNOWN:
            now = "done"
        note = str(ReportState.RETURNED.label) if index == at and report.state == ReportState.RETURNED else ""
        steps.append(Step(label=one.label, state="failed" if note else now, note=note))
    return steps


def returned_because(report: Report) -> str:
    """What the bureau wrote when it gave the report back, until it is handed in again."""
    moves = Entry.objects.filter(
        subject_type="facts.report", subject_id=str(report.pk), action__in=["return", "submit"]
    )
    last = moves.order_by("-id").first()
    return last.reason if last is not None and last.action == "return" else ""


def events_of(report: Report) -> list[Event]:
    """The latest first."""
    labels = {move.name: move.label for move in REPORTS}
    states = dict(ReportState.choices)
    entries = Entry.objects.filter(
        subject_type="facts.report", subject_id=str(report.pk), kind="move"
    ).order_by("-id")
    return [
        Event(
            at=entry.at,
            title=labels.get(entry.action, entry.action),
            actor=entry.actor_name,
            text=entry.reason,
            before=states.get(entry.from_state, ""),
            after=states.get(entry.to_state, ""),
        )
        for entry in entries[:30]
    ]
