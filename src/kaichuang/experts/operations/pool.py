"""Into the pool and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.queries import business_date
from kaichuang.experts.models import Expert, ExpertState
from kaichuang.experts.operations import tell
from kaichuang.experts.operations.validity import problems_of
from kaichuang.experts.permissions import may_apply, may_edit, may_keep_pool
from kaichuang.experts.workflow import EXPERTS
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.parties.models import Party, PartyKind, Role, RoleGrant
from kaichuang.parties.operations import grant_role
from kaichuang.parties.permissions import open_on
from kaichuang.places.models import Division, Programme

EDITABLE = ("specialities", "employer", "home", "title", "most_panels", "statement")


@transaction.atomic
def propose_expert(
    *,
    programme: Programme,
    party: Party,
    specialities: Sequence[str],
    actor: Actor,
    now: datetime,
    employer: Party | None = None,
    home: Division | None = None,
    title: str = "",
    most_panels: int = 3,
    statement: str = "",
) -> Expert:
    """A person applies, or an officer nominates one; an officer admits. Raises `Refused` with every problem."""
    require(may_keep_pool(actor, programme) or may_apply(actor, party))
    # Locked, so that two proposals at once get two numbers.
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    expert = Expert(
        programme=programme,
        party=party,
        number=f"E{Expert.objects.filter(programme=programme).count() + 1:04d}",
        specialities=sorted(set(specialities)),
        employer=employer,
        home=home,
        title=title.strip(),
        most_panels=most_panels,
        statement=statement.strip(),
        proposed_at=now,
    )
    problems = problems_of(expert)
    if party.kind != PartyKind.PERSON:
        problems.append(Problem("not_a_person", _("专家须为个人。"), field="party"))
    refuse_if(problems)
    expert.save(force_insert=True)
    payload = {"number": expert.number, "party": party.pk, "specialities": expert.specialities}
    record(actor=actor, now=now, action="propose", subject=expert, scope=programme.slug, payload=payload)
    tell.ask_to_admit(expert, now)
    return expert


@transaction.atomic
def admit_expert(*, expert: Expert, actor: Actor, now: datetime) -> Expert:
    """Into the pool; with a login the person also gets the role of an expert."""
    today = business_date(expert.programme, now)
    row = transition(
        workflow=EXPERTS,
        instance=expert,
        move="admit",
        actor=actor,
        now=now,
        changes={"admitted_on": today, "left_on": None},
        scope=expert.programme.slug,
    )
    user = row.party.user
    held = RoleGrant.objects.filter(open_on(today), user=user, programme=row.programme, role=Role.EXPERT)
    if user is not None and not held.exists():
        system = Actor.system("experts", programme_id=row.programme_id)
        grant_role(user=user, programme=row.programme, role=Role.EXPERT, since=today, actor=system, now=now)
    tell.judged(row, actor, now)
    tell.tell_expert(row, "experts.admitted", now)
    return row


@transaction.atomic
def decline_expert(*, expert: Expert, actor: Actor, now: datetime, reason: str) -> Expert:
    """Not into the pool, with the reason."""
    row = transition(
        workflow=EXPERTS,
        instance=expert,
        move="decline",
        actor=actor,
        now=now,
        reason=reason,
        scope=expert.programme.slug,
    )
    tell.judged(row, actor, now)
    tell.tell_expert(row, "experts.declined", now, reason=reason)
    return row


@transaction.atomic
def end_expert(*, expert: Expert, actor: Actor, now: datetime, reason: str) -> Expert:
    """Out of the pool: no longer drawn. Seats already taken stay, until they are replaced."""
    row = transition(
        workflow=EXPERTS,
        instance=expert,
        move="end",
        actor=actor,
        now=now,
        reason=reason,
        changes={"left_on": business_date(expert.programme, now)},
        scope=expert.programme.slug,
    )
    tell.tell_expert(row, "experts.ended", now, reason=reason)
    return row


@transaction.atomic
def edit_expert(*, expert: Expert, values: dict[str, Any], actor: Actor, now: datetime) -> Expert:
    """Specialities, employer, title and the most panels at once."""
    row = Expert.objects.select_for_update(of=("self",), no_key=True).get(pk=expert.pk)
    require(may_edit(actor, row))
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not to be edited: {', '.join(sorted(unknown))}")
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if row.state == ExpertState.LEFT and changed:
        raise Refused(Problem("has_left", _("该专家已出库，请先重新入库。")))
    for name in changed:
        setattr(row, name, values[name])
    refuse_if(problems_of(row))
    row.save(update_fields=changed)
    record(
        actor=actor,
        now=now,
        action="edit",
        subject=row,
        scope=row.programme.slug,
        payload={"changed": changed},
    )
    return row
