"""Every environment setting of Kaichuang in one typed table.

Settings modules, `kaichuang doctor --settings` and `docs/settings.md` all read this table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from kaichuang.runtime.errors import RuntimeProblem

Kind = Literal["text", "flag", "number", "list", "path", "url", "secret", "choice"]
Env = Mapping[str, str]

EMBEDDED_ENGINE = "kaichuang.runtime.database"
POSTGRESQL_ENGINE = "django.db.backends.postgresql"
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class ConfigError(RuntimeProblem):
    """A setting in the environment that cannot be used."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its kind, its default as text, and what it means."""

    name: str
    kind: Kind
    default: str
    zh: str
    en: str
    choices: tuple[str, ...] = ()


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "KAICHUANG_HOME",
        "path",
        "",
        "数据目录；默认 ~/.local/share/kaichuang，root 用户为 /var/lib/kaichuang",
        "Data directory; default ~/.local/share/kaichuang, for root /var/lib/kaichuang",
    ),
    Setting(
        "KAICHUANG_MODE",
        "choice",
        "",
        "运行方式；未设时：有 DATABASE_URL 为 production，否则 demo",
        "How it runs; when unset: production with DATABASE_URL, else demo",
        ("demo", "production"),
    ),
    Setting(
        "DATABASE_URL",
        "url",
        "",
        "PostgreSQL 15 以上的地址 postgresql://用户:密码@主机:5432/库名，经 PgBouncer 事务池时须 1.21 以上；未设时用内置数据库",
        "Address of a PostgreSQL 15+: postgresql://user:password@host:5432/name, through a transaction-pooling PgBouncer only 1.21+; unset: embedded server",
    ),
    Setting(
        "KAICHUANG_DB_MAX_AGE", "number", "60", "数据库连接保留秒数", "Seconds a database connection is kept"
    ),
    Setting(
        "KAICHUANG_SECRET_KEY",
        "secret",
        "",
        "签名密钥；未设时首次启动生成于数据目录 secret.key",
        "Signing key; when unset, generated into secret.key in the home directory",
    ),
    Setting(
        "KAICHUANG_DATA_KEY",
        "secret",
        "",
        "个人信息加密密钥（32 字节，base64url）；换钥时新的在前、旧的在后，逗号分隔；未设时生成于数据目录 data.key",
        "Key that encrypts personal numbers (32 bytes, base64url); to rotate: the new one, a comma, the old; when unset, generated into data.key",
    ),
    Setting(
        "KAICHUANG_DEBUG", "flag", "0", "显示调试页，切勿用于生产", "Show debug pages; never in production"
    ),
    Setting(
        "KAICHUANG_ALLOWED_HOSTS",
        "list",
        "localhost,127.0.0.1,[::1]",
        "允许的主机名，逗号分隔",
        "Host names to answer to, separated by commas",
    ),
    Setting(
        "KAICHUANG_BASE_URL",
        "url",
        "http://127.0.0.1:8000",
        "对外网址，用于邮件、通知书和单点登录",
        "Public address, used in mail, notices and single sign-on",
    ),
    Setting(
        "KAICHUANG_PROXY_COUNT",
        "number",
        "0",
        "前置反向代理层数，用于识别访问者地址和 HTTPS",
        "Number of reverse proxies in front; decides whose forwarded headers are believed",
    ),
    Setting(
        "KAICHUANG_MEDIA_ROOT",
        "path",
        "",
        "附件目录；默认为数据目录下的 media",
        "Directory of uploaded files; default media in the home directory",
    ),
    Setting(
        "KAICHUANG_STATIC_ROOT",
        "path",
        "",
        "静态文件收集目录；默认为数据目录下的 static",
        "Directory of collected static files; default static in the home directory",
    ),
    Setting("KAICHUANG_MAX_UPLOAD_MB", "number", "50", "单个附件的上限（MB）", "Largest upload in megabytes"),
    Setting(
        "KAICHUANG_FONT_DIR",
        "path",
        "",
        "公文字体目录（仿宋、小标宋等）；未设时用内置思源字体",
        "Directory of official document fonts; unset: the Noto fonts that come along",
    ),
    Setting(
        "KAICHUANG_MAP_DIR",
        "path",
        "",
        "经审核的地图 GeoJSON 目录；未设时用示意地图",
        "Directory of approved map GeoJSON; unset: the illustrative map",
    ),
    Setting("KAICHUANG_MAP_APPROVAL", "text", "", "地图审图号", "Approval number of the map"),
    Setting(
        "KAICHUANG_MAIL_URL",
        "url",
        "",
        "发信服务器 smtp://用户:密码@主机:587（smtps:// 为 465 端口加密）；未设时写入日志",
        "Mail server smtp://user:password@host:587 (smtps:// for TLS on 465); unset: mail goes to the log",
    ),
    Setting("KAICHUANG_MAIL_FROM", "text", "no-reply@localhost", "发件人地址", "Sender address"),
    Setting(
        "KAICHUANG_OIDC_SERVER",
        "url",
        "",
        "统一身份认证（OIDC）地址；未设则不启用",
        "OpenID Connect server of the government's single sign-on; unset: off",
    ),
    Setting(
        "KAICHUANG_OIDC_NAME",
        "text",
        "统一身份认证",
        "登录页上的单点登录名称",
        "Name of the single sign-on on the page",
    ),
    Setting(
        "KAICHUANG_OIDC_CLIENT_ID", "text", "", "单点登录的客户端编号", "Client id of the single sign-on"
    ),
    Setting(
        "KAICHUANG_OIDC_SECRET", "secret", "", "单点登录的客户端密钥", "Client secret of the single sign-on"
    ),
    Setting(
        "KAICHUANG_OIDC_STRONG",
        "list",
        "",
        "单点登录令牌中表示已做二次验证的 acr 或 amr 值，逗号分隔",
        "Values of acr or amr in the token that mean a second factor was asked, separated by commas",
    ),
    Setting("KAICHUANG_WEB_WORKERS", "number", "2", "网页进程数", "Number of web processes"),
    Setting("KAICHUANG_WEB_THREADS", "number", "4", "每个网页进程的线程数", "Threads in each web process"),
    Setting("KAICHUANG_WORKER_CONCURRENCY", "number", "4", "后台任务并发数", "Background jobs at a time"),
    Setting(
        "KAICHUANG_LOG_LEVEL",
        "choice",
        "INFO",
        "日志级别",
        "Log level",
        ("DEBUG", "INFO", "WARNING", "ERROR"),
    ),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def text(name: str, env: Env = os.environ) -> str:
    """The setting as text, or its default; a choice outside its list is refused."""
    if name not in _BY_NAME:
        raise ConfigError(f"{name} 不在设置表中 / is not in the table of settings")
    setting = _BY_NAME[name]
    value = env.get(name, "").strip() or setting.default
    if value and setting.choices and value not in setting.choices:
        raise ConfigError(f"{name}={value}：只能是 / must be one of {', '.join(setting.choices)}")
    return value


