"""Demo cases in every stage, in each place: drafts, checks, panels, public lists, decisions, payments, an appeal.

They are made through the operations that people use, dated back by working days; loading again changes nothing.
What is decided waits for payment; `support.demo` pays those whose story says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image, ImageDraw
from stdnum.cn import uscc

from kaichuang.accounts.models import User
from kaichuang.cases import registry
from kaichuang.cases.demo_stories import APPLICANTS, STORIES, WAN, WINDOWS, Story
from kaichuang.cases.models import Case, Matter
from kaichuang.cases.operations.adopt import adopt_matters
from kaichuang.cases.operations.batch import publicise_cases, send_cases_to_experts
from kaichuang.cases.operations.draft import begin_case, save_draft
from kaichuang.cases.operations.establish import establish_fact
from kaichuang.cases.operations.evidence import add_paper
from kaichuang.cases.operations.matters import open_round
from kaichuang.cases.operations.move import move_case
from kaichuang.cases.queries.computing import told_of
from kaichuang.cases.queries.papers import lacking
from kaichuang.clock.problems import CalendarMissing
from kaichuang.clock.queries import business_date
from kaichuang.clock.queries.calendars import calendar_of
from kaichuang.experts.operations import announce
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.ledger.models import Budget
from kaichuang.ledger.operations import LinePlan, adopt_budget
from kaichuang.parties.models import Party, PartyKind, Role, RoleGrant, Unit
from kaichuang.parties.operations import grant_role, revoke_role
from kaichuang.parties.queries.actor import actor_for
from kaichuang.places.models import Programme
from kaichuang.publicity.operations.close import close_due

Progress = Callable[[str], None]

WAYS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "submitted": ("submit",),
    "correction": ("submit", "ask"),
    "checking": ("submit", "accept"),
    "reviewing": ("submit", "accept"),
    "review": ("submit", "accept"),
    "proposal": ("submit", "accept", "check"),
    "listed": ("submit", "accept", "check", "propose"),
    "publicity": ("submit", "accept", "check", "propose"),
    "decision": ("submit", "accept", "check", "propose"),
    "payment": ("submit", "accept", "check", "propose"),
    "paid": ("submit", "accept", "check", "propose"),
    "granted": ("submit", "accept", "check", "propose"),
    "withdrawn": ("submit", "withdraw"),
    "rejected": ("submit", "reject"),
    "appeal": ("submit", "reject", "appeal"),
    "training": ("submit", "take"),
}
"""The moves by which a story comes where it is to be, before lists and decisions, which many share."""
PUBLICISED = frozenset({"publicity", "decision", "payment", "paid", "granted"})
DECIDED = frozenset({"payment", "paid", "granted"})
_ASKS = ({"about": "", "text": "请补充加盖公章的情况说明，写明用途和使用部门。", "clause": ""},)
_SEATED = (Role.OFFICER, Role.LEADER, Role.FINANCE)
_DAYS = frozenset({"issued_on", "paid_on"})
_APPEAL = "本公司运营的众创空间已于上月备案，请重新核对。"


@dataclass
class Place:
    """A place while its cases are made."""

    programme: Programme
    now: datetime
    parties: dict[str, Party] = field(default_factory=dict)

    @property
    def system(self) -> Actor:
        return Actor.system("demo", programme_id=self.programme.pk)

    def ago(self, days: int) -> datetime:
        """In the morning, so many working days before today."""
        day = (
            calendar_of(self.programme).add(business_date(self.programme, self.now), -days) if days else None
        )
        moment = self.now.replace(hour=2, minute=0, second=0, microsecond=0)
        return self.now if day is None else moment.replace(year=day.year, month=day.month, day=day.day)

    def staff(self, role: str) -> Actor:
        """The demo's account of a role, at every desk of the place."""
        user = User.objects.filter(username=f"{role}-{self.programme.slug}").first()
        if user is None:
            return self.system
        return Actor(
            kind=ActorKind.USER, user_id=user.pk, name=user.name, programme_id=self.programme.pk,
            roles=frozenset({role}), strong=True,
        )  # fmt: skip

    def applicant(self, party: Party, now: datetime) -> Actor:
        """Whoever acts for a party: its owner, or the demo where nobody has an account."""
        member = party.memberships.filter(until=None).select_related("user").order_by("pk").first()
        user = party.user if party.kind == PartyKind.PERSON else member.user if member is not None else None
        if user is None:
            return self.system.acting_for(party.pk)
        acting = actor_for(user=user, programme=self.programme, now=now, strong=True)
        return replace(acting, party_id=party.pk, roles=frozenset(), unit_id=None)


def load(*, now: datetime, progress: Progress = lambda text: None) -> None:
    """The matters of every programme, and cases of those that have none. Money moves only where it has a meaning."""
    if not settings.DEMO:
        return
    for programme in Programme.objects.select_related("place").order_by("pk"):
        system = Actor.system("demo", programme_id=programme.pk)
        adopt_matters(programme=programme, actor=system, now=now)
        if programme.slug not in STORIES or Case.objects.filter(programme=programme).exists():
            continue
        if not {"commit", "pay"} <= registry.words()[1]:
            continue
        try:
            calendar_of(programme).add(business_date(programme, now), -60)
        except CalendarMissing:
            continue  # without a calendar for these days no limit can be reckoned
        progress(programme.name)
        with transaction.atomic():
            _load(Place(programme, now))


