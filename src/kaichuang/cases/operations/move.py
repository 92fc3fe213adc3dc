"""Move cases along their tables: the only way from state to state.

Note [Moving together]
Many cases make a move together: locked, asked, moved and written down with the same statements for all of them. What
comes out is what would come out if they moved one after the other in the order given.
- Only neighbours of one version that have nothing in common take a step at the same time (`alike`): of two cases of
  one party the second one sees what the first was granted.
- A refused case does not keep the others. All that was written for its company is undone, and the others are tried
  again without it; where nobody can tell who broke a rule (the last money of a line), halves are tried, the first half
  first, until the guilty one stands alone. (Who was refused for want of money is not asked again when a later refusal
  sets money free: the case waits where it was, and is decided with the next ones.)
- A case that moves alone is a company of one, and goes the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from kaichuang.cases import registry
from kaichuang.cases.flow import flow_of
from kaichuang.cases.models import Case, ClaimKey, Stay
from kaichuang.cases.notices import MOVED
from kaichuang.cases.operations.draft import refresh_draft
from kaichuang.cases.operations.stays import enter, leave
from kaichuang.cases.queries.computing import parties_of
from kaichuang.cases.queries.together import alike
from kaichuang.cases.step import Step
from kaichuang.journal.operations import transition_many
from kaichuang.journal.workflow import problems_of
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Problem, Refused, SomeRefused, Stale, refuse_rows
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations.notify import Telling, notify_many
from kaichuang.packs.schema.workflows import Event, Move
from kaichuang.parties.models import Membership

LONG = ("version__content", "matter__current__content", "version__pack_version__content")
"""Long documents that are parsed once for each version and need not be read with every case."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one of many cases: moved, or why not."""

    case: Case
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wish:
    """A move that is asked for, with all that the actor gives with it."""

    move: str
    actor: Actor
    now: datetime
    reason: str = ""
    data: Mapping[str, Any] | None = None