def flag(name: str, env: Env = os.environ) -> bool:
    """The setting as yes or no."""
    value = text(name, env).lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ConfigError(f"{name}={value}：只能是 / must be 1 or 0")


def number(name: str, env: Env = os.environ) -> int:
    """The setting as a whole number, not negative."""
    value = text(name, env)
    if not value.isdecimal():
        raise ConfigError(f"{name}={value}：应为非负整数 / must be a whole number, not negative")
    return int(value)


def words(name: str, env: Env = os.environ) -> list[str]:
    """The setting as a list, split at commas."""
    return [part for part in (piece.strip() for piece in text(name, env).split(",")) if part]


def path(name: str, env: Env = os.environ) -> Path | None:
    """The setting as a path, or None when unset."""
    value = text(name, env)
    return Path(value).expanduser().absolute() if value else None


def mode(env: Env = os.environ) -> str:
    """`demo` or `production`."""
    return text("KAICHUANG_MODE", env) or ("production" if env.get("DATABASE_URL") else "demo")


def embedded(env: Env = os.environ) -> bool:
    """Whether the program uses its own PostgreSQL."""
    return not env.get("DATABASE_URL", "").strip()


def database_settings(env: Env = os.environ) -> dict[str, Any]:
    """Django's `DATABASES["default"]`: the embedded server, or what DATABASE_URL names."""
    common = {"CONN_MAX_AGE": number("KAICHUANG_DB_MAX_AGE", env), "CONN_HEALTH_CHECKS": True}
    if embedded(env):
        return {"ENGINE": EMBEDDED_ENGINE, "NAME": "kaichuang", "USER": "kaichuang", "OPTIONS": {}, **common}
    return {"ENGINE": POSTGRESQL_ENGINE, **parse_database_url(env["DATABASE_URL"].strip()), **common}


def parse_database_url(url: str) -> dict[str, Any]:
    """NAME, USER, PASSWORD, HOST, PORT and OPTIONS (the query part) of a PostgreSQL address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ConfigError("DATABASE_URL 须以 postgresql:// 开头 / must start with postgresql://")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ConfigError(
            "DATABASE_URL 缺少库名 / names no database: postgresql://user:password@host:5432/NAME"
        )
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError as error:
        raise ConfigError("DATABASE_URL 的端口不是数字 / has a port that is no number") from error
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket directory comes as ?host=/path or percent-encoded in the host part.
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": options,
    }


def mail_settings(env: Env = os.environ) -> dict[str, Any]:
    """Django's EMAIL_* settings from KAICHUANG_MAIL_URL; without it mail is printed to the log."""
    url = text("KAICHUANG_MAIL_URL", env)
    sender = text("KAICHUANG_MAIL_FROM", env)
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend",
            "DEFAULT_FROM_EMAIL": sender,
        }
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ConfigError("KAICHUANG_MAIL_URL：应为 / must be smtp://user:password@host:587 or smtps://…:465")
    secure = parts.scheme == "smtps"
    port = parts.port or (465 if secure else 587)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": not secure and port != 25,
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
    }


def problems(env: Env = os.environ) -> list[str]:
    """Every setting that cannot be used, all at once."""
    readers = {"flag": flag, "number": number}
    found: list[str] = []
    for setting in SETTINGS:
        try:
            readers.get(setting.kind, text)(setting.name, env)
        except ConfigError as error:
            found.append(str(error))
    for check in (database_settings, mail_settings):
        try:
            check(env)
        except ConfigError as error:
            if str(error) not in found:
                found.append(str(error))
    return found


def markdown() -> str:
    """The table of settings as the page docs/settings.md."""
    rows = [
        "# 环境设置 / Settings",
        "",
        "由 `kaichuang doctor --settings --markdown` 生成，请勿手改。Generated by that command; do not edit.",
        "",
        "| 名称 Name | 类型 Kind | 默认 Default | 含义 | Meaning |",
        "|---|---|---|---|---|",
    ]
    for item in SETTINGS:
        kind = " \\| ".join(item.choices) or item.kind
        default = f"`{item.default}`" if item.default else ""
        rows.append(f"| `{item.name}` | {kind} | {default} | {item.zh} | {item.en} |")
    return "\n".join(rows) + "\n"
