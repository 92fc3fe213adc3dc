"""End a panel: freeze its ranking, or give it up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.experts import effects
from kaichuang.experts.models import Item, Panel, PanelState, Result, Score, ScoreState, SeatState
from kaichuang.experts.operations import tell
from kaichuang.experts.operations.replace import locked_panel
from kaichuang.experts.permissions import may_run
from kaichuang.experts.queries.results import ItemResult, counting_scores, entries_of, items_of, result_of
from kaichuang.experts.reasons import points
from kaichuang.experts.scoring import Entry, Outcome, rank, total
from kaichuang.experts.sheet import Sheet
from kaichuang.experts.workflow import PANELS
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale, refuse_if

_PLACES = Decimal("0.0001")


@transaction.atomic
def close_panel(*, panel: Panel, actor: Actor, now: datetime, reason: str = "") -> list[ItemResult]:
    """Freeze the ranking and hand it to whoever registered for the rows under review.

    Scores still missing and divergences without another reader stand in the way, unless a reason is given; an item
    without any score always does.
    """
    locked = locked_panel(panel)
    require(may_run(actor, locked))
    if locked.state != PanelState.SCORING:
        raise Stale()
    scores = counting_scores(locked)
    entries = entries_of(locked, scores)
    outcomes = rank(entries, locked.form, locked.rules)
    _refuse_empty(outcomes)
    open_points = list(_open_points(locked, scores, outcomes))
    if open_points and not reason.strip():
        hint = _("如仍要结束，请填写理由。")
        raise Refused(*open_points, Problem("reason_required", hint, field="reason"))
    _freeze(locked, entries, outcomes)
    row = transition(
        workflow=PANELS,
        instance=locked,
        move="close",
        actor=actor,
        now=now,
        reason=reason,
        changes={"closed_at": now, "closing_reason": reason.strip()[:500]},
        payload={
            "ranking": [[one.key, points(one.score or Fraction(0)), one.within_quota] for one in outcomes],
            "open_points": [problem.code for problem in open_points],
        },
        scope=locked.programme.slug,
    )
    tell.panel_over(row, actor, now, kind="experts.closed")
    results = result_of(row)
    effects.run(row, results, actor, now)
    return results


@transaction.atomic
def cancel_panel(*, panel: Panel, actor: Actor, now: datetime, reason: str) -> Panel:
    """Give the panel up; what was scored stays on record and has no effect."""
    locked = locked_panel(panel)
    row = transition(
        workflow=PANELS,
        instance=locked,
        move="cancel",
        actor=actor,
        now=now,
        reason=reason,
        changes={"closed_at": now, "closing_reason": reason.strip()[:500]},
        scope=locked.programme.slug,
    )
    tell.panel_over(row, actor, now, kind="experts.cancelled", reason=reason)
    return row


def _refuse_empty(outcomes: Iterable[Outcome]) -> None:
    refuse_if(
        Problem("no_score", _("第%s项没有任何评分，请先补充评委或取消评审组。") % one.key)
        for one in outcomes
        if one.score is None
    )


def _open_points(panel: Panel, scores: list[Score], outcomes: Iterable[Outcome]) -> Iterable[Problem]:
    drafts = sum(score.state == ScoreState.DRAFT for score in scores)
    if drafts:
        yield Problem("scores_missing", _("还有%d份评分没有提交。") % drafts)
    invited = panel.seats.filter(state=SeatState.INVITED).count()
    if invited:
        yield Problem("unanswered", _("还有%d位专家没有答复邀请。") % invited)
    for one in outcomes:
        if one.divergence.open:
            what = {"item": one.key, "spread": points(one.divergence.spread)}
            yield Problem("diverged", _("第%(item)s项分歧较大（相差%(spread)s分），尚未增加评委。") % what)


def _freeze(panel: Panel, entries: list[Entry], outcomes: Iterable[Outcome]) -> None:
    items: dict[str, Item] = {item.key: item for item in items_of(panel)}
    marked = {entry.key: entry for entry in entries}
    Result.objects.bulk_create(
        Result(
            panel=panel,
            item=items[one.key],
            exact=str(one.score) if one.score is not None else "",
            score=_rounded(one.score),
            rank=one.rank,
            passed=one.passed,
            within_quota=one.within_quota,
            recommended_fen=one.recommended_fen,
            details=_details(marked[one.key], one, panel.form),
            reasons=[reason.plain() for reason in one.reasons],
        )
        for one in outcomes
    )


def _details(entry: Entry, outcome: Outcome, sheet: Sheet) -> dict[str, Any]:
    return {
        "totals": {mark.reader: str(total(mark, sheet)) for mark in entry.marks},
        "dropped": list(outcome.dropped),
        "criteria": {code: str(value) for code, value in outcome.criteria.items()},
        "spread": str(outcome.divergence.spread),
        "diverged": outcome.divergence.beyond,
    }


def _rounded(value: Fraction | None) -> Decimal | None:
    if value is None:
        return None
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_PLACES, ROUND_HALF_UP)
