"""Experts for programs: panels, results and draws as pages show them; an expert's own seats and scores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from ninja.security import django_auth
from pydantic import Field

from kaichuang.experts.models import Panel, Score, Seat
from kaichuang.experts.operations import save_score, submit_scores
from kaichuang.experts.operations.score import parse_points
from kaichuang.experts.queries.panels import draws_for, panels_for, scores_for, seats_for
from kaichuang.experts.queries.pool import experts_for
from kaichuang.experts.queries.results import ItemResult, result_of
from kaichuang.experts.reasons import points
from kaichuang.experts.sheet import TENTHS
from kaichuang.kit.http import Request
from kaichuang.kit.problems import NotAllowed, Problem, Refused, Stale

router = Router(tags=["experts"])
_LIMIT = 200
Key = Annotated[int, Field(ge=1, lt=2**63)]


class ExpertOut(Schema):
    id: int
    number: str
    name: str
    specialities: list[str]
    employer_id: int | None
    state: str
    load: int
    most_panels: int


class PanelOut(Schema):
    id: int
    title: str
    state: str
    seats_wanted: int
    sheet: dict[str, Any]
    aggregate: str
    quota: int | None
    ties: list[str]
    is_blind: bool
    due_on: date | None
    commitment: str
    seed_source: str
    closed_at: datetime | None


class ReasonOut(Schema):
    code: str
    params: dict[str, str]
    zh: str
    en: str


class ResultOut(Schema):
    """`exact` is the score as a fraction, `score` the same in words; money is in fen."""

    subject_type: str
    subject_id: str
    key: str
    label: str
    rank: int
    exact: str
    score: str
    passed: bool
    within_quota: bool
    recommended_fen: int | None
    reasons: list[ReasonOut]


class SeatOut(Schema):
    id: int
    panel_id: int
    title: str
    state: str
    panel_state: str
    due_on: date | None
    is_extra: bool


class ScoreOut(Schema):
    """What an expert sees of an item; in a blind panel without names. Points as people write them."""

    id: int
    item: str
    label: str
    material: list[list[str]]
    state: str
    points: dict[str, str]
    comments: dict[str, str]
    recommended_fen: int | None


class ScoreIn(Schema):
    points: Annotated[dict[str, Annotated[str, Field(max_length=12)]], Field(max_length=40)]
    comments: Annotated[dict[str, Annotated[str, Field(max_length=4000)]], Field(max_length=41)] = {}
    recommended_fen: Annotated[int, Field(ge=0, le=2**53)] | None = None


class ProblemOut(Schema):
    code: str
    message: str
    field: str


class ProblemsOut(Schema):
    problems: list[ProblemOut]


@router.get("/pool", response=list[ExpertOut], auth=django_auth, summary="专家库")
def list_experts(request: Request) -> Any:
    """The programme's pool for its public servants; others see themselves. At most 200."""
    rows = experts_for(request.actor).filter(programme=request.actor.programme_id).order_by("number")
    return [
        {
            "id": row.pk,
            "number": row.number,
            "name": row.party.name,
            "specialities": row.specialities,
            "employer_id": row.employer_id,
            "state": row.state,
            "load": getattr(row, "load", 0),
            "most_panels": row.most_panels,
        }
        for row in rows[:_LIMIT]
    ]


@router.get("/panels", response=list[PanelOut], auth=django_auth, summary="评审组")
def list_panels(request: Request, state: Annotated[str, Field(max_length=10)] = "") -> Any:
    """The newest 200 panels that the caller may read."""
    rows = panels_for(request.actor).order_by("-id")
    return (rows.filter(state=state) if state else rows)[:_LIMIT]


@router.get("/panels/{pk}", response=PanelOut, auth=django_auth, summary="一个评审组")
def get_panel(request: Request, pk: Key) -> Any:
    return _panel(request, pk)


@router.get("/panels/{pk}/results", response=list[ResultOut], auth=django_auth, summary="评审结果")
def list_panel_results(request: Request, pk: Key) -> Any:
    """The frozen ranking; empty until the panel is closed."""
    return [_result(one) for one in result_of(_panel(request, pk))]


@router.get("/draws/{pk}", response=dict[str, Any], summary="专家抽取记录")
def get_draw(request: Request, pk: Key) -> Any:
    """The public record of the draw of panel `pk`; `kaichuang experts draw --file` recomputes it."""
    return get_object_or_404(draws_for(request.actor), panel=pk).record


