"""Timed jobs of the clock; each catches up, so a missed tick does no harm."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from kaichuang.clock.operations.find_overdue import find_overdue

log = logging.getLogger(__name__)


@app.periodic(cron="*/10 * * * *", periodic_id="overdue")
@app.task(queueing_lock="clock.overdue", name="clock.overdue")
def overdue(timestamp: int) -> int:
    """Find what has become overdue."""
    found = find_overdue(now=timezone.now())
    if found:
        log.info("%s deadlines overdue", len(found))
    return len(found)
