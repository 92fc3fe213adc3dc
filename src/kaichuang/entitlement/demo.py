"""A demo population for Ninghai and Lhasa: invented firms, carriers and centres, the same in every installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from stdnum.cn import uscc

from kaichuang.accounts.models import User
from kaichuang.entitlement.models import Simulation
from kaichuang.entitlement.operations import ask_simulation
from kaichuang.entitlement.queries.books import current
from kaichuang.facts.models import Definition, Origin
from kaichuang.facts.models.observation import Source, Value
from kaichuang.facts.operations import Told, observe
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party, PartyKind
from kaichuang.parties.queries import actor_for
from kaichuang.places.models import Programme

KIND = "demo"
SINCE = date(2016, 1, 1)
_WORDS = (
    "启航",
    "云帆",
    "星河",
    "智联",
    "新禾",
    "拓远",
    "明德",
    "海纳",
    "天工",
    "众成",
    "博创",
    "领翔",
    "华芯",
    "绿源",
    "佳禾",
    "晨曦",
)
_TRADES = (
    "智能科技",
    "电子商务",
    "生物科技",
    "文化创意",
    "新材料",
    "信息技术",
    "农业科技",
    "机械制造",
    "环保科技",
    "模具设计",
)
Facts = dict[str, Value]
Make = Callable[[Random], Facts]


class Cohort(NamedTuple):
    """So many parties of one sort; their names end in `suffix`."""

    size: int
    suffix: str
    make: Make


def _pick(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


def _staff(random: Random) -> int:
    return min(int(random.lognormvariate(2.6, 0.9)) + 1, 400)


def _firm(random: Random) -> Facts:
    staff = _staff(random)
    registered = SINCE + timedelta(days=random.randrange(-2200, 900))
    return {
        "registered_on": registered,
        "registered_here": random.random() < 0.93,
        "small_or_micro": staff < 100,
        "staff_count": staff,
        "resident_in_carrier": random.random() < 0.55,
        "is_startup": registered > SINCE - timedelta(days=900),
    }


def _ninghai_firm(random: Random) -> Facts:
    levels = {"none": 35, "county": 30, "municipal": 20, "provincial": 10, "national": 5}
    facts = _firm(random) | {"host_space_level": _pick(random, levels)}
    if random.random() < 0.6:
        facts |= {"service_class": "testing", "service_cost": random.randrange(5, 200) * 100_000}
    return facts


def _ninghai_space(random: Random) -> Facts:
    levels = {"none": 20, "county": 40, "municipal": 22, "provincial": 12, "national": 6}
    return {
        "is_space_or_centre": True,
        "space_level": _pick(random, levels),
        "is_core_space": random.random() < 0.03,
    }


def _ninghai_centre(random: Random) -> Facts:
    return {
        "is_space_or_centre": True,
        "centre_level": _pick(random, {"none": 30, "county": 50, "municipal": 20}),
    }


def _lhasa_firm(random: Random) -> Facts:
    graduates = random.random() < 0.3
    facts = _firm(random) | {
        "in_centre": random.random() < 0.5,
        "bank_conditions_met": random.random() < 0.35,
        "graduate_enterprise": graduates,
        "financed": random.random() < 0.12,
        "refusal_evidence": _pick(random, {"letter": 40, "declaration": 30, "none": 30}),
    }
    if graduates:
        facts["loan_form"] = _pick(random, {"individual": 70, "joint": 30})
    return facts


def _lhasa_centre(random: Random) -> Facts:
    tiers = {"none": 25, "standard": 40, "professional": 25, "national": 10}
    return {
        "is_centre": True,
        "centre_tier": _pick(random, tiers),
        "last_result": _pick(random, {"pass": 80, "fail": 12, "never": 8}),
    }


COHORTS: dict[str, tuple[Cohort, ...]] = {
    "ninghai": (
        Cohort(190, "有限公司", _ninghai_firm),
        Cohort(48, "众创空间", _ninghai_space),
        Cohort(14, "创客服务中心", _ninghai_centre),
    ),
    "lhasa": (Cohort(230, "有限公司", _lhasa_firm), Cohort(18, "双创中心", _lhasa_centre)),
}
OWN: dict[str, Make] = {"startup": _ninghai_firm, "space": _ninghai_space}
"""The demo's own organisations get facts too, so that their owners find theirs filled in."""


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """Parties, what is known of them, one simulation. Repeatable; what is there stays as it is."""
    if not settings.DEMO:
        return
    for slug, cohorts in COHORTS.items():
        programme = Programme.objects.filter(slug=slug).select_related("place").first()
        if programme is None or current(programme) is None:
            continue
        progress(programme.name)
        with transaction.atomic():
            _load_place(programme, cohorts, now)
    _simulate(now)


