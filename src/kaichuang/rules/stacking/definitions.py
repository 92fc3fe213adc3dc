"""The best lawful combination as definitions of the rule language, so that a whole population is stacked column by column.

Which awards exclude each other is known before any case is: so the lawful sets that cannot be enlarged are listed
once, and of each case the one that pays most is taken. Ties are settled as in ``best``: the larger number of awards,
then the earlier ones. Rules that hold only for some cases are listed once with and once without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from kaichuang.rules.lang import Definition, Type

MOST_SETS = 4096
"""So many lawful sets of one connected part are listed; a pack with more cannot be stacked by columns."""


@dataclass(frozen=True, slots=True)
class Between:
    """A rule between awards, which are numbered. ``when`` names a truth value of the case, if it depends on the case.

    ``apart`` are pairs that exclude each other; ``over`` maps awards to those that make them fall away; a shared cap
    has ``members`` and the names of its ``limit`` and of what was ``used`` before.
    """

    apart: frozenset[tuple[int, int]] = frozenset()
    over: Mapping[int, frozenset[int]] = field(default_factory=dict)
    members: frozenset[int] = frozenset()
    limit: str = ""
    used: str = ""
    when: str | None = None


def definitions(payable: Sequence[str], rules: Sequence[Between], outputs: Sequence[str]) -> list[Definition]:
    """``outputs[i]`` is what is granted of the award whose amount is ``payable[i]``.

    Raises ``ValueError`` for shared caps that cross each other and for more lawful sets than can be listed.
    """
    made = [
        Definition(f"stack.amount_{i}", f"greatest(coalesce({name}, fen(0)), fen(0))", Type.MONEY)
        for i, name in enumerate(payable)
    ]
    whens = list(dict.fromkeys(rule.when for rule in rules if rule.when is not None))
    worlds = list(product((True, False), repeat=len(whens)))
    for number, world in enumerate(worlds):
        holds = dict(zip(whens, world, strict=True))
        active = [rule for rule in rules if rule.when is None or holds[rule.when]]
        made += _World(f"stack.w{number}", len(payable), active).definitions()
    for i, output in enumerate(outputs):
        made.append(Definition(output, _chosen(i, whens, worlds), Type.MONEY))
    return made


def _chosen(i: int, whens: Sequence[str], worlds: Sequence[tuple[bool, ...]]) -> str:
    last = f"stack.w{len(worlds) - 1}.paid_{i}"
    branches = []
    for number, world in enumerate(worlds[:-1]):
        tests = [
            f"{'' if holds else 'NOT '}coalesce({when}, FALSE)"
            for when, holds in zip(whens, world, strict=True)
        ]
        branches.append(f"WHEN {' AND '.join(tests)} THEN stack.w{number}.paid_{i}")
    return f"CASE {' '.join(branches)} ELSE {last} END" if branches else last


class _World:
    """The definitions under one set of active rules."""

    def __init__(self, prefix: str, count: int, rules: Sequence[Between]) -> None:
        self.prefix, self.count = prefix, count
        self.over: dict[int, set[int]] = {i: set() for i in range(count)}
        self.near: dict[int, set[int]] = {i: set() for i in range(count)}
        for rule in rules:
            for i, winners in rule.over.items():
                self.over[i] |= winners
            for i, j in rule.apart:
                self.near[i].add(j)
                self.near[j].add(i)
        self.caps = nested([rule for rule in rules if rule.members])
        self.made: list[Definition] = []

    def definitions(self) -> list[Definition]:
        for i in range(self.count):
            lost = " OR ".join(f"stack.amount_{w} > fen(0)" for w in sorted(self.over[i]))
            alive = f"stack.amount_{i} > fen(0)" + (f" AND NOT ({lost})" if lost else "")
            self._define(f"live_{i}", alive, Type.BOOL)
            self._define(
                f"left_{i}", f"CASE WHEN {self._name('live', i)} THEN stack.amount_{i} ELSE fen(0) END"
            )
        for number, part in enumerate(self._parts()):
            self._part(number, part)
        self._pay()
        return self.made

    def _define(self, local: str, source: str, type_: Type = Type.MONEY) -> str:
        name = f"{self.prefix}.{local}"
        self.made.append(Definition(name, source, type_))
        return name

    def _name(self, role: str, i: int) -> str:
        return f"{self.prefix}.{role}_{i}"

    def _parts(self) -> Iterator[list[int]]:
        """Awards that conflicts or caps connect."""
        linked = {i: set(self.near[i]) for i in range(self.count)}
        for cap in self.caps:
            for i in cap.members:
                linked[i] |= cap.members
        seen: set[int] = set()
        for start in range(self.count):
            if start in seen:
                continue
            part, todo = set[int](), [start]
            while todo:
                i = todo.pop()
                if i not in part:
                    part.add(i)
                    todo.extend(linked[i] - part)
            seen |= part
            yield sorted(part)

    def _part(self, number: int, part: list[int]) -> None:
        if not any(self.near[i] for i in part):
            for i in part:
                self._define(f"kept_{i}", self._name("live", i), Type.BOOL)
            return
        sets = [sorted(found) for found in lawful_sets(part, self.near)]
        for at, members in enumerate(sets):
            self._define(f"value_{number}_{at}", self._value(members))
        best = self._extreme(
            f"best_{number}", [f"{self.prefix}.value_{number}_{at}" for at in range(len(sets))]
        )
        place = {i: 2 ** (len(part) - 1 - at) for at, i in enumerate(part)}
        for i in part:
            weight = 2 ** len(part) + place[i]
            self._define(
                f"weight_{i}", f"CASE WHEN {self._name('live', i)} THEN {weight} ELSE 0 END", Type.INT
            )
        for at, members in enumerate(sets):
            weights = " + ".join(self._name("weight", i) for i in members)
            reached = f"{self.prefix}.value_{number}_{at} = {best}"
            self._define(f"tie_{number}_{at}", f"CASE WHEN {reached} THEN {weights} ELSE -1 END", Type.INT)
        ties = [f"{self.prefix}.tie_{number}_{at}" for at in range(len(sets))]
        top = self._extreme(f"top_{number}", ties, Type.INT)
        for i in part:
            chosen = " OR ".join(f"{ties[at]} = {top}" for at, members in enumerate(sets) if i in members)
            self._define(f"kept_{i}", f"{self._name('live', i)} AND ({chosen})", Type.BOOL)

    def _extreme(self, local: str, names: list[str], type_: Type = Type.MONEY) -> str:
        return self._define(local, f"greatest({', '.join(names)})" if len(names) > 1 else names[0], type_)

    def _value(self, members: Sequence[int]) -> str:
        """What a set pays: the caps cut from the innermost outwards."""
        terms: dict[frozenset[int], str] = {frozenset([i]): self._name("left", i) for i in members}
        for cap in self.caps:
            inside = [group for group in terms if group <= cap.members]
            if inside:
                total = " + ".join(terms.pop(group) for group in inside)
                terms[frozenset().union(*inside)] = f"least({total}, {_room(cap)})"
        return " + ".join(terms.values())

    def _pay(self) -> None:
        paid = {}
        for i in range(self.count):
            source = f"CASE WHEN {self._name('kept', i)} THEN {self._name('left', i)} ELSE fen(0) END"
            paid[i] = self._define(f"cut0_{i}", source)
        for number, cap in enumerate(self.caps, start=1):
            before: list[str] = []
            for i in sorted(cap.members):
                rest = " - ".join([_room(cap), *before])
                paid[i] = self._define(f"cut{number}_{i}", f"least({paid[i]}, greatest({rest}, fen(0)))")
                before.append(paid[i])
        for i in range(self.count):
            self._define(f"paid_{i}", paid[i])


def _room(cap: Between) -> str:
    return f"greatest(coalesce({cap.limit}, fen(0)) - coalesce({cap.used}, fen(0)), fen(0))"


def nested(caps: Iterable[Between]) -> list[Between]:
    """The caps from the innermost outwards. Raises ``ValueError`` where two cross each other."""
    ordered = sorted(caps, key=lambda cap: (len(cap.members), cap.limit))
    for at, inner in enumerate(ordered):
        for outer in ordered[at + 1 :]:
            if inner.members & outer.members and not inner.members <= outer.members:
                raise ValueError(
                    f"共用上限 {inner.limit} 与 {outer.limit} 相互交叉 | shared caps cross: {inner.limit}, {outer.limit}"
                )
    return ordered


def lawful_sets(part: Sequence[int], near: Mapping[int, set[int]]) -> list[frozenset[int]]:
    """Every set of awards without a conflict that cannot be enlarged (Bron and Kerbosch on the complement)."""
    friends = {i: {j for j in part if j != i and j not in near[i]} for i in part}
    found: list[frozenset[int]] = []

    def extend(chosen: frozenset[int], open_: set[int], done: set[int]) -> None:
        if not open_ and not done:
            found.append(chosen)
            if len(found) > MOST_SETS:
                raise ValueError(f"合法组合超过 {MOST_SETS} 种 | more than {MOST_SETS} lawful combinations")
            return
        pivot = max(open_ | done, key=lambda i: len(friends[i] & open_))
        for i in sorted(open_ - friends[pivot]):
            extend(chosen | {i}, open_ & friends[i], done & friends[i])
            open_ = open_ - {i}
            done = done | {i}

    extend(frozenset(), set(part), set())
    return found
