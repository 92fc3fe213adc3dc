"""Timed jobs of cases; each catches up, so a missed tick does no harm."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from kaichuang.cases.models import Run
from kaichuang.cases.operations.following import FOLLOW, follow_list, follow_lists
from kaichuang.cases.operations.lapse import lapse_due
from kaichuang.cases.operations.letters import issue_letters
from kaichuang.cases.operations.matching import MATCH, OFFER, make_offers, match_run
from kaichuang.cases.operations.running import (
    DECIDE,
    PUBLICISE,
    actor_of_job,
    decide_in_parts,
    publicise_in_parts,
)
from kaichuang.kit.actor import Actor


@app.periodic(cron="* * * * *", periodic_id="letters")
@app.task(queueing_lock="cases.letters", name="cases.letters")
def letters(timestamp: int = 0) -> int:
    """Set the letters that are wanted."""
    return issue_letters(now=timezone.now())


@app.periodic(cron="*/10 * * * *", periodic_id="lapse")
@app.task(queueing_lock="cases.lapse", name="cases.lapse")
def lapse(timestamp: int = 0) -> int:
    """End what nobody completed in time."""
    return lapse_due(now=timezone.now())


@app.task(name=FOLLOW)
def follow(announcement_id: int) -> int:
    """Move the cases behind a long list as its lines have moved."""
    return follow_list(announcement_id=announcement_id, now=timezone.now())


@app.periodic(cron="*/10 * * * *", periodic_id="follow-lists")
@app.task(queueing_lock="cases.follow_lists", name="cases.follow_lists")
def follow_all(timestamp: int = 0) -> int:
    """Move what a job that broke off has left behind its list."""
    return follow_lists(now=timezone.now())


@app.task(name=MATCH)
def match(run_id: int) -> None:
    """Match everybody of a run."""
    match_run(run_id=run_id, now=timezone.now())


@app.task(name=OFFER)
def offer(run_id: int, user_id: int | None = None) -> None:
    """Make the offers of a run."""
    run = Run.objects.get(pk=run_id)
    make_offers(run_id=run_id, actor=Actor.system("run", programme_id=run.programme_id), now=timezone.now())


@app.task(name=PUBLICISE)
def publicise(run_id: int, user_id: int) -> int:
    """Put everybody of a run who has confirmed on one list."""
    run, now = Run.objects.select_related("programme", "version").get(pk=run_id), timezone.now()
    return publicise_in_parts(run=run, actor=actor_of_job(run, user_id, now), now=now).moved


@app.task(name=DECIDE)
def decide(run_id: int, user_id: int) -> int:
    """Grant everybody of a run whose publicity is over."""
    run, now = Run.objects.select_related("programme", "version").get(pk=run_id), timezone.now()
    return decide_in_parts(run=run, actor=actor_of_job(run, user_id, now), now=now).moved


def wake() -> None:
    """Have the letters set at once; one waiting job is enough."""
    try:
        letters.defer()
    except AlreadyEnqueued:
        return
