"""From imported text to the edition that counts, and to its end."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.policy.models import Clause, Edition, EditionState, Part, Reference, Responsibility
from kaichuang.policy.permissions import may_edit_edition
from kaichuang.policy.workflow import EDITIONS


def check_edition(*, actor: Actor, now: datetime, edition: Edition) -> Edition:
    """The clerk has compared it with the original; every doubt that had a proposal is settled."""
    return _move(actor, now, edition, "check")


def publish(*, actor: Actor, now: datetime, edition: Edition) -> Edition:
    """Show it to everybody, as the current edition of its document; what cites it leads to it from now on."""
    with transaction.atomic():
        edition = _move(actor, now, edition, "publish", changes={"issued_at": now})
        named = Q(number=edition.number) if edition.number else Q(number="", title=edition.title)
        Reference.objects.filter(named, target=None).update(target=edition.document_id)
    return edition


def repeal(*, actor: Actor, now: datetime, edition: Edition, on: date, reason: str) -> Edition:
    """It ends on `on` (the first day out of force); what was granted before stays."""
    return _move(actor, now, edition, "repeal", reason=reason, changes={"repealed_on": on})


def withdraw(*, actor: Actor, now: datetime, edition: Edition, reason: str) -> Edition:
    """It should not have been here."""
    return _move(actor, now, edition, "withdraw", reason=reason)


def renew(
    *, actor: Actor, now: datetime, edition: Edition, effective_on: date, expires_on: date | None, reason: str
) -> Edition:
    """A further edition of the same text with a new validity (P02), to be checked and published like any other."""
    require(may_edit_edition(actor, edition))
    if expires_on is not None and expires_on < effective_on:
        raise Refused(Problem("validity_order", _("有效期至不能早于施行日期。"), field="expires_on"))
    if not reason.strip():
        raise Refused(Problem("reason_required", _("请填写延续的依据。"), field="reason"))
    with transaction.atomic():
        renewed = _copy(edition, effective_on, expires_on, reason, now)
        record(
            actor=actor,
            now=now,
            action="renew",
            subject=renewed,
            scope=edition.document.programme.slug,
            to_state=renewed.state,
            reason=reason,
            payload={"of": edition.ordinal},
        )
    return renewed


def _copy(
    edition: Edition, effective_on: date, expires_on: date | None, reason: str, now: datetime
) -> Edition:
    last = edition.document.editions.aggregate(last=Max("ordinal"))["last"]
    parts = list(edition.parts.all())
    clauses = list(edition.clauses.prefetch_related("responsibilities"))
    fields = {
        field.attname: getattr(edition, field.attname)
        for field in Edition._meta.concrete_fields
        if not field.primary_key
    }
    renewed = Edition.objects.create(
        **{
            **fields,
            "ordinal": last + 1,
            "state": EditionState.IMPORTED,
            "effective_on": effective_on,
            "expires_on": expires_on,
            "printed_status": "",
            "sha256": "",
            "notes": [*edition.notes, {"zh": reason}],
            "imported_at": now,
            "issued_at": None,
            "repealed_on": None,
        }
    )
    part_of: dict[int, Part] = {}
    for part in parts:
        old, part.pk, part.edition = part.pk, None, renewed
        part.save(force_insert=True)
        part_of[old] = part
    clause_of: dict[int, Clause] = {}
    for clause in clauses:
        duties = list(clause.responsibilities.all())
        old = clause.pk
        copy = Clause(
            **{
                field.attname: getattr(clause, field.attname)
                for field in Clause._meta.concrete_fields
                if not field.primary_key and not field.generated
            }
        )
        copy.edition, copy.part = renewed, part_of[clause.part_id]
        copy.parent = clause_of[clause.parent_id] if clause.parent_id is not None else None
        copy.save(force_insert=True)
        clause_of[old] = copy
        for duty in duties:
            duty.pk, duty.clause = None, copy
        Responsibility.objects.bulk_create(duties)
    return renewed


def _move(
    actor: Actor,
    now: datetime,
    edition: Edition,
    move: str,
    *,
    reason: str = "",
    changes: dict[str, datetime | date] | None = None,
) -> Edition:
    return transition(
        workflow=EDITIONS,
        instance=edition,
        move=move,
        actor=actor,
        now=now,
        reason=reason,
        changes=changes,
        scope=edition.document.programme.slug,
    )
