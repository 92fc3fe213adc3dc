"""Plain SQL beside the ORM: the same rows, prepared once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from kaichuang.kit.sql import columns_of, insert, prepared, read
from kaichuang.parties.models import Party

pytestmark = pytest.mark.django_db

_PARTIES = f"SELECT {columns_of(Party, 'p')}, 7 FROM parties_party p WHERE p.id = ANY(%s::bigint[])"


def plans() -> dict[str, int]:
    """How often each prepared statement of this connection has been used."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements")
        return dict(cursor.fetchall())


def test_a_row_is_inserted_as_the_orm_would() -> None:
    party = Party(kind="organisation", name="甲公司")
    insert(party)
    assert Party.objects.get(pk=party.pk).name == "甲公司"
    party.name = "乙公司"
    party.save()
    assert Party.objects.get().name == "乙公司"


def test_a_row_is_read_as_the_orm_would() -> None:
    party = Party.objects.create(kind="organisation", name="甲公司")
    (row,) = prepared(_PARTIES, [[party.pk]])
    assert read(Party, row) == party
    assert read(Party, row).name == "甲公司"
    assert row[-1] == 7


def test_a_statement_is_prepared_once_and_others_never() -> None:
    before = set(plans())
    for _ in range(3):
        prepared(_PARTIES, [[1]])
        Party.objects.filter(name="甲公司").exists()
    ((statement, uses),) = [(text, uses) for text, uses in plans().items() if text not in before]
    assert ("parties_party p" in statement, uses) == (True, 3)


def test_whoever_counts_queries_sees_it() -> None:
    with CaptureQueriesContext(connection) as queries:
        prepared(_PARTIES, [[1]])
    assert "parties_party p" in queries[0]["sql"]


def test_a_broken_constraint_is_an_integrity_error() -> None:
    party = Party.objects.create(kind="organisation", name="甲公司")
    clone = "INSERT INTO parties_party SELECT * FROM parties_party WHERE id = %s::bigint RETURNING id"
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared(clone, [party.pk])
    assert Party.objects.get() == party


def test_a_broken_transaction_is_asked_nothing_more() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            prepared(_PARTIES, [[1]])
