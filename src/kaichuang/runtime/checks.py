"""The checks of `kaichuang doctor`. Each looks at one thing and says what to do when it is wrong."""

from __future__ import annotations

import datetime
import importlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg

from kaichuang.runtime import assets, catalogues, config, home, schema, secrets
from kaichuang.runtime.connection import conninfo
from kaichuang.runtime.errors import RuntimeProblem

_LEAST_PYTHON = (3, 11)
_LEAST_SERVER = 150000
_LEAST_FREE_MB = 1024
_EXTENSIONS = ("btree_gist", "pg_trgm")
_LEAST_KEY = 32
_MOST_DRIFT_SECONDS = 5


@dataclass(frozen=True)
class Finding:
    """The result of one check. `advice` is empty when there is nothing to do."""

    name: str
    status: Literal["ok", "warning", "error"]
    detail: str
    advice: str = ""

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


def run() -> list[Finding]:
    """All checks. What needs the database or the program is left out when that cannot be reached."""
    findings = [check() for check in (_python, _settings, _disk, _write_access)]
    if findings[1].status == "error":
        return findings
    findings += [check() for check in (_keys, _encoding, _assets, _translations, _mail, _address)]
    database = list(_database())
    findings += database
    if all(finding.status != "error" for finding in database):
        findings += list(_program())
    return findings


def _python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < _LEAST_PYTHON:
        return Finding("Python", "error", found, "需要 3.11 以上 / 3.11 or newer is needed")
    return Finding("Python", "ok", f"{found} {sys.executable}")


def _settings() -> Finding:
    if found := config.problems():
        return Finding(
            "设置 / settings", "error", "; ".join(found), "改正环境变量后重试 / correct the environment"
        )
    return Finding("设置 / settings", "ok", f"{config.mode()}, {home.home_dir()}")


def _disk() -> Finding:
    place = next(folder for folder in (home.home_dir(), *home.home_dir().parents) if folder.exists())
    free = shutil.disk_usage(place).free // 1_000_000
    name = "磁盘 / disk"
    if free < _LEAST_FREE_MB:
        return Finding(
            name, "error", f"{place}: {free} MB", "腾出空间或更换 KAICHUANG_HOME / free some space"
        )
    return Finding(name, "ok", f"{place}: {free} MB 可用 / free")


def _write_access() -> Finding:
    name = "写权限 / write access"
    try:
        folders = [home.ensure_home(), home.media_dir()]
        denied = [str(folder) for folder in folders if not _writable(folder)]
    except RuntimeProblem as problem:
        return Finding(name, "error", str(problem))
    if denied:
        advice = "用其所有者运行，或改 KAICHUANG_HOME、KAICHUANG_MEDIA_ROOT / run as the owner, or set other places"
        return Finding(name, "error", ", ".join(denied), advice)
    return Finding(name, "ok", ", ".join(str(folder) for folder in folders))


def _writable(folder: Path) -> bool:
    place = next(item for item in (folder, *folder.parents) if item.exists())
    return os.access(place, os.W_OK | os.X_OK)


def _keys() -> Finding:
    name = "密钥 / keys"
    try:
        key = secrets.secret_key()
        secrets.data_keys()
    except RuntimeProblem as problem:
        return Finding(name, "error", str(problem))
    if len(key) < _LEAST_KEY:
        return Finding(
            name, "error", "KAICHUANG_SECRET_KEY", "太短，至少 32 个字符 / too short, at least 32 characters"
        )
    for file in (home.home_dir() / "secret.key", home.home_dir() / "data.key"):
        if file.exists() and file.stat().st_mode & 0o077:
            return Finding(name, "error", f"{file} 他人可读 / others can read it", f"chmod 600 {file}")
    return Finding(name, "ok", f"data.key {secrets.data_key_fingerprint()}")


def _encoding() -> Finding:
    name = "字符编码 / encoding"
    found = f"{sys.getfilesystemencoding()}, {sys.stdout.encoding}"
    if sys.getfilesystemencoding().lower().replace("-", "") != "utf8":
        return Finding(name, "error", found, "设置 / set LANG=C.UTF-8 或 / or PYTHONUTF8=1")
    return Finding(name, "ok", found)


def _assets() -> Finding:
    name = "前端文件 / front-end files"
    if found := assets.problems():
        return Finding(name, "error", found[0], "kaichuang assets install")
    return Finding(name, "ok", str(assets.TARGET))


def _translations() -> Finding:
    name = "译文 / translations"
    stale = [file for context in catalogues.contexts() for file in catalogues.stale(context)]
    if stale:
        return Finding(
            name, "error", f"{len(stale)} 个未编译 / not compiled", "kaichuang translations compile"
        )
    return Finding(name, "ok", "已编译 / compiled")


def _mail() -> Finding:
    name = "邮件 / mail"
    url = config.text("KAICHUANG_MAIL_URL")
    if not url:
        status: Literal["ok", "warning"] = "warning" if config.mode() == "production" else "ok"
        return Finding(
            name,
            status,
            "写入日志 / goes to the log",
            "设置 / set KAICHUANG_MAIL_URL" if status == "warning" else "",
        )
    return Finding(name, "ok", str(config.mail_settings()["EMAIL_HOST"]))