def move_case(
    *,
    case: Case,
    move: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> Case:
    """Make one move with its consequences, all or nothing; returns the case in its new state.

    `data` is what the consequences need: an amount, grounds, a list of what is missing. Raises `Stale` when the case
    has moved on, `NotAllowed` for others than the table names, `Refused` with every problem at once.
    """
    return move_all(cases=[case], move=move, actor=actor, now=now, reason=reason, data=data)[0]


def move_all(
    *,
    cases: Sequence[Case],
    move: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> list[Case]:
    """The same move for many cases, all of them or none. Raises what `move_case` would for the first that is refused."""
    try:
        with transaction.atomic():
            return _move(_locked(cases), _Wish(move, actor, now, reason, data))
    except SomeRefused as some:
        raise some.first from None


def move_many(
    *,
    cases: Sequence[Case],
    move: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> list[Moved]:
    """The same move for many cases, each on its own account and in the order given; one that is refused does not keep
    the others.

    In one transaction; where somebody is refused, it may be several. See Note [Moving together].
    """
    answers = _tried(cases, _Wish(move, actor, now, reason, data))
    return [
        Moved(case, tuple(answer.problems)) if isinstance(answer, Refused) else Moved(answer)
        for case, answer in zip(cases, answers, strict=True)
    ]


def _tried(cases: Sequence[Case], wish: _Wish) -> list[Case | Refused]:
    """Each case moved, or why not, in the order given."""
    if not cases:
        return []
    try:
        with transaction.atomic():
            return [*_move(_locked(cases), wish)]
    except SomeRefused as some:
        refused = some.by_row
    except Refused as why:
        if len(cases) == 1:
            return [why]
        half = len(cases) // 2
        return [*_tried(cases[:half], wish), *_tried(cases[half:], wish)]
    others = iter(_tried([case for case in cases if case.pk not in refused], wish))
    return [refused[case.pk] if case.pk in refused else next(others) for case in cases]


def _move(rows: Sequence[Case], wish: _Wish) -> list[Case]:
    """All of them or none; `rows` are locked. Raises `SomeRefused`, or `Refused` where it is not known for whom."""
    rows = [refresh_draft(case=row, now=wish.now) for row in rows]
    return [moved for company in alike(rows) for moved in _step(company, wish)]


def _step(rows: Sequence[Case], wish: _Wish) -> list[Case]:
    """Cases of one version that have nothing in common make one step."""
    first, actor, now = rows[0], wish.actor, wish.now
    try:
        declared = first.version.file.workflow.move(wish.move)
    except KeyError:
        raise Refused(Problem("no_such_move", _("这份办件没有此项操作。"))) from None
    refuse_rows({**_too_often(declared, rows), **_own(declared, rows, actor)})
    sources = [row.state for row in rows]
    moved = transition_many(
        workflow=flow_of(first.version),
        instances=rows,
        move=wish.move,
        actor=actor,
        now=now,
        reason=wish.reason,
        scope=first.programme.slug,
    )
    for row, case in zip(rows, moved, strict=True):
        _keep_loaded(row, case)
    leave(moved, wish.move, now=now, actor=actor)
    steps = [
        Step(
            case=case,
            move=declared,
            actor=actor,
            now=now,
            reason=wish.reason,
            data=wish.data or {},
            source=source,
        )
        for case, source in zip(moved, sources, strict=True)
    ]
    for word in declared.does:
        registry.consequence(word)(steps)
    _hold_keys(steps)
    enter(moved, now=now, actor=actor)
    for listener in registry.listeners():
        listener(steps)
    _tell(steps)
    return moved


def advance(*, case: Case, event: Event, actor: Actor, now: datetime, reason: str = "") -> Case:
    """Something happened elsewhere: make the move that waits for it, if the case waits for it."""
    return advance_many(cases=[case], event=event, actor=actor, now=now, reason=reason)[0]


def advance_many(
    *, cases: Sequence[Case], event: Event, actor: Actor, now: datetime, reason: str = ""
) -> list[Case]:
    """The same for many cases, in the order given: those that do not wait for it come back as they are.

    All of them or none. Raises what `move_case` would for the first that is refused.
    """
    with transaction.atomic():
        rows = _locked(cases)
        found = {row.pk: row for row in rows}
        waiting: dict[str, list[Case]] = defaultdict(list)
        for row, move in _waiting(rows, event, now):
            waiting[move].append(row)
        for move, company in waiting.items():
            try:
                moved = _move(company, _Wish(move, actor, now, reason))
            except SomeRefused as some:
                raise some.first from None
            found.update((case.pk, case) for case in moved)
    return [found[case.pk] for case in cases]


def _waiting(rows: Sequence[Case], event: Event, now: datetime) -> Iterator[tuple[Case, str]]:
    """The cases that wait for the event, each with the first move for which nothing lacks."""
    standing: dict[tuple[int, str], list[Case]] = defaultdict(list)
    for row in rows:
        standing[row.version_id, row.state].append(row)
    for left in standing.values():
        for move in left[0].version.file.workflow.out_of(left[0].state):
            if move.on != event or not left:
                continue
            lacking = problems_of([registry.requirement(word) for word in move.needs], left, now)
            yield from ((row, move.id) for row in left if not lacking[row.pk])
            left = [row for row in left if lacking[row.pk]]


def _locked(cases: Sequence[Case]) -> list[Case]:
    """In the order of their keys, whatever the order asked for."""
    rows = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("programme", "matter__current", "version__pack_version", "round", "party")
        .defer(*LONG)
    )
    if len(cases) == 1:
        return [rows.get(pk=cases[0].pk)]
    found = {row.pk: row for row in rows.filter(pk__in=[case.pk for case in cases]).order_by("pk")}
    return [found[case.pk] for case in cases]


def _keep_loaded(row: Case, moved: Case) -> None:
    """The moved row is the same row: what was read with the first need not be read again."""
    for name in ("programme", "matter", "version", "round", "party"):
        setattr(moved, name, getattr(row, name))


def _own(move: Move, cases: Sequence[Case], actor: Actor) -> dict[int, Refused]:
    """Nobody decides for the public about a party that he belongs to."""
    if actor.is_system or actor.user_id is None or set(move.by) == {"applicant"}:
        return {}
    others = [case for case in cases if actor.party_id != case.party_id or "applicant" not in move.by]
    parties = {party for case in others for party in parties_of(case)}
    members = Membership.objects.filter(user=actor.user_id, party__in=parties, until=None)
    own = set(members.values_list("party", flat=True)) if parties else set()
    why = NotAllowed(Problem("own_case", _("您是申请人的成员，应当回避，请由其他同事办理。")))
    return {case.pk: why for case in others if not own.isdisjoint(parties_of(case))}


def _too_often(move: Move, cases: Sequence[Case]) -> dict[int, Refused]:
    if move.most is None:
        return {}
    made = (
        Stay.objects.filter(case__in=cases, left_by=move.id).values_list("case").annotate(times=Count("pk"))
    )
    why = Refused(
        Problem("too_often", _("“%(move)s”最多%(most)s次。") % {"move": move.title.zh, "most": move.most})
    )
    return {case: why for case, times in made.order_by() if times >= move.most}


def _hold_keys(steps: Sequence[Step]) -> None:
    """Invoices and other numbers are free again when a case ends without a grant."""
    state = steps[0].state
    held = state.kind != "end" or state.outcome == "granted"
    keys = ClaimKey.objects.filter(case__in=[step.case for step in steps])
    keys.exclude(held=held).update(held=held)


def _tell(steps: Sequence[Step]) -> None:
    """The applicants hear of every step that somebody else made."""
    heard = [
        step
        for step in steps
        if step.actor.party_id != step.case.party_id and step.case.submitted_at is not None
    ]
    notify_many([_telling(step) for step in heard], now=steps[0].now)


def _telling(step: Step) -> Telling:
    case = step.case
    return Telling(
        kind=MOVED.code,
        audience=Audience.of_party(case.party_id),
        programme=case.programme,
        params={
            "number": case.number,
            "matter": case.matter.title,
            "state": step.state.title.zh,
            "reason": step.reason,
        },
        level="action" if step.state.desk == "applicant" else "",
        link=f"/cases/{case.pk}/",
        clause=case.matter.clause,
        subject=case,
    )


__all__ = ["Moved", "Stale", "advance", "advance_many", "move_all", "move_case", "move_many"]
