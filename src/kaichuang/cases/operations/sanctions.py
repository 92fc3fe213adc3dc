"""Bar parties from applying, and lift the bar (catalogue G03; 5.3, rule 4)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.cases.models import Ban
from kaichuang.cases.permissions import may_ban
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme


def ban_party(
    *,
    programme: Programme,
    party: Party,
    since: date,
    until: date,
    clause: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Ban:
    """From `since` until `until`, both inclusive, every application of the party is refused, everywhere."""
    require(may_ban(actor, programme))
    problems = []
    if until < since:
        problems.append(Problem("order", _("截止日期不能早于起始日期。"), field="until"))
    if not clause.strip():
        problems.append(Problem("clause_required", _("请写明依据的条款。"), field="clause"))
    if not reason.strip():
        problems.append(Problem("reason_required", _("请填写理由。"), field="reason"))
    refuse_if(problems)
    with transaction.atomic():
        ban = Ban.objects.create(
            programme=programme,
            party=party,
            since=since,
            until=until,
            clause=clause.strip(),
            reason=reason.strip()[:200],
        )
        payload = {"party": party.pk, "since": str(since), "until": str(until)}
        record(
            actor=actor,
            now=now,
            action="ban",
            subject=ban,
            scope=programme.slug,
            reason=reason,
            payload=payload,
        )
    return ban


def lift_ban(*, ban: Ban, on: date, reason: str, actor: Actor, now: datetime) -> Ban:
    """End a bar early, from a day on (信用修复)."""
    require(may_ban(actor, ban.programme))
    if not reason.strip():
        raise Refused(Problem("reason_required", _("请填写理由。"), field="reason"))
    with transaction.atomic():
        row = Ban.objects.select_for_update(of=("self",)).get(pk=ban.pk)
        if row.lifted_on is not None:
            raise Refused(Problem("lifted", _("该禁止申报已解除。")))
        row.lifted_on = on
        row.save(update_fields=["lifted_on"])
        record(actor=actor, now=now, action="lift_ban", subject=row, scope=row.programme.slug, reason=reason)
    return row
