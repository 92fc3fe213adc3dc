"""Register organisations, people and teams."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.accounts.models import User
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require, signed_in
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.kit.secrets import lookup_hash, mask
from kaichuang.parties.identity import identity_problems, normalise_identity_number
from kaichuang.parties.models import Membership, MembershipKind, Party, PartyKind
from kaichuang.parties.permissions import may_keep_register, may_register_organisation
from kaichuang.parties.uscc import check_uscc
from kaichuang.places.models import Division, Programme


@transaction.atomic
def register_organisation(
    *,
    name: str,
    uscc: str,
    actor: Actor,
    now: datetime,
    today: date,
    division: Division | None = None,
    registered_on: date | None = None,
    phone: str = "",
    email: str = "",
) -> Party:
    """A new organisation; the user who registers it becomes its owner, unless a registrar does it for others.

    Raises `Refused` with every problem; for a code that is already there, with what to do.
    """
    require(may_register_organisation(actor, None))
    check = check_uscc(uscc)
    party = Party(
        kind=PartyKind.ORGANISATION,
        name=name.strip(),
        uscc=check.value,
        division=division,
        registered_on=registered_on,
        phone=phone.strip(),
        email=email.strip(),
        registered_in_id=actor.programme_id,
    )
    refuse_if([*check.problems, *_taken(check.value), *field_problems(party, today=today, skip=("uscc",))])
    _save(party, actor=actor, now=now)
    if actor.user_id is not None and not may_keep_register(actor, None):
        _own(party, actor.user_id, today)
    return party


@transaction.atomic
def register_person(
    *,
    name: str,
    actor: Actor,
    now: datetime,
    today: date,
    user: User | None = None,
    identity_number: str = "",
    division: Division | None = None,
    phone: str = "",
    email: str = "",
) -> Party:
    """A person; with `user`, the person of that login. The identity number is checked, encrypted and kept."""
    own = user is not None and user.pk == actor.user_id
    require(signed_in(actor, None) if own else may_keep_register(actor, None))
    number = normalise_identity_number(identity_number)
    party = Party(
        kind=PartyKind.PERSON,
        name=name.strip(),
        identity_number=number,
        identity_hash=lookup_hash(number) if number else "",
        division=division,
        phone=phone.strip(),
        email=email.strip(),
        user=user,
        registered_in_id=actor.programme_id,
    )
    problems = identity_problems(number, today=today) if number else []
    if user is not None and Party.objects.filter(user=user).exists():
        problems.append(Problem("person_known", _("该账号已登记个人信息，请直接修改。")))
    if number and Party.objects.filter(identity_hash=party.identity_hash).exists():
        message = _("该身份证号已登记。请用原账号登录；如非本人登记，请持身份证联系当地业务部门。")
        problems.append(Problem("identity_taken", message, field="identity_number"))
    refuse_if([*problems, *field_problems(party, today=today)])
    _save(party, actor=actor, now=now)
    return party


@transaction.atomic
def register_team(
    *, name: str, actor: Actor, now: datetime, today: date, division: Division | None = None
) -> Party:
    """A team without legal personality; whoever registers it owns it and admits the others."""
    require(signed_in(actor, None))
    party = Party(
        kind=PartyKind.TEAM,
        name=name.strip(),
        division=division,
        registered_on=today,
        registered_in_id=actor.programme_id,
    )
    problems = field_problems(party, today=today)
    if actor.user_id and Party.objects.filter(
        kind=PartyKind.TEAM, name=party.name, closed_on=None, memberships__user_id=actor.user_id
    ):
        message = _("您已有同名团队“%(name)s”。请换一个名称，或使用原团队。") % {"name": party.name}
        problems.append(Problem("team_known", message, field="name"))
    refuse_if(problems)
    _save(party, actor=actor, now=now)
    if actor.user_id is not None:
        _own(party, actor.user_id, today)
    return party


def field_problems(party: Party, *, today: date, skip: tuple[str, ...] = ()) -> list[Problem]:
    """What is wrong with single fields and dates, in words."""
    problems: list[Problem] = []
    try:
        party.clean_fields(exclude={"division", "registered_in", "user", *skip})
    except ValidationError as error:
        problems += [
            Problem("invalid", message, field=field)
            for field, messages in error.message_dict.items()
            for message in messages
        ]
    if party.registered_on is not None and party.registered_on > today:
        problems.append(Problem("registered_later", _("成立日期不能晚于今天。"), field="registered_on"))
    if (
        party.closed_on is not None
        and party.registered_on is not None
        and party.closed_on < party.registered_on
    ):
        problems.append(Problem("closed_before", _("注销日期不能早于成立日期。"), field="closed_on"))
    return problems


def _taken(uscc: str) -> list[Problem]:
    known = Party.objects.filter(uscc=uscc).first() if uscc else None
    if known is None:
        return []
    message = _("该统一社会信用代码已登记为“%(name)s”。请在“我的主体”中申请加入该单位，由其负责人同意。")
    return [Problem("uscc_taken", message % {"name": known.name}, field="uscc")]


def _save(party: Party, *, actor: Actor, now: datetime) -> None:
    # Two at once: the unique constraints decide, and say in words what the check above would have said.
    try:
        party.validate_constraints()
    except ValidationError as error:
        raise Refused(*(Problem("taken", message) for message in error.messages)) from error
    party.save(force_insert=True)
    payload = {
        "name": party.name,
        "kind": party.kind,
        "uscc": party.uscc,
        "division": party.division_id or "",
    }
    if party.identity_number:
        payload["identity_number"] = mask(party.identity_number)
    record(actor=actor, now=now, action="register", subject=party, scope=scope_of(actor), payload=payload)


def scope_of(actor: Actor) -> str:
    """The journal's chain label of what the actor does: the slug of the programme in which it acts."""
    if actor.programme_id is None:
        return ""
    return Programme.objects.filter(pk=actor.programme_id).values_list("slug", flat=True).first() or ""


def _own(party: Party, user_id: int, today: date) -> None:
    Membership.objects.create(party=party, user_id=user_id, kind=MembershipKind.OWNER, since=today)
