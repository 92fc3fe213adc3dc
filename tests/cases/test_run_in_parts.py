"""A run that is too long for one transaction: the worker lists and grants it in parts."""

from __future__ import annotations

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from kaichuang.accounts.models import User
from kaichuang.cases.effects import publicising
from kaichuang.cases.models import Case, Run
from kaichuang.cases.operations import following, running
from kaichuang.cases.operations.matching import make_offers
from kaichuang.cases.operations.running import (
    actor_of_job,
    decide_in_parts,
    decide_run,
    publicise_in_parts,
    publicise_run,
)
from kaichuang.cases.operations.sanctions import ban_party
from kaichuang.cases.web.runs.progress import job_of
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.publicity.models import Announcement
from kaichuang.publicity.operations import close_due

from ..support.conftest import WAN, Fund, lhasa, open_place
from .conftest import Place
from .test_matching import ENTITLED, automatic, know, run_for

__all__ = ["automatic", "lhasa", "open_place"]


@pytest.fixture
def fund(automatic: Place, monkeypatch: pytest.MonkeyPatch) -> Fund:
    for module in (following, publicising, running):
        monkeypatch.setattr(module, "TOGETHER", 2)
    found = Fund(automatic)
    found.budget("LS-B1", 500 * WAN, {"LS-M6": 500 * WAN})
    return found


@pytest.fixture
def run(fund: Fund) -> Run:
    """Five firms that have confirmed."""
    place = fund.place
    firms = [fund.applicant() for _ in range(5)]
    for party, _actor in firms:
        know(place, party, **ENTITLED)
    made = run_for(place)
    make_offers(run_id=made.pk, actor=place.system, now=place.now)
    for party, actor in firms:
        place.move(Case.objects.get(party=party), "consent", actor)
    return Run.objects.select_related("programme", "version").get(pk=made.pk)


def as_worker(run: Run, actor: Actor, fund: Fund) -> Actor:
    assert actor.user_id is not None
    return actor_of_job(run, actor.user_id, fund.place.now)


def states() -> list[str]:
    return list(Case.objects.order_by("pk").values_list("state", flat=True))


def test_a_long_run_is_listed_and_granted_by_the_worker(fund: Fund, run: Run) -> None:
    now, officer, leader = fund.place.now, fund.officer, fund.leader
    with pytest.raises(NotAllowed):
        publicise_run(run=run, actor=leader, now=now)
    assert publicise_run(run=run, actor=officer, now=now) is None
    job = job_of(run)
    assert job is not None and (job.done, job.total) == (0, 5)
    for _ in range(2):
        publicise_in_parts(run=run, actor=as_worker(run, officer, fund), now=now)
    assert Announcement.objects.get().lines.count() == 5
    assert states() == ["publicity"] * 5
    fund.place.pass_days(14)
    close_due(now=fund.place.now)
    job = job_of(run)
    assert job is not None and (job.done, job.total) == (0, 5)
    following.follow_lists(now=fund.place.now)
    with pytest.raises(NotAllowed):
        decide_run(run=run, actor=officer, now=fund.place.now)
    decide_run(run=run, actor=leader, now=fund.place.now)
    assert ProcrastinateJob.objects.filter(task_name=running.DECIDE).count() == 1
    with pytest.raises(Refused, match="正在办理中"):
        decide_run(run=run, actor=leader, now=fund.place.now)
    assert decide_in_parts(run=run, actor=as_worker(run, leader, fund), now=fund.place.now).moved == 5
    assert states() == ["payment"] * 5
    assert {case.decisions.get().decided_by_id for case in Case.objects.all()} == {leader.user_id}


def test_whoever_is_barred_meanwhile_stays_off_the_list_and_the_others_go_on(fund: Fund, run: Run) -> None:
    place = fund.place
    barred = Case.objects.order_by("pk")[2]
    ban_party(
        programme=place.programme, party=barred.party, since=fund.today, until=fund.today.replace(year=2021),
        clause="LS 五", reason="弄虚作假", actor=fund.leader, now=place.now,
    )  # fmt: skip
    publicise_run(run=run, actor=fund.officer, now=place.now)
    done = publicise_in_parts(run=run, actor=as_worker(run, fund.officer, fund), now=place.now)
    assert (done.moved, [one.case.pk for one in done.refused]) == (4, [barred.pk])
    assert "禁止申报" in Entry.objects.get(action="not_publicised", subject_id=str(barred.pk)).reason
    assert states() == ["publicity", "publicity", "listed", "publicity", "publicity"]
    assert Announcement.objects.get().lines.count() == 4


def test_the_page_shows_how_far_the_worker_is(fund: Fund, run: Run, client: Client) -> None:
    publicise_run(run=run, actor=fund.officer, now=fund.place.now)
    client.force_login(User.objects.get(pk=fund.officer.user_id))
    session = client.session
    session["programme"] = fund.place.programme.slug
    session["strong_login"] = True
    session.save()
    page = client.get(f"/cases/runs/{run.pk}/").content.decode()
    assert "正在列入公示" in page and "0 / 5" in page
