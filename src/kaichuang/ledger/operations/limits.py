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
from kaichuang.ledger.models.claim import NO_CEILING
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
    ceiling: int | None,
    actor: Actor,
    now: datetime,
    clause: str = "",
    measure: str = "",
    pool: str = "",
    unit: Unit | None = None,
    lifted_by: str = "",
) -> Limit:
    """A ceiling that holds for all claims from the beginning: what is there already counts.

    None lifts the limit, by what `lifted_by` says: its claims go on being counted, without an end. Raises `Refused`
    when existing claims exceed the ceiling, for a new limit as for a lowered one.
    """
    require(may_keep_books(actor, programme))
    _refuse_figure(ceiling, lifted_by)
    fields = {
        "name": name,
        "clause": clause,
        "unit": unit or yuan(),
        "measure": measure,
        "pool": pool,
        "dimension": dimension,
        "period": period,
        "lifted_by": lifted_by,
    }
    figure = NO_CEILING if ceiling is None else ceiling
    try:
        with transaction.atomic():
            # Claims that are being written now would otherwise miss the new limit.
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE ledger_posting IN SHARE ROW EXCLUSIVE MODE")
            limit, created = Limit.objects.get_or_create(
                programme=programme, code=code, defaults={**fields, "ceiling": figure}
            )
            if not created:
                _change(limit, fields, figure)
            record(
                actor=actor,
                now=now,
                action="declare_limit",
                subject=limit,
                scope=programme.slug,
                payload={
                    "ceiling": ceiling,
                    "dimension": dimension,
                    "period": period,
                    **({"lifted_by": lifted_by} if lifted_by else {}),
                },
            )
    except IntegrityError as error:
        raise Refused(
            Problem("already_above", _("已有资金超过该限额。请核对上限，或自下一期间起设立新的限额。"))
        ) from error
    return limit


_WORDS = ("name", "clause", "lifted_by")
"""What may change with the ceiling; the rest says what is counted."""


def _refuse_figure(ceiling: int | None, lifted_by: str) -> None:
    if ceiling is None and not lifted_by.strip():
        raise Refused(Problem("reason_required", _("不设上限须写明依据。"), field="lifted_by"))
    if ceiling is not None and (lifted_by or not 0 <= ceiling < NO_CEILING):
        raise Refused(
            Problem("ceiling", _("上限应是不小于零的金额；不设上限的请写明依据。"), field="ceiling")
        )


def _change(limit: Limit, fields: dict[str, object], ceiling: int) -> None:
    if any(getattr(limit, field) != value for field, value in fields.items() if field not in _WORDS):
        raise Refused(Problem("limit_differs", _("该代号的限额口径不同。口径改变时请设立新的限额。")))
    for name in _WORDS:
        setattr(limit, name, str(fields[name]))
    limit.ceiling = ceiling
    limit.save(update_fields=[*_WORDS, "ceiling"])
