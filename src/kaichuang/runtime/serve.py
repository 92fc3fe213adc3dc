"""`kaichuang serve`: web server and worker in production."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path

import click

from kaichuang.runtime import assets, config, schema, services, stamp, translations
from kaichuang.runtime.cluster import cluster
from kaichuang.runtime.errors import RuntimeProblem
from kaichuang.runtime.home import ensure_home
from kaichuang.runtime.progress import Steps
from kaichuang.runtime.supervisor import Supervisor


@click.command()
@click.option("--port", default=8000, show_default=True, help="端口 / port")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--no-worker", is_flag=True, help="不启动后台任务 / without the background worker")
@click.option("--migrate", is_flag=True, help="启动前更新数据库结构 / migrate before starting")
def serve(port: int, host: str, no_worker: bool, migrate: bool) -> None:
    """正式运行网站与后台任务，数据库由 DATABASE_URL 指定 / run web and worker against DATABASE_URL."""
    os.environ.setdefault("KAICHUANG_MODE", "production")
    if found := config.problems():
        raise RuntimeProblem("\n".join(found))
    steps = Steps()
    embedded = config.embedded()
    if embedded:
        steps.note(
            "未设 DATABASE_URL，使用内置数据库，仅宜小规模使用 / without DATABASE_URL: embedded database"
        )
    supervisor = Supervisor(say=steps.note, check=_keep_embedded if embedded else lambda: None)
    supervisor.listen()
    try:
        _prepare(steps, migrate=migrate)
        chosen = services.claim_port(host, port, tries=1)
        env = services.child_env()
        web = services.web(host, chosen.number, env)
        supervisor.add(web)
        status = services.await_page(supervisor, web, host, chosen.number)
        if status is not None:
            if not no_worker:
                supervisor.add(services.worker(env))
            click.echo(f"开创已就绪 / ready: {services.address(host, port)}/")
            supervisor.watch()
    finally:
        supervisor.end()
        if embedded:
            cluster().release()


def _prepare(steps: Steps, *, migrate: bool) -> None:
    import django
    from django.conf import settings
    from django.db import connections

    if found := assets.problems():
        raise RuntimeProblem(f"{found[0]}。请先运行 / first run: kaichuang assets install")
    translations.compile_all()
    django.setup()
    if migrate:
        with steps.step("更新数据库结构 / migrating the database"):
            schema.prepare()
    elif pending := schema.pending():
        raise RuntimeProblem(
            f"{len(pending)} 个迁移未应用：先运行 kaichuang migrate，或加 --migrate / "
            f"{len(pending)} migrations are pending: run `kaichuang migrate` first, or use --migrate"
        )
    _collect_static(steps, Path(settings.STATIC_ROOT))
    connections.close_all()


def _collect_static(steps: Steps, target: Path) -> None:
    """Collect, hash and compress, unless these very files were collected before."""
    from django.core.management import call_command

    mark = ensure_home() / "static.stamp"
    program = stamp.fingerprint(static=True)
    if mark.is_file() and mark.read_text() == program and target.is_dir():
        return
    target.mkdir(parents=True, exist_ok=True)
    with steps.step("收集静态文件 / collecting static files"), contextlib.redirect_stdout(io.StringIO()):
        call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(program)


def _keep_embedded() -> None:
    if not cluster().answers:
        cluster().recover()
