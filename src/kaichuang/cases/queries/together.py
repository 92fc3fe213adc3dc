"""Which cases may take a step at the same time without one seeing the other's traces too late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kaichuang.cases.models import Case
from kaichuang.cases.queries.computing import parties_of, usages_of
from kaichuang.entitlement.queries.books import compiled


def alike(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """The cases in their order, cut into companies of one version in which no two have a party in common.

    Where a rule looks at what the whole programme has granted, everybody stands alone.
    """
    company: list[Case] = []
    parties: set[int] = set()
    for case in cases:
        if company and not (_beside(company[0], case) and parties.isdisjoint(parties_of(case))):
            yield company
            company, parties = [], set()
        company.append(case)
        parties.update(parties_of(case))
    if company:
        yield company


def _beside(first: Case, case: Case) -> bool:
    if first.version_id != case.version_id:
        return False
    measure = case.version.file.matter.measure
    if measure is None:
        return True
    usages = usages_of(compiled(case.version.pack_version)[1], measure)
    return all(usage.scope != "programme" for usage in usages.values())
