"""Commands that hand over to Django."""

from __future__ import annotations

import os
import signal
from typing import cast

import click

from kaichuang.runtime import config, processes

# Commands after which a demo can no longer assume that its data is complete.
_CHANGES_SCHEMA = {"migrate", "flush", "loaddata", "dbshell", "shell"}


@click.command(
    context_settings={
        "ignore_unknown_options": True,
        "help_option_names": [],
        "allow_interspersed_args": False,
    }
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a Django management command: `kaichuang manage help` lists them."""
    from django.core.management import execute_from_command_line

    if arguments and arguments[0] in _CHANGES_SCHEMA:
        from kaichuang.runtime import stamp

        stamp.clear()
    execute_from_command_line(["kaichuang manage", *arguments])


@click.command()
@click.option("--check", is_flag=True, help="只检查，有未应用的迁移则失败 / fail when migrations are pending")
def migrate(check: bool) -> None:
    """更新数据库结构 / bring the database up to date."""
    import django

    from kaichuang.runtime import schema

    django.setup()
    if not check:
        schema.prepare(verbosity=1)
    elif pending := schema.pending():
        raise click.ClickException(
            f"{len(pending)} 个迁移未应用，请运行 kaichuang migrate / migrations pending: "
            + ", ".join(pending)
        )


@click.command()
@click.option("--concurrency", type=int, help="并发数，默认 KAICHUANG_WORKER_CONCURRENCY / jobs at a time")
def worker(concurrency: int | None) -> None:
    """只运行后台任务 / run the background worker only. Ctrl-C finishes the jobs at hand."""
    if os.environ.get("KAICHUANG_SUPERVISED"):
        processes.die_with_parent()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    jobs = concurrency or config.number("KAICHUANG_WORKER_CONCURRENCY")
    import django

    django.setup()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    # Finished jobs are removed, else their table grows for ever; failed ones stay to be looked at.
    connector = cast("DjangoConnector", app.connector)
    with app.replace_connector(connector.get_worker_connector()):
        app.run_worker(concurrency=jobs, delete_jobs="successful", shutdown_graceful_timeout=20)
