"""Plain SQL for the few paths where the cost of the ORM counts; everything else uses the ORM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import psycopg
from django.db import DatabaseError, connection, models
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

M = TypeVar("M", bound=models.Model)


class _Prepared(psycopg.Cursor[Any]):
    """Prepares at the first use, on the server, which then need not read and plan the statement again.

    A pooler in transaction mode must pass prepared statements on (PgBouncer does since 1.21).
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        # Django forbids preparing on its connections; every other statement stays forbidden.
        before, self.connection.prepare_threshold = self.connection.prepare_threshold, 0
        try:
            return super().execute(query, params, **options)
        finally:
            self.connection.prepare_threshold = before


def prepared(query: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows that a constant statement returns; its parameters need a type where SQL cannot tell (`%s::bigint`).

    Logged, counted and refused in a broken transaction, like a statement of the ORM.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    # What has been prepared Django cannot log, so whoever logs statements has them sent as they are.
    kind = psycopg.Cursor if connection.queries_logged else _Prepared
    # Django has no public way to another class of cursor; this is the second half of its `cursor()`.
    with connection._prepare_cursor(kind(connection.connection)) as cursor:  # type: ignore[attr-defined]  # not in the stubs
        cursor.execute(query, params)
        return list(cursor.fetchall())


_asked: WeakKeyDictionary[psycopg.Connection[Any], set[str]] = WeakKeyDictionary()


def ask(name: str, statement: str, argument: str) -> str:
    """The one text that a constant statement returns for its one parameter, `$1`.

    The shortest way to the server and back, a third of a cursor's price on our side: prepared under `name` once for
    each connection, nothing converted, nothing logged. A procedure may commit in it.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    with connection.wrap_database_errors:
        known = _asked.setdefault(raw, set())
        if name not in known:
            _succeeded(raw, raw.pgconn.prepare(name.encode(), statement.encode()))
            known.add(name)
        answer = _succeeded(raw, raw.pgconn.exec_prepared(name.encode(), [argument.encode()]))
    return (answer.get_value(0, 0) or b"").decode()


def _succeeded(raw: psycopg.Connection[Any], result: PGresult) -> PGresult:
    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return result
    if raw.closed:  # what is said of a lost connection has no SQLSTATE to tell an error's kind by
        raise psycopg.OperationalError(raw.pgconn.get_error_message())
    raise psycopg.errors.error_from_result(result)


@cache
def columns_of(model: type[models.Model], alias: str = "") -> str:
    """The columns of a model for a SELECT whose rows `read` turns into instances."""
    dot = f"{alias}." if alias else ""
    return ", ".join(f'{dot}"{field.column}"' for field in model._meta.concrete_fields)


def read(model: type[M], row: Sequence[Any]) -> M:
    """An instance from the columns of `columns_of`; what follows them in the row is left alone."""
    names = _names(model)
    return model.from_db(connection.alias, names, row[: len(names)])


@cache
def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """What an INSERT fills; the key comes from the database."""
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@cache
def inserting(model: type[models.Model]) -> str:
    """`INSERT … RETURNING id` for one row of a model; `values_of` are its parameters."""
    fields = fields_of(model)
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places}) RETURNING id'  # noqa: S608  # names of the model


def values_of(row: models.Model) -> list[Any]:
    """The values of a new row for `inserting`."""
    return [
        field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields_of(type(row))
    ]


def inserted(row: models.Model, key: int) -> None:
    """Tell an instance that it is in the database now."""
    row.pk = key
    row._state.adding = False
    row._state.db = connection.alias


def insert(row: models.Model) -> None:
    """`row.save(force_insert=True)` at a fifth of the price; sends no signals."""
    ((key,),) = prepared(inserting(type(row)), values_of(row))
    inserted(row, key)


def update_each(rows: Sequence[models.Model], *names: str) -> None:
    """`row.save(update_fields=names)` for rows of one model, each with its own values, by one statement; sends no signals."""
    if not rows:
        return
    model = type(rows[0])
    key = model._meta.pk
    assert key is not None  # every model that is no abstract one has a key
    fields = [model._meta.get_field(name) for name in names]
    columns = [key, *(field for field in fields if isinstance(field, models.Field))]
    values = [
        [field.get_db_prep_save(field.pre_save(row, add=False), connection) for row in rows]
        for field in columns
    ]
    with connection.cursor() as cursor:
        cursor.execute(_updating(model, tuple(columns)), values)
        if cursor.rowcount != len(rows):
            raise DatabaseError(f"{cursor.rowcount} of {len(rows)} rows of {model._meta.db_table} were there")


@cache
def _updating(model: type[models.Model], columns: tuple[models.Field[Any, Any], ...]) -> str:
    """`UPDATE … FROM unnest(…)`; the first column is the key."""
    key, *others = (f'"{field.column}"' for field in columns)
    names = ", ".join([key, *others])
    changes = ", ".join(f"{name} = given.{name}" for name in others)
    # Without the length: an array's cast would cut a text silently, the column's own does not.
    types = ((field.db_type(connection) or "").partition("(")[0] for field in columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    table = f'"{model._meta.db_table}"'
    return (
        f"UPDATE {table} SET {changes} FROM unnest({arrays}) AS given ({names}) "  # noqa: S608  # names of the model
        f"WHERE {table}.{key} = given.{key}"
    )
