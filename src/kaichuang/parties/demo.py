"""The demo's people and organisations, invented, with right check digits; the same in every installation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from stdnum.cn import ric, uscc

from kaichuang.accounts.demo import ACCOUNTS, PASSWORD, TOTP_SECRET
from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor
from kaichuang.kit.secrets import lookup_hash
from kaichuang.parties.models import (
    STAFF,
    Membership,
    MembershipKind,
    Party,
    PartyKind,
    Relation,
    RelationKind,
    Role,
    RoleGrant,
    Unit,
)
from kaichuang.parties.operations import grant_role, record_relation
from kaichuang.places.demo import PLACES
from kaichuang.places.models import Programme

DEMO_PASSWORD = PASSWORD

SHOWN = (
    ("officer", "ninghai"),
    ("founder", "ninghai"),
    ("operator", "ninghai"),
    ("leader", "qinghai"),
    ("auditor", "nantong"),
)
"""Which accounts of a place the command line names; there is one for every role in every place."""

_SINCE = date(2015, 1, 1)
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = (
    "晓东",
    "雨晴",
    "建国",
    "思远",
    "丽华",
    "志强",
    "文博",
    "秀兰",
    "海涛",
    "静怡",
    "卓玛",
    "俊杰",
    "雪梅",
    "立群",
    "嘉宁",
)
_KIND_OF_OFFICE = {
    Role.FINANCE: "财政局",
    Role.AUDITOR: "审计局",
    Role.STATISTICIAN: "统计局",
    Role.LEADER: "人民政府",
}


class Firm(NamedTuple):
    """An organisation of every place; `{place}` becomes the place's short name."""

    key: str
    name: str
    role: Role
    body: str


FIRMS = (
    Firm("space", "{place}星火众创空间管理有限公司", Role.OPERATOR, "91"),
    Firm("startup", "{place}新芽智能科技有限公司", Role.FOUNDER, "91"),
    Firm("service", "{place}知信知识产权服务有限公司", Role.PROVIDER, "91"),
    Firm("capital", "{place}启明创业投资有限公司", Role.INVESTOR, "91"),
    Firm("bank", "{place}科技银行股份有限公司", Role.BANK, "91"),
    Firm("institute", "{place}产业技术研究院", Role.EXPERT, "12"),
)


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """Accounts and persons for each role in each place, organisations, memberships and relations. Repeatable."""
    if not settings.DEMO:
        return
    password = make_password(DEMO_PASSWORD)  # slow on purpose, so once for all
    for number, place in enumerate(PLACES):
        programme = Programme.objects.get(slug=place.slug)
        progress(programme.name)
        with transaction.atomic():
            _load_place(programme, number, password, now)


def demo_accounts() -> Iterable[tuple[str, str, str]]:
    """(login, password, what it shows) for the command line; (role)-(place) exists for every role and place."""
    labels = {account.username: str(account.label) for account in ACCOUNTS}
    names = {place.slug: place.name for place in PLACES}
    for account in ACCOUNTS:
        yield account.username, DEMO_PASSWORD, labels[account.username]
    for role, slug in SHOWN:
        yield f"{role}-{slug}", DEMO_PASSWORD, f"{labels[role]} · {names[slug]}"


def _load_place(programme: Programme, number: int, password: str, now: datetime) -> None:
    actor = Actor.system("demo", programme_id=programme.pk)
    persons: dict[str, Party] = {}
    for index, account in enumerate(ACCOUNTS):
        general = User.objects.filter(username=account.username).first()
        if general is not None:
            _grant(general, programme, account.username, actor, now)
        name = _FAMILY[(index * 7 + number * 3) % len(_FAMILY)] + _GIVEN[(index + number * 4) % len(_GIVEN)]
        user = _user(f"{account.username}-{programme.slug}", name, password, staff=account.staff)
        _grant(user, programme, account.username, actor, now)
        persons[account.username] = _person(user, programme, number * 100 + index)
    firms = {firm.key: _firm(firm, programme, number * 10 + index) for index, firm in enumerate(FIRMS)}
    for firm in FIRMS:
        _own(persons[firm.role], firms[firm.key], programme)
    team = _team(programme, persons["founder"])
    for source, kind, target, share in _relations(persons, firms, team):
        _relate(source, kind, target, share, actor, now)


def _user(username: str, name: str, password: str, *, staff: bool) -> User:
    email = f"{username}@demo.example"
    defaults = {"name": name, "email": email, "is_demo": True, "password": password}
    user, _created = User.objects.get_or_create(username=username, defaults=defaults)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    if staff and not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, TOTP_SECRET)
    return user


