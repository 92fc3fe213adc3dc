"""The table of settings: read with types, refused with words, printed as a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kaichuang.runtime import config, secrets
from kaichuang.runtime.errors import RuntimeProblem

ROOT = Path(__file__).resolve().parents[2]


def test_docs_page_of_settings_is_current() -> None:
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == config.markdown()


def test_every_setting_that_the_code_reads_is_in_the_table() -> None:
    used = set()
    for file in (ROOT / "src" / "kaichuang").rglob("*.py"):
        used |= set(re.findall(r"config\.\w+\(\s*[\"'](\w+)[\"']", file.read_text("utf-8")))
    assert used
    assert used <= {setting.name for setting in config.SETTINGS}


def test_defaults_of_all_settings_are_valid() -> None:
    assert config.problems({}) == []


def test_all_problems_are_told_at_once() -> None:
    env = {
        "KAICHUANG_DEBUG": "perhaps",
        "KAICHUANG_WEB_WORKERS": "-1",
        "DATABASE_URL": "mysql://x/y",
        "KAICHUANG_MAIL_URL": "http://mail",
        "KAICHUANG_MODE": "fast",
    }
    told = "\n".join(config.problems(env))
    assert all(name in told for name in env)


def test_database_url_is_taken_apart() -> None:
    url = "postgresql://user%40unit:p%40ss%2Fword@db.example:5433/kai%20chuang?sslmode=verify-full&connect_timeout=3"
    settings = config.database_settings({"DATABASE_URL": url})
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert (settings["USER"], settings["PASSWORD"]) == ("user@unit", "p@ss/word")
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "5433", "kai chuang")
    assert settings["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": "3"}


def test_database_url_may_name_a_socket_directory() -> None:
    assert config.parse_database_url("postgresql:///kc?host=/run/pg")["HOST"] == "/run/pg"
    assert config.parse_database_url("postgresql://%2Frun%2Fpg/kc")["HOST"] == "/run/pg"


@pytest.mark.parametrize("url", ["sqlite:///x", "postgresql://host", "postgresql://host:port/name"])
def test_unusable_database_url_is_refused(url: str) -> None:
    with pytest.raises(config.ConfigError, match="DATABASE_URL"):
        config.database_settings({"DATABASE_URL": url})


def test_without_database_url_the_embedded_server_is_used() -> None:
    assert config.database_settings({})["ENGINE"] == "kaichuang.runtime.database"
    assert config.mode({}) == "demo"
    assert config.mode({"DATABASE_URL": "postgresql://host/name"}) == "production"


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [
        ("smtp://u:p%40@mail", 587, False, True),
        ("smtps://mail", 465, True, False),
        ("smtp://mail:25", 25, False, False),
    ],
)
def test_mail_url_chooses_encryption(url: str, port: int, ssl: bool, tls: bool) -> None:
    settings = config.mail_settings({"KAICHUANG_MAIL_URL": url})
    assert (settings["EMAIL_PORT"], settings["EMAIL_USE_SSL"], settings["EMAIL_USE_TLS"]) == (port, ssl, tls)


def test_keys_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    env = {"KAICHUANG_HOME": str(tmp_path / "home")}
    first = secrets.secret_key(env), secrets.data_keys(env)
    assert (secrets.secret_key(env), secrets.data_keys(env)) == first
    assert len(first[0]) >= 40
    assert [len(key) for key in first[1]] == [32]
    files = list((tmp_path / "home").iterdir())
    assert {file.name for file in files} == {"secret.key", "data.key"}
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)


def test_keys_of_the_environment_win_and_bad_ones_are_refused(tmp_path: Path) -> None:
    env = {
        "KAICHUANG_HOME": str(tmp_path / "home"),
        "KAICHUANG_SECRET_KEY": "s" * 50,
        "KAICHUANG_DATA_KEY": "short",
    }
    assert secrets.secret_key(env) == "s" * 50
    with pytest.raises(RuntimeProblem, match="32"):
        secrets.data_keys(env)
