"""The life of a claim, through the door."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused
from kaichuang.ledger.models import Account, Claim, Transfer
from kaichuang.ledger.operations import (
    Pool,
    cancel,
    claw_back,
    commit,
    declare_limit,
    expire_due,
    order,
    pay,
    receive,
    release,
    reserve,
    reserve_shared,
    reverse,
)
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

from .conftest import WAN, YUAN, sound

DAY = date(2026, 3, 2)
SYSTEM = Actor.system("test")


def balance(account_id: int) -> int:
    return Account.objects.select_related("balance").get(pk=account_id).balance.balance


def claim_of(pool: Pool, amount: int, key: str = "a", **more: object) -> Claim:
    return Claim.objects.get(pk=reserve(pool=pool, amount=amount, key=key, at=DAY, actor=SYSTEM, **more).id)


def test_a_claim_goes_from_reserved_to_paid_in_parts(line2: Pool, now: datetime) -> None:
    claim = claim_of(line2, 20 * WAN)
    commit(claim=claim, amount=15 * WAN, key="c1", at=DAY, actor=SYSTEM, now=now)
    release(claim=claim, amount=5 * WAN, key="r1", at=DAY, actor=SYSTEM)
    order(claim=claim, amount=10 * WAN, key="o1", at=DAY, actor=SYSTEM)
    pay(claim=claim, amount=10 * WAN, key="p1", at=DAY, actor=SYSTEM)
    cancel(claim=claim, amount=2 * WAN, key="x1", at=DAY, actor=SYSTEM)
    claim.refresh_from_db()
    assert (claim.reserved, claim.committed, claim.ordered, claim.paid) == (0, 3 * WAN, 0, 10 * WAN)
    assert balance(line2.available) == 287 * WAN
    assert balance(line2.paid) == 10 * WAN
    assert sound()


def test_the_line_cannot_be_overspent(line2: Pool) -> None:
    """Catalogue NH-M1: committed 2,900,000, new 150,000: refused."""
    claim_of(line2, 290 * WAN)
    with pytest.raises(Refused) as refused:
        reserve(pool=line2, amount=15 * WAN, key="b", at=DAY, actor=SYSTEM)
    assert refused.value.codes == {"insufficient"}
    assert "100,000" in str(refused.value)
    assert balance(line2.available) == 10 * WAN


def test_the_same_key_answers_the_same_even_when_the_pool_is_empty(line2: Pool) -> None:
    first = reserve(pool=line2, amount=300 * WAN, key="k", at=DAY, actor=SYSTEM)
    again = reserve(pool=line2, amount=300 * WAN, key="k", at=DAY, actor=SYSTEM)
    assert again.id == first.id
    assert again.replayed
    assert balance(line2.available) == 0


def test_the_same_key_with_other_content_is_refused(line2: Pool) -> None:
    reserve(pool=line2, amount=1 * WAN, key="k", at=DAY, actor=SYSTEM)
    with pytest.raises(Refused) as refused:
        reserve(pool=line2, amount=2 * WAN, key="k", at=DAY, actor=SYSTEM)
    assert refused.value.codes == {"key_reused"}
    assert balance(line2.reserved) == 1 * WAN


@pytest.mark.parametrize("step", [commit, release])
def test_no_more_is_moved_than_is_there(line2: Pool, now: datetime, step: object) -> None:
    claim_of(line2, 50 * WAN, "other")
    claim = claim_of(line2, 5 * WAN)
    more = {"now": now} if step is commit else {}
    with pytest.raises(Refused) as refused:
        step(claim=claim, amount=6 * WAN, key="c", at=DAY, actor=SYSTEM, **more)  # type: ignore[operator]
    assert refused.value.codes == {"not_covered"}


def test_an_expired_reservation_cannot_be_committed(line2: Pool, now: datetime) -> None:
    claim = claim_of(line2, 5 * WAN, expires_at=now)
    with pytest.raises(Refused) as refused:
        commit(claim=claim, amount=1 * WAN, key="c", at=DAY, actor=SYSTEM, now=now)
    assert refused.value.codes == {"expired"}


def test_after_three_days_without_scheduler_every_expiry_fires_once(line2: Pool, now: datetime) -> None:
    for n in range(30):
        claim_of(line2, 100 + n, f"h{n}", expires_at=now + timedelta(hours=n * 3))
    later = now + timedelta(days=3)
    due = Claim.objects.filter(expires_at__lte=later).count()
    assert expire_due(now=later) == due == 25
    assert expire_due(now=later) == 0
    assert Transfer.objects.filter(kind="expire").count() == due
    assert balance(line2.reserved) == sum(100 + n for n in range(25, 30))


def test_a_reversal_mirrors_once_and_names_the_original(line2: Pool) -> None:
    claim = claim_of(line2, 5 * WAN)
    original = Transfer.objects.get(pk=claim.pk)
    undone = reverse(transfer=original, key="rev", at=DAY, actor=SYSTEM, reason="登记错误")
    assert Transfer.objects.get(pk=undone.id).reverses_id == original.pk
    assert balance(line2.available) == 300 * WAN
    with pytest.raises(Refused) as refused:
        reverse(transfer=original, key="rev2", at=DAY, actor=SYSTEM, reason="再次")
    assert refused.value.codes <= {"already_reversed", "not_covered", "insufficient"}
    with pytest.raises(Refused, match="理由"):
        reverse(transfer=original, key="rev3", at=DAY, actor=SYSTEM, reason=" ")


def test_paid_money_is_clawed_back_with_interest_and_received(
    line2: Pool, party: Party, now: datetime
) -> None:
    claim = claim_of(line2, 20 * WAN, party_id=party.pk, measure="NH-M4")
    commit(claim=claim, amount=20 * WAN, key="c", at=DAY, actor=SYSTEM, now=now)
    order(claim=claim, amount=20 * WAN, key="o", at=DAY, actor=SYSTEM)
    paid = Transfer.objects.get(pk=pay(claim=claim, amount=20 * WAN, key="p", at=DAY, actor=SYSTEM).id)
    demand = claw_back(
        payment=paid,
        principal=10 * WAN,
        rates=[(date(2026, 1, 1), 36_500)],
        until=date(2026, 3, 12),
        key="cb",
        at=date(2026, 3, 12),
        actor=SYSTEM,
        clause="NH 三(二)",
        reason="虚报",
    )
    claim.refresh_from_db()
    assert claim.paid == 10 * WAN
    assert claim.receivable == 10 * WAN + 100 * YUAN  # 3.65 % for ten days of 100,000 yuan
    owed = Transfer.objects.get(pk=demand.id)
    receive(demand=owed, amount=claim.receivable, key="in", at=DAY, actor=SYSTEM)
    claim.refresh_from_db()
    assert claim.receivable == 0
    with pytest.raises(Refused):
        receive(demand=owed, amount=1, key="in2", at=DAY, actor=SYSTEM)
    with pytest.raises(Refused):
        claw_back(
            payment=paid,
            principal=11 * WAN,
            rates=[(date(2026, 1, 1), 0)],
            until=DAY,
            key="cb2",
            at=DAY,
            actor=SYSTEM,
            clause="",
            reason="多追",
        )
    assert sound()


def test_levels_share_a_cost_to_the_fen_or_not_at_all(line1: Pool, line2: Pool) -> None:
    made = reserve_shared(shares=[(line1, 1), (line2, 2)], amount=100, key="s", at=DAY, actor=SYSTEM)
    assert [Claim.objects.get(pk=posted.id).reserved for posted in made] == [33, 67]
    with pytest.raises(Refused):
        reserve_shared(shares=[(line1, 9), (line2, 1)], amount=250 * WAN, key="t", at=DAY, actor=SYSTEM)
    assert balance(line2.reserved) == 67


def test_an_issuer_keeps_to_its_yearly_limit(
    line2: Pool, programme: Programme, finance: Actor, party: Party, other_party: Party, now: datetime
) -> None:
    """Catalogue QD-M5: a space has issued 980,000; 20,000 more is allowed, 20,001 is not."""
    declare_limit(
        programme=programme,
        code="QD-M5",
        name="每个众创空间每年发放创新券",
        dimension="issuer",
        period="year",
        ceiling=100 * WAN,
        measure="QD-M5",
        clause="QD 四(二)",
        actor=finance,
        now=now,
    )
    claim_of(line2, 98 * WAN, issuer_id=party.pk, measure="QD-M5")
    with pytest.raises(Refused) as refused:
        claim_of(line2, 2 * WAN + YUAN, "b", issuer_id=party.pk, measure="QD-M5")
    (problem,) = refused.value.problems
    assert problem.code == "over_limit"
    assert problem.clause == "QD 四(二)"
    assert "980,000" in str(problem)
    claim_of(line2, 2 * WAN, "c", issuer_id=party.pk, measure="QD-M5")
    claim_of(line2, 2 * WAN, "d", issuer_id=other_party.pk, measure="QD-M5")
    claim_of(line2, 2 * WAN, "e", issuer_id=party.pk, measure="NH-M2")
    claim_of(line2, 2 * WAN, "f", issuer_id=party.pk, measure="QD-M5", year=2027)
    assert sound()


def test_a_release_gives_the_limit_back_and_a_commit_does_not_use_it_twice(
    line2: Pool, programme: Programme, finance: Actor, party: Party, now: datetime
) -> None:
    for period in ("year", "lifetime"):
        declare_limit(
            programme=programme,
            code=period,
            name=period,
            dimension="party",
            period=period,
            ceiling=20 * WAN,
            measure="NH-M4",
            actor=finance,
            now=now,
        )
    claim = claim_of(line2, 20 * WAN, party_id=party.pk, measure="NH-M4")
    commit(claim=claim, amount=15 * WAN, key="c", at=DAY, actor=SYSTEM, now=now)
    release(claim=claim, amount=5 * WAN, key="r", at=DAY, actor=SYSTEM)
    claim_of(line2, 5 * WAN, "again", party_id=party.pk, measure="NH-M4")
    with pytest.raises(Refused):
        claim_of(line2, 1, "more", party_id=party.pk, measure="NH-M4")


def test_a_new_limit_counts_what_is_there(
    line2: Pool, programme: Programme, finance: Actor, party: Party, now: datetime
) -> None:
    claim_of(line2, 20 * WAN, party_id=party.pk, measure="NH-M4")
    limit = {
        "programme": programme,
        "code": "L",
        "name": "累计",
        "dimension": "party",
        "period": "lifetime",
        "actor": finance,
        "now": now,
    }
    with pytest.raises(Refused) as refused:
        declare_limit(ceiling=19 * WAN, **limit)
    assert refused.value.codes == {"already_above"}
    declare_limit(ceiling=20 * WAN, **limit)
    with pytest.raises(Refused):
        claim_of(line2, 1, "b", party_id=party.pk)
    declare_limit(ceiling=21 * WAN, **limit)
    claim_of(line2, 1, "b", party_id=party.pk)
