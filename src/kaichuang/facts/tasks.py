"""Background work of facts; each scan catches up, so a missed tick does no harm."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from kaichuang.facts.operations.apply_import import TASK, run_import
from kaichuang.facts.operations.open_reports import open_due

log = logging.getLogger(__name__)


@app.periodic(cron="15 * * * *", periodic_id="open_reports")
@app.task(queueing_lock="facts.open_reports", name="facts.open_reports")
def open_reports(timestamp: int) -> int:
    """Open the reports of the periods that have ended."""
    opened = open_due(now=timezone.now())
    if opened:
        log.info("%s reports opened", opened)
    return opened


@app.task(name=TASK)
def apply_import(run_id: int) -> None:
    """Write a previewed import down, from where it stopped."""
    run_import(run_id=run_id, now=timezone.now())
