"""Runs without application: match everybody, keep the snapshot, offer, and let those who agree be paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kaichuang.cases.effects.submitting import next_numbers
from kaichuang.cases.models import Case, Match, Matter, Run, RunState, Source, Stay
from kaichuang.cases.notices import ACT, OFFERED
from kaichuang.cases.permissions import may_keep_matters
from kaichuang.cases.queries.population import KEY, population
from kaichuang.cases.workflow import RUNS
from kaichuang.clock.counting import Terms, due_date
from kaichuang.clock.models import Deadline
from kaichuang.clock.queries import business_date, calendar_of
from kaichuang.entitlement.queries.books import loaded
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.notices.audience import Audience
from kaichuang.notices.models import WorkItem
from kaichuang.notices.operations.notify import notify
from kaichuang.packs.freeze import freeze
from kaichuang.rules.measures import Entitlement, evaluate

MATCH, OFFER = "cases.match_run", "cases.offer_run"
_SLICE = 1000


def start_run(*, matter: Matter, title: str, actor: Actor, now: datetime) -> Run:
    """Ask for a matching; the worker does it, with progress. Raises `Refused` for matters without a measure."""
    require(may_keep_matters(actor, matter))
    if matter.current is None or matter.current.file.matter.measure is None:
        raise Refused(Problem("no_measure", _("该事项没有可以自动匹配的政策措施。")))
    if not any(move.id == "consent" for move in matter.current.file.workflow.moves):
        raise Refused(
            Problem("not_automatic", _("该事项的流程不是免申即享流程。请先在事项设置中改用“免申即享流程”。"))
        )
    with transaction.atomic():
        run = Run.objects.create(
            programme=matter.programme,
            version=matter.current,
            title=title.strip() or f"{matter.title} {business_date(matter.programme, now):%Y-%m}",
            as_of=business_date(matter.programme, now),
            started_at=now,
            started_by_id=actor.user_id,
        )
        record(actor=actor, now=now, action="start_run", subject=run, scope=matter.programme.slug)
        transaction.on_commit(lambda: app.configure_task(MATCH).defer(run_id=run.pk))
    return run


def match_run(*, run_id: int, now: datetime) -> Run:
    """Put every party to the rules and keep each answer, slice by slice: a run that broke off goes on where it was.

    Those who are entitled get a snapshot: the frozen answer, by which the offer can be replayed.
    """
    run = _run(run_id)
    if run.state != RunState.WAITING:
        return run
    measure = run.version.file.matter.measure
    assert measure is not None  # `start_run` has seen to it
    rules = loaded(run.version.pack_version)
    table = population(run.programme, rules.book, measure, on=run.as_of)
    Run.objects.filter(pk=run.pk).update(total=table.height)
    known = set(run.matches.values_list("party", flat=True))
    rows = [row for row in table.to_dicts() if row[KEY] not in known]
    for start in range(0, len(rows), _SLICE):
        with transaction.atomic():
            made = [_match(run, row, rules, measure) for row in rows[start : start + _SLICE]]
            Match.objects.bulk_create(made)
            Run.objects.filter(pk=run.pk).update(done=F("done") + len(made))
    system = Actor.system("run", programme_id=run.programme_id)
    return transition(
        workflow=RUNS, instance=run, move="match", actor=system, now=now, scope=run.programme.slug
    )


def _match(run: Run, row: dict[str, Any], rules: Any, measure: str) -> Match:
    facts = {name: value for name, value in row.items() if value is not None and name != KEY}
    answers = evaluate(
        rules.book, facts, as_of=run.as_of, measures=[measure], settings=rules.settings, near=True
    )
    found: Entitlement = answers[measure]
    document = None
    if found.status == "met":
        sources = {name: {"source": "register", "told_on": run.as_of.isoformat()} for name in facts}
        document = freeze(answers, sources=sources)
    nearest = found.near if found.status == "not_met" else ()
    return Match(
        run=run,
        party_id=row[KEY],
        status=found.status,
        payable_fen=found.payable_fen,
        near=[{"zh": one.message.zh, "en": one.message.get("en")} for one in nearest],
        near_fen=max((one.payable_fen or 0 for one in nearest), default=None),
        missing=[one.name for one in found.missing] if found.status == "unknown" else [],
        document=document,
    )


def offer_run(*, run: Run, actor: Actor, now: datetime) -> Run:
    """Make a case for everybody who is entitled, and ask them to confirm; the worker goes on from here."""
    require(may_keep_matters(actor, run))
    if run.state != RunState.MATCHED:
        raise Refused(Problem("not_matched", _("匹配尚未完成，或已经告知企业。")))
    app.configure_task(OFFER).defer(run_id=run.pk, user_id=actor.user_id)
    return run


def make_offers(*, run_id: int, actor: Actor, now: datetime) -> Run:
    """The cases of a run, in one transaction; asked again it changes nothing."""
    with transaction.atomic():
        run = (
            Run.objects.select_for_update(of=("self",), no_key=True)
            .select_related("programme", "version__matter")
            .get(pk=run_id)
        )
        if run.state != RunState.MATCHED:
            return run
        entitled = list(run.matches.filter(status="met", payable_fen__gt=0, case=None).order_by("pk"))
        for part in _parts(entitled):
            _offer(run, part, actor, now)
        notify(
            kind=OFFERED.code,
            audience=[Audience.of_party(match.party_id) for match in entitled],
            now=now,
            programme=run.programme,
            params={"matter": run.version.matter.title},
            link="/cases/mine/",
            clause=run.version.matter.clause,
            subject=run,
            key=f"cases.run:{run.pk}",
        )
        return transition(
            workflow=RUNS, instance=run, move="offer", actor=actor, now=now, scope=run.programme.slug,
            payload={"offers": len(entitled), "fen": sum(match.payable_fen or 0 for match in entitled)},
        )  # fmt: skip


def _parts(matches: list[Match]) -> Iterator[list[Match]]:
    for start in range(0, len(matches), _SLICE):
        yield matches[start : start + _SLICE]


def _offer(run: Run, matches: list[Match], actor: Actor, now: datetime) -> None:
    """Cases, stays, deadlines and work items of a slice, each with one statement."""
    version, programme = run.version, run.programme
    state = version.file.workflow.start
    today = business_date(programme, now)
    numbers = next_numbers(programme, today.year, len(matches), prefix=version.matter.code)
    cases = Case.objects.bulk_create(
        Case(
            programme=programme, matter=version.matter, version=version, number=number, party_id=match.party_id,
            source=Source.AUTOMATIC, state=state.id, stage=state.stage, opened_by_id=actor.user_id, opened_at=now,
            changed_at=now, as_of=run.as_of, status="met", ceiling_fen=match.payable_fen,
        )
        for match, number in zip(matches, numbers, strict=True)
    )  # fmt: skip
    stays = Stay.objects.bulk_create(
        Stay(case=case, state=state.id, stage=state.stage, entered_at=now, entered_on=today) for case in cases
    )
    if state.days is not None:
        due = due_date(Terms(started_on=today, limit=state.days), (), calendar_of(programme))
        deadlines = Deadline.objects.bulk_create(
            Deadline(
                programme=programme, subject_type="cases.stay", subject_id=str(stay.pk), name=state.title.zh,
                started_on=today, limit=state.days, due_on=due,
            )
            for stay in stays
        )  # fmt: skip
        for stay, deadline in zip(stays, deadlines, strict=True):
            stay.deadline = deadline
        Stay.objects.bulk_update(stays, ["deadline"])
    for match, case in zip(matches, cases, strict=True):
        match.case = case
    Match.objects.bulk_update(matches, ["case"])
    WorkItem.objects.bulk_create(
        WorkItem(
            programme=programme, kind=ACT.code, subject_type="cases.case", subject_id=str(case.pk),
            params={"number": case.number, "matter": version.matter.title, "state": state.title.zh},
            link=f"/cases/{case.pk}/", clause=version.matter.clause, deadline=stay.deadline, opened_at=now,
            opened_on=today, party_id=case.party_id,
        )
        for case, stay in zip(cases, stays, strict=True)
    )  # fmt: skip


def cancel_run(*, run: Run, reason: str, actor: Actor, now: datetime) -> Run:
    """Give a run up before anybody was told."""
    return transition(
        workflow=RUNS,
        instance=run,
        move="cancel",
        actor=actor,
        now=now,
        reason=reason,
        scope=run.programme.slug,
    )


def _run(run_id: int) -> Run:
    return Run.objects.select_related("programme", "version__matter", "version__pack_version").get(pk=run_id)
