"""The rest of a run without application: everybody who has confirmed is put on one list, everybody cleared is granted.

Thousands of cases are moved by the worker, `TOGETHER` in one transaction; a job that broke off goes on where it was,
because only cases that still wait are moved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from kaichuang.accounts.models import User
from kaichuang.cases.effects.publicising import open_list
from kaichuang.cases.models import Case, Run
from kaichuang.cases.operations.batch import publicise_cases
from kaichuang.cases.operations.following import TOGETHER
from kaichuang.cases.operations.move import Moved, move_many
from kaichuang.cases.queries.runs import ready_to_decide, ready_to_publicise, without_list
from kaichuang.clock.queries import business_date
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import any_role, require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.parties.models import Role
from kaichuang.parties.queries.actor import actor_for
from kaichuang.publicity.models import Announcement
from kaichuang.publicity.queries.period import last_day

PUBLICISE, DECIDE = "cases.publicise_run", "cases.decide_run"

may_publicise = any_role(Role.OFFICER)
may_decide = any_role(Role.LEADER)


@dataclass(frozen=True, slots=True)
class Done:
    """How many cases moved; who was refused and why stands with the case."""

    moved: int
    refused: tuple[Moved, ...] = ()


def publicise_run(*, run: Run, actor: Actor, now: datetime) -> Announcement | None:
    """One list for everybody who has confirmed: at once, or by the worker when they are many (then None)."""
    require(may_publicise(actor, run))
    ready = ready_to_publicise(run)
    if ready.count() + without_list(run).count() > TOGETHER:
        _refuse_unlistable(run, now)
        _ask(PUBLICISE, run, actor, now)
        return None
    return publicise_cases(cases=_loaded(ready), title=title_of(run), actor=actor, now=now)


def _refuse_unlistable(run: Run, now: datetime) -> None:
    """What would only come out when thousands of cases have moved. Raises as opening the list would."""
    plan = run.version.file.matter.publicity
    last_day(programme=run.programme, opens_on=business_date(run.programme, now), days=plan.days)


def publicise_in_parts(*, run: Run, actor: Actor, now: datetime) -> Done:
    """Propose to each what the rules give it, then open one list of all that were not refused. The worker's part."""
    done = _in_parts(
        run,
        ready_to_publicise,
        lambda cases: move_many(
            cases=cases, move="publicise", actor=actor, now=now, data={"announcement": run.pk}
        ),
    )
    _write_down(done, "not_publicised", actor, now)
    with transaction.atomic():
        Run.objects.select_for_update(of=("self",), no_key=True).get(pk=run.pk)
        cases = _loaded(without_list(run))
        if cases:
            open_list(cases, title=title_of(run), actor=actor, now=now)
    return done


def decide_run(*, run: Run, actor: Actor, now: datetime) -> None:
    """Grant everybody whose publicity is over what was proposed; the worker does it, with progress."""
    require(may_decide(actor, run))
    if not ready_to_decide(run).exists():
        raise Refused(Problem("nothing_to_decide", _("没有公示期满待审定的办件。")))
    _ask(DECIDE, run, actor, now)


def decide_in_parts(*, run: Run, actor: Actor, now: datetime) -> Done:
    """Decide each as the leader who asked for it. The worker's part."""
    require(may_decide(actor, run))
    done = _in_parts(
        run, ready_to_decide, lambda cases: move_many(cases=cases, move="decide", actor=actor, now=now)
    )
    _write_down(done, "not_decided", actor, now)
    return done


def is_under_way(run: Run, task: str) -> bool:
    """Whether the worker is at it, or soon will be."""
    jobs = ProcrastinateJob.objects.filter(task_name=task, status__in=("todo", "doing"))
    return jobs.filter(args__run_id=run.pk).exists()


def actor_of_job(run: Run, user_id: int, now: datetime) -> Actor:
    """Who asked for a job, with the roles held now: what was taken away meanwhile does not count any more."""
    return actor_for(user=User.objects.get(pk=user_id), programme=run.programme, now=now, strong=True)


def title_of(run: Run) -> str:
    """The title of a run's list."""
    return _("%(run)s拟支持名单") % {"run": run.title}


def _ask(task: str, run: Run, actor: Actor, now: datetime) -> None:
    if actor.user_id is None:
        raise Refused(Problem("person_required", _("须由人员发起。")))
    with transaction.atomic():
        record(actor=actor, now=now, action=task.partition(".")[2], subject=run, scope=run.programme.slug)
        job = app.configure_task(task, queueing_lock=f"{task}:{run.pk}")
        try:
            with transaction.atomic():
                job.defer(run_id=run.pk, user_id=actor.user_id)
        except AlreadyEnqueued as error:
            raise Refused(Problem("under_way", _("正在办理中，请稍候。"))) from error


def _in_parts(
    run: Run, waiting: Callable[[Run], QuerySet[Case]], work: Callable[[list[Case]], list[Moved]]
) -> Done:
    """Each case once, in the order of the run; a refused one is left where it is."""
    moved, refused = 0, []
    keys = list(waiting(run).values_list("pk", flat=True))
    for start in range(0, len(keys), TOGETHER):
        for one in work(_loaded(waiting(run).filter(pk__in=keys[start : start + TOGETHER]))):
            if one.problems:
                refused.append(one)
            else:
                moved += 1
    return Done(moved, tuple(refused))


def _write_down(done: Done, action: str, actor: Actor, now: datetime) -> None:
    """Nobody is at the screen when the worker is refused, so the case's history says why."""
    with transaction.atomic():
        for one in done.refused:
            reason = "".join(str(problem.message) for problem in one.problems)
            record(
                actor=actor,
                now=now,
                action=action,
                subject=one.case,
                scope=one.case.programme.slug,
                reason=reason,
            )


def _loaded(rows: QuerySet[Case]) -> list[Case]:
    return list(rows.select_related("programme", "matter", "version", "party", "beneficiary", "desk"))
