"""Where a question stands, in steps."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kaichuang.clock.models import Deadline
from kaichuang.clock.queries.deadlines import deadlines_of
from kaichuang.policy.models import Question, QuestionState
from kaichuang.ui.components.structure import Step


def steps_of(question: Question) -> list[Step]:
    """提问 → 转交 → 答复."""
    state = question.state
    if state == QuestionState.DECLINED:
        declined = Step(label=_("不予受理"), state="failed", on=question.answered_at)
        return [Step(label=_("已提问"), state="done", on=question.asked_at), declined]
    routed = state in {QuestionState.ROUTED, QuestionState.ANSWERED}
    unit = question.unit.name if question.unit is not None else ""
    return [
        Step(label=_("已提问"), state="done", on=question.asked_at),
        Step(label=_("转交承办单位"), state="done" if routed else "current", note=unit),
        Step(
            label=_("答复"),
            state="done" if state == QuestionState.ANSWERED else "current" if routed else "todo",
            on=question.answered_at,
        ),
    ]


def deadline_of_question(question: Question) -> Deadline | None:
    return deadlines_of(question).last()
