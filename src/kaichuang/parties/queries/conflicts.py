"""Is there a conflict of interest? The chains of relations between two parties, in words.

The question is answered by one query that walks from both ends and meets in the middle: a chain of n relations
costs two walks of half its length, which matters where a party has hundreds of relations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.parties.models import Party, Relation, RelationKind
from kaichuang.parties.permissions import may_ask_conflicts

MAX_DEPTH = 6
DEFAULT_DEPTH = 3
"""Reviewer – company – shareholder – applicant: three relations."""

DEFAULT_MIN_SHARE_BP = 500
"""Five per cent, from which the company rules of disclosure speak of a related party; an unknown share counts."""

MAX_PATHS = 100

_WALK = """
WITH RECURSIVE walk (side, node, nodes, edges, depth) AS (
    SELECT * FROM (VALUES ('a', %(a)s::bigint, ARRAY[%(a)s::bigint], ARRAY[]::bigint[], 0),
                          ('b', %(b)s::bigint, ARRAY[%(b)s::bigint], ARRAY[]::bigint[], 0)) AS ends
    UNION ALL
    SELECT w.side, step.other, w.nodes || step.other, w.edges || step.id, w.depth + 1
      FROM walk w
     CROSS JOIN LATERAL (
        SELECT r.id, r.target_id AS other, r.kind, r.share_bp, r.since, r.until
          FROM parties_relation r WHERE r.source_id = w.node
         UNION ALL
        SELECT r.id, r.source_id, r.kind, r.share_bp, r.since, r.until
          FROM parties_relation r WHERE r.target_id = w.node
     ) AS step
     WHERE w.depth < CASE w.side WHEN 'a' THEN %(reach_a)s ELSE %(reach_b)s END
       AND (w.depth = 0 OR w.node <> CASE w.side WHEN 'a' THEN %(b)s ELSE %(a)s END)
       AND step.other <> ALL (w.nodes)
       AND step.kind = ANY (%(kinds)s)
       AND (step.kind <> 'shareholder' OR step.share_bp IS NULL OR step.share_bp >= %(min_share)s)
       AND (step.since IS NULL OR step.since <= %(on)s)
       AND (step.until IS NULL OR step.until >= %(on)s)
)
SELECT f.nodes, f.edges, b.nodes, b.edges
  FROM walk f JOIN walk b ON b.node = f.node
 WHERE f.side = 'a' AND b.side = 'b'
   AND f.depth - b.depth IN (0, 1) AND f.depth > 0
   AND NOT (f.nodes[:f.depth] && b.nodes)
 ORDER BY f.depth + b.depth, f.edges, b.edges
 LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One relation of a chain, read forwards: `source` is the `kind` of `target`."""

    relation_id: int
    kind: str
    share_bp: int | None
    source: str
    target: str

    def __str__(self) -> str:
        label = str(RelationKind(self.kind).label)
        if self.share_bp is not None:
            label = _("%(label)s（持股%(share)s%%）") % {"label": label, "share": f"{self.share_bp / 100:g}"}
        return _("%(source)s是%(target)s的%(label)s") % {
            "source": self.source,
            "target": self.target,
            "label": label,
        }


@dataclass(frozen=True, slots=True)
class ConflictPath:
    """A chain from the first party to the second; `party_ids` are its stations, both ends included."""

    party_ids: tuple[int, ...]
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        if not self.steps:
            return _("两者是同一主体。")
        return "；".join(str(step) for step in self.steps) + "。"


def conflicts(
    *,
    between: Party | int,
    and_: Party | int,
    on: date,
    depth: int = DEFAULT_DEPTH,
    min_share_bp: int = DEFAULT_MIN_SHARE_BP,
    kinds: Iterable[str] = RelationKind.values,
) -> list[ConflictPath]:
    """Every chain of at most `depth` relations that holds on a day, the shortest first (at most 100).

    A shareholder below `min_share_bp` ten-thousandths does not count; one whose part is unknown does.
    A party is in conflict with itself: one path without steps. ValueError for a depth outside 1 to 6.
    """
    first, second = _keys(between, and_)
    if first == second:
        return [ConflictPath((first,), ())]
    turned = _degree(first) > _degree(second)  # the longer walk starts where there is less to walk
    start, goal = (second, first) if turned else (first, second)
    with connection.cursor() as cursor:
        cursor.execute(_WALK, _parameters(start, goal, on, depth, min_share_bp, kinds))
        rows = cursor.fetchall()
    chains = [(forth + back[-2::-1], edges + back_edges[::-1]) for forth, edges, back, back_edges in rows]
    return _in_words([(nodes[::-1], edges[::-1]) for nodes, edges in chains] if turned else chains)


def explain(*, between: Party | int, and_: Party | int, on: date, depth: int = DEFAULT_DEPTH) -> list[str]:
    """How the database answers the question, for those who watch over its speed."""
    parameters = _parameters(*_keys(between, and_), on, depth, DEFAULT_MIN_SHARE_BP, RelationKind.values)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {_WALK}", parameters)
        return [line for (line,) in cursor.fetchall()]


def _keys(between: Party | int, and_: Party | int) -> tuple[int, int]:
    first, second = (party.pk if isinstance(party, Party) else party for party in (between, and_))
    return first, second


def _degree(party_id: int) -> int:
    return Relation.objects.filter(Q(source=party_id) | Q(target=party_id)).count()


def _parameters(
    first: int, second: int, on: date, depth: int, min_share_bp: int, kinds: Iterable[str]
) -> dict[str, int | list[str] | date]:
    if not 1 <= depth <= MAX_DEPTH:
        raise ValueError(f"depth {depth} is outside 1..{MAX_DEPTH}")
    return {
        "a": first,
        "b": second,
        "reach_a": (depth + 1) // 2,
        "reach_b": depth // 2,
        "kinds": list(kinds),
        "min_share": min_share_bp,
        "on": on,
        "limit": MAX_PATHS,
    }


def conflicts_for(
    actor: Actor, *, between: Party, and_: Party, on: date, depth: int = DEFAULT_DEPTH
) -> list[ConflictPath]:
    """The same, for public servants who have to know; raises `NotAllowed` for others."""
    require(may_ask_conflicts(actor, between))
    return conflicts(between=between, and_=and_, on=on, depth=depth)


def _in_words(chains: list[tuple[list[int], list[int]]]) -> list[ConflictPath]:
    wanted = {edge for _nodes, edges in chains for edge in edges}
    relations = Relation.objects.select_related("source", "target").in_bulk(wanted)
    return [
        ConflictPath(tuple(nodes), tuple(_step(relations[edge]) for edge in edges)) for nodes, edges in chains
    ]


def _step(relation: Relation) -> Step:
    return Step(
        relation_id=relation.pk,
        kind=relation.kind,
        share_bp=relation.share_bp,
        source=relation.source.name,
        target=relation.target.name,
    )
