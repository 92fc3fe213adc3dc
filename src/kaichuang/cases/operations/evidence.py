"""Papers of an application: uploaded once, used again as often as needed."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case, Evidence
from kaichuang.cases.operations.draft import require_open
from kaichuang.cases.permissions import may_edit
from kaichuang.cases.queries.papers import handed_in_before, lost_files, papers_of
from kaichuang.cases.queries.rows import is_key, mark_of
from kaichuang.files.models import Attachment
from kaichuang.files.operations.attach import Upload, attach, attach_again
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused


def add_paper(
    *, case: Case, paper: str, upload: Upload, actor: Actor, now: datetime, row: str = ""
) -> Evidence:
    """Hand in a file as a kind of paper. Raises `Refused` for kinds that the matter does not ask for.

    `row` is the key of a row, for a paper that is asked for row by row; without it the first row that has none.
    """
    with transaction.atomic():
        locked = _open(case, paper, actor)
        row = _mark(locked, paper, row)
        (attachment,) = attach(
            uploads=[upload],
            actor=actor,
            now=now,
            programme=locked.programme,
            owner=locked.party,
            subject=locked,
        )
        return _add(locked, paper, attachment, row, actor, now)


def reuse_paper(
    *, case: Case, paper: str, evidence: Evidence, actor: Actor, now: datetime, row: str = ""
) -> Evidence:
    """Use a paper from an earlier case of the same party: it need not be handed in again."""
    with transaction.atomic():
        locked = _open(case, paper, actor)
        found = handed_in_before(locked, paper).filter(pk=evidence.pk).first()
        if found is None:
            raise Refused(Problem("not_yours", _("找不到该材料，请重新上传。"), field=f"paper:{paper}"))
        row = _mark(locked, paper, row)
        attachment = attach_again(
            attachment=found.attachment, actor=actor, now=now, programme=locked.programme, subject=locked
        )
        return _add(locked, paper, attachment, row, actor, now)


def remove_paper(*, evidence: Evidence, actor: Actor, now: datetime) -> Evidence:
    """Take a paper off; what was handed in before stays in the frozen submission."""
    with transaction.atomic():
        _open(evidence.case, evidence.paper, actor)
        evidence.removed_at = now
        evidence.save(update_fields=["removed_at"])
        record(
            actor=actor,
            now=now,
            action="remove_paper",
            subject=evidence.case,
            scope=evidence.case.programme.slug,
            payload={"paper": evidence.paper, "attachment": evidence.attachment_id},
        )
    return evidence


def place_paper(*, evidence: Evidence, row: str, actor: Actor, now: datetime) -> Evidence:
    """Put a file to another row, by the key of the row."""
    with transaction.atomic():
        locked = _open(evidence.case, evidence.paper, actor)
        evidence.row = _mark(locked, evidence.paper, row)
        evidence.save(update_fields=["row"])
        payload = {"paper": evidence.paper, "attachment": evidence.attachment_id, "row": evidence.row}
        scope = locked.programme.slug
        record(actor=actor, now=now, action="place_paper", subject=locked, scope=scope, payload=payload)
    return evidence


def drop_lost(case: Case, *, actor: Actor, now: datetime) -> int:
    """When a case is handed in, the files of rows that were taken out go with their rows; returns how many."""
    lost = lost_files(case)
    for evidence in lost:
        evidence.removed_at = now
        evidence.save(update_fields=["removed_at"])
        payload = {"paper": evidence.paper, "attachment": evidence.attachment_id}
        scope = case.programme.slug
        record(actor=actor, now=now, action="remove_paper", subject=case, scope=scope, payload=payload)
    return len(lost)


def _mark(case: Case, paper: str, key: str) -> str:
    """The row of a paper, where the paper is asked for row by row."""
    table = next((one.per_row for one in case.version.file.matter.all_papers if one.code == paper), None)
    if table is None:
        return ""
    if not key:
        needed = next((one for one in papers_of(case) if one.paper.code == paper), None)
        key = needed.bare[0].key if needed is not None and needed.bare else ""
    if key and not is_key(key):
        raise Refused(Problem("row_unknown", _("找不到对应的行，请刷新页面后重试。"), field=f"paper:{paper}"))
    return mark_of(table, key) if key else ""


def _open(case: Case, paper: str, actor: Actor) -> Case:
    row = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("programme", "party", "version", "matter")
        .get(pk=case.pk)
    )
    require(may_edit(actor, row))
    require_open(row)
    if paper not in {one.code for one in row.version.file.matter.all_papers}:
        raise Refused(Problem("paper_unknown", _("该事项不需要这种材料。"), field=f"paper:{paper}"))
    return row


def _add(case: Case, paper: str, attachment: Attachment, row: str, actor: Actor, now: datetime) -> Evidence:
    try:
        with transaction.atomic():
            evidence = Evidence.objects.create(
                case=case, paper=paper, row=row[:120], attachment=attachment, added_at=now
            )
    except IntegrityError as error:
        raise Refused(
            Problem("there_already", _("该文件已作为此项材料提交。"), field=f"paper:{paper}")
        ) from error
    payload = {"paper": paper, "attachment": attachment.pk}
    record(actor=actor, now=now, action="add_paper", subject=case, scope=case.programme.slug, payload=payload)
    return evidence
