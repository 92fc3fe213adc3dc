"""Test databases: a template migrated once for each state of the migrations, then copied by file.

Copying takes a third of a second where migrating takes five. Works on the throw-away embedded
cluster, and with DATABASE_URL on that server (its role must be allowed to create databases).
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from kaichuang.runtime import schema
from kaichuang.runtime.processes import alive

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_PREFIX = "kc_test"
KEPT = "kept"
"""The schema in which a test database keeps what a migrated one has."""
_LOCK = 0x6B61_6963  # "kaic": one builder of templates at a time
_KEPT_TEMPLATES = 3


@contextmanager
def test_database(worker: str = "main") -> Iterator[str]:
    """Point Django's default connection at a fresh migrated database; drop it at the end.

    `worker` tells parallel test processes apart. Yields the database's name.
    """
    from django.db import connection

    if connection.settings_dict["ENGINE"] == "kaichuang.runtime.database":
        connection.settings_dict["CLUSTER"] = "test"
    connection.close()
    original = connection.settings_dict["NAME"]
    name = f"{_owner_prefix()}_{os.getpid()}_{worker}"
    with _maintenance(connection) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        _drop_orphans(server)
        template = _template(server, connection)
        _copy(server, template=template, target=name)
        server.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    _use(connection, name)
    try:
        yield name
    finally:
        connection.close()
        with _maintenance(connection) as server:
            _drop(server, name)
        _use(connection, original)


test_database.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


@contextmanager
def refilled_from_a_copy() -> Iterator[None]:
    """What a migrated database has (divisions, calendars, permissions) comes back from a copy after each flush.

    Django sends `post_migrate` then, and working everything out again takes most of a second each time.
    """
    from django.apps import apps
    from django.db.models.signals import post_migrate

    (last,) = tuple(apps.get_app_configs())[-1:]
    tables = _keep_rows()
    receivers = post_migrate.receivers
    post_migrate.receivers = []
    post_migrate.connect(partial(_refill, tables), sender=last, weak=False)
    try:
        yield
    finally:
        post_migrate.receivers = receivers


def _keep_rows() -> list[str]:
    """Copy every filled table into a schema of its own; the tables' names."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        names = sorted(
            set(connection.introspection.django_table_names(only_existing=True, include_views=False))
        )
        filled = []
        for name in names:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{name}")')  # noqa: S608  # our own tables
            filled += [name] if cursor.fetchone()[0] else []
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for name in filled:
            cursor.execute(f'CREATE TABLE {KEPT}."{name}" AS TABLE "{name}"')
    return filled


def _refill(tables: list[str], *, using: str, **_more: Any) -> None:
    from django.db import connections, transaction

    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for name in tables:
            cursor.execute(f'INSERT INTO "{name}" SELECT * FROM {KEPT}."{name}"')  # noqa: S608  # our own tables


def schema_hash() -> str:
    """Changes with migrations, permissions, and what an app fills its tables with after migrating."""
    import django
    from django.apps import apps

    digest = hashlib.sha256(django.get_version().encode())
    for config in sorted(apps.get_app_configs(), key=lambda item: item.label):
        digest.update(config.label.encode())
        for file in _fills_tables(Path(config.path)):
            digest.update(file.name.encode() + file.read_bytes())
        for model in config.get_models():
            meta = model._meta
            digest.update(f"{meta.label}{meta.default_permissions}{meta.permissions}".encode())
    return digest.hexdigest()[:16]


def _fills_tables(app: Path) -> list[Path]:
    patterns = ("migrations/**/*", "apps.py", "operations/load_*.py", "data/**/*")
    found = {file for pattern in patterns for file in app.glob(pattern)}
    return sorted(file for file in found if file.is_file() and file.suffix != ".pyc")


def _template(server: psycopg.Connection[Any], connection: BaseDatabaseWrapper) -> str:
    name = f"kc_tpl_{schema_hash()}"
    if not _exists(server, name):
        building = f"{name}_new"
        _drop(server, building)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(building)))
        _migrate(connection, building)
        command = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        server.execute(command.format(sql.Identifier(building), sql.Identifier(name)))
    stamp = sql.SQL("COMMENT ON DATABASE {} IS {}")
    now = server.execute("SELECT now()::text").fetchone()
    server.execute(stamp.format(sql.Identifier(name), sql.Literal(now[0] if now else "")))
    _drop_old_templates(server, keep=name)
    return name


def _migrate(connection: BaseDatabaseWrapper, name: str) -> None:
    before = connection.settings_dict["NAME"]
    _use(connection, name)
    try:
        schema.prepare()
    finally:
        _use(connection, before)


def _use(connection: BaseDatabaseWrapper, name: str) -> None:
    connection.close()
    pool_reset = getattr(connection, "close_pool", None)
    if pool_reset:
        pool_reset()
    connection.settings_dict["NAME"] = name


@contextmanager
def _maintenance(connection: BaseDatabaseWrapper) -> Iterator[psycopg.Connection[Any]]:
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "sslmode")
    chosen = {name: params[name] for name in names if params.get(name)}
    with psycopg.connect(dbname="postgres", autocommit=True, **chosen) as server:
        yield server


def _exists(server: psycopg.Connection[Any], name: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _copy(server: psycopg.Connection[Any], *, template: str, target: str) -> None:
    _drop(server, target)
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    server.execute(command.format(sql.Identifier(target), sql.Identifier(template)))


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_orphans(server: psycopg.Connection[Any]) -> None:
    """Databases of test processes of this machine that were killed."""
    prefix = _owner_prefix() + "_"
    rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    for (name,) in rows.fetchall():
        pid = name.removeprefix(prefix).split("_", 1)[0]
        if pid.isdecimal() and not alive(int(pid)):
            _drop(server, name)


def _drop_old_templates(server: psycopg.Connection[Any], *, keep: str) -> None:
    rows = server.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, 'kc_tpl_') AND datname <> %s"
        " ORDER BY shobj_description(oid, 'pg_database') DESC NULLS LAST",
        [keep],
    )
    for (name,) in rows.fetchall()[_KEPT_TEMPLATES - 1 :]:
        _drop(server, name)


def _owner_prefix() -> str:
    """Several machines may share one server; each cleans up after itself only."""
    return f"{_PREFIX}_{hashlib.sha256(socket.gethostname().encode()).hexdigest()[:6]}"
