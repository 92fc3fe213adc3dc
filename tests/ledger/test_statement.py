"""Statements that anyone can add up again."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaichuang.kit.actor import Actor
from kaichuang.ledger.models import Account
from kaichuang.ledger.operations import Draft, open_account, post_together
from kaichuang.ledger.queries import opening_balance, statement, trial_balance
from kaichuang.places.models import Programme

FIRST = date(2026, 1, 1)
moves = st.lists(st.tuples(st.integers(0, 30), st.integers(-500, 500).filter(bool)), max_size=25)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=moves, since=st.integers(0, 31), length=st.integers(0, 31), number=st.integers(0, 10**9))
def test_opening_plus_rows_is_closing_and_joins_the_next_statement(
    programme: Programme, moves: list[tuple[int, int]], since: int, length: int, number: int
) -> None:
    names = [f"{side}{number}" for side in "ab"]
    a, b = (
        open_account(programme_id=programme.pk, code=name, name=name, kind=kind, floor=None)
        for name, kind in zip(names, ["wallet", "external"], strict=True)
    )
    drafts = [
        Draft(
            programme_id=programme.pk,
            key=f"{number}-{n}-{Account.objects.count()}-{day}-{amount}",
            kind="transfer",
            at=FIRST + timedelta(day),
            lines=((a.pk, amount), (b.pk, -amount)),
            actor=Actor.system("test"),
        )
        for n, (day, amount) in enumerate(moves)
    ]
    if drafts:
        post_together(drafts)
    start, end = FIRST + timedelta(since), FIRST + timedelta(since + length)
    for account in (a, b):
        drawn = statement(account=account, since=start, until=end)
        running = drawn.opening
        for row in drawn.rows:
            running += account.normal * (row.debit - row.credit)
            assert row.balance == running
        assert drawn.closing == running == opening_balance(account=account, on=end + timedelta(1))
    (trial,) = trial_balance(programme_id=programme.pk) or [None]
    assert trial is None or trial.balanced