def _grant(user: User, programme: Programme, role: str, actor: Actor, now: datetime) -> None:
    if RoleGrant.objects.filter(user=user, programme=programme, role=role).exists():
        return
    unit = _office(programme, Role(role)) if role in STAFF else None
    grant_role(user=user, programme=programme, role=role, since=_SINCE, unit=unit, actor=actor, now=now)


def _office(programme: Programme, role: Role) -> Unit:
    name = f"{programme.place.name}{_KIND_OF_OFFICE.get(role, '科学技术局')}"
    return Unit.objects.get_or_create(programme=programme, name=name)[0]


def _person(user: User, programme: Programme, number: int) -> Party:
    known = Party.objects.filter(user=user).first()
    if known is not None:
        return known
    born = date(1968, 1, 1) + timedelta(days=number * 29)
    # 999 as the running number is kept for tests, so that nobody's real number is met.
    body = f"{programme.place_id}{born:%Y%m%d}999"
    body = body if not body.startswith("540100") else f"540102{born:%Y%m%d}999"
    identity = body + ric.calc_check_digit(body + "0")
    return Party.objects.create(
        kind=PartyKind.PERSON,
        name=user.name,
        user=user,
        identity_number=identity,
        identity_hash=lookup_hash(identity),
        phone=f"1990000{number:04d}",
        email=user.email,
        division=programme.place,
        registered_in=programme,
    )


def _firm(firm: Firm, programme: Programme, number: int) -> Party:
    body = f"{firm.body}{programme.place_id}MADEM{number:04d}"
    code = body + uscc.calc_check_digit(body)
    known = Party.objects.filter(uscc=code).first()
    return known or Party.objects.create(
        kind=PartyKind.ORGANISATION,
        name=firm.name.format(place=programme.place.short_name),
        uscc=code,
        division=programme.place,
        registered_on=date(2014 + number % 3, 1 + number % 12, 8),
        registered_in=programme,
        phone=f"1990001{number:04d}",
        email=f"{firm.key}-{programme.slug}@demo.example",
    )


def _own(person: Party, party: Party, programme: Programme) -> None:
    if person.user_id is not None:
        Membership.objects.get_or_create(
            user_id=person.user_id, party=party, defaults={"kind": MembershipKind.OWNER, "since": _SINCE}
        )
    general = User.objects.filter(username=_role_of(person)).first()
    if general is not None and programme.slug == PLACES[0].slug:
        Membership.objects.get_or_create(
            user=general, party=party, defaults={"kind": MembershipKind.EDITOR, "since": _SINCE}
        )


def _role_of(person: Party) -> str:
    return person.user.username.partition("-")[0] if person.user is not None else ""


def _team(programme: Programme, founder: Party) -> Party:
    team, _created = Party.objects.get_or_create(
        kind=PartyKind.TEAM,
        name=f"{programme.place.short_name}追光创客团队",
        defaults={"division": programme.place, "registered_in": programme, "registered_on": date(2016, 3, 1)},
    )
    _own(founder, team, programme)
    return team


def _relations(
    persons: dict[str, Party], firms: dict[str, Party], team: Party
) -> Iterator[tuple[Party, RelationKind, Party, int | None]]:
    """Enough for every kind, and for one conflict worth finding: the expert's kin invests in the start-up."""
    yield persons["founder"], RelationKind.LEGAL_REPRESENTATIVE, firms["startup"], None
    yield persons["founder"], RelationKind.SHAREHOLDER, firms["startup"], 7000
    yield firms["capital"], RelationKind.SHAREHOLDER, firms["startup"], 2000
    yield persons["operator"], RelationKind.LEGAL_REPRESENTATIVE, firms["space"], None
    yield persons["provider"], RelationKind.LEGAL_REPRESENTATIVE, firms["service"], None
    yield persons["investor"], RelationKind.DIRECTOR, firms["capital"], None
    yield persons["expert"], RelationKind.EMPLOYEE, firms["institute"], None
    yield persons["expert"], RelationKind.KIN, persons["investor"], None
    yield persons["mentor"], RelationKind.MENTOR, firms["startup"], None
    yield persons["founder"], RelationKind.MEMBER, team, None
    yield firms["institute"], RelationKind.PARENT, firms["service"], None


def _relate(
    source: Party, kind: RelationKind, target: Party, share: int | None, actor: Actor, now: datetime
) -> None:
    if not Relation.objects.filter(source=source, target=target, kind=kind).exists():
        record_relation(
            source=source,
            target=target,
            kind=kind,
            share_bp=share,
            since=min(_SINCE, timezone.localdate(now)),
            evidence="演示数据",
            actor=actor,
            now=now,
        )
