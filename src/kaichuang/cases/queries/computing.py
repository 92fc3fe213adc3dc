"""A case put to the rules: its statements, what the platform knows of the party, and what it was granted before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kaichuang.cases.models import Ban, Case, Decision, DecisionKind, Holding
from kaichuang.cases.queries.years import year_of
from kaichuang.entitlement.queries.answers import Told, told_from
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.books import loaded
from kaichuang.entitlement.queries.known import Known, known_facts_of
from kaichuang.kit.actor import Actor
from kaichuang.ledger.models import Claim
from kaichuang.ledger.operations.accounts import CNY
from kaichuang.packs.freeze import freeze, read
from kaichuang.rules.measures import Entitlement, Rulebook
from kaichuang.rules.measures.plan import Usage

PRIOR = "prior"
"""The source named for facts that come from the platform's own ledger and decisions."""


def told_of(case: Case) -> Told:
    """The applicant's statements."""
    plain: dict[str, Any] = {
        "g": case.programme.slug,
        "p": case.matter.pack,
        "w": [],
        "d": None,
        "f": {},
        "t": {},
        "u": [],
    }
    return told_from({**plain, **case.answers})


def asked_of(case: Case, *, told: Told | None = None, on: date | None = None) -> Asked | None:
    """The case as the rules see it on its day; other statements may be tried. None where there is no measure."""
    if case.version.file.matter.measure is None:
        return None
    return _asked([case], [told or told_of(case)], on or case.as_of)[0]


def asked_of_many(cases: Sequence[Case]) -> list[Asked | None]:
    """Each case as the rules see it on its own day; what is the same for all is looked up once."""
    found: list[Asked | None] = [None] * len(cases)
    alike: dict[tuple[int, str, date], list[int]] = defaultdict(list)
    for at, case in enumerate(cases):
        measure = case.version.file.matter.measure
        if measure is not None:
            alike[case.version.pack_version_id, measure, case.as_of].append(at)
    for (_pack, _measure, day), places in alike.items():
        group = [cases[at] for at in places]
        for at, asked in zip(places, _asked(group, [told_of(case) for case in group], day), strict=True):
            found[at] = asked
    return found


def _asked(cases: Sequence[Case], said: Sequence[Told], on: date) -> list[Asked]:
    """Cases of one pack and measure, each with what its applicant says."""
    first = cases[0]
    measure = first.version.file.matter.measure
    assert measure is not None  # the callers have seen to it
    rules = loaded(first.version.pack_version)
    system = Actor.system("cases", programme_id=first.programme_id)
    of_party = known_facts_of(system, first.programme, rules.book, {whose(case) for case in cases}, on=on)
    priors = prior_facts_of(cases, rules.book, measure, on)
    found = []
    for case, told, prior in zip(cases, said, priors, strict=True):
        established = established_facts(case, rules.book)
        known = of_party[whose(case)] | established | prior
        own = own_statements(rules.book, told.fitting(rules.book), frozenset(established))
        found.append(Asked(rules, own, on, known, only=(measure,)))
    return found


def whose(case: Case) -> int:
    """The party for whom it is: the beneficiary, or the applicant."""
    return case.beneficiary_id or case.party_id


def own_statements(book: Rulebook, told: Told, established: frozenset[str] = frozenset()) -> Told:
    """What an applicant may say: nobody declares an approval, an agreement or an earlier payment in the place of
    who gave it, and what the bureau has established stands."""

    def may_say(name: str) -> bool:
        if name in established or name in book.usages:
            return False
        fact = book.facts.get(name)
        return fact is None or not fact.suppliers or "applicant" in fact.suppliers

    return replace(
        told,
        facts={name: value for name, value in told.facts.items() if may_say(name)},
        unknown=frozenset(name for name in told.unknown if may_say(name)),
    )


def established_facts(case: Case, book: Rulebook) -> dict[str, Known]:
    """What public servants established for the case."""
    return {
        name: Known(name, value, "established", date.fromisoformat(one["on"]), str(one.get("note", "")))
        for name, one in case.established.items()
        if name in book.facts and (value := read(one["value"])) is not None
    }


def entitlement_of(case: Case, *, told: Told | None = None) -> Entitlement | None:
    """What the rules say about the case."""
    asked = asked_of(case, told=told)
    return asked.answers[asked.only[0]] if asked is not None else None


def frozen(asked: Asked) -> dict[str, Any]:
    """The answer as one document by which it can be replayed, with where each fact came from."""
    sources: dict[str, Any] = {
        name: {"source": "applicant"} for name in (*asked.told.facts, *asked.told.tables)
    }
    for code, known in asked.known.items():
        if code not in sources:
            sources[code] = {
                "source": known.source,
                "told_on": known.told_on.isoformat(),
                "reference": known.reference,
            }
    return freeze(asked.answers, sources=sources, measures=asked.only)


