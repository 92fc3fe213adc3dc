"""What the commands have in common: days, populations, tables of rows and the bureau's settings."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    import polars as pl

    from kaichuang.rules.lang import RulesError
    from kaichuang.rules.measures import Rulebook
    from kaichuang.rules.measures.values import Value

    from .loader import Pack

Option = Callable[[Any], Any]

as_of_option: Option = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the question; today by default."
)
settings_option: Option = click.option(
    "--settings",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The bureau's settings (YAML).",
)
table_option: Option = click.option(
    "--table",
    "tables",
    multiple=True,
    metavar="NAME=FILE",
    help="Rows of a collection: --table hires=hires.parquet",
)


def today(chosen: dt.datetime | None) -> dt.date:
    """The day that was chosen, or today in China."""
    return chosen.date() if chosen else dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()


def scan(path: Path) -> pl.LazyFrame:
    """A population or a table of rows, of any size; raises ``ClickException`` for a file of another sort."""
    import polars as pl

    # Read ahead by one row group, whatever the number of cores and files: a disk needs no more, memory costs more.
    os.environ.setdefault("POLARS_ROW_GROUP_PREFETCH_SIZE", "1")
    if path.is_dir() or path.suffix == ".parquet":
        return pl.scan_parquet(path)
    if path.suffix == ".csv":
        return pl.scan_csv(path, try_parse_dates=True)
    raise click.ClickException(f"{path}: 请用 Parquet 或 CSV 文件 / use a Parquet or CSV file")


def parse_tables(written: tuple[str, ...]) -> dict[str, pl.LazyFrame]:
    """``NAME=FILE`` options as tables; raises ``ClickException``."""
    found = {}
    for entry in written:
        name, sign, file = entry.partition("=")
        path = Path(file)
        if not sign or not path.exists():
            raise click.ClickException(
                f"--table {entry}: 应写成 表名=文件，且文件存在 / write NAME=FILE of a file that exists"
            )
        found[name] = scan(path)
    return found


def settings_of(path: Path | None, pack: Pack, book: Rulebook) -> dict[str, Value | None]:
    """The bureau's settings for the rules; raises ``ClickException`` with every mistake."""
    if path is None:
        return {}
    from .problems import PackErrors
    from .settings import load_settings

    try:
        return dict(load_settings(path, pack, book).rules)
    except PackErrors as error:
        raise click.ClickException(f"\n{error}") from None


def changes_of(written: tuple[str, ...], book: Rulebook) -> dict[str, Value | None]:
    """``NAME=VALUE`` options as settings; raises ``ClickException`` for unknown names and wrong values."""
    from .problems import nearest

    found: dict[str, Value | None] = {}
    for entry in written:
        name, _, value = entry.partition("=")
        if name not in set(book.setting_names):
            hint = nearest(name, book.setting_names)
            more = f"，是否 {hint}？ / did you mean {hint}?" if hint else ""
            raise click.ClickException(f"没有解读或参数“{name}” / no such reading or parameter{more}")
        full, type_ = book.setting(name)
        try:
            found |= book.parse_settings({name: _plain(value, type_)})
        except ValueError as error:
            raise click.ClickException(f"{name}: {error}") from None
        choices = next((r.choices for r in book.rules.readings if r.name == full), {})
        if choices and found[full] not in choices:
            raise click.ClickException(f"{name}: 可选 / choices: {'、'.join(choices)}")
    return found


def _plain(value: str, type_: str) -> Any:
    if value.lower() in ("null", "none", ""):
        return None
    if type_ == "bool":
        return {"true": True, "false": False}.get(value.lower(), value)
    if type_ == "int":
        return int(value) if value.lstrip("-").isdigit() else value
    return value


def known_measures(book: Rulebook, ids: tuple[str, ...]) -> None:
    """Raise ``ClickException`` for measures that the pack does not have."""
    for id_ in ids:
        if id_ not in book.plans:
            there = "、".join(book.plans)
            raise click.ClickException(f"没有措施 / no such measure: {id_}；有 / there are {there}")


def refused(error: RulesError) -> click.ClickException:
    """What the rules refuse, as the end of a command."""
    return click.ClickException("\n" + "\n".join(str(problem) for problem in error.problems))


def read_case(
    path: Path, book: Rulebook, *others: Rulebook
) -> tuple[dict[str, Any], dt.date | None, dict[str, Any]]:
    """A case from JSON or YAML: its facts (money in yuan), its day, its settings. Raises ``ClickException``.

    Either the facts alone, or ``{facts: …, as_of: …, settings: …}``. Facts that none of the packs knows are told.
    """
    document = read_document(path)
    facts = document.get("facts", document)
    day = document.get("as_of")
    known = {*book.compiled.fields, *book.collections}
    elsewhere = {name for other in others for name in (*other.compiled.fields, *other.collections)}
    wrong = [name for name in facts if name not in known | elsewhere and name != "as_of"]
    facts = {name: value for name, value in facts.items() if name in known}
    from .problems import nearest

    try:
        parsed = book.parse_facts(facts)
        settings = book.parse_settings(document.get("settings", {}))
    except (ValueError, KeyError) as error:
        raise click.ClickException(f"{path}: {error}") from None
    for name in wrong:
        hint = nearest(name, known)
        click.secho(
            f"{path}: 没有事实“{name}” / no such fact" + (f" → {hint}" if hint else ""), fg="yellow", err=True
        )
    return parsed, None if day is None else dt.date.fromisoformat(str(day)), settings


def read_document(path: Path) -> Mapping[str, Any]:
    """A mapping from a JSON or YAML file, exact; raises ``ClickException``."""
    from .yamlfile import read_yaml

    file = read_yaml(path, path.name)
    if file.problems:
        raise click.ClickException("\n" + "\n".join(str(problem) for problem in file.problems))
    if not isinstance(file.data, dict):
        raise click.ClickException(f"{path}: 应为键值对 / must be a mapping")
    return file.data
