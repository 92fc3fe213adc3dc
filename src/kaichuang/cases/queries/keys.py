"""Numbers in a case that must not be claimed twice, brought to one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from kaichuang.cases.models import Case, ClaimKey
from kaichuang.cases.queries.computing import told_of

_NOISE = re.compile(r"[\s\-_./\\,，。、:：;；()（）\[\]【】〔〕No№#＃号]+", re.IGNORECASE)
_PAPERS = ("invoice", "contract", "payment", "bank_slip", "selection", "labour_contract")
"""Papers whose very file is compared, besides the numbers typed in."""
_NONE = frozenset({"无", "没有", "NONE", "NA"})
"""What people write where there is no number: said, but nothing to compare by."""


def normalised(text: object) -> str:
    """One spelling: full-width signs become half-width, letters capital; spaces, dashes, brackets and 号 go."""
    plain = unicodedata.normalize("NFKC", str(text)).upper()
    return _NOISE.sub("", plain)[:120]


def keys_of(case: Case) -> list[dict[str, Any]]:
    """The keys of a case as it stands, each once."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for key in _named(case):
        found.setdefault((key["kind"], key["value"]), key)
    return list(found.values())


def _named(case: Case) -> Iterator[dict[str, Any]]:
    told = told_of(case)
    for key in case.version.file.matter.keys:
        rows = told.tables.get(key.table, []) if key.table else [told.facts]
        for row in rows:
            value = normalised(row.get(key.name, "") or "")
            if value and value not in _NONE:
                shown = str(row[key.name])[:120]
                yield {"kind": key.kind, "value": value, "shown": shown, "exclusive": key.exclusive}
    for one in case.evidence.filter(removed_at=None, paper__in=_PAPERS).select_related("attachment__content"):
        sha = one.attachment.content.sha256
        yield {"kind": "file", "value": sha, "shown": one.attachment.name[:120], "exclusive": False}


def untold_keys(case: Case) -> Iterator[tuple[str, str, int | None]]:
    """Numbers by which a second claim would be found and that are still blank: table, name, and the row from 1."""
    told = told_of(case)
    for key in case.version.file.matter.keys:
        if not key.exclusive:
            continue
        if key.table is None:
            if not str(told.facts.get(key.name) or "").strip():
                yield "", key.name, None
            continue
        for number, row in enumerate(told.tables.get(key.table, []), start=1):
            if not str(row.get(key.name) or "").strip():
                yield key.table, key.name, number


def shared_keys(case: Case) -> QuerySet[ClaimKey]:
    """The same numbers and files in other cases, alive or ended: for the officer to look at."""
    mine = case.keys.values_list("kind", "value")
    found = ClaimKey.objects.none()
    for kind in {kind for kind, _value in mine}:
        values = [value for other, value in mine if other == kind]
        found = found | ClaimKey.objects.filter(kind=kind, value__in=values).exclude(case=case)
    return found.select_related("case__matter", "case__programme", "case__party")
