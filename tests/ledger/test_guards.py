"""Each promise of the database: it holds, and without its guard the same attempt succeeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused
from kaichuang.ledger.models import Account, Balance, Posting, Transfer
from kaichuang.ledger.operations import Draft, Pool, close_account, open_account, post, post_together, reserve
from kaichuang.places.models import Division, Programme

from .conftest import WAN, settle

DAY = date(2026, 3, 2)
SYSTEM = Actor.system("test")


class Undo(Exception):
    """Rolls the block back after the proof."""


def sql(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)


@contextmanager
def without(*, table: str, trigger: str = "", constraint: str = "") -> Iterator[None]:
    """The database without one guard, for the length of the block; everything is undone."""
    with pytest.raises(Undo), transaction.atomic():
        settle()
        if trigger:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
                    [table, f"pgtrigger_{trigger}_%"],
                )
                (name,) = cursor.fetchone()
            sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        else:
            sql(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        yield
        raise Undo


def refused(attempt: Callable[[], object]) -> str:
    """The database's message when it refuses."""
    with pytest.raises((IntegrityError, InternalError, ProgrammingError)) as error, transaction.atomic():
        attempt()
        settle()
    return str(error.value)


def draft(pool: Pool, *lines: tuple[int, int], key: str = "k", kind: str = "transfer") -> Draft:
    return Draft(programme_id=pool.programme_id, key=key, kind=kind, at=DAY, lines=lines, actor=SYSTEM)


