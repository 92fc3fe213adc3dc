"""Timed jobs of the journal."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from kaichuang.journal.operations import seal
from kaichuang.journal.queries import verify

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *", periodic_id="seal")
@app.task(queueing_lock="journal.seal", name="journal.seal")
def seal_rest(timestamp: int) -> int:
    """Seal what a process left behind that died just after its commit."""
    return seal()


@app.periodic(cron="30 2 * * *", periodic_id="verify")
@app.task(queueing_lock="journal.verify", name="journal.verify")
def verify_journal(timestamp: int) -> int:
    """Look for tampering every night; the log and the exit state of the job tell."""
    result = verify()
    for finding in result.findings[:100]:
        log.error("journal: %s entry=%s position=%s", finding.code, finding.entry_id, finding.position)
    if result.findings:
        raise JournalTampered(f"{len(result.findings)} findings; run `kaichuang audit verify`")
    log.info("journal: %s entries sound, head %s", result.sealed, result.head)
    return result.sealed


class JournalTampered(Exception):
    """The nightly verification found traces of tampering; the job counts as failed."""
