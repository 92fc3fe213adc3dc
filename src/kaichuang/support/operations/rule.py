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
from kaichuang.ledger.interest import MOST_PPM
from kaichuang.support.models import ReportState, UseReport


def rule_on_outside(
    *,
    report: UseReport,
    reclaim: int,
    reason: str,
    actor: Actor,
    now: datetime,
    rate_ppm: int | None = None,
    rate_clause: str = "",
) -> UseReport:
    """How much of it is claimed back when the report is accepted; until then another ruling takes its place.

    Where a clause provides for interest, `rate_ppm` is its yearly rate in parts per million, counted from the day of
    payment. Raises `Refused` for more than was spent outside, without a reason, and for interest without its clause.
    """
    require(may_work(actor, report.case))
    with transaction.atomic():
        row = UseReport.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
        if row.state != ReportState.HANDED_IN or not row.outside_fen:
            raise Stale()
        refuse_if([*_problems(row, reclaim, reason), *_rate_problems(reclaim, rate_ppm, rate_clause)])
        row.reclaim_fen, row.ruling = reclaim, reason.strip()[:400]
        row.ruled_at, row.ruled_by_id = now, actor.user_id
        row.rate_ppm, row.rate_clause = rate_ppm, rate_clause.strip() if rate_ppm is not None else ""
        row.save(update_fields=["reclaim_fen", "ruling", "ruled_at", "ruled_by", "rate_ppm", "rate_clause"])
        record(
            actor=actor,
            now=now,
            action="rule_on_use",
            subject=row.case,
            scope=row.case.programme.slug,
            reason=reason,
            payload={
                "outside": row.outside_fen,
                "reclaim": reclaim,
                **({"rate_ppm": rate_ppm, "clause": row.rate_clause} if rate_ppm is not None else {}),
            },
        )
    return row


def _problems(report: UseReport, reclaim: int, reason: str) -> Iterator[Problem]:
    if not 0 <= reclaim <= report.outside_fen:
        message = _("追回金额应在0至%(most)s元之间。") % {"most": format_yuan(report.outside_fen)}
        yield Problem("amount", message, field="reclaim")
    if not reason.strip():
        yield Problem("reason_required", _("请写明追回或不追回的理由和依据。"), field="reason")


def _rate_problems(reclaim: int, rate_ppm: int | None, clause: str) -> Iterator[Problem]:
    if rate_ppm is None:
        return
    if not 0 < rate_ppm <= MOST_PPM:
        yield Problem("rate", _("年利率应大于0且不超过36%；不计利息的请留空。"), field="rate")
    if not reclaim:
        yield Problem("rate", _("不追回的资金不计利息，请将利率留空。"), field="rate")
    if not clause.strip():
        message = _("计收利息须写明依据的条款；条款没有规定利息的，请将利率留空。")
        yield Problem("clause_required", message, field="rate_clause")
