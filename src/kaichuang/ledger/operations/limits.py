"""Declare limits and change their ceilings."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.ledger.models import Limit, Unit
from kaichuang.ledger.operations.accounts import yuan
from kaichuang.ledger.permissions import may_keep_books
from kaichuang.places.models import Programme


def declare_limit(
    *,
    programme: Programme,
    code: str,
    name: str,
    dimension: str,
    period: str,
    ceiling: int,
    actor: Actor,
    now: datetime,
    clause: str = "",
    measure: str = "",
    pool: str = "",
    unit: Unit | None = None,
) -> Limit:
    """A ceiling that holds for all claims from the beginning: what is there already counts.

    Raises `Refused` when existing claims exceed it, for a new limit as for a lowered one.
    """
    require(may_keep_books(actor, programme))
    fields = {
        "name": name,
        "clause": clause,
        "unit": unit or yuan(),
        "measure": measure,
        "pool": pool,
        "dimension": dimension,
        "period": period,
    }
    try:
        with transaction.atomic():
            # Claims that are being written now would otherwise miss the new limit.
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE ledger_posting IN SHARE ROW EXCLUSIVE MODE")
            limit, created = Limit.objects.get_or_create(
                programme=programme, code=code, defaults={**fields, "ceiling": ceiling}
            )
            if not created:
                _change(limit, fields, ceiling)
            record(
                actor=actor,
                now=now,
                action="declare_limit",
                subject=limit,
                scope=programme.slug,
                payload={"ceiling": ceiling, "dimension": dimension, "period": period},
            )
    except IntegrityError as error:
        raise Refused(
            Problem("already_above", _("已有资金超过该限额。请核对上限，或自下一期间起设立新的限额。"))
        ) from error
    return limit


def _change(limit: Limit, fields: dict[str, object], ceiling: int) -> None:
    if any(
        getattr(limit, field) != value for field, value in fields.items() if field not in {"name", "clause"}
    ):
        raise Refused(Problem("limit_differs", _("该代号的限额口径不同。口径改变时请设立新的限额。")))
    limit.name, limit.clause, limit.ceiling = str(fields["name"]), str(fields["clause"]), ceiling
    limit.save(update_fields=["name", "clause", "ceiling"])