def _load(place: Place) -> None:
    stories = STORIES[place.programme.slug]
    place.parties = _parties(place, {story.party for story in stories})
    _budget(place)
    _seat(place)
    for window in WINDOWS[place.programme.slug]:
        open_round(
            matter=_matter(place, window.matter),
            title=f"{place.now.year}年{window.title}",
            opens_at=place.now + timedelta(days=window.opens),
            closes_at=place.now + timedelta(days=window.closes),
            year=place.now.year,
            shortfall="queue",
            pot_fen=window.pot,
            actor=place.system,
            now=place.now + timedelta(days=min(window.opens, 0) - 1),
        )
    made = [(story, _tell(place, story)) for story in stories]
    _review(place, made)
    _publicise(place, made)
    _decide(place, made)


def _matter(place: Place, code: str) -> Matter:
    return Matter.objects.select_related("current", "programme").get(programme=place.programme, code=code)


def _parties(place: Place, keys: Iterable[str]) -> dict[str, Party]:
    """The demo's organisations and persons by their keys, and those that exist for these stories only."""
    from kaichuang.parties.demo import FIRMS

    short = place.programme.place.short_name
    names = {firm.key: firm.name.format(place=short) for firm in FIRMS} | {"team": f"{short}追光创客团队"}
    found: dict[str, Party] = {}
    for number, one in enumerate(APPLICANTS):
        if one.key in keys:
            found[one.key] = _organisation(place, number, one.name.format(place=short))
    for key in set(keys) - set(found):
        by_name = Party.objects.filter(registered_in=place.programme, name=names.get(key, ""))
        by_user = Party.objects.filter(user__username=f"{key}-{place.programme.slug}")
        party = by_name.first() or by_user.first()
        if party is not None:
            found[key] = party
    return found


def _organisation(place: Place, number: int, name: str) -> Party:
    body = f"91{place.programme.place_id}MADEC{number:04d}"
    code = body + uscc.calc_check_digit(body)
    return Party.objects.filter(uscc=code).first() or Party.objects.create(
        kind=PartyKind.ORGANISATION,
        name=name,
        uscc=code,
        division=place.programme.place,
        registered_in=place.programme,
        registered_on=place.now.date() - timedelta(days=700 + 90 * number),
        phone=f"1990002{number:04d}",
    )


def _budget(place: Place) -> None:
    """Qinghai's money for these stories; Ninghai's is there, the other places decide on no money here."""
    year = business_date(place.programme, place.now).year
    if (
        place.programme.slug != "qinghai"
        or Budget.objects.filter(programme=place.programme, year=year).exists()
    ):
        return
    lines = [
        LinePlan("QH-M1", "共建众创空间后补助奖励", 500 * WAN, clause="QH 四(一)1"),
        LinePlan("QH-M2", "研发费用加计扣除补贴", 500 * WAN, clause="QH 四(一)2"),
        LinePlan("QH-U1", "房租、宽带和公共运行费用补贴", 500 * WAN, clause="QH 四(一)1"),
    ]
    adopt_budget(
        programme=place.programme,
        year=year,
        code="qinghai-2017-X",
        title=f"{year}年双创支撑平台资金（演示数额）",
        total=sum(line.amount for line in lines),
        lines=lines,
        document="演示数据",
        clause="QH 四(一)2",
        actor=place.system,
        now=place.now,
    )


def _seat(place: Place) -> None:
    """The demo's officer sits at the unit that leads most matters; its leader and finance act for every unit."""
    leads = Counter(
        matter.current.file.matter.desks.get("lead", "")
        for matter in Matter.objects.filter(programme=place.programme).select_related("current")
        if matter.current is not None
    )
    lead = Unit.objects.filter(programme=place.programme, key=leads.most_common(1)[0][0]).first()
    today = business_date(place.programme, place.now)
    held = RoleGrant.objects.filter(
        programme=place.programme, role__in=_SEATED, until=None, unit__isnull=False, user__is_demo=True
    ).select_related("user")
    for grant in held:
        reason = "演示账号改在牵头单位办理事项"
        revoke_role(grant=grant, actor=place.system, now=place.now, today=today, reason=reason)
        grant_role(
            user=grant.user,
            programme=place.programme,
            role=grant.role,
            unit=lead if grant.role == Role.OFFICER else None,
            since=today,
            actor=place.system,
            now=place.now,
        )


