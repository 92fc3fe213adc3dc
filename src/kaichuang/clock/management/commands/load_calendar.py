"""`kaichuang manage load_calendar`: fill in the years that a newer library knows."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kaichuang.clock.operations.load_calendar import load_calendar


class Command(BaseCommand):
    help = "Fill the national working-day calendar; days already there are left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"新增 {load_calendar()} 天 / days added")
