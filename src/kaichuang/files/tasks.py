"""Background jobs of files."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from kaichuang.files.operations.sweep import sweep
from kaichuang.kit.actor import Actor


@app.periodic(cron="17 3 * * *")
@app.task(name="files.sweep", queueing_lock="files.sweep")
def sweep_files(timestamp: int) -> None:
    """Every night: remove what nothing needs."""
    sweep(actor=Actor.system("files.sweep"), now=timezone.now())
