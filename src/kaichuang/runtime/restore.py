"""`kaichuang restore FILE`: a backup back into a database, after its hashes have been checked."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click
import psycopg
from psycopg import conninfo as pgconninfo
from psycopg import sql

from kaichuang.runtime import archive, config, home, secrets, stamp
from kaichuang.runtime.backup import run_client
from kaichuang.runtime.connection import conninfo
from kaichuang.runtime.errors import RuntimeProblem

_SETTINGS_UNKNOWN_BEFORE = {"transaction_timeout": 170000}
_TARGETS = "目标：新库名，或 postgresql:// 地址 / target: a new database's name, or an address"


def read(source: Path, *, text: str, media: Path, force: bool) -> archive.Manifest:
    """Restore into the database of that connection string and the media directory."""
    manifest = archive.verified(source)
    with psycopg.connect(text, autocommit=True) as connection:
        _require_free(connection, media, manifest, force=force)
        version = connection.info.server_version
        if force:
            _empty(connection)
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / archive.DUMP
        archive.extract(source, archive.DUMP, dump)
        _restore(dump, text, version)
    archive.extract_media(source, media)
    stamp.clear(text)
    return manifest


def _require_free(
    connection: psycopg.Connection[tuple[object, ...]],
    media: Path,
    manifest: archive.Manifest,
    *,
    force: bool,
) -> None:
    """All objections at once. `force` overrules those against what is there, not those against who is there."""
    if force:
        if users := _users(connection):
            raise RuntimeProblem(
                f"目标数据库正在使用：{users}。请先停止网站与后台任务，它们记得旧数据 / "
                f"the target database is in use by {users}: first stop the site and its worker, they remember old data"
            )
        return
    found = []
    if count := stamp.tables_of(connection):
        found.append(f"目标数据库已有 {count} 张表 / the target database has {count} tables")
    names = (name for name in manifest.files if name.startswith(archive.MEDIA))
    if taken := [name for name in names if (media / name.removeprefix(archive.MEDIA)).exists()]:
        found.append(f"附件目录 {media} 已有其中 {len(taken)} 个文件 / has {len(taken)} of the files already")
    if found:
        raise RuntimeProblem(
            "\n".join([*found, "覆盖请加 --force，原有数据将丢失 / use --force to replace them"])
        )


def _users(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    """The programs that are connected as the same role, with the number of their sessions."""
    rows = connection.execute(
        "SELECT coalesce(nullif(application_name, ''), '?') || ' ×' || count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        " GROUP BY application_name ORDER BY application_name"
    )
    return ", ".join(str(name) for (name,) in rows)


def _empty(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Drop every schema that is not PostgreSQL's own."""
    rows = connection.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    )
    for (name,) in rows.fetchall():
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(str(name))))
    connection.execute("CREATE SCHEMA public")


def _restore(dump: Path, text: str, version: int) -> None:
    """In one transaction: it is all there, or nothing is."""
    script = dump.with_suffix(".sql")
    options = ["--no-owner", "--no-privileges", "--no-comments", f"--file={script}", str(dump)]
    run_client("pg_restore", options)
    unknown = [name for name, since in _SETTINGS_UNKNOWN_BEFORE.items() if version < since]
    plain = dump.with_suffix(".plain.sql")
    with script.open("rb") as source, plain.open("wb") as out:
        in_head = True
        for line in source:
            # Only statements before the first rows: a row must never be taken for one.
            in_head = in_head and not line.startswith(b"COPY ")
            if not (in_head and _superfluous(line, unknown)):
                out.write(line)
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={plain}"]
    run_client("psql", options, text)


def _superfluous(line: bytes, unknown: list[str]) -> bool:
    """Settings that an older server does not know, and a schema that is there already."""
    return line.startswith((b"CREATE SCHEMA public", *(f"SET {name} ".encode() for name in unknown)))


def _target(into: str | None) -> str:
    """The connection string of the target; a database that is only named is created."""
    if not into:
        return conninfo()
    if "://" in into:
        return conninfo({**os.environ, "DATABASE_URL": into})
    base = conninfo()
    with psycopg.connect(base, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [into]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(into)))
    return pgconninfo.make_conninfo(base, dbname=into)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--into", help=_TARGETS)
@click.option(
    "--media", type=click.Path(path_type=Path, file_okay=False), help="附件目录 / directory of uploaded files"
)
@click.option("--force", is_flag=True, help="目标非空也恢复，原有数据将丢失 / replace what the target holds")
def restore(file: Path, into: str | None, media: Path | None, force: bool) -> None:
    """从备份恢复；目标须为空，除非 --force，且网站已停 / restore into an empty target, or with --force, the site stopped."""
    if into is None and (found := config.problems()):
        raise RuntimeProblem("\n".join(found))
    manifest = read(file, text=_target(into), media=media or home.media_dir(), force=force)
    attachments = sum(name.startswith(archive.MEDIA) for name in manifest.files)
    click.echo(f"已恢复 / restored: {manifest.created_at}，附件 / attachments {attachments}")
    click.echo(
        "若程序比备份新，请运行 kaichuang migrate / if the program is newer than the backup: kaichuang migrate"
    )
    if manifest.data_key != secrets.data_key_fingerprint():
        click.echo(
            "注意：本机 data.key 与备份时不同，加密的个人信息无法读取，请换回原密钥。"
            "Note: data.key differs from the backup's; encrypted personal numbers stay unreadable until it is put back.",
            err=True,
        )
