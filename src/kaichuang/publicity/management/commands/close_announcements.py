"""`kaichuang manage close_announcements`: what the timed job does, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kaichuang.publicity.operations.close import close_due


class Command(BaseCommand):
    help = "Close the lists whose publicity period is over, and settle those of which nothing is open."

    def handle(self, *args: Any, **options: Any) -> None:
        done = close_due(now=timezone.now())
        self.stdout.write(f"closed {len(done.closed)}, settled {len(done.settled)}")
        if done.failed:
            raise CommandError(f"failed: {', '.join(map(str, done.failed))}; see the log")
