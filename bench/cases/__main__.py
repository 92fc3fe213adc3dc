"""python -m bench.cases [--cases 10000] [--firms 10000]: pages, moves and a run without application; writes RESULTS.md."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.harness import throw_away
from bench.pages import page_table, spread, timed

if TYPE_CHECKING:
    from kaichuang.places.models import Programme

NOW = datetime(2019, 6, 3, 2, 0, tzinfo=UTC)
DAY = date(2019, 6, 3)
_BUDGET = 10**13
"""More than a run of any size gives, in fen."""
ENTITLED = {"in_centre": True, "financed": True, "registered_here": True}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cases")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--firms", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()
    with throw_away(settings="kaichuang.settings"):
        from django.db import connection

        programme = _place()
        parties = _firms(programme, options.firms)
        _cases(programme, parties, options.cases)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        lines = [
            "# Cases",
            "",
            f"{options.cases:,} cases in every stage, {options.firms:,} firms. Contenders in turn, one process.",
            "",
            *_pages(programme, options.rounds),
            "",
            *_moves(programme),
            "",
            *_run(programme),
        ]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _place() -> Programme:
    from kaichuang.kit.actor import Actor
    from kaichuang.packs.loader import load_pack
    from kaichuang.places.models import Division, Programme
    from kaichuang.policy.operations.adopt_pack import adopt_into

    division, _ = Division.objects.get_or_create(code="540100", defaults={"name": "拉萨市", "level": 3})
    programme: Programme = Programme.objects.create(
        slug="lhasa", name="拉萨市双创", place=division, business_date=DAY
    )
    system = Actor.system("bench", programme_id=programme.pk)
    adopt_into(actor=system, now=NOW, programme=programme, pack=load_pack("lhasa-2019"))
    return programme


def _firms(programme: Programme, count: int) -> list[int]:
    """Firms of which a fifth is entitled, a fifth just not, and of the rest too little is known."""
    from kaichuang.facts.operations.observe import observe
    from kaichuang.facts.operations.staging import Told
    from kaichuang.kit.actor import Actor
    from kaichuang.parties.models import Party

    made = Party.objects.bulk_create(
        (Party(kind="organisation", name=f"拉萨测试企业{number:05d}有限公司") for number in range(count)),
        batch_size=2000,
    )
    told = []
    for number, party in enumerate(made):
        facts: dict[str, Any] = dict(ENTITLED)
        if number % 5 == 1:
            facts["registered_here"] = False
        if number % 5 > 1:
            del facts["in_centre"]
        told += [Told(party.pk, code, value, since=date(2018, 1, 1)) for code, value in facts.items()]
    system = Actor.system("bench", programme_id=programme.pk)
    observe(actor=system, now=NOW, programme=programme, source="reported", kind="import", told=told)
    return [party.pk for party in made]


def _cases(programme: Programme, parties: list[int], count: int) -> None:
    """Rows as moves would have left them, in every state of the award workflow."""
    from kaichuang.cases.models import Case, Matter, Stay
    from kaichuang.clock.models import Deadline

    matter = Matter.objects.select_related("current").get(programme=programme, code="LS-S7")
    version = matter.current
    assert version is not None
    states = [state for state in version.file.workflow.states if state.kind != "draft"]
    desk = programme.units.first()
    rows = Case.objects.bulk_create(
        (
            Case(
                programme=programme, matter=matter, version=version, number=f"LS-S7-2018-{number:05d}", desk=desk,
                party_id=parties[number % len(parties)], state=state.id, stage=state.stage, opened_at=NOW, changed_at=NOW,
                submitted_at=NOW - timedelta(minutes=number), as_of=DAY, status="met", ceiling_fen=5_000_000,
                ended_at=NOW if state.kind == "end" else None,
            )
            for number in range(count)
            for state in [states[number % len(states)]]
        ),
        batch_size=2000,
    )  # fmt: skip
    stays = Stay.objects.bulk_create(
        (
            Stay(case=row, state=row.state, stage=row.stage, desk=desk, entered_at=NOW, entered_on=DAY)
            for row in rows
        ),
        batch_size=2000,
    )
    deadlines = Deadline.objects.bulk_create(
        (
            Deadline(
                programme=programme, subject_type="cases.stay", subject_id=str(stay.pk), name=stay.state,
                started_on=DAY, limit=5, due_on=DAY + timedelta(days=number % 20),
            )
            for number, stay in enumerate(stays)
        ),
        batch_size=2000,
    )  # fmt: skip
    for stay, deadline in zip(stays, deadlines, strict=True):
        stay.deadline = deadline
    Stay.objects.bulk_update(stays, ["deadline"], batch_size=2000)


def _officer(programme: Programme) -> Any:
    from django.conf import settings
    from django.test import Client

    from kaichuang.accounts.models import User
    from kaichuang.accounts.strong import STRONG_KEY
    from kaichuang.parties.models import RoleGrant

    user = User.objects.create_user(username="officer", name="经办", password="x")
    RoleGrant.objects.create(user=user, programme=programme, role="officer", since=date(2015, 1, 1))
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[STRONG_KEY] = True
    session["programme"] = programme.slug
    session.save()
    return client


def _pages(programme: Programme, rounds: int) -> list[str]:
    from django.test import Client

    from kaichuang.cases.models import Case

    officer = _officer(programme)
    public = Client(SERVER_NAME="localhost")
    first = Case.objects.filter(state="checking").earliest("pk")
    return page_table(
        {
            "the queue of a desk": (officer, "/cases/desk/"),
            "the queue, filtered and sorted by due date": (officer, "/cases/desk/?stage=review&sort=due"),
            "one case at the desk": (officer, f"/cases/desk/{first.pk}/"),
            "matters, public": (public, f"/cases/matters/?programme={programme.slug}"),
            "performance, public": (public, f"/cases/performance/?programme={programme.slug}"),
        },
        rounds,
    )


def _moves(programme: Programme) -> list[str]:
    """One whole step with everything around it: guards, rules, journal, clock, work list, notices."""
    from kaichuang.cases.models import Case
    from kaichuang.cases.operations.move import move_case
    from kaichuang.kit.actor import Actor

    system = Actor.system("bench", programme_id=programme.pk)
    times: list[float] = []
    for case in Case.objects.filter(state="decision")[:100]:
        timed(
            lambda case=case: move_case(case=case, move="send_back", actor=system, now=NOW, reason="试"),
            times,
        )  # type: ignore[misc]  # a default binds it
    a, b = spread(times)
    return [
        "| one move of one case | p50 / p95 ms |",
        "|---|---:|",
        f"| send back, with clock, journal, work list, notice | {a:.1f} / {b:.1f} |",
    ]


def _run(programme: Programme) -> list[str]:
    from kaichuang.cases.models import Matter, Run
    from kaichuang.cases.operations.matching import make_offers, match_run
    from kaichuang.cases.operations.matters import revise_matter
    from kaichuang.kit.actor import Actor
    from kaichuang.packs.loader import load_pack

    system = Actor.system("bench", programme_id=programme.pk)
    matter = Matter.objects.select_related("current").get(programme=programme, code="LS-S7")
    assert matter.current is not None
    flow = next(one for one in load_pack("_common").all.workflows if one.id == "automatic")
    spec = matter.current.file.matter.model_copy(update={"workflow": "automatic", "window": "none"})
    content = matter.current.file.model_copy(update={"matter": spec, "workflow": flow})
    version = revise_matter(matter=matter, content=content, reason="bench", actor=system, now=NOW)
    run = Run.objects.create(programme=programme, version=version, title="bench", as_of=DAY, started_at=NOW)
    started = time.perf_counter()
    match_run(run_id=run.pk, now=NOW)
    matched = time.perf_counter() - started
    started = time.perf_counter()
    make_offers(run_id=run.pk, actor=system, now=NOW)
    offered = time.perf_counter() - started
    run.refresh_from_db()
    offers = run.matches.exclude(case=None).count()
    return [
        "| a run without application | seconds | per second |",
        "|---|---:|---:|",
        f"| match {run.total:,} firms with reasons, near misses and a frozen snapshot of each entitled | {matched:.1f} | {run.total / matched:,.0f} |",
        f"| make {offers:,} offers: cases, clocks, work items, notices | {offered:.1f} | {offers / offered:,.0f} |",
        *_grant(programme, run),
    ]


def _grant(programme: Programme, run: Any) -> list[str]:
    """Everybody confirms (not measured: each does it for himself); then one list, its end, and the grants."""
    from kaichuang.cases.models import Case
    from kaichuang.cases.operations.following import follow_lists
    from kaichuang.cases.operations.move import move_case
    from kaichuang.cases.operations.running import decide_in_parts, publicise_in_parts
    from kaichuang.kit.actor import Actor, ActorKind
    from kaichuang.ledger.operations import LinePlan, adopt_budget
    from kaichuang.publicity.operations.close import close_due

    people = {role: _staff(programme, role) for role in ("officer", "leader", "finance")}
    adopt_budget(
        programme=programme, year=DAY.year, code="LS-B1", title="bench", total=_BUDGET,
        lines=[LinePlan("LS-M6", "bench", _BUDGET)], document="bench", actor=people["finance"], now=NOW,
    )  # fmt: skip
    for case in Case.objects.filter(match__run=run):
        applicant = Actor(
            kind=ActorKind.USER, name="bench", programme_id=programme.pk, party_id=case.party_id
        )
        move_case(case=case, move="consent", actor=applicant, now=NOW)
    run.refresh_from_db()
    listed, count = _seconds(lambda: publicise_in_parts(run=run, actor=people["officer"], now=NOW).moved)
    later = NOW + timedelta(days=30)
    programme.business_date = DAY + timedelta(days=30)
    programme.save(update_fields=["business_date"])
    close_due(now=later)
    followed, _count = _seconds(lambda: follow_lists(now=later))
    run = type(run).objects.select_related("programme", "version").get(pk=run.pk)
    decided, grants = _seconds(lambda: decide_in_parts(run=run, actor=people["leader"], now=later).moved)
    return [
        f"| put {count:,} cases on one list, each asked again | {listed:.1f} | {count / listed:,.0f} |",
        f"| move them on when the list has run out | {followed:.1f} | {count / followed:,.0f} |",
        f"| grant {grants:,}: rules, decisions, money bound, tranches, letters asked for, notices | {decided:.1f} | {grants / decided:,.0f} |",
    ]


def _seconds(work: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    count = work()
    return time.perf_counter() - started, count


def _staff(programme: Programme, role: str) -> Any:
    from kaichuang.accounts.models import User
    from kaichuang.kit.actor import Actor, ActorKind
    from kaichuang.parties.models import RoleGrant

    user = User.objects.create_user(username=f"run-{role}", name=role, password="x")
    RoleGrant.objects.create(user=user, programme=programme, role=role, since=date(2015, 1, 1))
    return Actor(
        kind=ActorKind.USER, user_id=user.pk, name=role, programme_id=programme.pk, roles=frozenset({role}), strong=True
    )  # fmt: skip


if __name__ == "__main__":
    main()
