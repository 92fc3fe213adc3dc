"""The rules of booking: every one that is broken, at once, with who may let it pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaichuang.booking.intervals import Span, allocate, overlap
from kaichuang.booking.models import Resource
from kaichuang.booking.queries.availability import Asked, on_grid
from kaichuang.booking.queries.ground import Held, PartyGround, Suspended, ground_for
from kaichuang.booking.queries.quota import Counted, quota_units
from kaichuang.clock.problems import CalendarMissing
from kaichuang.kit.problems import Problem
from kaichuang.parties.models import Role

NOBODY: frozenset[str] = frozenset()
KEEPERS = frozenset({Role.OPERATOR, Role.OFFICER, Role.ADMINISTRATOR})
"""Who may let a rule of convenience pass, with a reason; what is physically impossible nobody may."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule, in words, and the roles that may override it."""

    problem: Problem
    overridable_by: frozenset[str] = NOBODY

    @property
    def code(self) -> str:
        return self.problem.code


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the rules need to know about a request; claims and quotas are true while the atoms are locked."""

    asked: Asked
    period: Span
    now: datetime
    ground: PartyGround
    """Hours, calendar, claims, suspension, quotas."""
    strays: list[Resource]
    """Offers that the resource does not offer."""


def situation_of(asked: Asked, period: Span, *, party_id: int, now: datetime) -> Situation:
    """What stands for or against booking `asked` for `period`; one query, and one more about chosen offers."""
    keys = [atom.pk for atom in asked.atoms]
    reach = _reach(asked.atoms, period)
    return Situation(
        asked=asked,
        period=period,
        now=now,
        ground=ground_for(party_id, asked.resource, asked.members, keys, period, reach, now=now),
        strays=strays_of(asked),
    )


def strays_of(asked: Asked) -> list[Resource]:
    if not asked.offers:
        return []
    offered = set(asked.resource.offers.values_list("pk", flat=True))
    return [offer for offer in asked.offers if offer.pk not in offered]


def violations(asked: Asked, period: Span, *, party_id: int, now: datetime) -> list[Violation]:
    """All rules that booking `asked` for `period` would break."""
    wrong = disorder(period)
    return wrong or broken_in(situation_of(asked, period, party_id=party_id, now=now))


def disorder(period: Span) -> list[Violation]:
    """A period that ends before it begins: nothing else can be asked about it."""
    if period[0] < period[1]:
        return []
    return [_violation("period_order", _("结束时间须晚于开始时间。"), field="end")]


def broken_in(situation: Situation) -> list[Violation]:
    """All rules that a request breaks in its situation."""
    asked, period = situation.asked, situation.period
    return [
        *_timing(asked.resource, period, situation.now),
        *_things(situation),
        *_opening(situation),
        *_capacity(asked, period, situation.ground.claims),
        *_quotas(situation.ground.quotas, period),
        *_standing(situation.ground.suspended),
    ]


def _violation(
    code: str, message: str, *, by: frozenset[str] = NOBODY, field: str = "period", clause: str = ""
) -> Violation:
    return Violation(Problem(code, message, field=field, clause=clause), by)


def _timing(resource: Resource, period: Span, now: datetime) -> Iterator[Violation]:
    start, end = period
    minutes = (end - start) // timedelta(minutes=1)
    if start < now:
        yield _violation("in_past", _("开始时间已过，请选择以后的时段。"), field="start")
    elif start < now + timedelta(minutes=resource.notice):
        yield _violation(
            "too_soon",
            _("须至少提前 %s 预约。") % minutes_in_words(resource.notice),
            by=KEEPERS,
            field="start",
        )
    if start > now + timedelta(days=resource.horizon):
        days = resource.horizon
        message = ngettext("最多可提前 %d 天预约。", "最多可提前 %d 天预约。", days) % days
        yield _violation("too_far", message, by=KEEPERS, field="start")
    if on_grid(start, resource) != start or on_grid(end, resource) != end:
        yield _violation(
            "off_grid", _("时间须为 %s 的整数倍。") % minutes_in_words(resource.step), by=KEEPERS
        )
    if minutes < resource.minimum:
        yield _violation("too_short", _("至少预约 %s。") % minutes_in_words(resource.minimum), by=KEEPERS)
    if minutes > resource.maximum:
        yield _violation("too_long", _("最多预约 %s。") % minutes_in_words(resource.maximum), by=KEEPERS)


def _things(situation: Situation) -> Iterator[Violation]:
    asked = situation.asked
    for member in asked.members:
        if not member.is_active:
            yield _violation("inactive", _("“%s”暂不开放预约。") % member.name, field="resource")
    for stray in situation.strays:
        yield _violation("not_offered", _("“%s”不是该资源的可选附加。") % stray.name, field="offers")
    if asked.quantity < 1:
        yield _violation("quantity", _("数量至少为1。"), field="quantity")


def _opening(situation: Situation) -> Iterator[Violation]:
    asked, period, opening = situation.asked, situation.period, situation.ground.opening
    for member in asked.members:
        try:
            is_open = opening.spans(member, period) == [period]
        except CalendarMissing as missing:
            yield from (Violation(problem, KEEPERS) for problem in missing.problems)
            return
        if not is_open:
            yield _violation("closed", _("“%s”在该时段不开放。") % member.name, by=KEEPERS)


def _capacity(asked: Asked, period: Span, claims: Sequence[Held]) -> Iterator[Violation]:
    for atom in asked.atoms:
        quantity, span = asked.quantity_of(atom), span_of(atom, period)
        if quantity > atom.capacity:
            message = _("“%(name)s”最多容纳 %(capacity)d。") % {"name": atom.name, "capacity": atom.capacity}
            yield _violation("over_capacity", message, field="quantity")
            continue
        own = [claim for claim in claims if claim.resource_id == atom.pk]
        if any(claim.outage_id and overlap(claim.when, span) for claim in own):
            yield _violation("outage", _("“%s”在该时段停用。") % atom.name)
        elif (
            allocate(span, [claim.taken for claim in own], capacity=atom.capacity, quantity=quantity) is None
        ):
            yield _violation("taken", _("“%s”在该时段已被预约。") % atom.name)


def _quotas(quotas: Sequence[Counted], period: Span) -> Iterator[Violation]:
    for counted in quotas:
        quota = counted.quota
        if counted.used + quota_units(quota, period) > quota.limit:
            message = _("超过%(period)s %(limit)d %(unit)s的限额，已用 %(used)d。") % {
                "period": quota.get_period_display(),
                "limit": quota.limit,
                "unit": quota.get_unit_display(),
                "used": counted.used,
            }
            yield _violation("quota", message, by=KEEPERS, clause=quota.clause)


def _standing(suspended: Suspended | None) -> Iterator[Violation]:
    if suspended is not None:
        message = _("因%(reason)s，暂停预约至 %(until)s。可在“我的预约”中申诉。") % {
            "reason": suspended.reason,
            "until": suspended.until - timedelta(days=1),
        }
        yield _violation("suspended", message, by=KEEPERS, field="party")


def span_of(atom: Resource, period: Span) -> Span:
    """The period with the atom's buffers around it."""
    return (
        period[0] - timedelta(minutes=atom.buffer_before),
        period[1] + timedelta(minutes=atom.buffer_after),
    )


def _reach(atoms: Sequence[Resource], period: Span) -> Span:
    """The period with the longest buffers of any atom around it."""
    spans = [span_of(atom, period) for atom in atoms]
    return min(start for start, _ in spans), max(end for _, end in spans)


def minutes_in_words(minutes: int) -> str:
    """90 -> 1 小时 30 分钟."""
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    parts = []
    if days:
        parts.append(ngettext("%d 天", "%d 天", days) % days)
    if hours:
        parts.append(ngettext("%d 小时", "%d 小时", hours) % hours)
    if rest or not parts:
        parts.append(ngettext("%d 分钟", "%d 分钟", rest) % rest)
    return " ".join(parts)
