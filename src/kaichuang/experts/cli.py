"""`kaichuang experts`: repeat a draw from its public record. Needs neither database nor settings."""

from __future__ import annotations

import json
import sys
from typing import IO

import click

from kaichuang.experts.drawing import check_record


@click.group()
def experts() -> None:
    """专家评审 / expert review."""


@experts.command()
@click.option(
    "--file",
    "source",
    type=click.File("r", encoding="utf-8"),
    required=True,
    help="公开的抽取记录（JSON），- 为标准输入 / the public record of a draw; - reads standard input",
)
@click.option("--json", "as_json", is_flag=True, help="机器可读 / machine-readable")
def draw(source: IO[str], as_json: bool) -> None:
    """重新计算一次专家抽取 / recompute a draw from its record; exit 1 when it does not agree."""
    try:
        record = json.load(source)
        wrong = check_record(record)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"这不是抽取记录 / not a record of a draw: {type(error).__name__} {error}"
        raise click.ClickException(message) from error
    if as_json:
        click.echo(json.dumps({"sound": not wrong, "picked": record["picked"], "wrong": wrong}))
    else:
        for line in wrong:
            click.echo(f"✗ {line}")
        click.echo(f"抽中 / picked: {', '.join(record['picked'])}")
        click.echo("✓ 与记录一致 / agrees with the record" if not wrong else "✗ 不一致 / does not agree")
    if wrong:
        sys.exit(1)
