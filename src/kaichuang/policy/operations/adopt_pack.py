"""A programme adopts a pack: its units, facts and outlines become rows, its rules a version that decisions can name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from kaichuang.facts.operations import publish_definitions
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.packs.loader import Pack
from kaichuang.parties.operations.units import UnitSpec, load_units
from kaichuang.places.models import Programme
from kaichuang.places.operations import adopt_packs
from kaichuang.policy import adopted
from kaichuang.policy.models import PackVersion
from kaichuang.policy.operations.clause_uses import write_uses
from kaichuang.policy.operations.outline import publish_outlines
from kaichuang.policy.permissions import may_edit_library


def adopt_pack(
    *,
    actor: Actor,
    now: datetime,
    programme: Programme,
    pack: Pack,
    settings: dict[str, Any] | None = None,
    reason: str = "",
) -> PackVersion:
    """Load the pack, or change the bureau's own settings of it; the same pack with the same settings changes nothing.

    The pack has been checked (`packs.check.ensure`). Earlier versions stay, for decisions made under them.
    """
    require(may_edit_library(actor, programme.pk))
    with transaction.atomic():
        Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
        current = programme.pack_versions.filter(pack=pack.id, is_current=True).first()
        chosen = (current.settings if current is not None else {}) if settings is None else settings
        if current is not None and (current.sha256, current.settings) == (pack.hash, chosen):
            return current
        load_units(programme=programme, units=_units(pack), actor=actor, now=now)
        publish_definitions(actor=actor, now=now, pack=pack.id, definitions=_facts(pack))
        publish_outlines(programme=programme, pack=pack, now=now)
        programme.pack_versions.filter(pack=pack.id, is_current=True).update(is_current=False)
        version = PackVersion.objects.create(
            programme=programme,
            pack=pack.id,
            version=pack.version,
            sha256=pack.hash,
            content=_content(pack),
            settings=chosen,
            reason=reason,
            loaded_at=now,
            loaded_by_id=actor.user_id,
        )
        write_uses(version, pack)
        record(
            actor=actor,
            now=now,
            action="adopt_pack",
            subject=version,
            scope=programme.slug,
            reason=reason,
            payload={"pack": pack.id, "version": pack.version, "sha256": pack.hash, "settings": chosen},
        )
        adopted.tell(version, actor, now)
    return version


def adopt_into(
    *, actor: Actor, now: datetime, programme: Programme, pack: Pack, reason: str = ""
) -> PackVersion:
    """`adopt_pack`, and the programme lists the pack among those it runs."""
    with transaction.atomic():
        version = adopt_pack(actor=actor, now=now, programme=programme, pack=pack, reason=reason)
        adopt_packs(programme=programme, packs=[*programme.packs, pack.id], actor=actor, now=now)
    return version


def _units(pack: Pack) -> list[UnitSpec]:
    return [
        UnitSpec(
            key=unit.id,
            name=unit.name.zh,
            aliases=tuple(unit.aliases),
            successor=unit.successor.zh if unit.successor is not None else "",
        )
        for unit in pack.own.units
    ]


def _facts(pack: Pack) -> list[dict[str, Any]]:
    return [
        {
            "code": fact.code,
            "title": fact.title.zh,
            "title_en": fact.title.en or "",
            "subject_kind": fact.subject or "case",
            "type": str(fact.type),
            "unit": fact.unit,
            "period": fact.period,
            "source": fact.source,
            "values": {code: {"zh": words.zh, "en": words.en or ""} for code, words in fact.values.items()},
            "minimum": "" if fact.minimum is None else str(fact.minimum),
            "maximum": "" if fact.maximum is None else str(fact.maximum),
            "evidence": list(fact.evidence),
            "note": fact.note.zh if fact.note is not None else "",
        }
        for fact in pack.all.facts
    ]


def _content(pack: Pack) -> dict[str, str]:
    """The files of the pack and of those it uses, as they are: enough to load it again, whatever becomes of the disk."""
    files: dict[str, str] = {}
    for one in (*pack.uses, pack):
        for path in sorted(one.folder.rglob("*.yaml")):
            files[f"{one.id}/{path.relative_to(one.folder)}"] = path.read_text(encoding="utf-8")
    return files
