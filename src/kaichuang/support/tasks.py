"""Timed jobs of support; each catches up, so a missed tick does no harm."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from kaichuang.support.operations.follow import follow_payments
from kaichuang.support.operations.recover import tell_overdue_instalments


@app.periodic(cron="* * * * *", periodic_id="follow-payments")
@app.task(queueing_lock="support.follow", name="support.follow")
def follow(timestamp: int = 0) -> int:
    """Follow the bank's results, and pay what has become payable."""
    return follow_payments(now=timezone.now())


@app.periodic(cron="20 * * * *", periodic_id="instalments")
@app.task(queueing_lock="support.instalments", name="support.instalments")
def instalments(timestamp: int = 0) -> int:
    """Tell of overdue instalments."""
    return tell_overdue_instalments(now=timezone.now())