def _tell(place: Place, story: Story) -> Case:
    """Write the application and make its first moves, two working days apart."""
    party, start = place.parties[story.party], place.ago(story.days)
    applicant = place.applicant(party, start)
    case = begin_case(matter=_matter(place, story.matter), actor=applicant, now=start, party_id=party.pk)
    told = told_of(case)
    keys = [key.name for key in case.version.file.matter.keys if key.exclusive and key.table is None]
    numbers = dict.fromkeys(keys, f"HT-{start:%Y%m%d}-{party.pk}")
    facts = {**told.facts, **numbers, **story.facts}
    told = replace(told, facts=facts, tables=_tables(story, start.date()))
    case = save_draft(case=case, told=told, actor=applicant, now=start)
    if story.reach == "draft":
        return case
    _hand_in_papers(case, applicant, start)
    way = _way(story, case)
    for at, name in enumerate(way):
        moment = place.ago(max(story.days - 2 * at, 0 if at else story.days))
        case = _move(place, story, case, name, moment)
        if name == "submit":
            case = _establish(place, story, case, moment)
    return case


def _establish(place: Place, story: Story, case: Case, now: datetime) -> Case:
    for fact, value in story.found.items():
        note = "经函询原单位或所在空间核实（演示）"
        case = establish_fact(
            case=case, fact=fact, value=value, note=note, actor=place.staff("officer"), now=now
        )
    return case


def _way(story: Story, case: Case) -> Sequence[str]:
    """Filings have no check and no proposal."""
    moves = {move.id for move in case.version.file.workflow.moves}
    return [name for name in WAYS[story.reach] if name in moves]


def _tables(story: Story, today: date) -> dict[str, list[dict[str, Any]]]:
    """Rows with days: a week apart, before the application, in its year."""
    first = date(today.year, 1, 1)

    def day(weeks: int) -> date:
        return max(first, today - timedelta(days=7 * weeks))

    return {
        name: [{key: day(value) if key in _DAYS else value for key, value in row.items()} for row in rows]
        for name, rows in story.tables.items()
    }


def _hand_in_papers(case: Case, applicant: Actor, now: datetime) -> None:
    for lack in lacking(case):
        row = lack.row.key if lack.row is not None else ""
        title = f"{case.party.name} {lack.needed.title}{lack.row.number if lack.row is not None else ''}"
        upload = _picture(title, f"{case.matter.code} {case.pk}")
        add_paper(case=case, paper=lack.needed.paper.code, upload=upload, actor=applicant, now=now, row=row)


def _picture(title: str, mark: str) -> SimpleUploadedFile:
    """A page that says that it is a demo; no two are the same."""
    out = BytesIO()
    page = Image.new("RGB", (480, 320), "white")
    ImageDraw.Draw(page).text((24, 24), f"DEMO {mark}", fill="black")
    page.save(out, "PNG")
    return SimpleUploadedFile(
        f"{title}（演示）.png", out.getvalue() + mark.encode(), content_type="image/png"
    )


def _move(place: Place, story: Story, case: Case, name: str, now: datetime) -> Case:
    declared = case.version.file.workflow.move(name)
    if "applicant" in declared.by:
        actor = place.applicant(case.party, now)
    else:
        actor = place.staff("leader" if declared.by == ("leader",) else "officer")
    data: dict[str, Any] = {}
    reason = story.reason if name in {"reject", "withdraw"} else ""
    if name == "ask":
        data = {"items": _ASKS}
    if name == "appeal":
        reason = _APPEAL
    if name == "propose" and story.amount is not None:
        data, reason = {"amount_fen": story.amount}, "按设备实际用于研发的部分核定。"
    return move_case(case=case, move=name, actor=actor, now=now, reason=reason, data=data)


Made = Sequence[tuple[Story, Case]]


def _review(place: Place, made: Made) -> None:
    """One panel for the cases that experts read together, announced and ready to be drawn."""
    cases = [case for story, case in made if story.reach == "review"]
    if not cases:
        return
    officer, now = place.staff("officer"), place.ago(9)
    panel = send_cases_to_experts(cases=cases, title="人才计划优先推荐专家评审", actor=officer, now=now)
    announce(panel=panel, actor=place.system, now=place.ago(7))


def _publicise(place: Place, made: Made) -> None:
    """One list for each batch; those of the past are closed by now."""
    handler = replace(place.staff("officer"), roles=frozenset({"officer", "leader"}))
    for batch in dict.fromkeys(
        story.batch for story, _case in made if story.reach in PUBLICISED and story.batch
    ):
        cases = [case for story, case in made if story.batch == batch and story.reach in PUBLICISED]
        _reload(cases)
        title = f"{place.now.year}年{cases[0].matter.title}拟支持名单"
        since = place.ago(3 if batch == "running" else 20)
        publicise_cases(cases=cases, title=title, actor=handler, now=since)
        if batch != "running":
            close_due(now=place.ago(11))
    _reload([case for _story, case in made])


def _decide(place: Place, made: Made) -> None:
    for at, (story, case) in enumerate(made):
        if story.reach not in DECIDED:
            continue
        declared = case.version.file.workflow.move("decide")
        actor = place.staff("leader" if "leader" in declared.by else "officer")
        moment = place.ago(9 - at % 2) if story.batch else place.ago(max(story.days - 5, 1))
        move_case(case=case, move="decide", actor=actor, now=moment)
    _reload([case for _story, case in made])


def _reload(cases: Iterable[Case]) -> None:
    for case in cases:
        case.refresh_from_db()
