"""Public servants establish a fact that the applicant cannot supply, or correct one after a check."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.permissions import may_read, may_work
from kaichuang.cases.queries.computing import entitlement_of
from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.answers import admissible
from kaichuang.entitlement.queries.books import compiled
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.packs.freeze import written
from kaichuang.rules.measures.values import Value


def establish_fact(*, case: Case, fact: str, value: Value, note: str, actor: Actor, now: datetime) -> Case:
    """Write down a fact of the case with where it comes from; it prevails over what was declared.

    Raises `Refused` for facts that the rules do not know and for values out of their bounds.
    """
    require(may_work(actor, case))
    require(may_read(actor, case))
    with transaction.atomic():
        row = (
            Case.objects.select_for_update(of=("self",), no_key=True)
            .select_related("version__pack_version", "programme")
            .get(pk=case.pk)
        )
        book = compiled(row.version.pack_version)[1]
        problems = []
        if fact not in book.facts or fact in book.usages:
            problems.append(Problem("fact_unknown", _("规则中没有这项数据。"), field="fact"))
        elif not admissible(book, fact, value):
            problems.append(Problem("value", _("该值不在允许范围内，请核对。"), field="value"))
        if not note.strip():
            problems.append(Problem("note_required", _("请写明数据来源或核查依据。"), field="note"))
        if row.ended_at is not None:
            problems.append(Problem("ended", _("该件已办结，不能再核定数据。")))
        refuse_if(problems)
        row.established = {
            **row.established,
            fact: {
                "value": written(value),
                "note": note.strip()[:300],
                "by": actor.name,
                "on": business_date(row.programme, now).isoformat(),
            },
        }
        found = entitlement_of(row) if row.granted_fen is None else None
        if found is not None:  # the queue shows what the rules say now, not what they said at submission
            row.status, row.ceiling_fen = found.status, found.payable_fen if found.plan.payable else 0
        row.save(update_fields=["established", "status", "ceiling_fen"])
        payload = {"fact": fact, "value": written(value)}
        record(
            actor=actor,
            now=now,
            action="establish",
            subject=row,
            scope=row.programme.slug,
            reason=note,
            payload=payload,
        )
    return row
