"""The applicant answers a point of a correction in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case, Correction
from kaichuang.cases.operations.draft import require_open
from kaichuang.cases.permissions import may_edit
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused

_LONGEST = 1000


def reply_to_correction(*, case: Case, replies: Mapping[int, str], actor: Actor, now: datetime) -> Correction:
    """Write answers to points of the open correction, by their place in the list; an empty text takes one back.

    Raises `Refused` where nothing is to be completed.
    """
    require(may_edit(actor, case))
    with transaction.atomic():
        row = (
            Case.objects.select_for_update(of=("self",), no_key=True)
            .select_related("programme", "version")
            .get(pk=case.pk)
        )
        require_open(row)
        correction = row.corrections.filter(answered_at=None).first()
        if correction is None:
            raise Refused(Problem("nothing_to_answer", _("目前没有需要补正的内容。")))
        for at, text in replies.items():
            if 0 <= at < len(correction.items):
                correction.items[at]["reply"] = text.strip()[:_LONGEST]
        correction.save(update_fields=["items"])
        payload = {"correction": correction.number, "points": sorted(replies)}
        record(actor=actor, now=now, action="reply", subject=row, scope=row.programme.slug, payload=payload)
    return correction
