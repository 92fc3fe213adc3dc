"""Brings a database's tables up to date. Django is set up by the caller."""

from __future__ import annotations


def prepare(*, verbosity: int = 0) -> None:
    """Run all migrations."""
    from django.core.management import call_command

    from kaichuang.runtime import rendering

    with rendering.narrow():
        call_command("migrate", verbosity=verbosity, interactive=False, run_syncdb=True)


def pending() -> list[str]:
    """Migrations that this program has and the database has not."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
