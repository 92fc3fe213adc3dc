"""Many cases on one list, or before one panel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.cases.effects.publicising import open_list
from kaichuang.cases.effects.reviewing import panel_for
from kaichuang.cases.models import Case
from kaichuang.cases.operations.move import move_all
from kaichuang.experts.models import Panel
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused
from kaichuang.publicity.models import Announcement


def publicise_cases(
    *, cases: Sequence[Case], title: str, actor: Actor, now: datetime, move: str = "publicise"
) -> Announcement:
    """One public list for many cases of one matter: all of them or none."""
    _one_matter(cases)
    with transaction.atomic():
        for case in cases:
            if case.proposed_fen is None and case.source == "automatic":
                case.proposed_fen = case.ceiling_fen
        announcement = open_list(cases, title=title, actor=actor, now=now)
        move_all(cases=cases, move=move, actor=actor, now=now, data={"announcement": announcement})
    return announcement


def send_cases_to_experts(
    *, cases: Sequence[Case], title: str, actor: Actor, now: datetime, move: str = "send_to_experts"
) -> Panel:
    """One panel for many cases of one matter: all of them or none."""
    _one_matter(cases)
    if cases[0].version.file.matter.review is None:
        raise Refused(Problem("no_review", _("该事项不经专家评审。")))
    with transaction.atomic():
        panel = panel_for(cases[0], actor=actor, now=now, title=title)
        move_all(cases=cases, move=move, actor=actor, now=now, data={"panel": panel})
    return panel


def _one_matter(cases: Sequence[Case]) -> None:
    if not cases:
        raise Refused(Problem("nothing_chosen", _("请先勾选办件。")))
    if len({case.matter_id for case in cases}) > 1:
        raise Refused(Problem("several_matters", _("一次只能处理同一事项的办件，请按事项筛选后再勾选。")))