@router.get("/seats", response=list[SeatOut], auth=django_auth, summary="我的评审")
def list_my_seats(request: Request) -> Any:
    """The caller's own seats, the newest first."""
    return [
        {
            "id": seat.pk,
            "panel_id": seat.panel_id,
            "title": seat.panel.title,
            "state": seat.state,
            "panel_state": seat.panel.state,
            "due_on": seat.panel.due_on,
            "is_extra": seat.is_extra,
        }
        for seat in seats_for(request.actor).order_by("-pk")[:_LIMIT]
    ]


@router.get("/seats/{pk}/scores", response=list[ScoreOut], auth=django_auth, summary="我的评分")
def list_my_scores(request: Request, pk: Key) -> Any:
    """The items of one's own seat with what one has given."""
    seat = _seat(request, pk)
    rows = scores_for(request.actor).filter(seat=seat).order_by("item__number")
    return [_score(score) for score in rows]


@router.put(
    "/scores/{pk}",
    response={200: ScoreOut, 403: ProblemsOut, 404: ProblemsOut, 409: ProblemsOut, 422: ProblemsOut},
    auth=django_auth,
    summary="保存评分草稿",
)
def save_my_score(request: Request, pk: Key, payload: ScoreIn) -> Any:
    """Replace a draft. Points are written as people do: `"8.5"`."""
    own = scores_for(request.actor).filter(seat__expert__party__user=request.actor.user_id or 0)
    score = get_object_or_404(own, pk=pk)

    def save() -> Any:
        return _score(
            save_score(
                score=score,
                points=_points(payload.points),
                comments=payload.comments,
                recommended_fen=payload.recommended_fen,
                actor=request.actor,
                now=request.now,
            )
        )

    return _answer(save)


@router.post(
    "/seats/{pk}/submit",
    response={200: list[ScoreOut], 403: ProblemsOut, 409: ProblemsOut, 422: ProblemsOut},
    auth=django_auth,
    summary="提交全部评分",
)
def submit_my_scores(request: Request, pk: Key) -> Any:
    """Hand in all drafts of the seat, or none with everything that is missing."""
    seat = _seat(request, pk)

    def submit() -> Any:
        done = submit_scores(seat=seat, actor=request.actor, now=request.now)
        rows = scores_for(request.actor).filter(pk__in=[score.pk for score in done])
        return [_score(score) for score in rows.order_by("item__number")]

    return _answer(submit)


def _panel(request: Request, pk: int) -> Panel:
    return get_object_or_404(panels_for(request.actor), pk=pk)


def _seat(request: Request, pk: int) -> Seat:
    return get_object_or_404(seats_for(request.actor), pk=pk)


def _points(given: dict[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    wrong: list[Problem] = []
    for code, text in given.items():
        try:
            found[code] = parse_points(text)
        except ValueError:
            wrong.append(Problem("not_points", text, field=code))
    if wrong:
        raise Refused(*wrong)
    return found


def _score(score: Score) -> dict[str, Any]:
    return {
        "id": score.pk,
        "item": score.item.key,
        "label": score.item.reader_label,
        "material": score.item.material,
        "state": score.state,
        "points": {code: points(Fraction(tenths, TENTHS)) for code, tenths in score.points.items()},
        "comments": score.comments,
        "recommended_fen": score.recommended_fen,
    }


def _result(one: ItemResult) -> dict[str, Any]:
    return {
        "subject_type": one.subject_type,
        "subject_id": one.subject_id,
        "key": one.key,
        "label": one.label,
        "rank": one.rank,
        "exact": str(one.score) if one.score is not None else "",
        "score": points(one.score) if one.score is not None else "",
        "passed": one.passed,
        "within_quota": one.within_quota,
        "recommended_fen": one.recommended_fen,
        "reasons": list(one.reasons),
    }


def _answer(operation: Callable[[], Any]) -> Any:
    try:
        return Status(200, operation())
    except NotAllowed as refused:
        return Status(403, _problems(refused))
    except Stale as refused:
        return Status(409, _problems(refused))
    except Refused as refused:
        return Status(422, _problems(refused))


def _problems(refused: Refused) -> dict[str, Any]:
    return {
        "problems": [
            {"code": one.code, "message": str(one.message), "field": one.field} for one in refused.problems
        ]
    }
