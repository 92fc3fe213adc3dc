"""A case put to the rules: its statements, what the platform knows of the party, and what it was granted before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from kaichuang.cases.models import Ban, Case, Decision, DecisionKind
from kaichuang.cases.queries.years import year_of
from kaichuang.entitlement.queries.answers import Told, told_from
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.books import loaded
from kaichuang.entitlement.queries.known import Known, known_facts
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
    matter = case.version.file.matter
    if matter.measure is None:
        return None
    day = on or case.as_of
    rules = loaded(case.version.pack_version)
    system = Actor.system("cases", programme_id=case.programme_id).acting_for(
        case.beneficiary_id or case.party_id
    )
    established = established_facts(case, rules.book)
    known = known_facts(system, case.programme, rules.book, on=day) | established
    known |= prior_facts(case, rules.book, matter.measure, day)
    said = own_statements(rules.book, (told or told_of(case)).fitting(rules.book), frozenset(established))
    return Asked(rules, said, day, known, only=(matter.measure,))


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


def prior_facts(case: Case, book: Rulebook, measure: str, on: date) -> dict[str, Known]:
    """What was paid and how often before, as the caps and once-rules of the measure ask; and whether it is barred."""
    plan = book.plans[measure]
    reads = {name for goal in (plan.eligible, plan.payable) if goal for name in book.program.depends_on(goal)}
    found: dict[str, Any] = {
        name: _paid(case, usage, on) if usage.what == "money" else _times(case, usage, on)
        for name, usage in book.usages.items()
        if name in reads
    }
    if "banned" in book.facts:
        found["banned"] = barred(case, on)
    return {name: Known(name, value, PRIOR, on) for name, value in found.items()}


def barred(case: Case, on: date) -> bool:
    """Whether the applicant or the beneficiary may not apply on a day, in any programme (catalogue 5.3, rule 4)."""
    return bans_on(on).filter(party__in=parties_of(case)).exists()


def parties_of(case: Case) -> list[int]:
    """Who applies and for whom."""
    return [party for party in (case.party_id, case.beneficiary_id) if party]


def bans_on(on: date) -> QuerySet[Ban]:
    """The bars in force on a day."""
    return Ban.objects.filter(Q(lifted_on=None) | Q(lifted_on__gt=on), since__lte=on, until__gte=on)


def _paid(case: Case, usage: Usage, on: date) -> int:
    """Fen held or paid for the party under the measures before this case, in the span of the cap."""
    if usage.scope == "case":
        return 0
    claims = Claim.objects.filter(measure__in=usage.measures, unit__code=CNY)
    if usage.scope != "programme":
        claims = claims.filter(party=case.beneficiary_id or case.party_id)
    else:
        claims = claims.filter(programme=case.programme_id)
    if usage.span == "year":
        claims = claims.filter(year=year_of(case))
    if case.pk is not None:
        claims = claims.exclude(pk__in=case.holdings.values("claim"))
    total = claims.aggregate(
        total=Coalesce(Sum("reserved") + Sum("committed") + Sum("ordered") + Sum("paid"), 0)
    )["total"]
    return int(total)


def _times(case: Case, usage: Usage, on: date) -> int:
    """How often the party was granted the measures before, in the span; narrowed to the same value of the key."""
    granted = Decision.objects.filter(
        kind=DecisionKind.GRANTED, case__matter__measure__in=usage.measures
    ).exclude(case__decisions__kind=DecisionKind.REVOKED)
    if usage.scope != "programme":
        party = case.beneficiary_id or case.party_id
        granted = granted.filter(case__beneficiary=party) | granted.filter(
            case__beneficiary=None, case__party=party
        )
    if usage.span == "year":
        granted = granted.filter(decided_on__year=on.year)
    if case.pk is not None:
        granted = granted.exclude(case=case.pk)
    if usage.key is None:
        return granted.count()
    mine = told_of(case).facts.get(usage.key)
    values = (dict((row or {}).get("facts", {})) for row in granted.values_list("document", flat=True))
    return sum(1 for facts in values if usage.key in facts and read(facts[usage.key]) == mine)
