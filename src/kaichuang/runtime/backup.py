"""`kaichuang backup FILE`: the database and the uploaded files in one archive."""

from __future__ import annotations

import datetime
import os
import subprocess
import tempfile
from importlib import metadata
from pathlib import Path

import click
import psycopg
from psycopg import conninfo as pgconninfo

from kaichuang.runtime import archive, binaries, home, secrets
from kaichuang.runtime.connection import conninfo
from kaichuang.runtime.errors import RuntimeProblem


def write(target: Path) -> archive.Manifest:
    """Back up to `target`. The dump is taken first, so no row lacks its file."""
    text = conninfo()
    manifest = _describe(text)
    with archive.create(target, manifest) as out, tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump = Path(folder) / archive.DUMP
        _dump(text, dump)
        out.add(archive.DUMP, dump)
        media = home.media_dir()
        for file in sorted(media.rglob("*")):
            if file.is_file() and not file.is_symlink():
                out.add(archive.MEDIA + file.relative_to(media).as_posix(), file)
    return manifest


def run_client(name: str, arguments: list[str], text: str | None = None) -> str:
    """Run one of PostgreSQL's programs, on a database if one is given; its complaint ends the command."""
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    command = [binaries.program(name), *arguments]
    if text is not None:
        parts = pgconninfo.conninfo_to_dict(text)
        if password := parts.pop("password", None):
            # Not on the command line, where every user of the machine could read it.
            env["PGPASSWORD"] = str(password)
        command += ["--dbname", pgconninfo.make_conninfo("", **parts)]
    done = subprocess.run(  # noqa: S603  # the wheel's own programs
        command, capture_output=True, text=True, check=False, env=env, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        raise RuntimeProblem(f"{name} 失败 / failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def _dump(text: str, target: Path) -> None:
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    run_client("pg_dump", options, text)


def _describe(text: str) -> archive.Manifest:
    with psycopg.connect(text) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            raise RuntimeProblem(
                "数据库还是空的，没有可备份的内容 / the database is empty: nothing to back up"
            )
        rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id").fetchall()
        server = connection.info.parameter_status("server_version") or ""
    return archive.Manifest(
        created_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        program=metadata.version("kaichuang"),
        server=server,
        migrations=[row[0] for row in rows],
        data_key=secrets.data_key_fingerprint(),
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="覆盖已有文件 / overwrite an existing file")
def backup(file: Path, force: bool) -> None:
    """备份数据库与附件到一个文件 / back up database and uploaded files into one archive.

    密钥不在其中，请另行妥善保存 data.key。Keys are not part of it: keep data.key elsewhere.
    """
    if file.exists() and not force:
        raise RuntimeProblem(f"{file} 已存在，覆盖请加 --force / exists already, use --force to overwrite")
    manifest = write(file.absolute())
    attachments = sum(name.startswith(archive.MEDIA) for name in manifest.files)
    size = file.stat().st_size / 1_000_000
    click.echo(f"已备份 / saved: {file}，{size:.1f} MB，附件 / attachments {attachments}")
    if not os.environ.get("KAICHUANG_DATA_KEY"):
        click.echo(f"请另行保存密钥 / keep this key elsewhere: {home.home_dir() / 'data.key'}")