def _address() -> Finding:
    name = "对外网址 / public address"
    address = config.text("KAICHUANG_BASE_URL")
    if config.mode() == "production" and not address.startswith("https://"):
        return Finding(
            name, "warning", address, "生产应为 https / set KAICHUANG_BASE_URL to an https address"
        )
    if config.mode() == "production" and config.flag("KAICHUANG_DEBUG"):
        return Finding(name, "error", "KAICHUANG_DEBUG=1", "生产必须关闭 / switch it off in production")
    return Finding(name, "ok", address)


def _database() -> Iterator[Finding]:
    name = "数据库 / database"
    try:
        text = conninfo()
        connection = psycopg.connect(text, connect_timeout=10)
    except (RuntimeProblem, psycopg.Error, OSError) as problem:
        advice = "检查 DATABASE_URL、网络与服务 / check DATABASE_URL, the network and the server"
        yield Finding(name, "error", str(problem).strip(), advice)
        return
    with connection:
        version = connection.info.server_version
        place = connection.info.host
        if version < _LEAST_SERVER:
            yield Finding(
                name, "error", f"PostgreSQL {version // 10000}", "需要 15 以上 / 15 or newer is needed"
            )
            return
        yield Finding(name, "ok", f"PostgreSQL {version // 10000}.{version % 10000} @ {place}")
        for look in (_encoding_of, _collation, _extensions, _time_zone, _superuser):
            yield look(connection)


def _encoding_of(connection: psycopg.Connection[Any]) -> Finding:
    found = _value(connection, "SHOW server_encoding")
    advice = (
        "" if found == "UTF8" else "用 ENCODING 'UTF8' 重建数据库 / create the database with ENCODING 'UTF8'"
    )
    return Finding("库编码 / encoding", "error" if advice else "ok", found, advice)


def _collation(connection: psycopg.Connection[Any]) -> Finding:
    found = _value(connection, "SELECT datctype FROM pg_database WHERE datname = current_database()")
    if found.upper() in {"C", "POSIX"}:
        advice = "LC_CTYPE 为 C 时检索会丢掉中文：用 LC_CTYPE 'C.UTF-8' 重建 / search drops Chinese: recreate the database"
        return Finding("字符分类 / LC_CTYPE", "error", found, advice)
    return Finding("字符分类 / LC_CTYPE", "ok", found)


def _extensions(connection: psycopg.Connection[Any]) -> Finding:
    known = connection.execute("SELECT name FROM pg_available_extensions").fetchall()
    missing = sorted(set(_EXTENSIONS) - {row[0] for row in known})
    if missing:
        advice = "安装 postgresql-contrib / install the server's contrib package"
        return Finding("扩展 / extensions", "error", f"缺少 / missing: {', '.join(missing)}", advice)
    return Finding("扩展 / extensions", "ok", ", ".join(_EXTENSIONS))


def _time_zone(connection: psycopg.Connection[Any]) -> Finding:
    theirs = float(_value(connection, "SELECT extract(epoch FROM clock_timestamp())"))
    drift = theirs - time.time()
    if abs(drift) > _MOST_DRIFT_SECONDS:
        advice = "校准两台机器的时间（NTP）/ synchronise both clocks"
        return Finding("时间 / time", "error", f"数据库相差 / database is off by {drift:.0f} s", advice)
    return Finding("时间 / time", "ok", f"{_value(connection, 'SHOW TimeZone')}, {drift:+.1f} s")


def _superuser(connection: psycopg.Connection[Any]) -> Finding:
    if _value(connection, "SHOW is_superuser") == "on":
        advice = (
            "程序应使用普通角色，防篡改触发器才有效 / use a plain role: a superuser gets round the triggers"
        )
        return Finding("数据库角色 / role", "warning", connection.info.user, advice)
    return Finding("数据库角色 / role", "ok", connection.info.user)


def _value(connection: psycopg.Connection[Any], query: str) -> str:
    row = connection.execute(query.encode()).fetchone()
    return str(row[0]) if row else ""


def _program() -> Iterator[Finding]:
    import django

    try:
        django.setup()
        pending = schema.pending()
    except Exception as problem:  # whatever breaks the program is what the doctor reports
        yield Finding(
            "程序 / program",
            "error",
            f"{type(problem).__name__}: {problem}",
            "重新安装 / install again: uv sync",
        )
        return
    if pending:
        yield Finding("迁移 / migrations", "error", f"{len(pending)} 个未应用 / pending", "kaichuang migrate")
        return
    yield Finding("迁移 / migrations", "ok", "已全部应用 / all applied")
    yield _guarded("工作日历 / calendar", _calendar)


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except (ImportError, AttributeError, LookupError) as problem:
        return Finding(name, "warning", f"未能检查 / not checked: {problem}")


def _calendar() -> Finding:
    """The State Council's arrangement for this year must be there, and in December the next one's."""
    # Reached by name: the clock lies on a higher floor.
    years = set(importlib.import_module("kaichuang.clock.queries").working_calendar().years)
    today = (
        datetime.datetime.now(datetime.UTC).astimezone(datetime.timezone(datetime.timedelta(hours=8))).date()
    )
    name, advice = (
        "工作日历 / calendar",
        "录入国务院办公厅放假通知 / enter the State Council's arrangement of holidays",
    )
    if today.year not in years:
        return Finding(name, "error", f"缺少 / missing {today.year}", advice)
    if today.month >= 12 and today.year + 1 not in years:
        return Finding(name, "warning", f"缺少 / missing {today.year + 1}", advice)
    return Finding(name, "ok", f"{min(years)}–{max(years)}")
