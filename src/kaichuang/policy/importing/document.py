"""The importer: text in, parsed document out."""

from __future__ import annotations

import re
from pathlib import Path

from kaichuang.policy.importing import accounting, citations, damage, responsibility
from kaichuang.policy.importing.layout import blocks_of
from kaichuang.policy.importing.lines import is_table_row
from kaichuang.policy.importing.metadata import MetadataReader
from kaichuang.policy.importing.model import ImportWarning, Metadata, ParsedDocument, Part, Unplaced
from kaichuang.policy.importing.reading import read_file
from kaichuang.policy.importing.runon import split_run_on
from kaichuang.policy.importing.runs import Run, body_runs, run_of
from kaichuang.policy.importing.segments import Layout, segment
from kaichuang.policy.importing.source import SourceText
from kaichuang.policy.importing.tree import TreeBuilder

_MAX_SAME = 40


def parse_file(path: str | Path) -> ParsedDocument:
    """Reads a txt, html, docx or pdf file; raises ``UnreadableFile`` when there is no text to be had."""
    text, notes = read_file(Path(path))
    document = parse_text(text)
    document.warnings[:0] = notes
    return document


def parse_text(text: str) -> ParsedDocument:
    """Parses a document; never raises for its content, doubts are in ``warnings``."""
    source = SourceText(text)
    warnings = list(source.warnings)
    if not source.clean.strip():
        warnings.append(ImportWarning("EMPTY_FILE", 1, "", None, "文件没有内容。"))
        return ParsedDocument(Metadata(), [], warnings, [], text)
    layout = segment(split_run_on(source, blocks_of(source, warnings), warnings))
    warnings.extend(layout.warnings)
    document = ParsedDocument(Metadata(), _parts(source, layout, warnings), warnings, [], text)
    for block, reason in layout.unplaced:
        piece = block.piece(source)
        if piece is not None:
            document.unplaced.append(Unplaced(piece, reason))
    _read_meaning(source, layout, document)
    _judge(source, layout, document)
    accounting.settle(source, document)
    document.warnings = _tidy(document.warnings)
    return document


def _parts(source: SourceText, layout: Layout, warnings: list[ImportWarning]) -> list[Part]:
    parts = []
    for draft in layout.drafts:
        builder = TreeBuilder(source, draft)
        parts.append(builder.build())
        warnings.extend(builder.warnings)
    return parts


def _read_meaning(source: SourceText, layout: Layout, document: ParsedDocument) -> None:
    runs = body_runs(source, document)
    reader = MetadataReader(source, layout, document, runs)
    reader.read()
    meta = document.metadata
    titles = [part.title for part in document.parts if part.title] + [
        t for t in (meta.title, meta.page_title) if t
    ]
    cites = citations.CitationReader(source, titles, meta.document_number)
    for run in [*_header_runs(source, layout), *runs]:
        cites.read(run)
    meta.cites = cites.citations
    document.warnings.extend(cites.warnings)
    responsibility.assign(source, document)
    document.warnings.extend(damage.DamageReader(source, runs, meta.title or "").read())


def _header_runs(source: SourceText, layout: Layout) -> list[Run]:
    titles = [block for group in layout.titles[-1:] for block in group]
    runs: list[Run] = []
    for where, blocks in (("note", layout.notes), ("title", titles)):
        pieces = (block.piece(source) for block in blocks)
        runs.extend(run_of(source, piece, where) for piece in pieces if piece is not None)
    return runs


def _judge(source: SourceText, layout: Layout, document: ParsedDocument) -> None:
    """Doubts about the document as a whole."""
    clauses = sum(1 for _ in document.walk())
    meta = document.metadata
    if not clauses and not meta.document_number and not meta.title:
        document.warnings.append(
            ImportWarning(
                "NOT_A_POLICY", 1, "", None, "没有标题、文号和条款编号，可能不是政策文件；全文按段落保留。"
            )
        )
    elif not clauses:
        document.warnings.append(
            ImportWarning("NO_CLAUSES", 1, "", None, "没有找到条款编号，全文按段落保留。")
        )
    for part in document.parts:
        mismatch = damage.count_mismatch(part.title, len(part.clauses))
        if mismatch:
            document.warnings.append(
                ImportWarning(
                    "COUNT_MISMATCH",
                    1,
                    mismatch[0],
                    None,
                    f"标题称{mismatch[1]}条，读出一级条款{len(part.clauses)}条，请核对。",
                )
            )
    _note_parts_count(document)
    _note_tables(layout, document)


def _note_parts_count(document: ParsedDocument) -> None:
    notice = document.parts[0] if document.parts and document.parts[0].kind == "notice" else None
    bodies = [part for part in document.parts[1:] if part.kind == "body"]
    for piece in notice.preamble if notice else []:
        promised = re.search(r"等\s?(\d{1,2})\s?个(?!部门|单位)", piece.text)
        if promised and bodies and int(promised.group(1)) != len(bodies):
            document.warnings.append(
                ImportWarning(
                    "COUNT_MISMATCH",
                    piece.line,
                    promised.group(),
                    None,
                    f"通知称{promised.group(1)}个文件，读出{len(bodies)}个，请核对。",
                )
            )


def _note_tables(layout: Layout, document: ParsedDocument) -> None:
    run = 0
    for draft in layout.drafts:
        for block in draft.content:
            run = run + 1 if is_table_row(block) else 0
            if run == 3:
                document.warnings.append(
                    ImportWarning(
                        "TABLE_TEXT",
                        block.line,
                        block.text.strip()[:40],
                        None,
                        "此处似为表格，按行保留为文字，行列关系请核对。",
                    )
                )


def _tidy(warnings: list[ImportWarning]) -> list[ImportWarning]:
    """Warnings in order of line without repeats; a flood of one kind is summed up in its last entry."""
    unique = sorted(dict.fromkeys(warnings), key=lambda w: (w.line, w.code))
    counts: dict[str, int] = {}
    kept: list[ImportWarning] = []
    for warning in unique:
        counts[warning.code] = counts.get(warning.code, 0) + 1
        if counts[warning.code] <= _MAX_SAME:
            kept.append(warning)
    for code, count in counts.items():
        if count > _MAX_SAME:
            last = next(w for w in reversed(kept) if w.code == code)
            message = f"同类问题全文至少{count}处，此后不再逐一列出。"
            kept.append(ImportWarning(code, last.line, "", None, message))
    return kept
