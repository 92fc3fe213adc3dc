"""Papers for which a tranche waits: handed in by the applicant, checked by the desk."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.cases.models import Evidence
from kaichuang.cases.permissions import may_edit, may_work
from kaichuang.files.operations.attach import Upload, attach
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations.work import close_work, open_work
from kaichuang.support.models import Tranche, TrancheState
from kaichuang.support.notices import CHECK_PAPERS, PAPERS
from kaichuang.support.operations.tranches import move, settle_tranches


def papers_there(tranche: Tranche) -> dict[str, list[Evidence]]:
    """What was handed in for a tranche since the decision, by kind."""
    found: dict[str, list[Evidence]] = {code: [] for code in tranche.papers}
    evidence = Evidence.objects.filter(
        case=tranche.case_id, paper__in=tranche.papers, row=row_of(tranche), removed_at=None
    )
    for one in evidence.select_related("attachment__content"):
        found[one.paper].append(one)
    return found


def row_of(tranche: Tranche) -> str:
    """How papers of a tranche are told from those of the application."""
    return f"tranche:{tranche.number}"


def add_tranche_paper(
    *, tranche: Tranche, paper: str, upload: Upload, actor: Actor, now: datetime
) -> Evidence:
    """Hand in a paper; when every kind is there, the desk finds the tranche on its list."""
    case = tranche.case
    require(may_edit(actor, case))
    if tranche.state != TrancheState.WAITING_PAPERS or paper not in tranche.papers:
        raise Refused(Problem("paper_unknown", _("这一期拨付不需要该材料。"), field="paper"))
    with transaction.atomic():
        (attachment,) = attach(
            uploads=[upload], actor=actor, now=now, programme=case.programme, owner=case.party, subject=case
        )
        evidence = Evidence.objects.create(
            case=case, paper=paper, row=row_of(tranche), attachment=attachment, added_at=now
        )
        payload = {"paper": paper, "attachment": attachment.pk, "tranche": tranche.number}
        record(
            actor=actor, now=now, action="add_paper", subject=case, scope=case.programme.slug, payload=payload
        )
        if all(papers_there(tranche).values()):
            close_work(subject=tranche, now=now, actor=actor, kind=PAPERS.code)
            open_work(
                programme=case.programme,
                kind=CHECK_PAPERS.code,
                subject=tranche,
                recipient=Audience.of_role("finance", programme_id=case.programme_id),
                now=now,
                params={"number": case.number, "tranche": tranche.title},
                link=f"/cases/desk/{case.pk}/",
                clause=tranche.clause,
            )
    return evidence


def check_tranche_papers(*, tranche: Tranche, actor: Actor, now: datetime) -> Tranche:
    """The papers are in order: payment goes on. Raises `Refused` while one is missing."""
    case = tranche.case
    require(may_work(actor, case))
    missing = [code for code, there in papers_there(tranche).items() if not there]
    if missing:
        raise Refused(Problem("paper_missing", _("拨付材料尚未交齐。"), clause=tranche.clause))
    with transaction.atomic():
        moved = move(tranche, "check_papers", actor, now, papers_checked_at=now)
        close_work(subject=tranche, now=now, actor=actor, kind=CHECK_PAPERS.code)
        settle_tranches([case], actor=actor, now=now)
    moved.refresh_from_db()
    return moved
