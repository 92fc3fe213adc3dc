"""A panel from the pool to its ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from kaichuang.experts import effects
from kaichuang.experts.drawing import check_record, commitment
from kaichuang.experts.models import Draw, Expert, Item, Panel, Result, Score, Seat
from kaichuang.experts.operations import (
    ItemSpec,
    PanelRules,
    accept,
    add_items,
    add_reader,
    announce,
    cancel_panel,
    close_panel,
    decline_expert,
    draw,
    end_expert,
    open_panel,
    propose_expert,
    recuse,
    recuse_item,
    replace,
    return_score,
    save_score,
    start,
    submit_scores,
)
from kaichuang.experts.queries import experts_for, preview, result_of, scores_for, seats_for
from kaichuang.experts.queries.results import ItemResult
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.notices.models import Notice, WorkItem
from kaichuang.parties.models import Membership, Party, Relation, RoleGrant
from kaichuang.places.models import Programme

from .conftest import (
    NOW,
    SHEET,
    accept_all,
    as_expert,
    drawn,
    firm,
    give,
    make_expert,
    make_panel,
    person,
    score_of,
    seats_of,
    specs,
)

Scoring = Callable[..., tuple[Panel, list[Seat], list[Item]]]


def test_an_applicant_is_admitted_by_an_officer_and_gets_the_role(
    programme: Programme, officer: Actor
) -> None:
    party = person("林晓")
    own = Actor.public(programme_id=programme.pk)
    with pytest.raises(NotAllowed):
        propose_expert(programme=programme, party=party, specialities=["it"], actor=own, now=NOW)
    expert = make_expert(programme, officer, name="周静")
    assert (expert.state, expert.number) == ("active", "E0001")
    assert RoleGrant.objects.filter(user=expert.party.user, role="expert", programme=programme).exists()
    assert Notice.objects.filter(kind="experts.admitted").exists()


def test_nobody_is_in_a_pool_twice_and_everything_wrong_is_said_at_once(
    programme: Programme, officer: Actor
) -> None:
    expert = make_expert(programme, officer)
    with pytest.raises(Refused) as refused:
        propose_expert(
            programme=programme, party=expert.party, specialities=[], most_panels=0, actor=officer, now=NOW
        )
    assert len(refused.value.problems) >= 3
    with pytest.raises(Refused, match="须为个人"):
        propose_expert(programme=programme, party=firm(), specialities=["it"], actor=officer, now=NOW)


def test_one_can_be_declined_and_can_leave_with_reasons(programme: Programme, officer: Actor) -> None:
    proposed = propose_expert(
        programme=programme, party=person(), specialities=["law"], actor=officer, now=NOW
    )
    with pytest.raises(Refused, match="理由"):
        decline_expert(expert=proposed, actor=officer, now=NOW, reason=" ")
    assert decline_expert(expert=proposed, actor=officer, now=NOW, reason="专业不符").state == "declined"
    left = end_expert(expert=make_expert(programme, officer), actor=officer, now=NOW, reason="调离")
    assert (left.state, left.left_on) == ("left", left.admitted_on)


def test_nobody_admits_himself(programme: Programme, officer: Actor) -> None:
    own = Party.objects.create(kind="person", name="经办本人", user_id=officer.user_id)
    proposed = propose_expert(programme=programme, party=own, specialities=["it"], actor=officer, now=NOW)
    from kaichuang.experts.operations import admit_expert

    with pytest.raises(NotAllowed, match="本人"):
        admit_expert(expert=proposed, actor=officer, now=NOW)


def test_strangers_see_no_pool_and_no_panels(
    programme: Programme, pool: list[Expert], scoring: Scoring
) -> None:
    panel, seats, _items = scoring()
    outsider = as_expert(next(one for one in pool if one.pk not in {seat.expert_id for seat in seats}))
    assert list(experts_for(outsider).values_list("party__user", flat=True)) == [outsider.user_id]
    assert not seats_for(outsider).exists()
    assert not scores_for(outsider).exists()
    reader = as_expert(seats[0].expert)
    assert set(scores_for(reader).values_list("seat", flat=True)) == {seats[0].pk}
    assert not experts_for(Actor.public(programme_id=programme.pk)).exists()
    with pytest.raises(NotAllowed):
        close_panel(panel=panel, actor=reader, now=NOW)


def test_a_panel_with_wrong_sheet_or_rules_says_everything(programme: Programme, officer: Actor) -> None:
    with pytest.raises(Refused) as refused:
        open_panel(
            programme=programme,
            title="",
            sheet=SHEET,
            seats=0,
            rules=PanelRules(ties=("luck", "criterion:none"), pass_mark=Decimal(101), quota=0),
            actor=officer,
            now=NOW,
        )
    assert {"tie_rule", "beyond_full", "invalid"} <= refused.value.codes
    with pytest.raises(Refused, match="评分表有误"):
        open_panel(programme=programme, title="x", sheet={"criteria": []}, seats=1, actor=officer, now=NOW)


def test_one_row_is_reviewed_once_in_a_panel(programme: Programme, officer: Actor) -> None:
    party = firm()
    panel = make_panel(programme, officer, [party])
    with pytest.raises(Refused, match="已在本评审组"):
        add_items(panel=panel, items=specs([party]), actor=officer, now=NOW)


def test_blind_material_hides_whose_it_is(programme: Programme, officer: Actor) -> None:
    party = firm("宁海新芽智能科技有限公司")
    Relation.objects.create(source=person("王晓东"), target=party, kind="legal_representative")
    text = "新芽由王晓东创办，全称宁海新芽智能科技有限公司。"
    spec = ItemSpec.about(party, label="机器人", party=party, material=[("简介", text)])
    panel = open_panel(
        programme=programme, title="评审", sheet=SHEET, seats=1, items=[spec], actor=officer, now=NOW
    )
    item = panel.items.get()
    assert item.blind_label == "申报书01"
    assert item.material == [["简介", "■■由■■创办，全称■■。"]]


def test_the_hash_of_the_seed_is_published_before_and_the_draw_can_be_repeated(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    panel = make_panel(programme, officer, [firm()])
    with pytest.raises(Refused, match="公布"):
        draw(panel=panel, actor=officer, now=NOW)
    announced = announce(panel=panel, actor=officer, now=NOW)
    assert len(announced.commitment) == 64
    made = draw(panel=panel, actor=officer, now=NOW)
    assert commitment(made.seed) == announced.commitment
    assert check_record(made.record) == []
    assert [seat.expert.number for seat in seats_of(panel)] == made.picked
    assert len(made.order) == len(pool)
    with connection.cursor() as cursor:
        cursor.execute("SELECT seed FROM experts_panel WHERE id = %s", [panel.pk])
        assert made.seed not in cursor.fetchone()[0]


def test_a_public_seed_is_named_before_and_entered_at_the_draw(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    panel = make_panel(programme, officer, [firm()])
    announce(panel=panel, actor=officer, now=NOW, seed_source="双色球2026026期号码")
    with pytest.raises(Refused, match="双色球"):
        draw(panel=panel, actor=officer, now=NOW)
    made = draw(panel=panel, actor=officer, now=NOW, seed="01 02 03 04 05 06 07")
    assert made.seed == "01020304050607"
    assert check_record(made.record) == []


def test_rules_cannot_be_bent_after_the_announcement_nor_records_changed(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    panel = drawn(make_panel(programme, officer, [firm()], quota=1), officer)
    for change in ({"quota": 2}, {"commitment": "0" * 64}, {"state": "closed"}, {"is_blind": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Panel.objects.filter(pk=panel.pk).update(**change)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Draw.objects.filter(panel=panel).update(seed="other")
    with pytest.raises(Stale):
        add_items(panel=panel, items=specs([firm()]), actor=officer, now=NOW)


def test_experts_with_a_conflict_are_excluded_with_the_reason(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    applicant, owner, employer = firm(), person("股东"), firm("某研究院")
    Relation.objects.create(source=pool[0].party, target=owner, kind="kin")
    Relation.objects.create(source=owner, target=applicant, kind="shareholder", share_bp=2000)
    Expert.objects.filter(pk=pool[1].pk).update(employer=employer)
    Relation.objects.create(source=employer, target=applicant, kind="parent")
    Membership.objects.create(user=pool[2].party.user, party=applicant, kind="editor", since="2020-01-01")
    Relation.objects.create(source=pool[3].party, target=firm(), kind="employee")
    panel = make_panel(programme, officer, [firm(), applicant])
    announce(panel=panel, actor=officer, now=NOW)
    made = draw(panel=panel, actor=officer, now=NOW)
    out = {row["number"]: row["code"] for row in made.excluded}
    assert out == dict.fromkeys([one.number for one in pool[:3]], "conflict")
    assert "亲属" in made.grounds[pool[0].number][0]
    assert pool[0].party.name not in str(made.record)


def test_a_small_share_is_no_conflict(programme: Programme, officer: Actor, pool: list[Expert]) -> None:
    applicant = firm()
    Relation.objects.create(source=pool[0].party, target=applicant, kind="shareholder", share_bp=100)
    panel = drawn(make_panel(programme, officer, [applicant]), officer)
    assert panel.draw.excluded == []


def test_too_few_experts_are_said_with_numbers_before_the_announcement(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    panel = make_panel(programme, officer, [firm()], seats=9)
    with pytest.raises(Refused, match="只有8人，需要9人"):
        announce(panel=panel, actor=officer, now=NOW)


def test_specialities_and_load_decide_who_may_be_drawn(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    lawyer = make_expert(programme, officer, specialities=["law"], most_panels=1)
    panel = open_panel(
        programme=programme,
        title="法律评审",
        sheet=SHEET,
        seats=1,
        specialities=["law"],
        items=specs([firm()]),
        actor=officer,
        now=NOW,
    )
    panel = drawn(panel, officer)
    assert [seat.expert_id for seat in seats_of(panel)] == [lawyer.pk]
    again = make_panel(programme, officer, [firm()], seats=8)
    made = drawn(again, officer).draw
    assert {"number": lawyer.number, "code": "busy"} in made.excluded
    third = make_panel(programme, officer, [firm()])
    with pytest.raises(IntegrityError, match="panels already"), transaction.atomic():
        Seat.objects.create(panel=third, expert=lawyer, position=1, number=1, invited_at=NOW)


def test_scoring_begins_when_everybody_has_declared(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    panel = drawn(make_panel(programme, officer, [firm(), firm()]), officer)
    first, second, third = seats_of(panel)
    items = list(panel.items.order_by("number"))
    accept(seat=first, actor=as_expert(first.expert), now=NOW, conflicts={items[0].pk: "曾合作"})
    assert score_of(first, items[0]).state == "recused"
    assert Panel.objects.get(pk=panel.pk).state == "drawn"
    with pytest.raises(NotAllowed):
        accept(seat=second, actor=as_expert(first.expert), now=NOW)
    with pytest.raises(Refused, match="所有评审项"):
        accept(
            seat=second,
            actor=as_expert(second.expert),
            now=NOW,
            conflicts={item.pk: "亲属" for item in items},
        )
    accept(seat=second, actor=as_expert(second.expert), now=NOW)
    accept(seat=third, actor=as_expert(third.expert), now=NOW)
    begun = Panel.objects.get(pk=panel.pk)
    assert begun.state == "scoring"
    assert str(begun.due_on) == "2026-03-16"
    work = WorkItem.objects.filter(kind="experts.score", state="open")
    assert {item.user_id for item in work} == {seat.expert.party.user_id for seat in (first, second, third)}


def test_who_stands_back_is_followed_by_the_next_of_the_published_order(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    panel = drawn(make_panel(programme, officer, [firm()]), officer)
    order = [row["number"] for row in panel.draw.order]
    left = seats_of(panel)[1]
    with pytest.raises(Refused, match="理由"):
        recuse(seat=left, actor=as_expert(left.expert), now=NOW, reason="")
    recuse(seat=left, actor=as_expert(left.expert), now=NOW, reason="出差")
    following = seats_of(panel)[-1]
    assert (following.expert.number, following.replaces_id, following.state) == (order[3], left.pk, "invited")
    replaced = replace(seat=following, actor=officer, now=NOW, reason="联系不上")
    assert replaced.expert.number == order[4]
    with pytest.raises(Stale):
        replace(seat=left, actor=officer, now=NOW, reason="再换")


def test_when_the_order_is_used_up_officers_get_work(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    panel = drawn(make_panel(programme, officer, [firm()], seats=8), officer)
    seats = seats_of(panel)
    recuse(seat=seats[0], actor=as_expert(seats[0].expert), now=NOW, reason="出差")
    assert WorkItem.objects.filter(kind="experts.refill", state="open", role="officer").count() == 1
    with pytest.raises(Refused, match="没有可以参加"):
        replace(seat=seats[1], actor=officer, now=NOW, reason="换人")
    assert Seat.objects.get(pk=seats[1].pk).state == "invited"
    for seat in seats[1:]:
        accept(seat=seat, actor=as_expert(seat.expert), now=NOW)
    with pytest.raises(Refused, match="应有8位"):
        start(panel=panel, actor=officer, now=NOW)
    assert start(panel=panel, actor=officer, now=NOW, reason="候补用完").state == "scoring"


def test_drafts_are_checked_and_everything_wrong_comes_at_once(scoring: Scoring) -> None:
    _panel, seats, items = scoring()
    score, actor = score_of(seats[0], items[0]), as_expert(seats[0].expert)
    with pytest.raises(Refused) as refused:
        save_score(
            score=score,
            points={"novelty": 401, "market": -1, "luck": 1},
            recommended_fen=-1,
            actor=actor,
            now=NOW,
        )
    assert len(refused.value.problems) == 4
    with pytest.raises(NotAllowed):
        save_score(score=score, points={}, actor=as_expert(seats[1].expert), now=NOW)
    save_score(score=score, points={"novelty": 400}, actor=actor, now=NOW)
    with pytest.raises(Refused) as refused:
        submit_scores(seat=seats[0], actor=actor, now=NOW)
    assert len(refused.value.problems) == 8  # two of the first item, three of each other
    assert not Score.objects.filter(state="submitted").exists()


def test_a_score_handed_in_is_fixed_until_it_is_returned(officer: Actor, scoring: Scoring) -> None:
    panel, seats, items = scoring(items=1)
    for seat in seats:
        give(seat, items[0], 80)
    assert WorkItem.objects.filter(kind="experts.close", state="open").count() == 1
    score = score_of(seats[0], items[0])
    with pytest.raises(Stale):
        save_score(score=score, points={}, actor=as_expert(seats[0].expert), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.filter(pk=score.pk).update(points={})
    with pytest.raises(NotAllowed):
        return_score(score=score, actor=as_expert(seats[0].expert), now=NOW, reason="再想想")
    returned = return_score(score=score, actor=officer, now=NOW, reason="漏看附件")
    assert returned.state == "draft"
    assert not WorkItem.objects.filter(kind="experts.close", state="open").exists()
    assert Entry.objects.filter(action="return", reason="漏看附件").exists()
    give(seats[0], items[0], 90)
    assert preview(panel)[0].score == Fraction(250, 3)


def test_one_can_stand_back_from_one_item_and_score_the_others(officer: Actor, scoring: Scoring) -> None:
    panel, seats, items = scoring(items=2)
    recuse_item(score=score_of(seats[0], items[0]), actor=as_expert(seats[0].expert), now=NOW, reason="同门")
    give(seats[0], items[1], 60)
    for seat in seats[1:]:
        give(seat, items[0], 70)
        give(seat, items[1], 90)
    results = close_panel(panel=panel, actor=officer, now=NOW)
    assert [(one.key, one.score) for one in results] == [("002", 80), ("001", 70)]
    assert not WorkItem.objects.filter(state="open").exists()


def test_a_divergence_is_proposed_to_officers_and_settled_by_another_reader(
    officer: Actor, scoring: Scoring
) -> None:
    panel, seats, items = scoring(items=2, divergence_points=Decimal(20))
    for seat, (one, other) in zip(seats, [(90, 80), (60, 81), (88, 82)], strict=True):
        give(seat, items[0], one)
        give(seat, items[1], other)
    work = WorkItem.objects.filter(kind="experts.diverged", state="open")
    assert [item.subject_id for item in work] == [str(items[0].pk)]
    with pytest.raises(Refused) as refused:
        close_panel(panel=panel, actor=officer, now=NOW)
    assert {"diverged", "reason_required"} == refused.value.codes
    extra = add_reader(panel=panel, items=[items[0]], actor=officer, now=NOW)
    assert not work.all().exists()
    accept(seat=extra, actor=as_expert(extra.expert), now=NOW)
    assert [score.item_id for score in Score.objects.filter(seat=extra)] == [items[0].pk]
    give(extra, items[0], 86)
    results = {one.key: one for one in close_panel(panel=panel, actor=officer, now=NOW)}
    assert results["001"].score == 81
    assert "extra_reader" in {reason["code"] for reason in results["001"].reasons}


def test_closing_with_scores_missing_needs_a_reason_and_counts_those_that_are_there(
    officer: Actor, scoring: Scoring
) -> None:
    panel, seats, items = scoring(items=1)
    with pytest.raises(Refused, match="没有任何评分"):
        close_panel(panel=panel, actor=officer, now=NOW, reason="赶时间")
    give(seats[0], items[0], 71)
    give(seats[1], items[0], 72)
    with pytest.raises(Refused, match="1份评分没有提交"):
        close_panel(panel=panel, actor=officer, now=NOW)
    (result,) = close_panel(panel=panel, actor=officer, now=NOW, reason="专家住院")
    assert str(result.score) == "143/2"
    assert "missing" in {reason["code"] for reason in result.reasons}


def test_results_are_ranked_under_the_quota_frozen_and_handed_on(officer: Actor, scoring: Scoring) -> None:
    panel, seats, items = scoring(items=3, quota=1, pass_mark=Decimal(60))
    for seat in seats:
        for item, total, amount in zip(items, (70, 85, 50), (100, 300, 200), strict=True):
            give(seat, item, total, amount=amount * 1_000_000 + seat.number)
    told: list[Sequence[ItemResult]] = []

    @effects.on_closed("parties.party")
    def handler(closed: Panel, results: Sequence[ItemResult], actor: Actor, now: datetime) -> None:
        assert closed.state == "closed"
        told.append(results)

    try:
        results = close_panel(panel=panel, actor=officer, now=NOW)
    finally:
        effects.forget("parties.party", handler)
    assert [(one.key, one.rank, one.within_quota, one.passed) for one in results] == [
        ("002", 1, True, True),
        ("001", 2, False, True),
        ("003", 3, False, False),
    ]
    assert results[0].recommended_fen == 300_000_002
    assert told == [results]
    assert result_of(panel) == results
    assert all(reason["zh"] and reason["en"] for one in results for reason in one.reasons)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Result.objects.filter(panel=panel).update(rank=9)
    with pytest.raises(Stale):
        close_panel(panel=panel, actor=officer, now=NOW)


def test_an_error_in_a_handler_undoes_the_closing(officer: Actor, scoring: Scoring) -> None:
    panel, seats, items = scoring(items=1)
    for seat in seats:
        give(seat, items[0], 80)

    @effects.on_closed("parties.party")
    def handler(closed: Panel, results: Sequence[ItemResult], actor: Actor, now: datetime) -> None:
        raise RuntimeError("no")

    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            close_panel(panel=panel, actor=officer, now=NOW)
    finally:
        effects.forget("parties.party", handler)
    assert Panel.objects.get(pk=panel.pk).state == "scoring"
    assert not Result.objects.exists()


def test_marks_of_one_who_was_replaced_do_not_count(officer: Actor, scoring: Scoring) -> None:
    panel, seats, items = scoring(items=1)
    give(seats[0], items[0], 10)
    following = replace(seat=seats[0], actor=officer, now=NOW, reason="发现关联")
    accept(seat=following, actor=as_expert(following.expert), now=NOW)
    for seat in [*seats[1:], following]:
        give(seat, items[0], 90)
    (result,) = close_panel(panel=panel, actor=officer, now=NOW + timedelta(days=1))
    assert result.score == 90


def test_a_cancelled_panel_frees_its_experts_and_their_lists(officer: Actor, scoring: Scoring) -> None:
    panel, seats, _items = scoring()
    with pytest.raises(Refused, match="理由"):
        cancel_panel(panel=panel, actor=officer, now=NOW, reason="")
    assert cancel_panel(panel=panel, actor=officer, now=NOW, reason="政策调整").state == "cancelled"
    assert not WorkItem.objects.filter(state="open").exclude(kind="experts.admit").exists()
    assert Notice.objects.filter(kind="experts.cancelled").count() == len(seats)
    freed = experts_for(officer).get(pk=seats[0].expert_id)
    assert getattr(freed, "load") == 0  # noqa: B009  # an annotation, unknown to the model's type


def test_the_load_is_balanced_only_where_the_panel_says_so(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    busy = {seat.expert.number for seat in seats_of(drawn(make_panel(programme, officer, [firm()]), officer))}
    fair = drawn(make_panel(programme, officer, [firm()], seats=5, balance_load=True), officer)
    assert busy.isdisjoint({seat.expert.number for seat in seats_of(fair)})
    assert check_record(fair.draw.record) == []


def test_ties_in_a_panel_follow_its_declared_order(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    early, late = NOW - timedelta(days=2), NOW - timedelta(days=1)
    items: list[Any] = [
        ItemSpec.about(party, label="x", party=party, submitted_at=when)
        for party, when in ((firm(), late), (firm(), early))
    ]
    panel = open_panel(
        programme=programme,
        title="同分",
        sheet=SHEET,
        seats=1,
        items=items,
        rules=PanelRules(ties=("submitted_at", "draw")),
        actor=officer,
        now=NOW,
    )
    panel = drawn(panel, officer)
    (seat,) = accept_all(panel)
    for item in panel.items.all():
        give(seat, item, 80)
    results = close_panel(panel=panel, actor=officer, now=NOW)
    assert [one.key for one in results] == ["002", "001"]
    assert "tie_submitted" in {reason["code"] for reason in results[0].reasons}
