"""Whatever is done to the journal behind its back is found."""

from __future__ import annotations

import hashlib
import json

import pytest
from click.testing import CliRunner
from django.db import ProgrammingError, connection, transaction
from django.db.utils import InternalError

from kaichuang.journal.cli import audit
from kaichuang.journal.models import Entry, Seal
from kaichuang.journal.models.entry import hash_expression
from kaichuang.journal.operations import seal
from kaichuang.journal.queries import head, verify

from .conftest import without_triggers, write

pytestmark = pytest.mark.django_db


def codes() -> set[str]:
    return {finding.code for finding in verify().findings}


def test_an_honest_journal_is_sound(five: list[int]) -> None:
    result = verify()
    assert (result.sound, result.sealed, result.waiting) == (True, 5, 0)
    assert len(bytes.fromhex(result.head)) == 32


def test_entries_that_wait_for_their_seal_are_no_finding(five: list[int]) -> None:
    write(2)
    result = verify()
    assert (result.sound, result.sealed, result.waiting) == (True, 5, 2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET reason = 'x'",
        "DELETE FROM journal_entry",
        "UPDATE journal_seal SET sealed_at = now()",
        "DELETE FROM journal_seal",
    ],
)
def test_the_database_itself_refuses_to_change_the_journal(five: list[int], statement: str) -> None:
    with (
        pytest.raises((ProgrammingError, InternalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "'x'"), ("payload", "'{}'"), ("actor_name", "'other'"), ("at", "at + interval '1 day'"), ("action", "'other'"),
        ("recorded_at", "recorded_at + interval '1 second'"), ("subject_id", "'110000'"), ("scope", "'other'"), ("actor_user_id", "7"),
    ],
)  # fmt: skip
def test_a_changed_entry_is_found(five: list[int], column: str, value: str) -> None:
    with without_triggers() as execute:
        execute(f"UPDATE journal_entry SET {column} = {value} WHERE id = %s", [five[2]])
    assert [(finding.code, finding.entry_id) for finding in verify().findings] == [("changed", five[2])]


def test_a_changed_entry_with_its_hash_made_anew_is_found(five: list[int]) -> None:
    with without_triggers() as execute:
        execute("UPDATE journal_entry SET reason = 'x' WHERE id = %s", [five[2]])
        execute(f"UPDATE journal_entry e SET row_hash = {hash_expression('e')} WHERE id = %s", [five[2]])
    assert codes() == {"chain"}


@pytest.mark.parametrize("which", [0, 2, 4])
def test_a_removed_entry_is_found(five: list[int], which: int) -> None:
    with without_triggers() as execute:
        execute("DELETE FROM journal_entry WHERE id = %s", [five[which]])
    assert ("removed", five[which]) in {(finding.code, finding.entry_id) for finding in verify().findings}


def test_an_entry_removed_with_its_seal_is_found(five: list[int]) -> None:
    with without_triggers() as execute:
        execute("DELETE FROM journal_entry WHERE id = %s", [five[2]])
        execute("DELETE FROM journal_seal WHERE entry_id = %s", [five[2]])
    assert codes() == {"gap", "chain"}


def test_an_inserted_entry_is_found(five: list[int]) -> None:
    with without_triggers() as execute:
        execute(
            "INSERT INTO journal_entry (recorded_at, at, kind, action, subject_type, subject_id, actor_kind, payload, row_hash)"
            " SELECT recorded_at, at, kind, action, subject_type, subject_id, actor_kind, payload, row_hash"
            " FROM journal_entry WHERE id = %s",
            [five[0]],
        )
    assert "inserted" in codes()


def test_entries_exchanged_in_the_chain_are_found(five: list[int]) -> None:
    with without_triggers() as execute:
        execute("UPDATE journal_seal SET entry_id = -1 WHERE entry_id = %s", [five[1]])
        execute("UPDATE journal_seal SET entry_id = %s WHERE entry_id = %s", [five[1], five[2]])
        execute("UPDATE journal_seal SET entry_id = %s WHERE entry_id = -1", [five[2]])
    assert codes() == {"chain"}


def test_an_entry_taken_out_before_its_seal_is_found(five: list[int]) -> None:
    (waiting,) = write()
    with without_triggers() as execute:
        execute("DELETE FROM journal_entry WHERE id = %s", [waiting])
    assert codes() == {"lost"}
    seal()
    assert codes() == {"lost"}


def test_a_chain_made_wholly_anew_is_told_by_the_noted_head(five: list[int]) -> None:
    _position, noted, _waiting = head()
    with without_triggers() as execute:
        execute("UPDATE journal_entry SET reason = 'x' WHERE id = %s", [five[2]])
        execute(f"UPDATE journal_entry e SET row_hash = {hash_expression('e')}")
        chain = b""
        for link in Seal.objects.order_by("position"):
            chain = hashlib.sha256(chain + bytes(Entry.objects.get(pk=link.entry_id).row_hash)).digest()
            execute("UPDATE journal_seal SET chain_hash = %s WHERE position = %s", [chain, link.position])
    assert verify().sound
    result = CliRunner().invoke(audit, ["verify", "--head", noted])
    assert result.exit_code == 1
    assert "noted head" in result.output


def test_the_command_tells_and_fails_when_something_is_wrong(five: list[int]) -> None:
    good = CliRunner().invoke(audit, ["verify", "--json"])
    assert (good.exit_code, json.loads(good.output)["sealed"]) == (0, 5)
    with without_triggers() as execute:
        execute("UPDATE journal_entry SET reason = 'x' WHERE id = %s", [five[2]])
    bad = CliRunner().invoke(audit, ["verify"])
    assert bad.exit_code == 1
    assert f"entry={five[2]}" in bad.output


def test_the_export_holds_every_entry_with_its_hashes(five: list[int]) -> None:
    write(1, scope="ninghai")
    lines = [json.loads(line) for line in CliRunner().invoke(audit, ["export"]).output.splitlines()]
    assert [line["id"] for line in lines][:5] == five
    assert lines[4]["chain_hash"] == head()[1]
    assert lines[5]["position"] is None
    only = CliRunner().invoke(audit, ["export", "--scope", "ninghai"]).output.splitlines()
    assert len(only) == 1


def test_the_head_is_printed(five: list[int]) -> None:
    assert CliRunner().invoke(audit, ["head"]).output.startswith(f"5 {head()[1]}")
