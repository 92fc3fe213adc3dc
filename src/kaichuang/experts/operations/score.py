"""Fill in a sheet, hand it in, give it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.experts.models import Item, PanelState, Score, ScoreState, Seat, SeatState
from kaichuang.experts.operations import tell
from kaichuang.experts.operations.progress import look_after
from kaichuang.experts.operations.replace import locked_panel
from kaichuang.experts.permissions import holds, may_score
from kaichuang.experts.reasons import points as in_words
from kaichuang.experts.sheet import TENTHS, Sheet
from kaichuang.experts.workflow import SCORES
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import MAX_FEN
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Stale, refuse_if

_LONGEST_COMMENT = 2000
WHOLE = ""
"""The key of the comment on the item as a whole."""


def parse_points(text: str) -> int:
    """Tenths from what a person types: `8.5` -> 85. Raises ValueError when it has more than one decimal."""
    try:
        tenths = Decimal(text.strip()) * TENTHS
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not tenths.is_finite() or tenths != tenths.to_integral_value():
        raise ValueError(text)
    return int(tenths)


@transaction.atomic
def save_score(
    *,
    score: Score,
    points: Mapping[str, int],
    actor: Actor,
    now: datetime,
    comments: Mapping[str, str] | None = None,
    recommended_fen: int | None = None,
) -> Score:
    """Keep a draft, complete or not. `points` are tenths by criterion. Raises `Refused` with every wrong value."""
    row = (
        Score.objects.select_for_update(of=("self",), no_key=True)
        .select_related("seat__panel", "seat__expert__party", "item")
        .get(pk=score.pk)
    )
    require(may_score(actor, row))
    if row.state != ScoreState.DRAFT:
        raise Stale(_("该评分已提交或已回避，不能再修改。"))
    if row.seat.state != SeatState.ACCEPTED or row.seat.panel.state != PanelState.SCORING:
        raise Stale(_("评审组不在评审中，不能再修改评分。"))
    sheet = row.seat.panel.form
    said = {key: text.strip() for key, text in (comments or {}).items() if text.strip()}
    refuse_if(_wrong_values(sheet, points, said, recommended_fen))
    row.points, row.comments, row.saved_at = dict(points), said, now
    row.recommended_fen = recommended_fen if sheet.recommends_amount else None
    row.save(update_fields=["points", "comments", "recommended_fen", "saved_at"])
    return row


@transaction.atomic
def submit_scores(
    *, seat: Seat, actor: Actor, now: datetime, items: Iterable[Item] | None = None
) -> list[Score]:
    """Hand in the drafts of a seat (of some items, or all), or none of them with everything that is missing."""
    panel = locked_panel(seat.panel)
    require(holds(actor, seat))
    drafts = Score.objects.filter(seat=seat, state=ScoreState.DRAFT).select_related(
        "item__panel", "seat__panel"
    )
    if items is not None:
        drafts = drafts.filter(item__in=[item.pk for item in items])
    rows = list(drafts.order_by("item__number"))
    if not rows:
        raise Stale(_("没有可提交的评分，可能已经提交。"))
    refuse_if(problem for row in rows for problem in missing(row))
    done = [
        transition(
            workflow=SCORES,
            instance=row,
            move="submit",
            actor=actor,
            now=now,
            changes={"submitted_at": now, "reason": ""},
            payload={
                "points": row.points,
                "recommended_fen": row.recommended_fen,
                "item": row.item.key,
            },
            scope=panel.programme.slug,
        )
        for row in rows
    ]
    look_after(panel, seat, actor, now)
    return done


@transaction.atomic
def return_score(*, score: Score, actor: Actor, now: datetime, reason: str) -> Score:
    """Give a score back to its reader with the reason; it counts again once handed in again."""
    panel = locked_panel(score.seat.panel)
    row = transition(
        workflow=SCORES,
        instance=score,
        move="return",
        actor=actor,
        now=now,
        reason=reason,
        changes={"submitted_at": None, "reason": reason.strip()[:500]},
        payload={"points": score.points, "item": score.item.key},
        scope=panel.programme.slug,
    )
    seat = Seat.objects.select_related("panel__programme", "expert__party", "expert__programme").get(
        pk=row.seat_id
    )
    tell.ask_to_score(seat, now)
    tell.tell_seat(seat, "experts.returned", now, item=row.item.reader_label, reason=reason)
    look_after(panel, seat, actor, now)
    return row


def missing(score: Score) -> list[Problem]:
    """What a draft lacks to be handed in, each with the item's name."""
    sheet, label = score.seat.panel.form, score.item.reader_label
    problems = [
        Problem(
            "points_missing",
            _("%(item)s：“%(title)s”未打分。") % {"item": label, "title": one.title},
            one.code,
        )
        for one in sheet.criteria
        if one.code not in score.points
    ]
    for one in sheet.criteria:
        if one.comment_required and not score.comments.get(one.code):
            what = {"item": label, "title": one.title}
            problems.append(
                Problem(
                    "comment_missing", _("%(item)s：请为“%(title)s”填写评语。") % what, f"comment_{one.code}"
                )
            )
    if sheet.comment_required and not score.comments.get(WHOLE):
        problems.append(Problem("comment_missing", _("%s：请填写总体评语。") % label, "comment_"))
    return problems


def _wrong_values(
    sheet: Sheet, points: Mapping[str, int], comments: Mapping[str, str], amount: int | None
) -> Iterable[Problem]:
    for code in points:
        if code not in sheet.codes:
            yield Problem("unknown_criterion", _("评分表中没有“%s”。") % code, field=code)
        elif not 0 <= points[code] <= sheet[code].max_tenths:
            one = sheet[code]
            what = {"title": one.title, "most": in_words(Fraction(one.max_points))}
            yield Problem("out_of_range", _("“%(title)s”须在0到%(most)s分之间。") % what, field=code)
    for code, text in comments.items():
        if code != WHOLE and code not in sheet.codes:
            yield Problem("unknown_criterion", _("评分表中没有“%s”。") % code, field=f"comment_{code}")
        if len(text) > _LONGEST_COMMENT or "\x00" in text:
            yield Problem("comment_long", _("评语最多2000字。"), field=f"comment_{code}")
    if amount is not None and not 0 <= amount <= MAX_FEN:
        yield Problem("amount", _("建议金额不能为负，也不能过大。"), field="recommended")
