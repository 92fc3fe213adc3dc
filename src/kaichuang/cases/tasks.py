"""Timed jobs of cases; each catches up, so a missed tick does no harm."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from kaichuang.cases.operations.lapse import lapse_due
from kaichuang.cases.operations.letters import issue_letters


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


def wake() -> None:
    """Have the letters set at once; one waiting job is enough."""
    try:
        letters.defer()
    except AlreadyEnqueued:
        return
