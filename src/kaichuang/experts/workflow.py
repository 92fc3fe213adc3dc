"""The states of experts, panels, seats and scores."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaichuang.experts import permissions
from kaichuang.experts.models import ExpertState, Panel, PanelState, Score, ScoreState, Seat, SeatState
from kaichuang.experts.models.panel import OPEN, RUNNING
from kaichuang.journal.workflow import Move, Workflow
from kaichuang.kit.problems import Problem


def _announced(panel: Panel, now: datetime) -> Iterable[Problem]:
    if panel.announced_at is None:
        yield Problem("not_announced", gettext("请先公布种子的哈希或来源，再抽取专家。"))


def _has_items(panel: Panel, now: datetime) -> Iterable[Problem]:
    if not panel.items.exists():
        yield Problem("no_items", gettext("评审组还没有评审项，请先添加。"))


def _is_running(seat: Seat, now: datetime) -> Iterable[Problem]:
    if seat.panel.state not in RUNNING:
        yield Problem("panel_over", gettext("评审组不在进行中，不能再更改席位。"))


def _is_scoring(score: Score, now: datetime) -> Iterable[Problem]:
    if score.seat.panel.state != PanelState.SCORING:
        yield Problem("not_scoring", gettext("评审组不在评审中，不能更改评分。"))
    if score.seat.state != SeatState.ACCEPTED:
        yield Problem("seat_left", gettext("该席位已回避或更换，不能更改评分。"))


EXPERTS = Workflow(
    Move(
        "admit",
        _("入库"),
        (ExpertState.PROPOSED, ExpertState.DECLINED, ExpertState.LEFT),
        ExpertState.ACTIVE,
        permissions.may_judge,
    ),
    Move(
        "decline",
        _("不予入库"),
        (ExpertState.PROPOSED,),
        ExpertState.DECLINED,
        permissions.may_judge,
        needs_reason=True,
    ),
    Move("end", _("出库"), (ExpertState.ACTIVE,), ExpertState.LEFT, permissions.may_judge, needs_reason=True),
)

PANELS = Workflow(
    Move(
        "draw",
        _("抽取专家"),
        (PanelState.PREPARING,),
        PanelState.DRAWN,
        permissions.may_run,
        guards=(_announced, _has_items),
    ),
    Move("start", _("开始评审"), (PanelState.DRAWN,), PanelState.SCORING, permissions.may_run),
    Move("close", _("结束评审"), (PanelState.SCORING,), PanelState.CLOSED, permissions.may_run),
    Move("cancel", _("取消评审"), OPEN, PanelState.CANCELLED, permissions.may_run, needs_reason=True),
)

SEATS = Workflow(
    Move(
        "accept",
        _("接受邀请"),
        (SeatState.INVITED,),
        SeatState.ACCEPTED,
        permissions.holds,
        guards=(_is_running,),
    ),
    Move(
        "recuse",
        _("回避"),
        (SeatState.INVITED, SeatState.ACCEPTED),
        SeatState.RECUSED,
        permissions.holds,
        guards=(_is_running,),
        needs_reason=True,
    ),
    Move(
        "replace",
        _("更换"),
        (SeatState.INVITED, SeatState.ACCEPTED),
        SeatState.REPLACED,
        permissions.may_replace,
        guards=(_is_running,),
        needs_reason=True,
    ),
)

SCORES = Workflow(
    Move(
        "submit",
        _("提交评分"),
        (ScoreState.DRAFT,),
        ScoreState.SUBMITTED,
        permissions.may_score,
        guards=(_is_scoring,),
    ),
    Move(
        "return",
        _("退回评分"),
        (ScoreState.SUBMITTED,),
        ScoreState.DRAFT,
        permissions.may_return,
        guards=(_is_scoring,),
        needs_reason=True,
    ),
    Move(
        "recuse_item",
        _("单项回避"),
        (ScoreState.DRAFT,),
        ScoreState.RECUSED,
        permissions.may_score,
        guards=(),
        needs_reason=True,
    ),
)
