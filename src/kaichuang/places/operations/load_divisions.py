"""Fill the tables of divisions from the catalogue; safe to repeat after an update of the catalogue."""

from __future__ import annotations

from django.db import transaction

from kaichuang.places.catalogue import Entry, catalogue
from kaichuang.places.models import Division, FormerName, Succession

_COLUMNS = ["name", "short_name", "sort_key", "level", "parent", "since_year", "until_year"]


def load_divisions() -> int:
    """Insert or refresh every division, its former names and successions; returns how many divisions.

    Divisions that an administrator added under other codes stay.
    """
    source = catalogue()
    with transaction.atomic():
        # The foreign keys are checked at commit, so the order within the batch does not matter.
        Division.objects.bulk_create(
            [_division(entry) for entry in source.entries],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=_COLUMNS,
            batch_size=2000,
        )
        FormerName.objects.bulk_create(
            [
                FormerName(
                    division_id=row.code, name=row.name, since_year=row.since_year, until_year=row.until_year
                )
                for row in source.former_names
            ],
            ignore_conflicts=True,
        )
        Succession.objects.bulk_create(
            [
                Succession(former_id=former, successor_id=successor, year=year, reason=reason)
                for former, successor, year, reason in source.successions
            ],
            ignore_conflicts=True,
            batch_size=2000,
        )
    return len(source.entries)


def _division(entry: Entry) -> Division:
    row = entry.row
    return Division(
        code=row.code,
        name=row.name,
        short_name=entry.short_name,
        sort_key=entry.sort_key,
        level=row.level,
        parent_id=entry.parent,
        since_year=row.since_year,
        until_year=row.until_year,
    )
