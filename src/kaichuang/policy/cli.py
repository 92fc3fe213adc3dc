"""Command line of the policy library; ``parse`` needs neither Django nor a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from kaichuang.policy.importing import Clause, ParsedDocument, UnreadableFile, parse_file

_FACTS = {
    "title": "标题",
    "issuer": "发文机关",
    "document_number": "发文字号",
    "signed_on": "成文日期",
    "published_on": "发布日期",
    "effective_on": "施行日期",
    "expires_on": "有效期至",
    "status": "有效性",
    "addressees": "主送机关",
}
_KINDS = {"notice": "通知", "body": "正文", "annex": "附件"}


@click.group("policy", help="政策文件：解析、导入与检索。")
def policy() -> None:
    """Group of the policy commands."""


@policy.command("parse", help="解析政策文件（txt、html、docx、pdf），输出条款树和疑点。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.option("--text", "with_text", is_flag=True, help="连同条款正文一起显示。")
@click.option("--strict", is_flag=True, help="有任何疑点时以状态码 1 结束。")
def parse(file: Path, as_json: bool, with_text: bool, strict: bool) -> None:
    """Parses one file; exit code 2 for an unreadable file, 1 for doubts with ``--strict``."""
    try:
        document = parse_file(file)
    except UnreadableFile as error:
        click.echo(f"错误：{error}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(document.to_json(), ensure_ascii=False, indent=2))
    else:
        _show(document, with_text)
    if strict and document.warnings:
        sys.exit(1)


def _show(document: ParsedDocument, with_text: bool) -> None:
    facts = document.metadata.to_json()
    for name, label in _FACTS.items():
        if facts[name]:
            click.echo(f"{label}：{facts[name]}")
    for citation in document.metadata.cites:
        title = f"《{citation.title}》" if citation.title else ""
        click.echo(f"引用：{title}{citation.number or ''}（第{citation.line}行）")
    for part in document.parts:
        click.echo(f"\n【{_KINDS[part.kind]}】{part.title or ''}")
        if with_text:
            for piece in part.preamble:
                click.echo(f"  {piece.text}")
        for clause in part.clauses:
            _show_clause(clause, with_text)
        if with_text:
            for piece in [*part.closing, *part.signature]:
                click.echo(f"  {piece.text}")
    _show_warnings(document)


def _show_clause(clause: Clause, with_text: bool) -> None:
    indent = "  " * clause.level
    first = clause.paragraphs[0].text if clause.paragraphs else ""
    heading = clause.heading.text if clause.heading else first[:24] + ("…" if len(first) > 24 else "")
    units = "、".join(unit.unit for unit in clause.responsible)
    click.echo(
        f"{indent}{clause.number} {heading}  [第{clause.line}行]" + (f"  〔{units}〕" if units else "")
    )
    if with_text:
        for piece in sorted([*clause.paragraphs, *clause.items], key=lambda p: p.start):
            click.echo(f"{indent}  {piece.text}")
    for child in clause.children:
        _show_clause(child, with_text)


def _show_warnings(document: ParsedDocument) -> None:
    if not document.warnings:
        click.echo("\n没有疑点。")
        return
    click.echo(f"\n疑点 {len(document.warnings)} 处：")
    for warning in document.warnings:
        shown = " ".join(warning.found.split())
        arrow = f" → {' '.join(warning.proposed.split())}" if warning.proposed else ""
        click.echo(f"  第{warning.line}行 {warning.code}  {shown}{arrow}  {warning.message}")


if __name__ == "__main__":
    policy()
