"""Which undivided resources a booking must claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models.expressions import RawSQL

from kaichuang.booking.models import Resource
from kaichuang.kit.sql import columns_of, prepared, read

# Written so that one plan fits every question and the server keeps it: SELECT hides from the planner how many are
# asked about, LIMIT that they are few (else it expects so much that it compiles the plan, which takes long), and
# OFFSET 0 keeps it from reading all resources to find a few.
_REACH = f"""
WITH RECURSIVE reach (root, id) AS (
    (SELECT root, id FROM unnest((SELECT %(roots)s::int[]), (SELECT %(keys)s::bigint[])) AS asked (root, id)
      LIMIT (SELECT cardinality(%(keys)s::bigint[])))
    UNION
    SELECT reach.root, next.id FROM reach CROSS JOIN LATERAL (
        SELECT to_resource_id FROM booking_resource_requires WHERE from_resource_id = reach.id
        UNION ALL
        SELECT part.id FROM booking_resource part WHERE part.whole_id = reach.id
    ) AS next (id)
)
SELECT {columns_of(Resource, "found")}, reach.root, found.is_divided
  FROM reach CROSS JOIN LATERAL (
        SELECT *, EXISTS (SELECT FROM booking_resource part WHERE part.whole_id = one.id) AS is_divided
          FROM booking_resource one WHERE one.id = reach.id OFFSET 0
  ) AS found
 ORDER BY reach.root, found.id
"""  # noqa: S608  # names of the model

_REACHING = """
WITH RECURSIVE reach (id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT next.id FROM reach CROSS JOIN LATERAL (
        SELECT from_resource_id FROM booking_resource_requires WHERE to_resource_id = reach.id
        UNION ALL
        SELECT part.whole_id FROM booking_resource part WHERE part.id = reach.id AND part.whole_id IS NOT NULL
    ) AS next (id)
)
SELECT id FROM reach
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """`members` must be open, `atoms` (those of them that are undivided) must be free; both by key.

    `own` are the atoms of the resource itself, on which a quantity is counted; what comes along is taken once.
    """

    members: tuple[Resource, ...]
    atoms: tuple[Resource, ...]
    own: frozenset[int]


def bundle_of(resource: Resource, offers: Iterable[Resource] = ()) -> Bundle:
    """The resource, its parts, what any of them requires, and the chosen offers, each once; one query."""
    return bundles_of([(resource, offers)])[0]


def bundles_of(asked: Iterable[tuple[Resource, Iterable[Resource]]]) -> list[Bundle]:
    """The bundle of each resource with its chosen offers, in their order; one query for all."""
    resources, roots, keys = [], [], []
    for number, (resource, offers) in enumerate(asked):
        resources.append(resource)
        for one in (resource, *offers):
            roots.append(number)
            keys.append(one.pk)
    members: list[list[Resource]] = [[] for _ in resources]
    divided: set[int] = set()
    for row in prepared(_REACH, {"roots": roots, "keys": keys}):
        member = read(Resource, row)
        *_, root, is_divided = row
        members[root].append(member)
        if is_divided:
            divided.add(member.pk)
    return [_bundle(resource, rows, divided) for resource, rows in zip(resources, members, strict=True)]


def _bundle(resource: Resource, rows: list[Resource], divided: set[int]) -> Bundle:
    whole_of = {row.pk: row.whole_id for row in rows}
    atoms = tuple(row for row in rows if row.pk not in divided)
    own = frozenset(atom.pk for atom in atoms if resource.pk in _chain(atom.pk, whole_of))
    return Bundle(tuple(rows), atoms, own)


def _chain(key: int | None, whole_of: dict[int, int | None]) -> set[int]:
    """The resource and every whole around it."""
    chain: set[int] = set()
    while key is not None and key not in chain:
        chain.add(key)
        key = whole_of.get(key)
    return chain


def atoms_of(resources: Sequence[Resource]) -> list[Resource]:
    """The undivided resources behind `resources`: a divided one stands for its parts."""
    atoms: dict[int, Resource] = {}
    level = {resource.pk: resource for resource in resources}
    while level:
        parts = list(Resource.objects.filter(whole__in=level))
        divided = {part.whole_id for part in parts}
        atoms.update((key, resource) for key, resource in level.items() if key not in divided)
        level = {part.pk: part for part in parts}
    return [atoms[key] for key in sorted(atoms)]


def reaching(atoms: Iterable[int]) -> RawSQL:
    """The keys of all resources a booking of which claims any of `atoms`, without chosen offers: for `__in`."""
    return RawSQL(_REACHING, [list(atoms)])  # noqa: S611  # the query is constant, keys are passed
