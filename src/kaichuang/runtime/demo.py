"""`kaichuang demo`: everything on this machine, from nothing to the first page."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import click

from kaichuang.runtime import assets, config, processes, services, stamp, translations
from kaichuang.runtime.cluster import cluster
from kaichuang.runtime.connection import conninfo
from kaichuang.runtime.errors import RuntimeProblem
from kaichuang.runtime.home import ensure_home
from kaichuang.runtime.progress import Steps
from kaichuang.runtime.supervisor import Child, Supervisor


@click.command()
@click.option(
    "--port", default=8000, show_default=True, help="端口，被占用时取下一个 / the next free one if busy"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--no-worker", is_flag=True, help="不启动后台任务 / without the background worker")
def demo(port: int, host: str, no_worker: bool) -> None:
    """一键演示：内置数据库、演示数据、网站与后台任务。Ctrl-C 全部停止。

    Run the demo: embedded database, demo data, web server and worker. Ctrl-C stops everything.
    """
    if processes.parent_is("uv"):
        processes.die_with_parent()
    steps = Steps()
    supervisor = Supervisor(say=steps.note, check=lambda: _tend_database(steps))
    supervisor.listen()
    os.environ["KAICHUANG_MODE"] = "demo"
    (ensure_home() / "static").mkdir(exist_ok=True)
    try:
        _run(supervisor, steps, port=port, host=host, with_worker=not no_worker)
    finally:
        supervisor.end()
        if config.embedded():
            cluster().release()
    if supervisor.stop.is_set():
        click.echo("\n已全部停止 / everything is stopped")


def _run(supervisor: Supervisor, steps: Steps, *, port: int, host: str, with_worker: bool) -> None:
    with ThreadPoolExecutor(1, thread_name_prefix="assets") as pool:
        files = pool.submit(_assets, supervisor.stop)
        with steps.step("启动数据库 / starting the database"):
            conninfo(progress=steps.note)
        known = _prepare(supervisor, steps)
        if known is None or supervisor.stop.is_set():
            return
        with steps.step("编译译文 / compiling translations"):
            translations.compile_all()
        _await_assets(files, steps)
    if supervisor.stop.is_set():
        return
    chosen = services.claim_port(host, port)
    if chosen.number != port:
        steps.note(f"端口 {port} 被占用，改用 {chosen.number} / port {port} is busy, using {chosen.number}")
    env = _served_env(host, chosen.number)
    status = _start(supervisor, steps, env, host, chosen.number)
    if status is None:
        return
    _announce(services.address(host, chosen.number), known.accounts, status)

    def work() -> None:
        # After the first page: both take the processor while they start.
        if with_worker:
            supervisor.add(services.worker(env))

    if known.complete:
        work()
    else:
        _tell_stories(supervisor, steps, known.program, work)
    supervisor.watch()


def _prepare(supervisor: Supervisor, steps: Steps) -> stamp.Stamp | None:
    """Migrate and load what the site needs, unless this very program did so before. None when asked to stop."""
    known = stamp.read()
    program = stamp.fingerprint()
    if known and known.program == program:
        return known
    if known is None and not config.embedded() and stamp.tables():
        raise RuntimeProblem(
            "DATABASE_URL 指向的数据库已有数据，演示数据不会写入：请换空库，或用 kaichuang serve。"
            "The database of DATABASE_URL is not empty: demo data is not loaded into it."
        )
    steps.note("准备数据 / preparing data")
    child = _setup(program, "ground")
    supervisor.add(child)
    while child.ended() is None:
        if supervisor.stop.wait(0.05):
            return None
    supervisor.children.remove(child)
    if child.ended() != 0:
        raise RuntimeProblem("演示数据准备失败，原因见上 / preparing the demo failed, see above")
    return stamp.read()


def _setup(program: str, part: str) -> Child:
    """May lose its last moments in a power cut: it is repeated while its mark is missing."""
    extra = {"PGOPTIONS": "-c synchronous_commit=off"} if config.embedded() else {}
    command = [sys.executable, "-m", "kaichuang.runtime.demo_setup", program, part]
    return Child("准备数据 / preparation ", command, services.child_env(**extra))


def _tell_stories(supervisor: Supervisor, steps: Steps, program: str, then: Callable[[], None]) -> None:
    """The rest of the demo's data, while the site serves. Then the worker: it must not act on half a story."""

    def told(code: int) -> None:
        if code == 0:
            steps.note("演示办件已齐 / the demo's stories are complete")
        else:
            steps.note(
                "演示办件未写完，下次启动再写 / the demo's stories are unfinished, the next start goes on"
            )
        then()

    steps.note("演示办件正在写入，可先浏览 / the demo's stories are being told, have a look round meanwhile")
    child = _setup(program, "stories")
    child.then = told
    supervisor.add(child)


def _start(supervisor: Supervisor, steps: Steps, env: dict[str, str], host: str, port: int) -> int | None:
    with steps.step("启动网站 / starting the web server"):
        web = services.web(host, port, env)
        supervisor.add(web)
        return services.await_page(supervisor, web, host, port)


def _served_env(host: str, port: int) -> dict[str, str]:
    hosts = "*" if services.listens_everywhere(host) else f"localhost,127.0.0.1,[::1],{host}"
    return services.child_env(
        KAICHUANG_ALLOWED_HOSTS=os.environ.get("KAICHUANG_ALLOWED_HOSTS") or hosts,
        KAICHUANG_BASE_URL=os.environ.get("KAICHUANG_BASE_URL") or services.address(host, port),
    )


def _announce(address: str, accounts: list[list[str]], status: int) -> None:
    click.echo(f"\n开创已就绪 / ready:  {address}/")
    if status >= 500:
        click.echo(
            f"首页返回 {status}，请看上面的错误 / the first page answers {status}, see the errors above",
            err=True,
        )
    if accounts:
        click.echo("演示账号 / demo accounts:")
        widest = max(len(login) for login, *_ in accounts)
        for login, password, shows in accounts:
            click.echo(f"  {login:<{widest}}  {password}  {shows}")
    click.echo("按 Ctrl-C 停止 / press Ctrl-C to stop")


def _assets(stop: threading.Event) -> Callable[[], None] | None:
    """Install the front-end files; trouble is told later, in its own step."""
    try:
        assets.install(stop=stop)
    except (RuntimeProblem, OSError, subprocess.SubprocessError) as error:
        problem = str(error)
        return lambda: click.echo(
            f"  前端文件未装好，页面将没有样式 / pages will be plain: {problem}", err=True
        )
    return None


def _await_assets(files: Future[Callable[[], None] | None], steps: Steps) -> None:
    with steps.step("安装前端文件 / installing front-end files"):
        tell = files.result()
    if tell:
        tell()


def _tend_database(steps: Steps) -> None:
    """A server that was killed comes back before anybody has to ask for it."""
    if config.embedded() and not cluster().answers:
        steps.note("数据库已停止，重新启动 / the database stopped, starting it again")
        cluster().recover(steps.note)