def prior_facts_of(cases: Sequence[Case], book: Rulebook, measure: str, on: date) -> list[dict[str, Known]]:
    """Of each case what was paid and how often before, as the caps and once-rules of the measure ask; and whether it
    is barred."""
    found: list[dict[str, Any]] = [{} for _case in cases]
    for name, usage in usages_of(book, measure).items():
        values = _paid(cases, usage) if usage.what == "money" else _times(cases, usage, on)
        for facts, value in zip(found, values, strict=True):
            facts[name] = value
    if "banned" in book.facts:
        barred_ = barred_among(cases, on)
        for facts, case in zip(found, cases, strict=True):
            facts["banned"] = not barred_.isdisjoint(parties_of(case))
    return [{name: Known(name, value, PRIOR, on) for name, value in facts.items()} for facts in found]


def usages_of(book: Rulebook, measure: str) -> dict[str, Usage]:
    """The facts about earlier grants on which a measure depends."""
    plan = book.plans[measure]
    reads = {name for goal in (plan.eligible, plan.payable) if goal for name in book.program.depends_on(goal)}
    return {name: usage for name, usage in book.usages.items() if name in reads}


def barred(case: Case, on: date) -> bool:
    """Whether the applicant or the beneficiary may not apply on a day, in any programme (catalogue 5.3, rule 4)."""
    return bool(barred_among([case], on))


def barred_among(cases: Sequence[Case], on: date) -> frozenset[int]:
    """The parties of these cases that may not apply on a day."""
    parties = {party for case in cases for party in parties_of(case)}
    return frozenset(bans_on(on).filter(party__in=parties).values_list("party", flat=True))


def parties_of(case: Case) -> list[int]:
    """Who applies and for whom."""
    return [party for party in (case.party_id, case.beneficiary_id) if party]


def bans_on(on: date) -> QuerySet[Ban]:
    """The bars in force on a day."""
    return Ban.objects.filter(Q(lifted_on=None) | Q(lifted_on__gt=on), since__lte=on, until__gte=on)


def _paid(cases: Sequence[Case], usage: Usage) -> list[int]:
    """Fen held or paid for the party of each case under the measures before this case, in the span of the cap."""
    if usage.scope == "case":
        return [0] * len(cases)
    claims = Claim.objects.filter(measure__in=usage.measures, unit__code=CNY)
    everybody = usage.scope == "programme"
    if everybody:
        claims = claims.filter(programme=cases[0].programme_id)
    else:
        claims = claims.filter(party__in={whose(case) for case in cases})
    mine = Holding.objects.filter(claim=OuterRef("pk"), case__in=[case.pk for case in cases if case.pk])
    claims = claims.annotate(mine=Subquery(mine.values("case")[:1]))
    sums: dict[int | None, list[tuple[int | None, int | None, int]]] = defaultdict(list)
    total = Sum("reserved") + Sum("committed") + Sum("ordered") + Sum("paid")
    for party, year, holder, fen in claims.values_list("party", "year", "mine").annotate(fen=total):
        sums[None if everybody else party].append((year, holder, int(fen)))
    return [
        sum(
            fen
            for year, holder, fen in sums[None if everybody else whose(case)]
            if (usage.span != "year" or year == year_of(case)) and (holder is None or holder != case.pk)
        )
        for case in cases
    ]


def _times(cases: Sequence[Case], usage: Usage, on: date) -> list[int]:
    """How often the party of each was granted the measures before, in the span; narrowed to the same value of the key."""
    granted = Decision.objects.filter(
        kind=DecisionKind.GRANTED, case__matter__measure__in=usage.measures
    ).exclude(case__decisions__kind=DecisionKind.REVOKED)
    everybody = usage.scope == "programme"
    if not everybody:
        parties = {whose(case) for case in cases}
        granted = granted.filter(case__beneficiary__in=parties) | granted.filter(
            case__beneficiary=None, case__party__in=parties
        )
    if usage.span == "year":
        granted = granted.filter(decided_on__year=on.year)
    before: dict[int | None, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    party_of = Coalesce("case__beneficiary", "case__party")
    documents = dict(granted.values_list("pk", "document")) if usage.key is not None else {}
    for decision, key, party in granted.values_list("pk", "case", party_of):
        facts = dict((documents.get(decision) or {}).get("facts", {}))
        before[None if everybody else party].append((key, facts))
    return [
        sum(
            1
            for key, facts in before[None if everybody else whose(case)]
            if key != case.pk and _same_key(usage.key, facts, case)
        )
        for case in cases
    ]


def _same_key(name: str | None, facts: dict[str, Any], case: Case) -> bool:
    """Whether an earlier grant was for the same thing."""
    return name is None or (name in facts and read(facts[name]) == told_of(case).facts.get(name))
