"""submit: number the case, freeze what was handed in, hold the numbers that must not be used twice."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case, ClaimKey, Counter, Submission
from kaichuang.cases.operations.evidence import drop_lost
from kaichuang.cases.queries.computing import frozen
from kaichuang.cases.queries.keys import keys_of
from kaichuang.cases.registry import effect
from kaichuang.cases.step import Step
from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.models import Programme


@effect("submit")
def submit(step: Step) -> None:
    """Hand in. The first time gives the case its number and its day; later ones are completions of the same case."""
    case = step.case
    if case.submitted_at is None:
        case.number = (
            case.number or next_numbers(case.programme, step.today.year, 1, prefix=case.matter.code)[0]
        )
        case.submitted_at, case.as_of = step.now, step.today
    _compute(step)
    case.save(update_fields=["number", "submitted_at", "as_of", "status", "ceiling_fen", "priority"])
    drop_lost(case, actor=step.actor, now=step.now)
    _keep(step)
    _hold(step)
    case.corrections.filter(answered_at=None).update(answered_at=step.now)


def next_numbers(programme: Programme, year: int, count: int, *, prefix: str) -> list[str]:
    """The next running numbers of a programme's year, without gaps or doubles, whoever asks at the same time."""
    Counter.objects.get_or_create(programme=programme, year=year)
    Counter.objects.filter(programme=programme, year=year).update(last=F("last") + count)
    last = Counter.objects.get(programme=programme, year=year).last
    return [f"{prefix}-{year}-{number:05d}" for number in range(last - count + 1, last + 1)]


def _compute(step: Step) -> None:
    """What the rules come to on this day; above it nobody can grant."""
    found = step.entitlement
    if found is None:
        step.case.status, step.case.ceiling_fen = "", 0
        return
    step.case.status = found.status
    step.case.ceiling_fen = found.payable_fen if found.plan.payable else 0


def _keep(step: Step) -> None:
    case, asked = step.case, step.asked
    document: dict[str, Any] | None = frozen(asked) if asked is not None else None
    Submission.objects.create(
        case=case,
        number=case.submissions.count() + 1,
        version=case.version,
        answers=case.answers,
        papers=papers_listed(case),
        document=document,
        digest=document["digest"] if document is not None else "",
        made_at=step.now,
        made_by_id=step.actor.user_id,
    )


def papers_listed(case: Case) -> list[dict[str, str]]:
    """The papers of a case with their fingerprints."""
    evidence = case.evidence.filter(removed_at=None).select_related("attachment__content")
    return [
        {
            "paper": one.paper,
            "row": one.row,
            "name": one.attachment.name,
            "sha256": one.attachment.content.sha256,
        }
        for one in evidence
    ]


def _hold(step: Step) -> None:
    """Hold the numbers. Raises `Refused` naming each that another case relies on."""
    case = step.case
    case.keys.all().delete()
    problems: list[Problem] = []
    for key in keys_of(case):
        try:
            with transaction.atomic():
                ClaimKey.objects.create(case=case, **key)
        except IntegrityError:
            problems.append(_taken(case, key))
    if problems:
        raise Refused(*problems)


def _taken(case: Case, key: dict[str, Any]) -> Problem:
    """Who holds a number: the matter and its year, never the party."""
    other = (
        ClaimKey.objects.filter(kind=key["kind"], value=key["value"], held=True, exclusive=True)
        .exclude(case=case)
        .select_related("case__matter", "case__programme")
        .first()
    )
    where = (
        f"{other.case.programme} {other.case.as_of.year} “{other.case.matter}”"
        if other is not None
        else _("本申请")
    )
    message = _("“%(value)s”已在%(where)s中使用，同一凭证不能重复申报。") % {
        "value": key["shown"],
        "where": where,
    }
    return Problem("claimed_before", message, field=f"key:{key['kind']}", clause=case.matter.clause)
