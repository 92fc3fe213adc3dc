"""The best lawful combination against trying every set of awards."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaichuang.rules.lang import Field, Program, Type
from kaichuang.rules.measures.values import Text
from kaichuang.rules.stacking import Award, Rule, best
from kaichuang.rules.stacking.definitions import Between, definitions, lawful_sets

MEASURES = ("A", "B", "C", "D")
SOME = st.frozensets(st.sampled_from(MEASURES), min_size=1, max_size=3)
CLAUSE, TITLE = "X 一", Text(zh="规则", en="rule")


@st.composite
def awards(draw: st.DrawFn) -> list[Award]:
    return [
        Award(
            f"a{at}", draw(st.integers(0, 12)), draw(st.sampled_from(MEASURES)), draw(st.sampled_from(["x", "y"])),
            draw(st.frozensets(st.sampled_from(["p", "q", "r"]), max_size=2)),
        )
        for at in range(draw(st.integers(0, 7)))
    ]  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    made = []
    for at in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["highest_only", "exclusive", "prevails", "same_evidence"]))
        over = draw(SOME) if kind == "prevails" else frozenset[str]()
        made.append(Rule(f"r{at}", kind, TITLE, CLAUSE, draw(SOME), over))
    if draw(st.booleans()):
        inner = draw(SOME)
        made.append(Rule("cap1", "shared_cap", TITLE, CLAUSE, inner, limit_fen=draw(st.integers(0, 20))))
        if draw(st.booleans()):
            outer = inner | draw(SOME)
            used = draw(st.integers(0, 5))
            made.append(
                Rule(
                    "cap2",
                    "shared_cap",
                    TITLE,
                    CLAUSE,
                    outer,
                    limit_fen=draw(st.integers(0, 30)),
                    used_fen=used,
                )
            )
    return made


def lawful(chosen: tuple[Award, ...], everything: list[Award], given_rules: list[Rule]) -> bool:
    for rule in given_rules:
        if rule.kind == "prevails":
            won = any(award.measure in rule.measures for award in everything)
            if won and any(award.measure in rule.over for award in chosen):
                return False
        for one, other in combinations([award for award in chosen if rule.covers(award)], 2):
            same = rule.kind == "highest_only" and one.per == other.per
            paper = rule.kind == "same_evidence" and one.evidence & other.evidence
            if rule.kind == "exclusive" or same or paper:
                return False
    return True


def paid(chosen: tuple[Award, ...], given_rules: list[Rule]) -> int:
    """What a set pays: shared caps from the inner to the outer one."""
    left = {award.id: award.fen for award in chosen}
    caps = [rule for rule in given_rules if rule.kind == "shared_cap"]
    for cap in sorted(caps, key=lambda cap: len(cap.measures)):
        members = [award.id for award in chosen if cap.covers(award)]
        over = sum(left[id_] for id_ in members) - max(cap.limit_fen - cap.used_fen, 0)
        for id_ in reversed(members):
            cut = max(min(over, left[id_]), 0)
            left[id_], over = left[id_] - cut, over - cut
    return sum(left.values())


@settings(max_examples=300, deadline=None)
@given(awards(), rules())
def test_nothing_lawful_pays_more(everything: list[Award], given_rules: list[Rule]) -> None:
    choice = best(everything, given_rules)
    kept = tuple(kept.award for kept in choice.kept)
    assert lawful(kept, everything, given_rules)
    assert choice.total_fen == paid(kept, given_rules)
    most = max(
        paid(chosen, given_rules)
        for size in range(len(everything) + 1)
        for chosen in combinations(everything, size)
        if lawful(chosen, everything, given_rules)
    )
    assert choice.total_fen == most


@settings(max_examples=200, deadline=None)
@given(awards(), rules())
def test_every_award_is_kept_or_dropped_with_the_rule_and_the_award_it_gave_way_to(
    everything: list[Award], given_rules: list[Rule]
) -> None:
    choice = best(everything, given_rules)
    kept = [kept.award.id for kept in choice.kept]
    dropped = [dropped.award.id for dropped in choice.dropped]
    assert sorted(kept + dropped) == sorted(award.id for award in everything)
    for item in choice.dropped:
        assert CLAUSE in item.why.zh
        if item.rule.kind != "prevails":
            assert item.for_.id in kept
    assert all(item.fen <= item.award.fen for item in choice.kept)


@st.composite
def conflicts(draw: st.DrawFn) -> tuple[int, list[Between]]:
    """Awards by number, with rules between them; some hold only for some cases."""
    count = draw(st.integers(1, 6))
    numbers = st.sets(st.integers(0, count - 1), min_size=1)
    made = []
    for _ in range(draw(st.integers(0, 3))):
        group = sorted(draw(numbers))
        pairs = frozenset((i, j) for i in group for j in group if i < j)
        made.append(Between(apart=pairs, when=draw(st.sampled_from([None, None, "sometimes"]))))
    if draw(st.booleans()):
        made.append(Between(over={draw(st.integers(0, count - 1)): frozenset(draw(numbers))}))
    if draw(st.booleans()):
        inner = frozenset(draw(numbers))
        made.append(
            Between(members=inner, limit="cap", used="used", when=draw(st.sampled_from([None, "sometimes"])))
        )
        if draw(st.booleans()):
            made.append(Between(members=inner | frozenset(draw(numbers)), limit="wide", used="used"))
    return count, made


@settings(max_examples=250, deadline=None)
@given(conflicts(), st.data())
def test_the_definitions_choose_what_the_search_chooses(
    made: tuple[int, list[Between]], data: st.DataObject
) -> None:
    count, between = made
    amounts = [data.draw(st.one_of(st.none(), st.integers(0, 9))) for _ in range(count)]
    facts = {"cap": data.draw(st.integers(0, 15)), "wide": data.draw(st.integers(0, 25)), "used": data.draw(st.integers(0, 4)),
             "sometimes": data.draw(st.sampled_from([True, False, None]))}  # fmt: skip
    fields = [Field(f"p{i}", Type.MONEY) for i in range(count)]
    fields += [Field(name, Type.MONEY) for name in ("cap", "wide", "used")] + [Field("sometimes", Type.BOOL)]
    outputs = [f"o{i}" for i in range(count)]
    program = Program.build(fields, (), definitions([f"p{i}" for i in range(count)], between, outputs))
    found = program.case(outputs)({**facts, **{f"p{i}": fen for i, fen in enumerate(amounts)}})
    active = [rule for rule in between if rule.when is None or facts["sometimes"]]
    given_rules = [rule for at, rule_ in enumerate(active) for rule in _rules(at, rule_, facts)]
    listed = [Award(str(i), fen, f"m{i}") for i, fen in enumerate(amounts) if fen]
    wanted = {kept.award.id: kept.fen for kept in best(listed, given_rules).kept}
    assert {i: found[f"o{i}"] for i in range(count)} == {i: wanted.get(str(i), 0) for i in range(count)}


def _rules(at: int, rule: Between, facts: dict[str, int]) -> list[Rule]:
    if rule.members:
        members = frozenset(f"m{i}" for i in rule.members)
        limit = facts[rule.limit]
        return [
            Rule(rule.limit, "shared_cap", TITLE, CLAUSE, members, limit_fen=limit, used_fen=facts["used"])
        ]
    made = [
        Rule(f"r{at}-{i}-{j}", "exclusive", TITLE, CLAUSE, frozenset({f"m{i}", f"m{j}"}))
        for i, j in rule.apart
    ]
    for lost, winners in rule.over.items():
        over = frozenset({f"m{lost}"})
        made.append(Rule(f"o{at}", "prevails", TITLE, CLAUSE, frozenset(f"m{w}" for w in winners), over))
    return made


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6))))
def test_the_lawful_sets_listed_are_those_that_cannot_be_enlarged(pairs: set[tuple[int, int]]) -> None:
    near: dict[int, set[int]] = {i: set() for i in range(7)}
    for i, j in pairs:
        if i != j:
            near[i].add(j)
            near[j].add(i)
    free = [
        set(c)
        for size in range(8)
        for c in combinations(range(7), size)
        if not any(near[i] & set(c) for i in c)
    ]
    largest = [chosen for chosen in free if not any(chosen < other for other in free)]
    assert sorted(map(sorted, lawful_sets(range(7), near))) == sorted(map(sorted, largest))


def test_shared_caps_that_cross_are_refused() -> None:
    caps = [
        Rule(name, "shared_cap", TITLE, CLAUSE, frozenset(members))
        for name, members in (("c1", "AB"), ("c2", "BC"))
    ]
    with pytest.raises(ValueError, match="shared caps cross"):
        best([Award("1", 1, "A"), Award("2", 1, "B"), Award("3", 1, "C")], caps)
    with pytest.raises(ValueError, match="shared caps cross"):
        definitions(["a", "b", "c"], [Between(members=frozenset({0, 1}), limit="x", used="u"),
                                      Between(members=frozenset({1, 2}), limit="y", used="u")], ["x1", "x2", "x3"])  # fmt: skip


def test_thirty_awards_of_one_applicant_are_not_tried_in_every_combination() -> None:
    """Two to the thirtieth would never end."""
    everything = [Award(f"a{i}", 1000 + i * 7 % 13, f"m{i % 10}", str(i % 3)) for i in range(30)]
    made = [
        Rule(f"r{i}", "highest_only", TITLE, CLAUSE, frozenset({f"m{i}", f"m{(i + 1) % 10}"}))
        for i in range(10)
    ]
    assert best(everything, made).total_fen > 0
