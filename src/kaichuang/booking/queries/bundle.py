"""Which undivided resources a booking must claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kaichuang.booking.models import Resource


def bundle_of(resource: Resource, offers: Iterable[Resource] = ()) -> list[Resource]:
    """The resource, what it requires (and what that requires), and the chosen offers; by key, each once."""
    found: dict[int, Resource] = {}
    queue = [resource, *offers]
    while queue:
        one = queue.pop()
        if one.pk not in found:
            found[one.pk] = one
            queue.extend(one.requires.all())
    return [found[key] for key in sorted(found)]


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
