"""Timed jobs of booking; each catches up, so a missed tick does no harm."""

from __future__ import annotations

import logging
from dataclasses import astuple

from django.utils import timezone
from procrastinate.contrib.django import app

from kaichuang.booking.operations.scan import catch_up

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *", periodic_id="booking_scan")
@app.task(queueing_lock="booking.scan", name="booking.scan")
def scan(timestamp: int) -> int:
    """Expire holds, mark no-shows, complete what is over, let waits lapse."""
    caught = catch_up(now=timezone.now())
    done: int = sum(astuple(caught))
    if done:
        log.info("%s", caught)
    return done
