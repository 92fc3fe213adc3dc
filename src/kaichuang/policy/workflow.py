"""The states of editions, doubts, questions and books."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaichuang.journal.workflow import Move, Workflow
from kaichuang.kit.permissions import system_only
from kaichuang.kit.problems import Problem
from kaichuang.policy import permissions
from kaichuang.policy.models import BookState, DoubtState, Edition, EditionState, QuestionState


def _doubts_are_settled(edition: Edition, now: datetime) -> Iterable[Problem]:
    left = edition.doubts.filter(state=DoubtState.OPEN).exclude(proposed="").count()
    if left:
        yield Problem(
            "doubts_open", gettext("还有 %d 处有更正建议的疑点未处理，请逐条采纳或保留原文。") % left
        )


def _has_clauses(edition: Edition, now: datetime) -> Iterable[Problem]:
    if not edition.clauses.exists():
        yield Problem("no_clauses", gettext("没有识别出任何条款，不能发布。请检查原文或改用其他格式导入。"))


EDITIONS = Workflow(
    Move(
        "check",
        _("校对完成"),
        (EditionState.IMPORTED,),
        EditionState.CHECKED,
        permissions.may_edit_edition,
        guards=(_has_clauses, _doubts_are_settled),
    ),
    Move(
        "publish",
        _("发布"),
        (EditionState.CHECKED,),
        EditionState.PUBLISHED,
        permissions.may_edit_edition,
    ),
    Move(
        "repeal",
        _("废止"),
        (EditionState.PUBLISHED,),
        EditionState.REPEALED,
        permissions.may_edit_edition,
        needs_reason=True,
    ),
    Move(
        "withdraw",
        _("撤回"),
        (EditionState.IMPORTED, EditionState.CHECKED, EditionState.PUBLISHED),
        EditionState.WITHDRAWN,
        permissions.may_edit_edition,
        needs_reason=True,
    ),
)

DOUBTS = Workflow(
    Move(
        "accept",
        _("采纳更正"),
        (DoubtState.OPEN, DoubtState.KEPT),
        DoubtState.ACCEPTED,
        permissions.may_decide_doubt,
    ),
    Move(
        "keep",
        _("保留原文"),
        (DoubtState.OPEN, DoubtState.ACCEPTED),
        DoubtState.KEPT,
        permissions.may_decide_doubt,
    ),
)


def _has_unit(question: Any, now: datetime) -> Iterable[Problem]:
    if question.unit_id is None:
        yield Problem("unit_required", gettext("请先转交承办单位。"), field="unit")


QUESTIONS = Workflow(
    Move(
        "route",
        _("转交"),
        (QuestionState.ASKED, QuestionState.ROUTED),
        QuestionState.ROUTED,
        permissions.may_route,
    ),
    Move(
        "answer",
        _("答复"),
        (QuestionState.ROUTED,),
        QuestionState.ANSWERED,
        permissions.may_answer,
        guards=(_has_unit,),
    ),
    Move(
        "decline",
        _("不予受理"),
        (QuestionState.ASKED, QuestionState.ROUTED),
        QuestionState.DECLINED,
        permissions.may_route,
        needs_reason=True,
    ),
)

BOOKS = Workflow(
    Move("finish", _("生成完成"), (BookState.MAKING,), BookState.READY, system_only),
    Move("fail", _("生成失败"), (BookState.MAKING,), BookState.FAILED, system_only),
    Move("retry", _("重新生成"), (BookState.FAILED,), BookState.MAKING, permissions.may_edit_book),
    Move("release", _("发布"), (BookState.READY,), BookState.RELEASED, permissions.may_edit_book),
)
