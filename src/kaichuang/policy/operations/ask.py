"""Questions and answers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.operations import meet_deadline, start_deadline
from kaichuang.clock.problems import CalendarMissing
from kaichuang.clock.queries.deadlines import deadlines_of
from kaichuang.clock.queries.today import business_date
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import notify
from kaichuang.parties.models import Unit
from kaichuang.places.models import Programme
from kaichuang.policy.models import Clause, Document, Question, QuestionState, UnitRole
from kaichuang.policy.permissions import may_rate
from kaichuang.policy.queries.clauses import find_clause
from kaichuang.policy.workflow import QUESTIONS

DEADLINE = "policy.answer"
WORKING_DAYS = 5
"""The texts name no time for an answer; the bureau's own service promise stands in until a pack says otherwise."""
LONGEST = 2000
ANSWERED = "policy.answered"


def ask(
    *,
    actor: Actor,
    now: datetime,
    programme: Programme,
    text: str,
    clause: Clause | None = None,
    document: Document | None = None,
    contact: str = "",
) -> Question:
    """Ask, with or without login; it goes straight to the unit that leads the clause, if there is one."""
    refuse_if(_wrong(text))
    unit = _unit_of(clause)
    with transaction.atomic():
        question = Question.objects.create(
            programme=programme,
            document=document or (clause.edition.document if clause is not None else None),
            clause_path=f"{clause.part.code} {clause.path}" if clause is not None else "",
            ticket=secrets.token_urlsafe(16),
            asked_by_id=actor.user_id,
            contact=contact.strip(),
            text=text.strip(),
            asked_at=now,
            unit=unit,
            state=QuestionState.ROUTED if unit is not None else QuestionState.ASKED,
        )
        _start_clock(question, now)
        record(
            actor=actor,
            now=now,
            action="ask",
            subject=question,
            scope=programme.slug,
            to_state=question.state,
        )
    return question


def route(*, actor: Actor, now: datetime, question: Question, unit: Unit) -> Question:
    """Hand it to the unit that should answer. The clock runs on."""
    return _move(actor, now, question, "route", {"unit": unit})


def answer(
    *,
    actor: Actor,
    now: datetime,
    question: Question,
    text: str,
    citations: Sequence[str],
    is_public: bool = False,
) -> Question:
    """Answer, citing at least one clause that the library holds; public answers become frequent questions."""
    problems = []
    if not text.strip():
        problems.append(Problem("answer_required", _("请填写答复。"), field="text"))
    cited = [reference.strip() for reference in citations if reference.strip()]
    if not cited:
        problems.append(
            Problem("citation_required", _("答复须注明所依据的条款，例如“NH 三(二)”。"), field="citations")
        )
    problems += [
        Problem("citation_unknown", _("政策库中没有条款“%s”。") % reference, field="citations")
        for reference in cited
        if find_clause(reference) is None
    ]
    refuse_if(problems)
    with transaction.atomic():
        changes = {"answer": text.strip(), "citations": cited, "answered_at": now, "is_public": is_public}
        question = _move(actor, now, question, "answer", changes)
        _meet(question, now)
        _tell(question, now)
    return question


def decline(*, actor: Actor, now: datetime, question: Question, reason: str) -> Question:
    """It is no question about policy; the asker sees the reason."""
    with transaction.atomic():
        question = _move(actor, now, question, "decline", {"answer": reason}, reason=reason)
        _meet(question, now)
        _tell(question, now)
    return question


def rate(*, actor: Actor, now: datetime, question: Question, stars: int) -> Question:
    """The asker says how good the answer was, 1 to 5."""
    require(may_rate(actor, question))
    refuse_if([] if 1 <= stars <= 5 else [Problem("rating", _("评价为1至5分。"), field="stars")])
    with transaction.atomic():
        question.rating = stars
        question.save(update_fields=["rating"])
        record(
            actor=actor,
            now=now,
            action="rate",
            subject=question,
            scope=question.programme.slug,
            payload={"stars": stars},
        )
    return question


def _wrong(text: str) -> list[Problem]:
    if len(text.strip()) < 5:
        return [Problem("too_short", _("请把问题写得具体一些（至少5个字）。"), field="text")]
    if len(text) > LONGEST:
        return [Problem("too_long", _("问题最多%d字。") % LONGEST, field="text")]
    return []


def _unit_of(clause: Clause | None) -> Unit | None:
    """The lead of the clause, or of the nearest clause above it that names one."""
    while clause is not None:
        duty = clause.responsibilities.filter(role=UnitRole.LEAD).select_related("unit").first()
        if duty is not None:
            return duty.unit
        clause = clause.parent
    return None


def _start_clock(question: Question, now: datetime) -> None:
    """Start counting the days. A question is taken even where next year's calendar is not known yet."""
    try:
        with transaction.atomic():
            start_deadline(
                actor=Actor.system("policy.ask", programme_id=question.programme_id),
                now=now,
                programme=question.programme,
                subject=question,
                name=DEADLINE,
                limit=WORKING_DAYS,
                started_on=business_date(question.programme, now),
            )
    except CalendarMissing:
        return


def _meet(question: Question, now: datetime) -> None:
    for deadline in deadlines_of(question).filter(name=DEADLINE, met_on=None):
        meet_deadline(
            actor=Actor.system("policy.answer", programme_id=question.programme_id),
            now=now,
            deadline=deadline,
            met_on=business_date(question.programme, now),
        )


def _tell(question: Question, now: datetime) -> None:
    """Whoever asked with a login finds it in the inbox; others come back with their ticket."""
    if question.asked_by_id is None:
        return
    notify(
        kind=ANSWERED,
        audience=Audience.of_user(question.asked_by_id),
        now=now,
        programme=question.programme,
        params={
            "question": question.text[:60],
            "unit": question.unit.name if question.unit is not None else "",
        },
        link=f"/policy/questions/{question.ticket}/",
        clause=question.clause_path,
        subject=question,
        key=f"{ANSWERED}:{question.pk}",
    )


def _move(
    actor: Actor,
    now: datetime,
    question: Question,
    move: str,
    changes: dict[str, Any],
    *,
    reason: str = "",
) -> Question:
    return transition(
        workflow=QUESTIONS,
        instance=question,
        move=move,
        actor=actor,
        now=now,
        reason=reason,
        changes=changes,
        scope=question.programme.slug,
    )
