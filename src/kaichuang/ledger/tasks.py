"""Timed jobs of the ledger; each catches up, so a missed tick does no harm."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from kaichuang.ledger.operations.expire import expire_due
from kaichuang.ledger.operations.seal import seal

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *", periodic_id="expire")
@app.task(queueing_lock="ledger.expire", name="ledger.expire")
def expire(timestamp: int) -> int:
    """Release the reservations whose time is over."""
    expired = expire_due(now=timezone.now())
    if expired:
        log.info("%s reservations expired", expired)
    return expired


@app.periodic(cron="* * * * *", periodic_id="seal_ledger")
@app.task(queueing_lock="ledger.seal", name="ledger.seal")
def seal_ledger(timestamp: int) -> int:
    """Seal the transfers written since the last minute."""
    return seal()
