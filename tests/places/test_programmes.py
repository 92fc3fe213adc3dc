"""Programmes: founding, packs, business date, who sees which."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kaichuang.journal.queries import history_of
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.places.models import Division, Programme
from kaichuang.places.operations import (
    adopt_packs,
    create_programme,
    set_business_date,
    update_programme,
)
from kaichuang.places.queries import programmes_for

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SYSTEM = Actor.system("test")


def found(slug: str, code: str, superior: Programme | None = None, **more: object) -> Programme:
    place = Division.objects.get(code=code)
    return create_programme(
        slug=slug, name=f"{place.name}双创", place=place, superior=superior, actor=SYSTEM, now=NOW, **more
    )


def actor(programme: Programme | None, *roles: str) -> Actor:
    return Actor(
        kind=ActorKind.USER,
        user_id=1,
        programme_id=programme.pk if programme else None,
        roles=frozenset(roles),
    )


def test_a_programme_is_founded_and_written_down() -> None:
    programme = found("ninghai", "330226")
    entry = history_of(programme).get()
    assert (entry.action, entry.scope, entry.payload["place"]) == ("create", "ninghai", "330226")


def test_an_administrator_founds_programmes_below_inside_the_own_place() -> None:
    zhejiang = found("zhejiang", "330000")
    place = Division.objects.get(code="330226")
    new = create_programme(
        slug="ninghai",
        name="宁海",
        place=place,
        superior=zhejiang,
        actor=actor(zhejiang, "administrator"),
        now=NOW,
    )
    assert new.superior == zhejiang
    with pytest.raises(NotAllowed):
        create_programme(
            slug="other", name="他", place=place, superior=zhejiang, actor=actor(zhejiang, "officer"), now=NOW
        )
    with pytest.raises(NotAllowed):
        create_programme(
            slug="other", name="他", place=place, actor=actor(zhejiang, "administrator"), now=NOW
        )


def test_all_that_is_wrong_with_a_new_programme_is_said_at_once() -> None:
    jiangsu = found("jiangsu", "320000")
    with pytest.raises(Refused) as caught:
        found("Bad Slug", "370282", jiangsu)
    assert {problem.field for problem in caught.value.problems} == {"slug", "place"}
    assert {"place_out_of_use", "place_outside_superior"} <= caught.value.codes


def test_a_slug_is_used_once() -> None:
    found("ninghai", "330226")
    with pytest.raises(Refused, match="已被其他项目使用"):
        found("ninghai", "330226")


def test_the_business_date_is_set_by_officers_with_a_reason_and_written_down() -> None:
    programme = found("qingdao", "370200")
    officer = actor(programme, "officer")
    programme = set_business_date(
        programme=programme, on=date(2018, 6, 1), reason="演练", actor=officer, now=NOW
    )
    assert programme.business_date == date(2018, 6, 1)
    programme = set_business_date(programme=programme, on=None, reason="结束", actor=officer, now=NOW)
    assert programme.business_date is None
    actions = [entry.action for entry in history_of(programme)]
    assert actions == ["create", "set_business_date", "clear_business_date"]
    with pytest.raises(Refused, match="理由"):
        set_business_date(programme=programme, on=date(2018, 6, 1), reason=" ", actor=officer, now=NOW)


@pytest.mark.parametrize("roles", [(), ("founder",), ("auditor",), ("leader",)])
def test_others_may_not_move_the_business_date(roles: tuple[str, ...]) -> None:
    programme = found("qingdao", "370200")
    with pytest.raises(NotAllowed):
        set_business_date(programme=programme, on=None, reason="x", actor=actor(programme, *roles), now=NOW)


def test_an_officer_of_another_programme_is_a_stranger_here() -> None:
    here, there = found("qingdao", "370200"), found("nantong", "320600")
    with pytest.raises(NotAllowed):
        set_business_date(programme=here, on=None, reason="x", actor=actor(there, "officer"), now=NOW)


def test_adopting_packs_is_written_down_once() -> None:
    programme = found("lhasa", "540100")
    for _ in range(2):
        programme = adopt_packs(programme=programme, packs=["lhasa", "lhasa"], actor=SYSTEM, now=NOW)
    assert programme.packs == ["lhasa"]
    assert [entry.action for entry in history_of(programme)] == ["create", "adopt_packs"]


def test_name_and_openness_change_but_slug_and_place_do_not() -> None:
    programme = found("lhasa", "540100")
    administrator = actor(programme, "administrator")
    programme = update_programme(programme=programme, name="拉萨双创", actor=administrator, now=NOW)
    assert programme.name == "拉萨双创"
    with pytest.raises(TypeError):
        update_programme(programme=programme, slug="x", actor=administrator, now=NOW)


def test_private_programmes_are_seen_by_those_with_a_role_only(django_user_model: type) -> None:
    from kaichuang.parties.models import RoleGrant

    open_one, closed = found("ninghai", "330226"), found("qingdao", "370200", is_public=False)
    user = django_user_model.objects.create(username="a", name="甲")
    RoleGrant.objects.create(user=user, programme=closed, role="officer", since=date(2026, 1, 1))
    assert list(programmes_for(Actor.public())) == [open_one]
    assert set(programmes_for(Actor(kind=ActorKind.USER, user_id=user.pk))) == {open_one, closed}
    assert list(programmes_for(Actor(kind=ActorKind.USER, user_id=user.pk + 1))) == [open_one]
