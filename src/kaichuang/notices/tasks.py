"""Background jobs of notices."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kaichuang.notices.operations.dispatch import collect_due, requeue_stuck, send_dispatch
from kaichuang.notices.operations.outgoing import MAX_ATTEMPTS, NotSent
from kaichuang.notices.operations.outside import requeue_stuck_outside, send_outside_mail
from kaichuang.notices.operations.remind import remind_due

_RETRY = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=20, retry_exceptions={NotSent})


@app.task(name="notices.collect")
def collect() -> None:
    """Turn what is due into messages."""
    collect_due(now=timezone.now())


@app.task(name="notices.send", retry=_RETRY)
def send(dispatch_id: int) -> None:
    """Send one message; tried again with growing pauses."""
    send_dispatch(dispatch_id=dispatch_id, now=timezone.now())


@app.task(name="notices.send_outside", retry=_RETRY)
def send_outside(mail_id: int) -> None:
    """Send one mail to somebody without an account; tried again with growing pauses."""
    send_outside_mail(mail_id=mail_id, now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="notices.scan", queueing_lock="notices.scan")
def scan(timestamp: int) -> None:
    """Every five minutes: reminders whose day has come, messages whose hour has come, messages left behind."""
    now = timezone.now()
    remind_due(now=now)
    collect_due(now=now)
    requeue_stuck(now=now)
    requeue_stuck_outside(now=now)