def _load_place(programme: Programme, cohorts: tuple[Cohort, ...], now: datetime) -> None:
    if Origin.objects.filter(programme=programme, kind=KIND).exists():
        return
    # Python's generator with a fixed seed gives the same population everywhere.
    random = Random(programme.place_id)  # noqa: S311  # a demo, not a secret
    told: list[Told] = []
    number = 0
    for cohort in cohorts:
        for _n in range(cohort.size):
            party = _party(programme, number, cohort.suffix, random)
            told += _told(party, cohort.make(random), now)
            number += 1
    told += [
        one
        for key, make in OWN.items()
        if programme.slug == "ninghai"
        for one in _own(programme, key, make(random), now)
    ]
    known = set(Definition.objects.values_list("code", flat=True))
    observe(
        actor=Actor.system("demo", programme_id=programme.pk),
        now=now,
        programme=programme,
        source=Source.REPORTED,
        kind=KIND,
        reference="演示数据",
        data_as_of=timezone.localdate(now) - timedelta(days=45),
        told=[one for one in told if one.code in known],
    )


def _party(programme: Programme, number: int, suffix: str, random: Random) -> Party:
    body = f"91{programme.place_id}MAPQP{number:04d}"
    code = body + uscc.calc_check_digit(body)
    name = (
        f"{programme.place.short_name}{_WORDS[number % 16]}{_TRADES[number // 16 % 10]}{number + 1}{suffix}"
    )
    known = Party.objects.filter(uscc=code).first()
    return known or Party.objects.create(
        kind=PartyKind.ORGANISATION,
        name=name,
        uscc=code,
        division=programme.place,
        registered_on=SINCE + timedelta(days=random.randrange(-2200, 900)),
        registered_in=programme,
    )


def _own(programme: Programme, key: str, facts: Facts, now: datetime) -> Iterator[Told]:
    party = Party.objects.filter(email=f"{key}-{programme.slug}@demo.example").first()
    if party is not None:
        yield from _told(party, {**facts, "space_level": "municipal"} if key == "space" else facts, now)


def _told(party: Party, facts: Facts, now: datetime) -> Iterator[Told]:
    for code, value in facts.items():
        if code != "registered_on":  # the register of parties knows that one
            yield Told(object_id=party.pk, code=code, value=value, since=_since(code, now))


def _since(code: str, now: datetime) -> date:
    """Centres of the population are recognised in this quarter: they owe no report of a quarter gone by."""
    today = timezone.localdate(now)
    return date(today.year, today.month - (today.month - 1) % 3, 1) if code == "centre_tier" else SINCE


def _simulate(now: datetime) -> None:
    programme = Programme.objects.filter(slug="ninghai").first()
    rules = current(programme) if programme is not None else None
    if programme is None or rules is None or Simulation.objects.filter(programme=programme).exists():
        return
    officer = User.objects.filter(username="officer-ninghai").first()
    ask_simulation(
        actor=actor_for(user=officer, programme=programme, now=now)
        if officer is not None
        else Actor.system("demo", programme_id=programme.pk),
        now=now,
        version=rules.version,
        title="认定补助改为逐级累加（A01）",
        as_of=timezone.localdate(now),
        changes={"readings": {"A01": "cumulative"}},
        group_by="space_level",
    )
