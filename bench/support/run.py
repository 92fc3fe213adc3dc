"""An award run: everybody's facts, the rules over all of them, ceilings and budget in the ledger; and one by one.

The measure is Qinghai's deduction subsidy (QH-M2): a tenth of the tax exempted, at most two million a party and year.
One party in twenty is not eligible, one in ten thousand reaches the ceiling. The budget is smaller than what all are
entitled to, so that the last ones find it empty.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.db import transaction

from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.books import Loaded, all_current
from kaichuang.facts.operations import Told, observe
from kaichuang.facts.queries import frame
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused
from kaichuang.ledger.drafts import Draft, Posted
from kaichuang.ledger.models import Account, Claim
from kaichuang.ledger.operations import LinePlan, Pool, adopt_budget, commit, pool_named, post_each, reserve
from kaichuang.ledger.operations.claims import reservation
from kaichuang.ledger.queries import verify
from kaichuang.packs.loader import load_pack
from kaichuang.parties.models import Party
from kaichuang.places.models import Division, Programme
from kaichuang.policy.operations.adopt_pack import adopt_into
from kaichuang.rules.measures import evaluate
from kaichuang.support.operations.caps import declare_caps

NOW = datetime(2018, 6, 4, 2, tzinfo=UTC)
DAY = date(2018, 6, 4)
MEASURE = "QH-M2"
PAYABLE = "qh_m2.payable"
BATCH = 1_000
ACTOR = Actor.system("bench")
CODES = ["is_space", "technology_enterprise", "deduction_granted", "tax_saved", "extra_deduction"]


@dataclass
class Found:
    """Seconds by step, and what came of it."""

    parties: int
    singly: int
    seconds: dict[str, float] = field(default_factory=dict)
    awarded: int = 0
    refused: int = 0
    committed_fen: int = 0
    left_fen: int = 0
    entitled_fen: int = 0
    sound: bool = False

    def timed(self, name: str, work: Callable[[], object]) -> None:
        start = time.perf_counter()
        work()
        self.seconds[name] = time.perf_counter() - start


def measure(parties: int, singly: int) -> Found:
    """The whole run, then the plain way over the first `singly` parties of another place with its own money."""
    found = Found(parties, singly)
    place, loaded = prepare("run", parties)
    wishes: list[tuple[int, int]] = []
    found.timed("rules", lambda: wishes.extend(entitled(place, loaded)))
    found.entitled_fen = sum(fen for _party, fen in wishes)
    pool = fund(place, found.entitled_fen * 9 // 10)
    found.timed("ledger", lambda: award(pool, wishes, found))
    claims = Claim.objects.filter(programme=place)
    found.committed_fen = sum(claims.values_list("reserved", flat=True))
    found.left_fen = left(place)
    _check(found, pool)
    plain(found, singly)
    found.sound = verify().sound
    return found


def _check(found: Found, pool: Pool) -> None:
    assert found.committed_fen + found.left_fen == found.entitled_fen * 9 // 10
    assert found.left_fen >= 0
    assert pool.code


def prepare(slug: str, parties: int) -> tuple[Programme, Loaded]:
    division = Division.objects.get(code="630000")
    place = Programme.objects.create(slug=f"bench-{slug}", name=slug, place=division, business_date=DAY)
    adopt_into(actor=ACTOR, now=NOW, programme=place, pack=load_pack("qinghai-2017"))
    place.refresh_from_db()
    declare_caps(programme=place, actor=ACTOR, now=NOW)
    made = Party.objects.bulk_create(
        (Party(kind="organisation", name=f"{slug}{number}") for number in range(parties)), batch_size=5_000
    )
    assert business_date(place, NOW) == DAY
    observe(actor=ACTOR, now=NOW, programme=place, source="reported", kind="parties.party", told=_facts(made))
    (loaded,) = all_current(place)
    return place, loaded


def _facts(parties: list[Party]) -> Iterator[Told]:
    for number, party in enumerate(parties):
        saved = 10_000_000_000 if number % 10_000 == 17 else 5_000_000 + 7_919 * (number % 997)
        values = {
            "is_space": True,
            "technology_enterprise": number % 20 != 3,
            "deduction_granted": True,
            "tax_saved": saved,
            "extra_deduction": 2 * saved,
        }
        for code, value in values.items():
            yield Told(party.pk, code, value, since=date(2018, 1, 1))


def entitled(place: Programme, loaded: Loaded) -> list[tuple[int, int]]:
    """Everybody with what may be paid: one frame of facts, one run of the rules."""
    table = frame(place, codes=CODES, on=DAY)
    answers = loaded.book.run(table, as_of=DAY, settings=loaded.settings, outputs=[PAYABLE]).collect()
    return [(party, fen) for party, fen in answers.select("id", PAYABLE).iter_rows() if fen]


def fund(place: Programme, total: int) -> Pool:
    adopt_budget(
        programme=place, year=DAY.year, code=MEASURE, title=MEASURE, total=total,
        lines=[LinePlan(MEASURE, MEASURE, total)], document="bench", actor=ACTOR, now=NOW,
    )  # fmt: skip
    return pool_named(programme_id=place.pk, code=f"{DAY.year}.{MEASURE}.{MEASURE}")


def award(pool: Pool, wishes: list[tuple[int, int]], found: Found) -> None:
    """A claim for everybody, a thousand to a call; whoever no longer fits is refused alone."""
    for start in range(0, len(wishes), BATCH):
        drafts = [draft(pool, party, fen) for party, fen in wishes[start : start + BATCH]]
        answers = post_each(drafts)
        found.awarded += sum(isinstance(answer, Posted) for answer in answers)
        found.refused += sum(isinstance(answer, Refused) for answer in answers)


def draft(pool: Pool, party: int, fen: int) -> Draft:
    return reservation(
        pool=pool, amount=fen, key=f"run:{party}", at=DAY, actor=ACTOR, party_id=party, measure=MEASURE,
        year=DAY.year, clause="QH 四(一)2",
    )  # fmt: skip


def left(place: Programme) -> int:
    account = Account.objects.select_related("balance").get(programme=place, kind="available")
    return account.balance.balance


def plain(found: Found, singly: int) -> None:
    """One decision after the other: ask the rules about one party, reserve, commit, each in its own transaction."""
    place, loaded = prepare("plain", singly)
    pool = fund(place, 10**15)
    table = frame(place, codes=CODES, on=DAY).to_dicts()

    def decide() -> None:
        for row in table:
            facts = {code: row[code] for code in CODES}
            answers = evaluate(loaded.book, facts, as_of=DAY, measures=[MEASURE], settings=loaded.settings)
            fen = answers[MEASURE].payable_fen
            if not fen:
                continue
            with transaction.atomic():
                posted = reserve(
                    pool=pool, amount=fen, key=f"plain:{row['id']}", at=DAY, actor=ACTOR,
                    party_id=row["id"], measure=MEASURE, year=DAY.year,
                )  # fmt: skip
                claim = Claim.objects.get(pk=posted.id)
                commit(claim=claim, amount=fen, key=f"plain:{row['id']}:c", at=DAY, actor=ACTOR, now=NOW)

    found.timed("plain", decide)
