"""The demo's data: what bureaus have told about the firms of each place, and a year of reports of Lhasa's centres."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from stdnum.cn import uscc

from kaichuang.facts.demo_reports import FIGURES, load_reports
from kaichuang.facts.models import Origin, Respondent
from kaichuang.facts.operations import (
    Told,
    add_respondent,
    definitions_in,
    observe,
    publish_definitions,
    publish_forms,
)
from kaichuang.kit.actor import Actor
from kaichuang.packs import PackErrors, load_pack
from kaichuang.parties.models import Membership, MembershipKind, Party, PartyKind
from kaichuang.places.models import Programme

CENTRES = ("柳梧", "经开区", "城关")
"""Centres of Lhasa beside the one that the demo's operator runs."""


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """Told once; a demo that has it stays as it is."""
    if not settings.DEMO:
        return
    for programme in Programme.objects.select_related("place"):
        progress(programme.name)
        actor = Actor.system("demo", programme_id=programme.pk)
        with transaction.atomic():
            _facts(programme, actor, now)
        if programme.slug == "lhasa":
            with transaction.atomic():
                _centres(programme, actor, now)


def _facts(programme: Programme, actor: Actor, now: datetime) -> None:
    for pack_id in programme.packs:
        try:
            pack = load_pack(pack_id)
        except PackErrors:
            continue  # a place whose pack is not installed has no facts to show
        publish_definitions(actor=actor, now=now, pack=pack.id, definitions=definitions_in(pack))
        publish_forms(actor=actor, now=now, programme=programme, pack=pack)
        if not Origin.objects.filter(programme=programme).exists():
            _tell(programme, actor, now)


def _tell(programme: Programme, actor: Actor, now: datetime) -> None:
    """Two bureaus, and a correction of what the first had told."""
    firms = list(Party.objects.filter(registered_in=programme, kind=PartyKind.ORGANISATION).order_by("pk"))
    place, today = programme.place.short_name, timezone.localdate(now)
    lists = (
        (f"{place}市场监管局《企业登记信息》", 90, _registered(firms)),
        (f"{place}人社局《用工备案》", 60, _staff(firms, 0, today)),
        (f"{place}人社局《用工备案》", 20, _staff(firms, 3, today)),
    )
    for reference, days, told in lists:
        observe(
            actor=actor,
            now=now - timedelta(days=days),
            programme=programme,
            source="reported",
            kind="import",
            reference=reference,
            data_as_of=today - timedelta(days=days + 5),
            told=list(told),
        )


def _registered(firms: list[Party]) -> Iterator[Told]:
    for index, firm in enumerate(firms):
        yield Told(firm.pk, "registered_here", True, since=firm.registered_on)
        yield Told(firm.pk, "small_or_micro", index % 3 != 0, since=firm.registered_on)


def _staff(firms: list[Party], more: int, today: date) -> Iterator[Told]:
    """By the month, so that there is a trend; the later list corrects the last of them."""
    months = [today.replace(day=1) - relativedelta(months=back) for back in range(6, 0, -1)]
    for index, firm in enumerate(firms):
        for step, since in enumerate(months):
            last = step == len(months) - 1
            until = None if last else since + relativedelta(months=1)
            yield Told(
                firm.pk, "staff_count", 12 + index * 7 + step * 2 + (more if last else 0), since, until
            )


def _centres(programme: Programme, actor: Actor, now: datetime) -> None:
    form = programme.report_forms.filter(code="LS-Q1", is_current=True).first()
    if form is None or Respondent.objects.filter(programme=programme).exists():
        return
    space = Party.objects.filter(registered_in=programme, name__contains="星火").order_by("pk").first()
    parties = [space] if space is not None else []
    parties += [_centre(programme, number, name) for number, name in enumerate(CENTRES)]
    operator = Membership.objects.filter(party=space, kind=MembershipKind.OWNER).first()
    if operator is not None:
        for party in parties[1:]:
            Membership.objects.get_or_create(
                user_id=operator.user_id,
                party=party,
                defaults={"kind": MembershipKind.OWNER, "since": date(2015, 1, 1)},
            )
    today = timezone.localdate(now)
    first = _quarter_before(today, len(FIGURES) - 1)
    begun = datetime(first.year, first.month, first.day, 1, tzinfo=UTC)
    observe(
        actor=actor,
        now=begun,
        programme=programme,
        source="reported",
        kind="import",
        reference="拉萨市科技局《双创中心认定名单》",
        data_as_of=first,
        told=[
            Told(party.pk, "centre_tier", "professional" if n == 0 else "standard", since=date(2015, 1, 1))
            for n, party in enumerate(parties)
        ],
    )
    for party in parties:
        add_respondent(actor=actor, now=begun, form=form, party=party, since=first)
    load_reports(form, parties, actor, now)


def _quarter_before(day: date, count: int) -> date:
    """The last day of the quarter that ended `count` quarters before the last one."""
    for _step in range(count + 1):
        day = date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    return day


def _centre(programme: Programme, number: int, name: str) -> Party:
    body = f"91{programme.place_id}MACEN{number:04d}"
    code = body + uscc.calc_check_digit(body)
    known = Party.objects.filter(uscc=code).first()
    return known or Party.objects.create(
        kind=PartyKind.ORGANISATION,
        name=f"拉萨{name}双创中心运营有限公司",
        uscc=code,
        division=programme.place,
        registered_on=date(2017, 3 + number, 8),
        registered_in=programme,
    )
