"""Packs as a programme has adopted them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Count, QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.packs.loader import Pack, load_pack
from kaichuang.places.queries import programmes_for
from kaichuang.policy.models import PackVersion


def packs_for(actor: Actor) -> QuerySet[PackVersion]:
    """Versions of packs of the programmes that the actor may see, current ones first."""
    return (
        PackVersion.objects.filter(programme__in=programmes_for(actor))
        .select_related("programme__place", "loaded_by")
        .defer("content")
        .annotate(used=Count("uses__path", distinct=True))
        .order_by("programme", "pack", "-is_current", "-id")
    )


def pack_of(version: PackVersion) -> Pack:
    """The pack as it was when it was adopted, read from the files kept with the version, not from the disk."""
    return _loaded(version.pk, version.sha256, version.pack)


@lru_cache(maxsize=8)
def _loaded(pk: int, sha256: str, name: str) -> Pack:
    content: dict[str, str] = PackVersion.objects.values_list("content", flat=True).get(pk=pk)
    with tempfile.TemporaryDirectory(prefix="pack-") as folder:
        for path, text in content.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return load_pack(Path(folder) / name)


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """An open question of the text: the default, and what the bureau has chosen, if it has."""

    id: str
    clause: str
    question: Any
    choices: list[tuple[str, Any]]
    default: Any
    chosen: Any
    reason: Any

    @property
    def is_chosen(self) -> bool:
        return self.chosen is not None and self.chosen != self.default

    @property
    def value(self) -> Any:
        return self.default if self.chosen is None else self.chosen


def readings_of(version: PackVersion) -> list[ReadingChoice]:
    """All readings of the pack with the settings of this version."""
    chosen = version.settings.get("readings", {})
    return [
        ReadingChoice(
            reading.id,
            reading.clause,
            reading.question,
            list(reading.choices.items()),
            reading.default,
            chosen.get(reading.id),
            reading.reason,
        )
        for reading in pack_of(version).own.readings
    ]
