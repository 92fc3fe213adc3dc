"""Ceilings of the rules as limits of the ledger: what the rules refuse, the database refuses too, under any race."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.books import Loaded, all_current, loaded
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Refused
from kaichuang.ledger.enums import Dimension, Period
from kaichuang.ledger.models import Limit
from kaichuang.ledger.operations import declare_limit
from kaichuang.ledger.permissions import may_keep_books
from kaichuang.places.models import Programme
from kaichuang.policy.adopted import on_adopted
from kaichuang.policy.models import PackVersion
from kaichuang.rules.lang import Definition, Field, LanguageErrors, Program
from kaichuang.rules.measures import evaluate
from kaichuang.rules.measures.model import Cap, Reading
from kaichuang.rules.measures.plan import MeasurePlan, Room

_DIMENSIONS = {
    "party": Dimension.PARTY,
    "person": Dimension.PARTY,
    "carrier": Dimension.PARTY,
    "issuer": Dimension.ISSUER,
    "programme": Dimension.PROGRAMME,
}
_PERIODS = {"year": Period.YEAR, "lifetime": Period.LIFETIME, "validity": Period.LIFETIME}
_APPLIES = "applies"
_MONEY = frozenset({"grant", "award", "transfer", "voucher", "relief", "service"})
"""Kinds of measures whose money goes through claims."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A cap that is a figure, as the ledger understands it."""

    measure: str
    code: str
    title: str
    clause: str
    dimension: str
    period: str
    fen: int | None
    lifted_by: str = ""
    """What has switched the cap off; then there is no figure."""


def ceilings_of(loaded: Loaded, now: datetime) -> Iterator[Ceiling]:
    """The caps of a pack whose limit is a figure under the bureau's settings; those that depend on a case are left to the rules."""
    day = business_date(loaded.programme, now)
    plans = [plan for plan in loaded.book.plans.values() if plan.measure.kind in _MONEY and plan.rooms]
    if not plans:
        return
    answers = evaluate(
        loaded.book, {}, as_of=day, measures=[plan.measure.id for plan in plans], settings=loaded.settings
    )
    for plan in plans:
        for room in plan.rooms:
            limit = answers.known.get(room.limit)
            if isinstance(limit, int) and not isinstance(limit, bool) and _applies(room, loaded):
                yield _ceiling(plan, room, limit)


def _applies(room: Room, loaded: Loaded) -> bool:
    """A cap within the ledger's dimensions that the readings in force switch on, whatever the case."""
    cap = room.cap
    if not isinstance(cap, Cap) or cap.scope not in _DIMENSIONS:
        return False
    if cap.when is None:
        return True
    figures = loaded.book.figures(loaded.settings)
    readings = [reading.name for reading in loaded.book.rules.readings if reading.name in cap.when]
    fields = [Field(name, loaded.book.program.type_of(name)) for name in readings]
    try:
        program = Program.build(fields, (), [Definition(_APPLIES, cap.when)])
    except LanguageErrors:
        # It names a fact: whether the cap applies depends on the case, which only the rules see.
        return False
    return program.case([_APPLIES])({name: figures[name] for name in readings})[_APPLIES] is True


def _ceiling(plan: MeasurePlan, room: Room, fen: int) -> Ceiling:
    cap = room.cap
    return Ceiling(
        measure=plan.measure.id,
        code=f"{plan.measure.id}.{cap.id}"[:60],
        title=f"{plan.measure.title.zh}：{cap.title.zh}"[:120],
        clause=cap.clause,
        dimension=_DIMENSIONS[cap.scope],
        period=_PERIODS[cap.span],
        fen=fen,
    )


def declare_caps(*, programme: Programme, actor: Actor, now: datetime) -> list[Limit]:
    """Declare every figure-cap of the packs in force in the ledger; repeatable, and follows changed parameters.

    What is granted by an agreement that takes the place of the rule is booked apart and not counted
    (`support.operations.money.booked_under`).
    """
    require(may_keep_books(actor, programme))
    with transaction.atomic():
        return [
            _declare(programme, ceiling, actor, now)
            for loaded in all_current(programme)
            for ceiling in ceilings_of(loaded, now)
        ]


@on_adopted
def follow_pack(version: PackVersion, actor: Actor, now: datetime) -> None:
    """A pack that comes into force, or whose readings and figures change, brings its caps to the ledger.

    Where more has been claimed than a lowered cap allows, the former limit stands: the rules refuse what comes next.
    """
    rules = loaded(PackVersion.objects.get(pk=version.pk))
    system = Actor.system("support", programme_id=version.programme_id)
    ceilings = list(ceilings_of(rules, now))
    for ceiling in ceilings:
        with suppress(Refused):
            _declare(version.programme, ceiling, system, now)
    in_force = {ceiling.code for ceiling in ceilings}
    for limit in Limit.objects.filter(programme=version.programme, measure__in=rules.book.plans):
        if limit.code.startswith(f"{limit.measure}.") and limit.code not in in_force:
            _declare(version.programme, _lifted(limit, rules), system, now)


def _lifted(limit: Limit, rules: Loaded) -> Ceiling:
    """A cap that the pack in force does not set as a figure any more: its claims go on being counted, without an end."""
    return Ceiling(
        limit.measure,
        limit.code,
        limit.name,
        limit.clause,
        limit.dimension,
        limit.period,
        None,
        _why_lifted(limit, rules),
    )


def _why_lifted(limit: Limit, rules: Loaded) -> str:
    """The readings that switch the cap off, each with the answer in force; kept in the language of the texts."""
    caps = [room.cap for room in rules.book.plans[limit.measure].rooms if isinstance(room.cap, Cap)]
    cap = next((cap for cap in caps if f"{limit.measure}.{cap.id}"[:60] == limit.code), None)
    if cap is None:
        return "现行政策包不再设此上限"
    figures = rules.book.figures(rules.settings)
    read = [one for one in rules.book.rules.readings if one.name in (cap.when or "")]
    if not read:
        return "现行政策包中此上限不是定额，由规则逐件测算"
    return "；".join(f"解读{one.id}“{one.question.zh}”取“{_answer(one, figures[one.name])}”" for one in read)[
        :300
    ]


def _answer(reading: Reading, value: object) -> str:
    """The answer in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    words = reading.choices.get(str(value))
    return words.zh if words is not None else str(value)


def _declare(programme: Programme, ceiling: Ceiling, actor: Actor, now: datetime) -> Limit:
    return declare_limit(
        programme=programme,
        code=ceiling.code,
        name=ceiling.title,
        dimension=ceiling.dimension,
        period=ceiling.period,
        ceiling=ceiling.fen,
        lifted_by=ceiling.lifted_by,
        clause=ceiling.clause,
        measure=ceiling.measure,
        actor=actor,
        now=now,
    )
