"""Settle what the importer was not sure of."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused
from kaichuang.policy.models import Doubt, DoubtState, Edition
from kaichuang.policy.workflow import DOUBTS


def accept_correction(*, actor: Actor, now: datetime, doubt: Doubt, text: str = "") -> Doubt:
    """Read the printed words as `text`, or as proposed; the printed words stay."""
    decided = text.strip() or doubt.proposed
    if not decided:
        raise Refused(Problem("text_required", _("此处没有更正建议，请填写采用的文字。"), field="text"))
    return transition(
        workflow=DOUBTS,
        instance=doubt,
        move="accept",
        actor=actor,
        now=now,
        changes={"decided": decided},
        payload={"found": doubt.found, "decided": decided},
        scope=doubt.edition.document.programme.slug,
    )


def keep_printed(*, actor: Actor, now: datetime, doubt: Doubt) -> Doubt:
    """The words are right as printed."""
    return transition(
        workflow=DOUBTS,
        instance=doubt,
        move="keep",
        actor=actor,
        now=now,
        changes={"decided": ""},
        scope=doubt.edition.document.programme.slug,
    )


def settle_doubts(*, actor: Actor, now: datetime, edition: Edition) -> int:
    """Accept every open proposal of the edition at once; returns how many. Doubts without a proposal stay open."""
    with transaction.atomic():
        doubts = list(edition.doubts.filter(state=DoubtState.OPEN).exclude(proposed=""))
        for doubt in doubts:
            accept_correction(actor=actor, now=now, doubt=doubt)
    return len(doubts)
