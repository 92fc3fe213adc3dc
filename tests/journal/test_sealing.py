"""Writing from many processes while the chain grows."""

from __future__ import annotations

import multiprocessing
import os

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from kaichuang.journal.models import Entry, Seal, Unsealed
from kaichuang.journal.operations import record, seal
from kaichuang.journal.queries import verify
from kaichuang.journal.tasks import JournalTampered, seal_rest, verify_journal
from kaichuang.kit.actor import Actor
from kaichuang.places.models import Division

from .conftest import NOW, without_triggers, write

WRITERS = 4
EACH = 40


def _write_many(name: str, wait: object) -> None:
    """In a child process: entries in transactions of one to three, each seventh undone."""
    connection.close()
    connection.settings_dict["NAME"] = name
    wait.wait()  # type: ignore[attr-defined]  # a multiprocessing barrier
    division = Division.objects.get(code="330226")
    for number in range(EACH):
        try:
            with transaction.atomic():
                for part in range(number % 3 + 1):
                    record(
                        actor=Actor.system(str(os.getpid())),
                        now=NOW,
                        action="touch",
                        subject=division,
                        payload={"n": part},
                    )
                if number % 7 == 0:
                    raise RuntimeError
        except RuntimeError:
            continue
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_many_processes_write_and_the_chain_stays_sound() -> None:
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(WRITERS)
    name = connection.settings_dict["NAME"]
    connection.close()
    writers = [context.Process(target=_write_many, args=(name, barrier)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    sealed_meanwhile = 0
    while any(writer.is_alive() for writer in writers):
        sealed_meanwhile += seal()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    seal()
    expected = WRITERS * sum(number % 3 + 1 for number in range(EACH) if number % 7)
    result = verify()
    assert (result.findings, result.sealed, result.waiting) == ((), expected, 0)
    assert Entry.objects.count() == Seal.objects.count() == expected


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_sealed_as_soon_as_its_transaction_is_over() -> None:
    write()
    assert (Seal.objects.count(), Unsealed.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_sealing_as_part_of_a_transaction_takes_nothing_from_its_durability() -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        assert seal() == 1
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


@pytest.mark.django_db
def test_an_undone_transaction_leaves_no_trace() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        write()
        raise RuntimeError
    assert (Entry.objects.count(), Unsealed.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_an_entry_belongs_into_the_transaction_of_its_change() -> None:
    division = Division.objects.get(code="330226")
    with pytest.raises(TransactionManagementError):
        record(actor=Actor.system("test"), now=NOW, action="touch", subject=division)


@pytest.mark.django_db
def test_the_timed_jobs_seal_the_rest_and_fail_on_tampering() -> None:
    (first, *_rest) = write(3)
    assert seal_rest(timestamp=0) == 3
    assert verify_journal(timestamp=0) == 3
    with without_triggers() as execute:
        execute("UPDATE journal_entry SET reason = 'x' WHERE id = %s", [first])
    with pytest.raises(JournalTampered, match="1 findings"):
        verify_journal(timestamp=0)
