"""Which experts stand in a relation to which applicants.

`parties.queries.conflicts` answers for one pair; a panel asks about every expert and every applicant. So the
relations are walked once from all applicants together, which can only find too many, and the pairs found are then
asked one by one: the answer is that of `conflicts`, in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from kaichuang.experts.models import Expert
from kaichuang.parties.models import Membership, Party, Relation
from kaichuang.parties.permissions import open_on
from kaichuang.parties.queries import conflicts
from kaichuang.parties.queries.conflicts import DEFAULT_DEPTH, DEFAULT_MIN_SHARE_BP

EMPLOYER_DEPTH = DEFAULT_DEPTH - 1
"""Seen from the expert an employer is one relation away already."""


def related(
    *, experts: Iterable[Expert], applicants: Iterable[Party], on: date
) -> dict[int, dict[int, list[str]]]:
    """Expert id -> applicant id -> the chains of relations in words; only those who have any."""
    pool, parties = list(experts), {party.pk: party for party in applicants}
    reached = _reach(set(parties), on)
    members = _members(pool, set(parties), on)
    found: dict[int, dict[int, list[str]]] = {}
    for expert in pool:
        chains: dict[int, list[str]] = {}
        ends = [(expert.party_id, DEFAULT_DEPTH)]
        if expert.employer_id is not None:
            ends.append((expert.employer_id, EMPLOYER_DEPTH))
        for party_id in sorted(parties):
            words = [
                str(path)
                for end, depth in ends
                if party_id in reached[end]
                for path in conflicts(between=end, and_=party_id, on=on, depth=depth)
            ]
            if (expert.party.user_id, party_id) in members:
                words.append(_("%s是申报主体的经办成员。") % expert.party.name)
            if words:
                chains[party_id] = list(dict.fromkeys(words))
        if chains:
            found[expert.pk] = chains
    return found


def _reach(starts: set[int], on: date) -> dict[int, set[int]]:
    """Node -> the starts that lie at most `DEFAULT_DEPTH` relations away."""
    origins: dict[int, set[int]] = defaultdict(set)
    for start in starts:
        origins[start].add(start)
    frontier = {start: {start} for start in starts}
    valid = (Q(since=None) | Q(since__lte=on)) & (Q(until=None) | Q(until__gte=on))
    counts = ~Q(kind="shareholder") | Q(share_bp=None) | Q(share_bp__gte=DEFAULT_MIN_SHARE_BP)
    for _step in range(DEFAULT_DEPTH):
        edges = Relation.objects.filter(
            valid, counts, Q(source__in=list(frontier)) | Q(target__in=list(frontier))
        )
        following: dict[int, set[int]] = defaultdict(set)
        for source, target in edges.values_list("source_id", "target_id"):
            for near, far in ((source, target), (target, source)):
                following[far] |= frontier.get(near, set()) - origins[far]
        frontier = {node: new for node, new in following.items() if new}
        for node, new in frontier.items():
            origins[node] |= new
        if not frontier:
            break
    return origins


def _members(experts: list[Expert], parties: set[int], on: date) -> set[tuple[int, int]]:
    users = [expert.party.user_id for expert in experts if expert.party.user_id is not None]
    rows = Membership.objects.filter(open_on(on), user__in=users, party__in=parties)
    return set(rows.values_list("user_id", "party_id"))
