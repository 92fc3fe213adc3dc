"""Make the facts of a pack known to the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.facts.models import Definition
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.packs.loader import Pack

_FIXED = ("type", "unit", "subject_kind")


def definitions_in(pack: Pack) -> list[dict[str, Any]]:
    """The facts of a pack, those of its common vocabulary too, as `publish_definitions` takes them."""
    return [
        {
            "code": fact.code,
            "title": fact.title.zh,
            "title_en": fact.title.en or "",
            "subject_kind": fact.subject,
            "type": fact.type,
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


def publish_definitions(
    *, actor: Actor, now: datetime, pack: str, definitions: Iterable[dict[str, Any]]
) -> list[Definition]:
    """Create or update definitions, known by their code.

    Refused, all at once, where the type, unit or subject of a fact would change under values already observed.
    """
    wanted = {values["code"]: values for values in definitions}
    with transaction.atomic():
        known = {row.code: row for row in Definition.objects.select_for_update().filter(code__in=wanted)}
        refuse_if(_clashes(known, wanted))
        rows = [Definition(pack=pack, **values) for values in wanted.values()]
        fields = [field.name for field in Definition._meta.fields if field.name not in {"id", "code"}]
        Definition.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["code"], update_fields=fields
        )
    return list(Definition.objects.filter(code__in=wanted).order_by("code"))


def _clashes(known: dict[str, Definition], wanted: dict[str, dict[str, Any]]) -> Iterable[Problem]:
    for code, row in known.items():
        changed = [name for name in _FIXED if wanted[code].get(name, "") != getattr(row, name)]
        if changed and row.observations.exists():
            yield Problem(
                "definition_in_use",
                _("数据项“%(code)s”已有数据，不能更改其类型、单位或对象；请改用新的代码。") % {"code": code},
                field=code,
            )