CHANGES = {
    "orm update": lambda: Transfer.objects.update(description="x"),
    "orm delete": lambda: Posting.objects.all().delete(),
    "orm save": lambda: Transfer.objects.order_by("pk")[0].save(),
    "sql update": lambda: sql("UPDATE ledger_posting SET amount = amount + 1"),
    "sql delete": lambda: sql("DELETE FROM ledger_transfer"),
    "seal": lambda: sql("UPDATE ledger_seal SET position = position + 1"),
    "balance": lambda: Balance.objects.update(balance=0),
    "balance delete": lambda: sql("DELETE FROM ledger_balance"),
    "claim": lambda: sql("UPDATE ledger_claim SET paid = 0"),
    "limit sum": lambda: sql(
        "INSERT INTO ledger_limit_sum (limit_id, holder, year, total, ceiling) VALUES (1, 0, 0, 0, 0)"
    ),
    "account identity": lambda: Account.objects.update(normal=1, kind="wallet"),
    "account delete": lambda: sql("DELETE FROM ledger_account"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_that_is_posted_can_be_changed(line2: Pool, name: str) -> None:
    reserve(pool=line2, amount=100, key="a", at=DAY, actor=SYSTEM)
    settle()
    sql(
        "INSERT INTO ledger_seal (position, transfer_ids, digests, chain_hash) VALUES (1, '{}', ''::bytea, ''::bytea)"
    )
    assert refused(CHANGES[name])


def test_tables_cannot_be_truncated(line2: Pool) -> None:
    """The test runner's own flush is let through by the database's name, so the guard is asked to be strict."""
    settle()
    sql("SET LOCAL kaichuang.keep = 'on'")
    for table in ("ledger_posting", "ledger_transfer", "ledger_balance", "ledger_claim", "ledger_seal"):
        assert "append-only" in refused(lambda table=table: sql(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize(
    ("table", "trigger", "name"),
    [
        ("ledger_transfer", "append_only", "orm update"),
        ("ledger_posting", "append_only", "sql update"),
        ("ledger_balance", "kept_by_triggers", "balance"),
        ("ledger_claim", "kept_by_triggers", "claim"),
    ],
)
def test_without_its_trigger_a_row_would_change(line2: Pool, table: str, trigger: str, name: str) -> None:
    reserve(pool=line2, amount=100, key="a", at=DAY, actor=SYSTEM)
    with without(table=table, trigger=trigger):
        CHANGES[name]()


def test_the_application_s_own_role_can_be_left_without_the_right_to_change(line2: Pool) -> None:
    """Under a role that owns nothing, PostgreSQL refuses before any trigger does (docs/adr)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            pytest.skip("the tests' own role may not create another one on this server")
    reserve(pool=line2, amount=100, key="a", at=DAY, actor=SYSTEM)
    with pytest.raises(Undo), transaction.atomic():
        settle()
        sql("CREATE ROLE kc_app_test NOLOGIN")
        sql("GRANT USAGE ON SCHEMA public TO kc_app_test")
        sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO kc_app_test")
        sql("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO kc_app_test")
        sql(
            "REVOKE UPDATE, DELETE, TRUNCATE ON ledger_transfer, ledger_posting, ledger_seal FROM kc_app_test"
        )
        sql("SET LOCAL ROLE kc_app_test")
        post(draft(line2, (line2.reserved, 5), (line2.available, -5), key="as-app"))
        settle()
        for statement in ("UPDATE ledger_posting SET amount = 1", "TRUNCATE ledger_transfer CASCADE"):
            assert "permission denied" in refused(lambda statement=statement: sql(statement))
        assert "must be owner" in refused(lambda: sql("ALTER TABLE ledger_posting DISABLE TRIGGER ALL"))
        raise Undo


def test_a_transfer_comes_with_its_lines_and_sums_to_zero(line2: Pool) -> None:
    unbalanced = draft(line2, (line2.reserved, 6), (line2.available, -5))
    for wrong in (unbalanced, draft(line2, (line2.reserved, 6))):
        with pytest.raises(Refused) as error:
            post(wrong)
        assert error.value.codes == {"unbalanced"}
    lonely = (
        "INSERT INTO ledger_transfer (programme_id, key, kind, at, lines, fingerprint, actor_kind)"
        f" VALUES ({line2.programme_id}, 'lonely', 'transfer', '2026-03-02', 2, gen_random_uuid(), 'system')"
    )
    assert "has no postings" in refused(lambda: sql(lonely))
    with without(table="ledger_posting", trigger="applied"):
        post(unbalanced)
        settle()
    with without(table="ledger_transfer", trigger="complete"):
        sql(lonely)
        settle()


def test_units_do_not_mix(line2: Pool, programme: Programme) -> None:
    from kaichuang.ledger.models import Unit

    hours = Unit.objects.create(code="H", name="小时", kind="quantity")
    account = open_account(programme_id=programme.pk, code="h", name="h", kind="wallet", unit=hours)
    with pytest.raises(Refused) as error:
        post(draft(line2, (account.pk, 5), (line2.available, -5)))
    assert error.value.codes == {"unbalanced"}


def test_no_line_can_be_added_after_the_check(line2: Pool) -> None:
    posted = post(draft(line2, (line2.reserved, 5), (line2.available, -5)))
    settle()
    more = {"transfer_id": posted.id, "account_id": line2.paid, "at": DAY, "amount": 7}
    assert "balanced" in refused(lambda: Posting.objects.create(line=3, **more))
    assert "pkey" in refused(lambda: Posting.objects.create(line=2, **more))


def test_a_posting_cannot_join_an_older_transfer_or_a_foreign_account(
    line2: Pool, programme: Programme
) -> None:
    place = Division.objects.filter(code="330226").get()
    stranger = Programme.objects.create(slug="other", name="other", place=place)
    foreign = open_account(programme_id=stranger.pk, code="x", name="x", kind="wallet", floor=None)
    with pytest.raises(Refused) as error:
        post(draft(line2, (foreign.pk, 5), (line2.available, -5)))
    assert error.value.codes == {"ledger_posting_with_its_transfer"}
    with pytest.raises(Refused):
        post(draft(line2, (10**9, 5), (line2.available, -5)))


def test_a_closed_account_takes_no_more(programme: Programme, line2: Pool) -> None:
    account = open_account(programme_id=programme.pk, code="w", name="w", kind="wallet")
    close_account(account=account, on=DAY)
    with pytest.raises(Refused) as error:
        post(draft(line2, (account.pk, 5), (line2.available, -5)))
    assert error.value.codes == {"account_closed"}


def written(line2: Pool, *, amount: int = 5, key: str = "raw", **columns: str) -> None:
    """A transfer and its lines by plain SQL, past the function and its early look; `columns` are SQL expressions."""
    names = "".join(f", {name}" for name in columns)
    values = "".join(f", {value}" for value in columns.values())
    sql(
        "WITH t AS ("
        f"INSERT INTO ledger_transfer (programme_id, key, kind, at, lines, fingerprint, actor_kind{names})"
        f" VALUES (%s, %s, 'transfer', %s, 2, gen_random_uuid(), 'system'{values}) RETURNING id)"
        " INSERT INTO ledger_posting (transfer_id, line, account_id, at, amount)"
        " SELECT id, l.n, l.account, %s, l.amount FROM t,"
        " (VALUES (1, %s, %s), (2, %s, %s)) AS l(n, account, amount)",
        *(line2.programme_id, key, DAY, DAY, line2.available, -amount, line2.reserved, amount),
    )


def test_the_floor_is_a_constraint_not_a_look(line2: Pool) -> None:
    def overspend() -> None:
        written(line2, amount=301 * WAN)

    assert "ledger_balance_floor" in refused(overspend)
    with without(table="ledger_balance", constraint="ledger_balance_floor"):
        overspend()
        settle()
        assert Balance.objects.get(pk=line2.available).balance == -1 * WAN


def test_time_and_transaction_number_are_not_the_writer_s(line2: Pool) -> None:
    for forged in ({"recorded_at": "now() - interval '1 day'"}, {"txid": "1"}):
        assert "with_its_transfer" in refused(lambda forged=forged: written(line2, **forged))
    written(line2)


def test_a_key_is_used_once_in_a_programme(line2: Pool) -> None:
    reserve(pool=line2, amount=5, key="once", at=DAY, actor=SYSTEM)
    assert "ledger_transfer_key_once" in refused(lambda: written(line2, key="once"))
    with without(table="ledger_transfer", constraint="ledger_transfer_key_once"):
        written(line2, key="once")


def test_a_reservation_moves_within_one_pool(line1: Pool, line2: Pool, programme: Programme) -> None:
    """One by one and many at once: both ways of applying postings ask the same."""
    loose = open_account(programme_id=programme.pk, code="loose", name="x", kind="reserved").pk
    good = draft(line2, (line2.reserved, 5), (line2.available, -5), kind="reserve")
    for number, lines in enumerate(
        [
            ((line1.reserved, 5), (line2.available, -5)),
            ((loose, 5), (line2.available, -5)),
            ((line2.committed, 5), (line2.available, -5)),
            ((line2.available, 5), (line2.reserved, -5)),
        ]
    ):
        bad = draft(line2, *lines, key=f"bad{number}", kind="reserve")
        for attempt in ([bad], [good, bad]):
            with pytest.raises(Refused):
                post_together(attempt)
            settle()


def test_many_at_once_are_held_to_the_same_promises(line2: Pool, programme: Programme) -> None:
    good = draft(line2, (line2.reserved, 5), (line2.available, -5), key="good")
    closed = open_account(programme_id=programme.pk, code="w", name="w", kind="wallet")
    close_account(account=closed, on=DAY)
    for number, (lines, code) in enumerate(
        [
            (((line2.reserved, 6), (line2.available, -5)), "unbalanced"),
            (((line2.reserved, 6),), "unbalanced"),
            (((closed.pk, 5), (line2.available, -5)), "account_closed"),
            (((10**9, 5), (line2.available, -5)), "ledger_posting_with_its_transfer"),
            (((line2.reserved, 301 * WAN), (line2.available, -301 * WAN)), "insufficient"),
        ]
    ):
        with pytest.raises(Refused) as error:
            post_together([good, draft(line2, *lines, key=f"bad{number}")])
        assert error.value.codes == {code}
    assert not Transfer.objects.filter(key="good").exists()
