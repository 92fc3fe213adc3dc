"""Revoke a document, or put another in its place."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from kaichuang.files.models import Document
from kaichuang.files.workflow import DOCUMENT
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused


def revoke_document(*, document: Document, actor: Actor, now: datetime, reason: str) -> Document:
    """From now on the verification page says: revoked, when and why."""
    return transition(
        workflow=DOCUMENT,
        instance=document,
        move="revoke",
        actor=actor,
        now=now,
        reason=reason,
        changes={"ended_at": now, "ended_reason": reason.strip()[:300]},
        scope=document.programme.slug,
    )


def supersede_document(
    *, document: Document, successor: Document, actor: Actor, now: datetime, reason: str
) -> Document:
    """`successor`, issued in the same programme, takes the document's place."""
    if successor.pk == document.pk or successor.programme_id != document.programme_id:
        raise Refused(Problem("wrong_successor", _("替代文书须是同一项目的另一份文书。"), field="successor"))
    return transition(
        workflow=DOCUMENT,
        instance=document,
        move="supersede",
        actor=actor,
        now=now,
        reason=reason,
        changes={"ended_at": now, "ended_reason": reason.strip()[:300], "successor": successor},
        scope=document.programme.slug,
        payload={"successor": successor.pk},
    )
