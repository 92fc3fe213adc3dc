"""The ledger against a plain Python model, in any order of steps that Hypothesis can think of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused
from kaichuang.ledger.models import Account, Claim, Limit, Transfer
from kaichuang.ledger.operations import (
    Draft,
    Pool,
    bounce,
    cancel,
    commit,
    expire_due,
    open_account,
    open_pool,
    order,
    pay,
    post,
    release,
    reserve,
    reverse,
    seal,
    yuan,
)
from kaichuang.ledger.queries import verify
from kaichuang.places.models import Division, Programme

from .conftest import settle

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
SYSTEM = Actor.system("machine")
FUNDS, PARTY_LIMIT = 1_000, 400
amounts = st.integers(1, 600)
parties = st.integers(1, 3)
hours = st.none() | st.integers(1, 100)


@dataclass
class Modelled:
    """A claim as the model sees it."""

    party: int
    expires: int | None
    stage: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("reserved", "committed", "ordered", "paid"), 0)
    )


class LedgerMachine(RuleBasedStateMachine):
    """One pool with a lifetime limit for each party; every step is checked against the model's answer."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.claims: dict[int, Modelled] = {}
        self.available, self.number, self.hour = FUNDS, 0, 0
        self.keys: dict[str, tuple[int, int, int | None, int]] = {}
        self.reversed: set[int] = set()

    def teardown(self) -> None:
        settle()
        seal()
        found = verify()
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        assert found.sound, found.findings

    @initialize()
    def fund(self) -> None:
        place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
        programme = Programme.objects.create(slug="machine", name="m", place=place)
        self.pool: Pool = open_pool(programme_id=programme.pk, code="p", name="p")
        source = open_account(programme_id=programme.pk, code="s", name="s", kind="appropriation")
        Limit.objects.create(
            programme=programme,
            code="l",
            name="l",
            unit=yuan(),
            dimension="party",
            period="lifetime",
            ceiling=PARTY_LIMIT,
        )
        lines = ((self.pool.available, FUNDS), (source.pk, -FUNDS))
        post(Draft(programme_id=programme.pk, key="fund", kind="adopt", at=DAY, lines=lines, actor=SYSTEM))

    @rule(amount=amounts, party=parties, lasts=hours)
    def reserve(self, amount: int, party: int, lasts: int | None) -> None:
        self.number += 1
        expires = None if lasts is None else self.hour + lasts
        used = sum(sum(c.stage.values()) for c in self.claims.values() if c.party == party)
        fits = amount <= self.available and used + amount <= PARTY_LIMIT
        key = f"r{self.number}"
        made = self._expect(fits, lambda: self._reserve(amount, party, expires, key))
        if made is not None:
            self.keys[key] = (amount, party, expires, made.id)
            self.claims[made.id] = Modelled(party, expires)
            self.claims[made.id].stage["reserved"] = amount
            self.available -= amount

    @precondition(lambda self: self.keys)
    @rule(data=st.data(), more=st.integers(0, 1))
    def repeat(self, data: st.DataObject, more: int) -> None:
        """The same key: the same answer for the same content, a refusal for other content."""
        key = data.draw(st.sampled_from(sorted(self.keys)))
        amount, party, expires, claim_id = self.keys[key]
        made = self._expect(more == 0, lambda: self._reserve(amount + more, party, expires, key))
        assert made is None or (made.id == claim_id and made.replayed)

    @precondition(lambda self: self.claims)
    @rule(
        data=st.data(),
        amount=amounts,
        verb=st.sampled_from(
            [
                (release, "reserved", None),
                (cancel, "committed", None),
                (order, "committed", "ordered"),
                (bounce, "ordered", "committed"),
                (pay, "ordered", "paid"),
            ]
        ),
    )
    def move(
        self, data: st.DataObject, amount: int, verb: tuple[Callable[..., Any], str, str | None]
    ) -> None:
        act, source, target = verb
        claim_id = data.draw(st.sampled_from(sorted(self.claims)))
        self._move(act, claim_id, source, target, amount, True)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), amount=amounts)
    def commit(self, data: st.DataObject, amount: int) -> None:
        claim_id = data.draw(st.sampled_from(sorted(self.claims)))
        expires = self.claims[claim_id].expires
        in_time = expires is None or expires > self.hour
        self._move(commit, claim_id, "reserved", "committed", amount, in_time, now=self._now())

    @rule(later=st.integers(1, 80))
    def wait_and_expire(self, later: int) -> None:
        self.hour += later
        due = [
            c
            for c in self.claims.values()
            if c.expires is not None and c.expires <= self.hour and c.stage["reserved"]
        ]
        assert expire_due(now=self._now()) == len(due)
        for claim in due:
            self.available += claim.stage["reserved"]
            claim.stage["reserved"] = 0

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def reverse_reservation(self, data: st.DataObject) -> None:
        claim_id = data.draw(st.sampled_from(sorted(self.claims)))
        claim, amount = (
            self.claims[claim_id],
            Transfer.objects.get(pk=claim_id).postings.get(amount__gt=0).amount,
        )
        fits = claim.stage["reserved"] >= amount and claim_id not in self.reversed
        self.number += 1
        original = Transfer.objects.get(pk=claim_id)
        done = self._expect(
            fits, lambda: reverse(transfer=original, key=f"v{self.number}", at=DAY, actor=SYSTEM, reason="错")
        )
        if done is not None:
            self.reversed.add(claim_id)
            claim.stage["reserved"] -= amount
            self.available += amount

    @invariant()
    def the_database_says_the_same(self) -> None:
        if not hasattr(self, "pool"):
            return
        balances = dict(Account.objects.filter(pool="p").values_list("kind", "balance__balance"))
        assert balances.pop("available") == self.available
        for stage, total in balances.items():
            assert total == sum(claim.stage[stage] for claim in self.claims.values()), stage
        for claim in Claim.objects.filter(pk__in=self.claims):
            assert {stage: getattr(claim, stage) for stage in balances} == self.claims[claim.pk].stage

    def _move(
        self,
        act: Callable[..., Any],
        claim_id: int,
        source: str,
        target: str | None,
        amount: int,
        allowed: bool,
        **more: Any,
    ) -> None:
        model = self.claims[claim_id]
        self.number += 1
        row = Claim.objects.get(pk=claim_id)
        done = self._expect(
            allowed and model.stage[source] >= amount,
            lambda: act(claim=row, amount=amount, key=f"m{self.number}", at=DAY, actor=SYSTEM, **more),
        )
        if done is not None:
            model.stage[source] -= amount
            if target:
                model.stage[target] += amount
            else:
                self.available += amount

    def _expect(self, allowed: bool, act: Callable[[], Any]) -> Any:
        try:
            done = act()
        except Refused as refused:
            assert not allowed, refused
            return None
        assert allowed
        return done

    def _reserve(self, amount: int, party: int, expires: int | None, key: str) -> Any:
        at = NOW + timedelta(hours=expires) if expires is not None else None
        return reserve(
            pool=self.pool, amount=amount, key=key, at=DAY, actor=SYSTEM, party_id=party, expires_at=at
        )

    def _now(self) -> datetime:
        return NOW + timedelta(hours=self.hour)


@pytest.mark.slow
def test_the_ledger_behaves_like_the_model(db: None) -> None:
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
