"""publicise: put cases on a public list, and follow what becomes of their lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kaichuang.cases.models import Case
from kaichuang.cases.operations.following import CASE, FOLLOW, TOGETHER, follow_lines
from kaichuang.cases.registry import effect, need_of_many
from kaichuang.cases.step import Step
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused
from kaichuang.parties.models import PartyKind
from kaichuang.publicity import effects as publicity
from kaichuang.publicity import masking
from kaichuang.publicity.columns import ColumnSpec, LineSpec
from kaichuang.publicity.enums import LineState, Outcome
from kaichuang.publicity.models import Announcement, Line
from kaichuang.publicity.operations.announce import announce
from kaichuang.publicity.operations.open import open_announcement
from kaichuang.publicity.queries.lists import last_lines

COLUMNS = {
    "party": ColumnSpec("party", "申请人", "Applicant"),
    "measure": ColumnSpec("measure", "事项", "Matter"),
    "amount": ColumnSpec("amount", "拟支持金额", "Amount proposed", kind="money"),
    "clause": ColumnSpec("clause", "依据条款", "Clause"),
    "unit": ColumnSpec("unit", "经办单位", "Unit"),
}


@effect("publicise")
def publicise(step: Step) -> None:
    """Unless the case stands on a list already made for many (`data["announcement"]`), a list of its own is opened."""
    if step.data.get("announcement") is None:
        open_list([step.case], title="", actor=step.actor, now=step.now)


def open_list(cases: Sequence[Case], *, title: str, actor: Actor, now: datetime) -> Announcement:
    """One list for cases of one matter, opened at once where the actor may open lists, else as a draft."""
    first = cases[0]
    plan = first.version.file.matter.publicity
    if first.desk is None:
        raise Refused(Problem("no_desk", _("该事项没有责任单位，无法公示。请先在事项设置中填写。")))
    announcement = announce(
        programme=first.programme,
        kind="no_application" if first.source == "automatic" else "award",
        title=title or _("%(matter)s拟支持名单") % {"matter": first.matter.title},
        columns=[COLUMNS[shown] for shown in plan.shows],
        lines=[line_of(case, plan.shows) for case in cases],
        days=plan.days,
        clause=plan.clause or first.matter.clause,
        unit=first.desk,
        actor=actor,
        now=now,
    )
    return open_announcement(announcement=announcement, actor=actor, now=now)


def line_of(case: Case, shows: Sequence[str]) -> LineSpec:
    """What the public sees of a case; a person's name is shortened."""
    party = case.beneficiary or case.party
    name = masking.name(party.name) if party.kind == PartyKind.PERSON else party.name
    cells: dict[str, Any] = {
        "party": name,
        "measure": case.matter.title,
        "amount": case.proposed_fen or 0,
        "clause": case.matter.clause,
        "unit": str(case.desk or ""),
    }
    return LineSpec(
        subject=case,
        party=party,
        amount_fen=case.proposed_fen,
        cells={shown: cells[shown] for shown in shows},
    )


@publicity.on_lines(CASE)
def follow(lines: Sequence[Line], outcome: Outcome, actor: Actor, now: datetime) -> None:
    """The cases behind the lines move as the lines did: a few at once, many by the worker.

    A list of thousands would hold its locks for minutes; the job belongs to the lines' transaction.
    """
    if len(lines) > TOGETHER:
        for announcement in {line.announcement_id for line in lines}:
            app.configure_task(FOLLOW).defer(announcement_id=announcement)
        return
    follow_lines(lines, now=now)


@need_of_many("publicised")
def is_publicised(cases: Sequence[Case], now: datetime) -> dict[int, list[Problem]]:
    """Each case's last line was cleared."""
    lines = last_lines(CASE, [str(case.pk) for case in cases])
    return {
        case.pk: [Problem("not_publicised", _("公示尚未通过，不能作出决定。"))]
        for case in cases
        if (line := lines.get(str(case.pk))) is None or line.state != LineState.CLEARED
    }
