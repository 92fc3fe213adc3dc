"""The conflict-of-interest question, against a naive search of the graph."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.models import Party, Relation, RelationKind
from kaichuang.parties.operations import end_relation, record_relation
from kaichuang.parties.queries import conflicts, conflicts_for

from .conftest import NOW, SYSTEM, Act, organisation, person

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 1)


def relate(source: Party, kind: str, target: Party, **more: object) -> Relation:
    return Relation.objects.create(source=source, kind=kind, target=target, **more)


def test_a_chain_is_told_in_words() -> None:
    zhang, li, company = person("张三"), person("李四"), organisation("甲公司")
    relate(zhang, "legal_representative", company)
    relate(li, "shareholder", company, share_bp=3050)
    (path,) = conflicts(between=zhang, and_=li, on=DAY)
    assert str(path) == "张三是甲公司的法定代表人；李四是甲公司的股东（持股30.5%）。"
    assert path.party_ids == (zhang.pk, company.pk, li.pk)


def test_the_shortest_chain_comes_first_and_every_chain_is_told() -> None:
    zhang, company, other = person("张三"), organisation("甲公司"), organisation("乙公司")
    relate(zhang, "mentor", company)
    relate(zhang, "director", other)
    relate(other, "shareholder", company)
    paths = conflicts(between=zhang, and_=company, on=DAY)
    assert [len(path.steps) for path in paths] == [1, 2]


def test_a_small_share_does_not_count_and_an_unknown_one_does() -> None:
    zhang, company = person("张三"), organisation("甲公司")
    relation = relate(zhang, "shareholder", company, share_bp=499)
    assert conflicts(between=zhang, and_=company, on=DAY) == []
    assert len(conflicts(between=zhang, and_=company, on=DAY, min_share_bp=100)) == 1
    relation.share_bp = None
    relation.save()
    assert len(conflicts(between=zhang, and_=company, on=DAY)) == 1


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        ("2026-06-01", None, True),
        ("2026-06-02", None, False),
        (None, "2026-06-01", True),
        (None, "2026-05-31", False),
    ],
)
def test_a_relation_counts_on_its_days_both_inclusive(
    since: str | None, until: str | None, holds: bool
) -> None:
    zhang, company = person("张三"), organisation("甲公司")
    relate(
        zhang,
        "employee",
        company,
        since=since and date.fromisoformat(since),
        until=until and date.fromisoformat(until),
    )
    assert bool(conflicts(between=zhang, and_=company, on=DAY)) is holds


def test_a_party_is_in_conflict_with_itself() -> None:
    (path,) = conflicts(between=5, and_=5, on=DAY)
    assert str(path) == "两者是同一主体。"


@pytest.mark.parametrize("depth", [0, 7])
def test_a_depth_out_of_reason_is_an_error(depth: int) -> None:
    with pytest.raises(ValueError, match="depth"):
        conflicts(between=1, and_=2, on=DAY, depth=depth)


def test_relations_between_persons_are_told_to_public_servants_only(act: Act) -> None:
    zhang, li = person("张三"), person("李四")
    relate(zhang, "kin", li)
    assert len(conflicts_for(act("丙", "officer"), between=zhang, and_=li, on=DAY)) == 1
    with pytest.raises(NotAllowed):
        conflicts_for(act("甲", "founder"), between=zhang, and_=li, on=DAY)


EDGE = st.tuples(
    st.integers(0, 6),
    st.integers(0, 6),
    st.sampled_from(RelationKind.values),
    st.one_of(st.none(), st.sampled_from([100, 500, 4000])),
    st.sampled_from([None, date(2026, 1, 1), date(2026, 7, 1)]),
    st.sampled_from([None, date(2026, 5, 1), date(2026, 12, 1)]),
)


def naive(
    relations: list[Relation], start: int, goal: int, depth: int
) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """All simple chains by plain search, as (stations, relations)."""
    usable = [
        relation
        for relation in relations
        if (relation.since is None or relation.since <= DAY)
        and (relation.until is None or relation.until >= DAY)
        and (relation.kind != "shareholder" or relation.share_bp is None or relation.share_bp >= 500)
    ]
    found: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()

    def walk(nodes: tuple[int, ...], edges: tuple[int, ...]) -> None:
        if nodes[-1] == goal:
            found.add((nodes, edges))
            return
        if len(edges) == depth:
            return
        for relation in usable:
            ends = (relation.source_id, relation.target_id)
            for here, there in (ends, ends[::-1]):
                if here == nodes[-1] and there not in nodes:
                    walk((*nodes, there), (*edges, relation.pk))

    walk((start,), ())
    return found


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=st.lists(EDGE, max_size=14), depth=st.integers(1, 5))
def test_all_chains_are_those_of_a_plain_search(
    db: None, edges: list[tuple[int, int, str, int | None, date | None, date | None]], depth: int
) -> None:
    Relation.objects.all().delete()
    Party.objects.all().delete()
    nodes = [organisation(f"主体{number}") for number in range(7)]
    taken: set[tuple[int, int, str]] = set()
    relations = []
    for source, target, kind, share, since, until in edges:
        if source == target or (source, target, kind) in taken or (since and until and until < since):
            continue
        taken.add((source, target, kind))
        bp = share if kind == "shareholder" else None
        relations.append(relate(nodes[source], kind, nodes[target], share_bp=bp, since=since, until=until))
    expected = naive(relations, nodes[0].pk, nodes[1].pk, depth)
    paths = conflicts(between=nodes[0], and_=nodes[1], on=DAY, depth=depth)
    found = {(path.party_ids, tuple(step.relation_id for step in path.steps)) for path in paths}
    if len(expected) <= 100:
        assert found == expected
    assert len(paths) == min(len(expected), 100)
    assert all(len(a.steps) <= len(b.steps) for a, b in pairwise(paths))


def test_relations_are_recorded_checked_and_ended(act: Act) -> None:
    officer = act("丙", "officer")
    zhang, li = (person(name, registered_in_id=officer.programme_id) for name in ("张三", "李四"))
    company = organisation("甲公司", registered_in_id=officer.programme_id)
    first = record_relation(
        source=zhang, target=company, kind="shareholder", share_bp=6000, actor=officer, now=NOW
    )
    with pytest.raises(Refused, match="超过100%"):
        record_relation(source=li, target=company, kind="shareholder", share_bp=4001, actor=officer, now=NOW)
    with pytest.raises(Refused, match="已登记"):
        record_relation(source=zhang, target=company, kind="shareholder", actor=officer, now=NOW)
    with pytest.raises(Refused, match="只能是个人"):
        record_relation(source=company, target=zhang, kind="employee", actor=officer, now=NOW)
    with pytest.raises(Refused, match="亲属"):
        record_relation(source=zhang, target=company, kind="kin", actor=officer, now=NOW)
    end_relation(relation=first, until=date(2026, 1, 1), actor=officer, now=NOW)
    assert conflicts(between=zhang, and_=company, on=date(2026, 1, 2)) == []
    with pytest.raises(NotAllowed):
        record_relation(source=zhang, target=company, kind="employee", actor=act("乙", "founder"), now=NOW)
    assert record_relation(
        source=li, target=company, kind="shareholder", share_bp=10_000, actor=SYSTEM, now=NOW
    ).pk
