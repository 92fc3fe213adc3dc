"""Pins every dependency in pyproject.toml from the resolver's lock, which itself is not committed.

The lock names package hosts; a list of `name==version` does not.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import click

from kaichuang.runtime.errors import RuntimeProblem

_BLOCK = re.compile(r"^constraint-dependencies = \[[^\]]*?\]\n", re.MULTILINE)


def pins(lock: dict[str, Any]) -> list[str]:
    """`name==version` of every locked package of all groups and extras, forks with their markers."""
    lines = set()
    for package in lock["package"]:
        source = package.get("source", {})
        if "editable" in source or "virtual" in source:
            continue
        markers = package.get("resolution-markers", [])
        condition = " or ".join(f"({marker})" for marker in markers) if len(markers) > 1 else "".join(markers)
        lines.add(f"{package['name']}=={package['version']}" + (f" ; {condition}" if condition else ""))
    return sorted(lines)


def pinned(pyproject: str) -> list[str]:
    """The pins that pyproject.toml holds now."""
    table = tomllib.loads(pyproject).get("tool", {}).get("uv", {})
    return list(table.get("constraint-dependencies", []))


def with_pins(pyproject: str, lines: list[str]) -> str:
    """The text of pyproject.toml with its list of pins replaced, everything else untouched."""
    body = "".join(f'    "{line.replace(chr(34), chr(39))}",\n' for line in lines)
    text, found = _BLOCK.subn(lambda _: f"constraint-dependencies = [\n{body}]\n", pyproject, count=1)
    if not found:
        raise RuntimeProblem("pyproject.toml：[tool.uv] 缺少 / lacks `constraint-dependencies = []`")
    return text


def _project() -> Path:
    for folder in (Path.cwd(), *Path.cwd().parents, Path(__file__).resolve().parents[3]):
        if (folder / "pyproject.toml").is_file() and (folder / "src" / "kaichuang").is_dir():
            return folder
    raise RuntimeProblem("请在源码目录中运行 / run this inside the source tree")


@click.group()
def dependencies() -> None:
    """锁定依赖版本 / pin dependencies."""


@dependencies.command("pin")
@click.option("--check", is_flag=True, help="只检查，不一致则失败 / only check; fail when they differ")
def pin(check: bool) -> None:
    """按 uv.lock 写入 pyproject.toml / write the versions of uv.lock into pyproject.toml."""
    project = _project()
    lock = project / "uv.lock"
    if not lock.is_file():
        raise RuntimeProblem("没有 uv.lock，请先运行 uv lock / there is no uv.lock: run `uv lock` first")
    wanted = pins(tomllib.loads(lock.read_text("utf-8")))
    file = project / "pyproject.toml"
    text = file.read_text("utf-8")
    held = pinned(text)
    if held == wanted:
        click.echo(f"{len(wanted)} 个依赖版本一致 / pins are current")
    elif check:
        changed = sorted(set(held) ^ set(wanted))
        raise RuntimeProblem(
            "依赖版本不一致，请运行 kaichuang dependencies pin / pins differ, run `kaichuang dependencies pin`: "
            + ", ".join(changed[:20])
        )
    else:
        file.write_text(with_pins(text, wanted), "utf-8")
        click.echo(f"已写入 {len(wanted)} 个依赖版本 / pins written")
