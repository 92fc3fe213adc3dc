"""`kaichuang manage load_divisions`: refresh the administrative divisions after an upgrade."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kaichuang.places.operations.load_divisions import load_divisions


class Command(BaseCommand):
    help = "Load or refresh the administrative divisions (GB/T 2260)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_divisions()} 个行政区划 / divisions")
