"""Keep a result, so that it can be found by its code, printed, checked and asked again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.entitlement.models import Calculation
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused
from kaichuang.packs.freeze import freeze


def frozen(asked: Asked) -> dict[str, Any]:
    """The answer as one document, with where each fact came from. Raises ``Refused`` when nothing was asked."""
    if not asked.measures:
        raise Refused(Problem("nothing_asked", _("请先选择您是谁，再保存结果。")))
    told = [*asked.told.facts, *asked.told.tables]
    sources: dict[str, Any] = {name: {"source": "calculator"} for name in told}
    for code, known in asked.known.items():
        if code not in sources:
            sources[code] = {"source": known.source, "told_on": known.told_on.isoformat()}
    return freeze(asked.answers, sources=sources)


def keep_calculation(*, actor: Actor, now: datetime, asked: Asked) -> Calculation:
    """Freeze and keep. Anybody may: a result holds only what its maker told."""
    document = frozen(asked)
    with transaction.atomic():
        calculation = Calculation.objects.create(
            programme=asked.loaded.programme,
            version=asked.loaded.version,
            party_id=actor.party_id,
            made_by_id=actor.user_id,
            made_at=now,
            as_of=asked.as_of,
            document=document,
            digest=document["digest"],
        )
        record(
            actor=actor,
            now=now,
            action="keep_calculation",
            subject=calculation,
            scope=asked.loaded.programme.slug,
            payload={"digest": calculation.digest, "measures": document["measures"]},
        )
    return calculation
