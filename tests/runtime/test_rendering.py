"""Migrating with less rendering ends where Django's own way ends."""

from __future__ import annotations

import os

import psycopg
import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState

from kaichuang.runtime.backup import run_client
from kaichuang.runtime.rendering import NarrowState

from .conftest import Installation

# One process, because loading the programme takes as long as migrating it.
MIGRATE = """
import django, psycopg
from psycopg import sql
django.setup()
from django.core.management import call_command
from django.db import connection
from kaichuang.runtime import schema
from kaichuang.runtime.connection import conninfo

def use(name, template=None):
    connection.close()
    connection.settings_dict["NAME"] = name
    if template:
        with psycopg.connect(conninfo(), dbname="postgres", autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")

use("plain", "template0")
call_command("migrate", "cases", "0001", verbosity=0)
use("continued", "plain")
schema.prepare()
use("plain")
call_command("migrate", run_syncdb=True, verbosity=0)
use("ours", "template0")
schema.prepare()
"""
# Numbers too: who migrates in two goes numbers permissions in another order.
VARYING = """
SELECT column_name::text FROM information_schema.columns
WHERE table_name = %s AND (data_type ~ '^(timestamp|uuid)' OR column_name IN ('id', 'content_type_id'))
"""


def test_no_migration_leaves_a_model_that_holds_an_outdated_class(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered = []
    render = ModelState.render
    monkeypatch.setattr(ModelState, "render", lambda own, apps: rendered.append(own) or render(own, apps))
    loader = MigrationLoader(None)
    state = NarrowState(real_apps=loader.unmigrated_apps)
    assert state.apps.get_models() is not None
    plan = list(
        dict.fromkeys(key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf))
    )
    for key in plan:
        state = loader.graph.nodes[key].mutate_state(state, preserve=False)
        assert outdated(state) == [], key
    # Django renders six times as many.
    assert len(rendered) < 15 * len(state.models)


def outdated(state: NarrowState) -> list[str]:
    """The fields that point at, or lead through, a class that is no longer the model's."""
    found = []
    for model in state.apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            relation = getattr(field, "remote_field", None)
            held = {getattr(relation, "model", None), getattr(relation, "through", None)} - {None}
            current = {state.apps.get_model(other._meta.label) for other in held}
            if held != current:
                found.append(str(field))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("CI"), reason="Django's own way takes a quarter of a minute")
def test_tables_and_their_content_are_those_of_djangos_own_way(installation: Installation) -> None:
    user = installation.user()
    extra = {"DJANGO_SETTINGS_MODULE": "kaichuang.settings", "PGOPTIONS": "-c synchronous_commit=off"}
    child = installation.python(MIGRATE, **extra)
    output = child.communicate(timeout=240)[0]
    assert child.returncode == 0, output
    plain = schema_of(installation, "plain")
    assert plain.count("CREATE TABLE") > 100
    assert schema_of(installation, "ours") == plain
    assert schema_of(installation, "continued") == plain
    filled = content_of(installation, "plain")
    assert {"django_migrations", "auth_permission", "places_division"} <= set(filled)
    assert content_of(installation, "ours") == filled
    user.communicate(timeout=30)


def address(installation: Installation, name: str) -> str:
    return f"host={installation.root / 'sock'} user=kaichuang dbname={name}"


def schema_of(installation: Installation, name: str) -> str:
    dump = run_client("pg_dump", ["--schema-only"], address(installation, name))
    return "\n".join(line for line in dump.splitlines() if "restrict" not in line.split(" ")[0])


def content_of(installation: Installation, name: str) -> dict[str, list[object]]:
    """The rows of each filled table, without moments, random keys and numbers."""
    found = {}
    with psycopg.connect(address(installation, name)) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in tables.fetchall():
            varying = [column for (column,) in connection.execute(VARYING, [table])]
            query = f'SELECT to_jsonb(t) - %s::text[] FROM "{table}" t ORDER BY 1'
            if rows := [row for (row,) in connection.execute(query, [varying])]:
                found[table] = rows
    return found
