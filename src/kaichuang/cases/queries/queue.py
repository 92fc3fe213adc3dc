"""The queue of a desk: cases with the running limit of the state in which they lie."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from kaichuang.cases.models import Case, MatterVersion, Stay
from kaichuang.cases.queries.cases import cases_for, desk_of_actor
from kaichuang.kit.actor import Actor
from kaichuang.packs.schema.matters import MatterFile
from kaichuang.packs.schema.workflows import State
from kaichuang.parties.models import Role

STAGES = ("acceptance", "review", "publicity", "decision", "payment", "after", "closed")
"""The public's words for several states, in the order in which a case passes them."""

_files: dict[int, MatterFile] = {}


def queue_for(actor: Actor, *, scope: str = "desk") -> QuerySet[Case]:
    """Cases of the actor's programme with `due_on`, the last day of the state where they lie; without heavy columns.

    `scope`: `desk` (not ended, at the actor's unit), `open` (not ended, of every unit), `ended`, `all`.
    """
    if scope == "desk":
        rows = desk_of_actor(actor)
    else:
        rows = cases_for(actor).filter(programme=actor.programme_id, submitted_at__isnull=False)
        if scope != "all":
            rows = rows.filter(ended_at__isnull=scope == "open")
    shown = rows.select_related(None).select_related("party", "matter", "desk", "round")
    return with_due(shown.defer("answers", "established"))


def with_due(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Each with `due_on` (none while the clock is paused or where there is no limit) and `lies_since`.

    Subqueries, not joins: counting leaves them out, and only what is shown or sorted by costs anything.
    """
    here = Stay.objects.filter(case=OuterRef("pk"), left_at=None).order_by()
    return rows.annotate(
        due_on=Subquery(here.values("deadline__due_on")[:1]),
        lies_since=Subquery(here.values("entered_on")[:1]),
    )


def narrow(rows: QuerySet[Case], values: dict[str, Any], today: date) -> QuerySet[Case]:
    """The cases that fit every filter given."""
    for word in str(values.get("q", "")).replace("\x00", "").split():
        rows = rows.filter(
            Q(number__icontains=word) | Q(party__name__icontains=word) | Q(party__uscc__iexact=word)
        )
    for name in ("matter", "desk", "round", "stage", "state", "status", "source"):
        if values.get(name):
            rows = rows.filter(**{name: values[name]})
    if values.get("least_fen") is not None:
        rows = rows.filter(ceiling_fen__gte=values["least_fen"])
    if values.get("most_fen") is not None:
        rows = rows.filter(ceiling_fen__lte=values["most_fen"])
    return _due(rows, str(values.get("due", "")), today)


def _due(rows: QuerySet[Case], due: str, today: date) -> QuerySet[Case]:
    if due == "overdue":
        return rows.filter(Q(due_on__lt=today))
    if due == "soon":
        return rows.filter(Q(due_on__range=(today, today + timedelta(days=3))))
    if due == "paused":
        return rows.filter(Q(due_on=None))
    return rows


def stages_of(rows: QuerySet[Case]) -> dict[str, int]:
    """How many cases in each stage: one query."""
    counted = rows.order_by().values_list("stage").annotate(number=Count("pk"))
    return dict(counted.values_list("stage", "number"))


def files_of(versions: Iterable[int]) -> dict[int, MatterFile]:
    """Matters with their workflows by version: at most one query, none once they are known in this process."""
    wanted = set(versions)
    for version in MatterVersion.objects.filter(pk__in=wanted - _files.keys()):
        _files[version.pk] = version.file
    return {pk: _files[pk] for pk in wanted}


def state_of(case: Case) -> State:
    """The state of a case of a list, from what is known of its version."""
    return files_of([case.version_id])[case.version_id].workflow.state(case.state)


def versions_in(actor: Actor) -> list[int]:
    """The versions under which open cases of the programme run."""
    rows = cases_for(actor).filter(programme=actor.programme_id, ended_at=None, submitted_at__isnull=False)
    return list(rows.order_by().values_list("version", flat=True).distinct())


def waits_for(actor: Actor, *roles: str) -> Q:
    """The open cases that wait for a holder of `roles`: for leaders what is to be decided, for finance what lies at
    its desk, for others the states out of which they move."""
    found = Q(pk=None)
    for version, file in files_of(versions_in(actor)).items():
        states = {state.id for state in file.workflow.states if _waits(file, state, set(roles))}
        if states:
            found |= Q(version=version, state__in=states)
    return found


def _waits(file: MatterFile, state: State, roles: set[str]) -> bool:
    if state.kind == "end":
        return False
    if Role.FINANCE in roles and state.desk == "finance":
        return True
    if roles == {Role.LEADER} and state.stage != "decision":
        return False
    return any(move.on is None and set(move.by) & roles for move in file.workflow.out_of(state.id))
