"""Invite, ask to join, answer, change, leave."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.accounts.models import User
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require, signed_in
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.parties.models import Admission, AdmissionState, Membership, MembershipKind, Party
from kaichuang.parties.operations.register import scope_of
from kaichuang.parties.permissions import may_manage_members
from kaichuang.parties.workflow import ADMISSION


@transaction.atomic
def invite(
    *, party: Party, user: User, kind: str, actor: Actor, now: datetime, message: str = ""
) -> Admission:
    """An owner invites a user; nothing changes until the user accepts."""
    locked = _locked(party)
    require(may_manage_members(actor, locked))
    return _ask(locked, user.pk, kind, True, message, actor, now)


@transaction.atomic
def ask_to_join(
    *, party: Party, actor: Actor, now: datetime, message: str = "", kind: str = MembershipKind.EDITOR
) -> Admission:
    """A user asks to act for a party that is already registered; an owner answers."""
    require(signed_in(actor, None))
    if actor.user_id is None:
        raise ValueError("only a user can join")
    return _ask(_locked(party), actor.user_id, kind, False, message, actor, now)


@transaction.atomic
def answer_admission(
    *, admission: Admission, move: str, actor: Actor, now: datetime, today: date
) -> Admission:
    """`accept`, `decline` or `withdraw`; accepting makes the membership."""
    party = _locked(admission.party)
    moved = transition(
        workflow=ADMISSION, instance=admission, move=move, actor=actor, now=now, scope=scope_of(actor)
    )
    if moved.state == AdmissionState.ACCEPTED:
        refuse_if(_member_already(party, moved.user_id))
        Membership.objects.create(party=party, user_id=moved.user_id, kind=moved.kind, since=today)
    return moved


@transaction.atomic
def change_membership(*, membership: Membership, kind: str, actor: Actor, now: datetime) -> Membership:
    """Make a member owner, editor or viewer; one owner must remain."""
    _locked(membership.party)
    current = Membership.objects.select_related("party").get(pk=membership.pk)
    require(may_manage_members(actor, current.party))
    if kind != MembershipKind.OWNER:
        refuse_if(_last_owner(current))
    before, current.kind = current.kind, kind
    current.save(update_fields=["kind"])
    payload = {"user": current.user_id, "kind": [before, kind]}
    record(
        actor=actor,
        now=now,
        action="change_member",
        subject=current.party,
        scope=scope_of(actor),
        payload=payload,
    )
    return current


@transaction.atomic
def end_membership(*, membership: Membership, actor: Actor, now: datetime, today: date) -> Membership:
    """Leave, or be taken out by an owner. The last owner cannot leave."""
    _locked(membership.party)
    current = Membership.objects.select_related("party").get(pk=membership.pk)
    if current.user_id != actor.user_id:
        require(may_manage_members(actor, current.party))
    refuse_if(_last_owner(current))
    # The last day is inclusive, so that from tomorrow nothing is left; on the first day it never was.
    if current.since >= today:
        current.delete()
    else:
        current.until = today - timedelta(days=1)
        current.save(update_fields=["until"])
    payload = {"user": current.user_id, "until": str(current.until or today)}
    record(
        actor=actor,
        now=now,
        action="end_member",
        subject=current.party,
        scope=scope_of(actor),
        payload=payload,
    )
    return current


def _ask(
    party: Party, user_id: int, kind: str, by_party: bool, message: str, actor: Actor, now: datetime
) -> Admission:
    problems = _member_already(party, user_id)
    if kind not in MembershipKind.values:
        problems.append(Problem("kind_invalid", _("请选择身份：负责人、经办人或查看人。"), field="kind"))
    if party.closed_on is not None:
        problems.append(Problem("closed", _("该主体已注销，不能再加入。")))
    if Admission.objects.filter(party=party, user_id=user_id, state=AdmissionState.PENDING).exists():
        problems.append(Problem("pending", _("已有待答复的邀请或申请，请等待答复或先撤回。")))
    refuse_if(problems)
    admission = Admission.objects.create(
        party=party,
        user_id=user_id,
        kind=kind,
        by_party=by_party,
        message=message.strip()[:200],
        asked_at=now,
    )
    action = "invite" if by_party else "ask_to_join"
    payload = {"user": user_id, "kind": kind}
    record(actor=actor, now=now, action=action, subject=party, scope=scope_of(actor), payload=payload)
    return admission


def _locked(party: Party) -> Party:
    """The party's row stands for its list of members: whoever changes the list holds it."""
    return Party.objects.select_for_update(of=("self",), no_key=True).get(pk=party.pk)


def _member_already(party: Party, user_id: int) -> list[Problem]:
    if Membership.objects.filter(party=party, user_id=user_id, until=None).exists():
        return [Problem("member_already", _("该用户已是“%(name)s”的成员。") % {"name": party.name})]
    return []


def _last_owner(membership: Membership) -> list[Problem]:
    if membership.kind != MembershipKind.OWNER:
        return []
    owners = Membership.objects.filter(party=membership.party, kind=MembershipKind.OWNER, until=None)
    if owners.exclude(pk=membership.pk).exists():
        return []
    message = _("“%(name)s”只有这一位负责人。请先把另一位成员设为负责人，或注销该主体。")
    return [Problem("last_owner", message % {"name": membership.party.name})]
