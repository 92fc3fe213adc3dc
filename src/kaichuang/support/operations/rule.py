"""An officer decides what becomes of money that was spent outside its earmark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.cases.permissions import may_work
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Stale, refuse_if
from kaichuang.support.models import ReportState, UseReport


def rule_on_outside(
    *, report: UseReport, reclaim: int, reason: str, actor: Actor, now: datetime
) -> UseReport:
    """How much of it is claimed back when the report is accepted; until then another ruling takes its place.

    Raises `Refused` for more than was spent outside, and without a reason.
    """
    require(may_work(actor, report.case))
    with transaction.atomic():
        row = UseReport.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
        if row.state != ReportState.HANDED_IN or not row.outside_fen:
            raise Stale()
        refuse_if(_problems(row, reclaim, reason))
        row.reclaim_fen, row.ruling = reclaim, reason.strip()[:400]
        row.ruled_at, row.ruled_by_id = now, actor.user_id
        row.save(update_fields=["reclaim_fen", "ruling", "ruled_at", "ruled_by"])
        record(
            actor=actor,
            now=now,
            action="rule_on_use",
            subject=row.case,
            scope=row.case.programme.slug,
            reason=reason,
            payload={"outside": row.outside_fen, "reclaim": reclaim},
        )
    return row


def _problems(report: UseReport, reclaim: int, reason: str) -> Iterator[Problem]:
    if not 0 <= reclaim <= report.outside_fen:
        message = _("追回金额应在0至%(most)s元之间。") % {"most": format_yuan(report.outside_fen)}
        yield Problem("amount", message, field="reclaim")
    if not reason.strip():
        yield Problem("reason_required", _("请写明追回或不追回的理由和依据。"), field="reason")
