"""Remembers, inside the database, which program last prepared its demo.

A second start of the same program skips migrating and loading, which would take longer than all
the rest. The mark is the comment of the database: it is dropped, copied and restored with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from kaichuang.runtime.connection import conninfo

_MARK = "kaichuang demo "
_PACKAGE = Path(__file__).resolve().parents[1]
_SKIPPED = {"__pycache__", "static", "node_modules"}


@dataclass(frozen=True)
class Stamp:
    """The program's fingerprint and the demo accounts as (login, password, what it shows).

    Not `complete`: what the site serves with is there, the stories are still being told.
    """

    program: str
    accounts: list[list[str]]
    complete: bool = False


def fingerprint(*, static: bool = False) -> str:
    """Changes with any source file of Kaichuang and any installed package. Reads no file's content.

    `static` counts the static files too.
    """
    skipped = _SKIPPED - {"static"} if static else _SKIPPED
    digest = hashlib.sha256(sys.version.encode())
    for folder, folders, files in os.walk(_PACKAGE):
        folders[:] = sorted(name for name in folders if name not in skipped)
        for name in sorted(files):
            if not name.endswith(".mo"):
                info = os.stat(os.path.join(folder, name))
                digest.update(f"{folder}/{name} {info.st_size} {info.st_mtime_ns}\n".encode())
    for entry in sorted(sys.path):
        if entry.endswith("site-packages") and os.path.isdir(entry):
            digest.update(f"{entry} {os.stat(entry).st_mtime_ns}\n".encode())
    return digest.hexdigest()


def read(text: str | None = None) -> Stamp | None:
    """The mark of that database, if it has one; by default of the configured one."""
    with psycopg.connect(text or conninfo()) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    mark = row[0] if row else None
    return Stamp(**json.loads(mark.removeprefix(_MARK))) if mark and mark.startswith(_MARK) else None


def write(stamp: Stamp, text: str | None = None) -> None:
    """Mark the database as prepared."""
    mark = _MARK + json.dumps(asdict(stamp), ensure_ascii=False)
    with psycopg.connect(text or conninfo(), autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(mark)))


def clear(text: str | None = None) -> None:
    """Forget the fingerprint, but not that this database belongs to a demo."""
    if known := read(text):
        write(Stamp(program="", accounts=known.accounts), text)


def tables() -> int:
    """How many tables of anybody's the configured database has."""
    with psycopg.connect(conninfo()) as connection:
        return tables_of(connection)


def tables_of(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
    """How many tables of anybody's the connected database has."""
    row = connection.execute(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'"
    ).fetchone()
    return int(row[0]) if row else 0
