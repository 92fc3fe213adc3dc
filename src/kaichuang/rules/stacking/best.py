"""The exact search for the best lawful combination.

Every rule but a shared cap forbids pairs of awards; a shared cap cuts what is paid. The search is branch and bound
over the conflict graph, one connected part at a time, so that thirty awards of one applicant take milliseconds.
Shared caps must be nested or disjoint; then cutting from the innermost cap outwards loses nothing.
Equal totals are settled by the order of the awards as given (the earlier ones are kept).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kaichuang.rules.measures.values import Text, show_money

from .rules import Award, Rule


@dataclass(frozen=True, slots=True)
class Kept:
    """An award of the combination with what is paid of it; ``cut_by`` are the shared caps that cut it."""

    award: Award
    fen: int
    cut_by: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """An award that is not paid, the rule that forbids it and the award it gave way to."""

    award: Award
    rule: Rule
    for_: Award

    @property
    def why(self) -> Text:
        """The sentence for the applicant."""
        title, other = self.rule.title, self.for_.title.zh or self.for_.id
        return Text(
            zh=f"{title.zh}:已取“{other}”{show_money(self.for_.fen)} 元，本项不再计发({self.rule.clause})",
            en=f"{title.get('en')}: gives way to “{self.for_.title.get('en') or self.for_.id}” ({self.rule.clause})",
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """The best lawful combination."""

    kept: tuple[Kept, ...]
    dropped: tuple[Dropped, ...]

    @property
    def total_fen(self) -> int:
        """What is paid in all."""
        return sum(kept.fen for kept in self.kept)


Conflicts = Mapping[int, Mapping[int, Rule]]


def best(awards: Sequence[Award], rules: Iterable[Rule]) -> Choice:
    """The combination that pays most. Raises ``ValueError`` for repeated ids or shared caps that cross each other."""
    if len({award.id for award in awards}) != len(awards):
        raise ValueError("奖补项编号重复 | an award id is repeated")
    rules = list(rules)
    caps = _nested([rule for rule in rules if rule.kind == "shared_cap"], awards)
    barred = _barred(awards, rules)
    live = [i for i in range(len(awards)) if i not in barred]
    conflicts = _conflicts(awards, rules, live)
    chosen: list[int] = []
    for part in _parts(awards, live, conflicts, caps):
        chosen.extend(_search(awards, part, conflicts, caps))
    chosen.sort()
    kept = _pay(awards, chosen, caps)
    dropped = [barred[i] for i in sorted(barred)]
    for i in live:
        if i not in chosen:
            rivals = [(awards[j].fen, -j, j) for j in conflicts[i] if j in chosen]
            rival = max(rivals)[2]
            dropped.append(Dropped(awards[i], conflicts[i][rival], awards[rival]))
    return Choice(kept, tuple(dropped))


def _barred(awards: Sequence[Award], rules: Sequence[Rule]) -> dict[int, Dropped]:
    barred: dict[int, Dropped] = {}
    for rule in rules:
        if rule.kind != "prevails":
            continue
        winners = [award for award in awards if award.measure in rule.measures]
        for i, award in enumerate(awards):
            if winners and award.measure in rule.over and i not in barred:
                barred[i] = Dropped(award, rule, winners[0])
    return barred


def _conflicts(awards: Sequence[Award], rules: Sequence[Rule], live: Sequence[int]) -> Conflicts:
    found: dict[int, dict[int, Rule]] = {i: {} for i in live}
    for rule in rules:
        for at, i in enumerate(live):
            for j in live[at + 1 :]:
                if _clash(rule, awards[i], awards[j]):
                    found[i].setdefault(j, rule)
                    found[j].setdefault(i, rule)
    return found


def _clash(rule: Rule, one: Award, other: Award) -> bool:
    if not (rule.covers(one) and rule.covers(other)):
        return False
    if rule.kind == "exclusive":
        return True
    if rule.kind == "highest_only":
        return one.per == other.per
    return rule.kind == "same_evidence" and bool(one.evidence & other.evidence)


def _nested(caps: Sequence[Rule], awards: Sequence[Award]) -> list[tuple[Rule, frozenset[int]]]:
    found = [(cap, frozenset(i for i, award in enumerate(awards) if cap.covers(award))) for cap in caps]
    found.sort(key=lambda pair: (len(pair[1]), pair[0].id))
    for at, (cap, inner) in enumerate(found):
        for other, outer in found[at + 1 :]:
            if inner & outer and not inner <= outer:
                raise ValueError(
                    f"共用上限 {cap.id} 与 {other.id} 相互交叉 | shared caps cross: {cap.id}, {other.id}"
                )
    return found


def _parts(
    awards: Sequence[Award],
    live: Sequence[int],
    conflicts: Conflicts,
    caps: Sequence[tuple[Rule, frozenset[int]]],
) -> list[list[int]]:
    near: dict[int, set[int]] = {i: set(conflicts[i]) for i in live}
    for _, members in caps:
        for i in members & near.keys():
            near[i] |= members & near.keys()
    parts, seen = [], set[int]()
    for start in live:
        if start in seen:
            continue
        part, todo = set[int](), [start]
        while todo:
            i = todo.pop()
            if i not in part:
                part.add(i)
                todo.extend(near[i] - part)
        seen |= part
        parts.append(sorted(part))
    return parts


def _search(
    awards: Sequence[Award],
    part: Sequence[int],
    conflicts: Conflicts,
    caps: Sequence[tuple[Rule, frozenset[int]]],
) -> list[int]:
    order = sorted(part, key=lambda i: (-awards[i].fen, i))
    top = list(order)
    best_set: list[int] = []
    best_key: tuple[int, int, list[int]] = (-1, 0, [])
    mine = [(cap, members) for cap, members in caps if members & set(part)]

    def value(chosen: list[int]) -> int:
        return sum(_cut(awards, chosen, mine).values()) if mine else sum(awards[i].fen for i in chosen)

    def walk(at: int, chosen: list[int], blocked: frozenset[int], reach: int) -> None:
        nonlocal best_set, best_key
        if reach < best_key[0]:
            return
        if at == len(top):
            key = (value(chosen), len(chosen), [-i for i in sorted(chosen)])
            if key > best_key:
                best_set, best_key = list(chosen), key
            return
        i = top[at]
        if i in blocked:
            walk(at + 1, chosen, blocked, reach)
            return
        lost = sum(awards[j].fen for j in conflicts[i] if j in top[at + 1 :] and j not in blocked)
        walk(at + 1, [*chosen, i], blocked | conflicts[i].keys(), reach - lost)
        if conflicts[i]:
            walk(at + 1, chosen, blocked, reach - awards[i].fen)

    walk(0, [], frozenset(), sum(awards[i].fen for i in top))
    return best_set


def _cut(
    awards: Sequence[Award], chosen: Sequence[int], caps: Sequence[tuple[Rule, frozenset[int]]]
) -> dict[int, int]:
    paid = {i: awards[i].fen for i in chosen}
    for cap, members in caps:
        over = sum(paid[i] for i in paid if i in members) - max(cap.limit_fen - cap.used_fen, 0)
        for i in sorted((i for i in paid if i in members), reverse=True):
            if over <= 0:
                break
            cut = min(over, paid[i])
            paid[i] -= cut
            over -= cut
    return paid


def _pay(
    awards: Sequence[Award], chosen: Sequence[int], caps: Sequence[tuple[Rule, frozenset[int]]]
) -> tuple[Kept, ...]:
    paid = _cut(awards, chosen, caps)
    return tuple(
        Kept(
            awards[i],
            paid[i],
            tuple(cap for cap, members in caps if i in members and paid[i] < awards[i].fen),
        )
        for i in chosen
    )
