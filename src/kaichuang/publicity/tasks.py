"""Timed jobs of publicity; each catches up, so a missed tick does no harm."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from kaichuang.publicity.operations.close import close_due

log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *", periodic_id="publicity_close")
@app.task(queueing_lock="publicity.close", name="publicity.close")
def close(timestamp: int) -> int:
    """Close lists whose period is over, settle what has come to its end."""
    done = close_due(now=timezone.now())
    if done.closed or done.settled or done.failed:
        log.info("%s", done)
    return len(done.closed) + len(done.settled)
