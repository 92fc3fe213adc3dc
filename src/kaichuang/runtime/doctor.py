"""`kaichuang doctor`: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import json
import os

import click

from kaichuang.runtime import checks, config
from kaichuang.runtime.checks import Finding


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.option("--settings", "show_settings", is_flag=True, help="列出全部环境设置 / list all settings")
@click.option(
    "--markdown", is_flag=True, help="与 --settings 一起：输出 docs/settings.md / as docs/settings.md"
)
def doctor(as_json: bool, show_settings: bool, markdown: bool) -> None:
    """检查安装，指出问题与解决办法；有错误时退出码为 1 / find problems; exit code 1 on errors."""
    if show_settings:
        click.echo(config.markdown() if markdown else _settings(), nl=not markdown)
        return
    findings = checks.run()
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            _print(finding)
    failed = sum(finding.status == "error" for finding in findings)
    if not as_json:
        click.echo(f"\n{len(findings)} 项检查，{failed} 个错误 / {len(findings)} checks, {failed} errors")
    raise SystemExit(1 if failed else 0)


def _print(finding: Finding) -> None:
    mark = {"ok": "✓", "warning": "!", "error": "✗"}[finding.status]
    click.echo(f"{mark} {finding.name}: {finding.detail}")
    if finding.advice:
        click.echo(f"    → {finding.advice}")


def _settings() -> str:
    lines = []
    for item in config.SETTINGS:
        given = os.environ.get(item.name, "")
        # An address may hold a password.
        shown = (
            "（已设置 / set）" if given and item.kind in {"secret", "url"} else given or item.default or "—"
        )
        lines.append(f"{item.name} = {shown}\n    {item.zh}\n    {item.en}")
    return "\n".join(lines)
