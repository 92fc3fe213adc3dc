"""Plain SQL beside the ORM: the same rows, prepared once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from kaichuang.kit.sql import columns_of, insert, prepared, read, update_each
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


def test_many_rows_are_updated_each_with_its_own_values() -> None:
    parties = [Party.objects.create(kind="organisation", name=f"{n}公司") for n in range(3)]
    for n, party in enumerate(parties):
        party.name, party.registered_on = f"{n}" * 5, date(2020, 1, n + 1) if n else None
    with CaptureQueriesContext(connection) as captured:
        update_each(parties, "name", "registered_on")
        update_each([], "name")
    assert len(captured) == 1
    assert list(Party.objects.order_by("pk").values_list("name", "registered_on")) == [
        ("00000", None),
        ("11111", date(2020, 1, 2)),
        ("22222", date(2020, 1, 3)),
    ]


def test_a_text_that_is_too_long_is_refused_and_not_cut() -> None:
    party = Party.objects.create(kind="organisation", name="甲公司")
    party.name = "长" * 1000
    with pytest.raises(DataError), transaction.atomic():
        update_each([party], "name")


def test_a_row_that_is_gone_is_not_passed_over() -> None:
    party = Party.objects.create(kind="organisation", name="甲公司")
    gone = Party(pk=party.pk + 1, name="乙公司")
    with pytest.raises(DatabaseError, match="1 of 2"), transaction.atomic():
        update_each([party, gone], "name")
