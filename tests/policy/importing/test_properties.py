"""What holds for every text: nothing is lost, and a sound document comes back as it was written."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from kaichuang.policy.importing import Clause, parse_text
from kaichuang.policy.importing.accounting import altered, doubled_spans, lost_spans
from kaichuang.policy.importing.repair import printed_forms
from kaichuang.policy.importing.source import SourceText

WORDS = "支持企业建设平台开展培训完善机制优化环境落实资金推进创新服务青年园区人才"
MARKS = "一二三四十第章条款节、。，；：（）()〔〕《》“”①②1234567890.,:- \n\t\u3000附件答问责任单位年月日号发通知政府局"
MANY = settings(max_examples=100, deadline=None)
LADDERS = (
    ("CN_DUN", "CN_PAREN", "AR_DOT", "AR_PAREN"),
    ("CN_DUN", "CN_PAREN", "AR_DUN", "CIRCLED"),
    ("CN_DUN", "AR_DOT", "AR_PAREN", "CIRCLED"),
    ("CHAPTER", "ARTICLE", "CN_PAREN", "AR_DOT"),
    ("PART", "CN_DUN", "CN_PAREN", "AR_DOT"),
    ("ARTICLE", "CN_PAREN", "AR_DOT", "AR_PAREN"),
    ("AR_DUN", "AR_PAREN", "CIRCLED", "ALPHA"),
)


@dataclass
class Node:
    """A clause to be written out and found again."""

    heading: str
    body: str
    children: list[Node] = field(default_factory=list)


def words(low: int, high: int) -> st.SearchStrategy[str]:
    return st.text(alphabet=WORDS, min_size=low, max_size=high)


def trees(depth: int) -> st.SearchStrategy[list[Node]]:
    children = trees(depth - 1) if depth > 1 else st.just([])
    node = st.builds(Node, heading=words(4, 9), body=words(12, 60), children=children)
    return (
        st.lists(node, min_size=2, max_size=4)
        if depth > 1
        else st.one_of(st.just([]), st.lists(node, min_size=2, max_size=4))
    )


def write(nodes: list[Node], families: tuple[str, ...], lines: list[str]) -> None:
    for ordinal, node in enumerate(nodes, 1):
        marker = printed_forms(families[0], ordinal)[0]
        gap = "　" if families[0] in {"CHAPTER", "PART", "ARTICLE"} else ""
        if node.children:
            lines.append(f"{marker}{gap}{node.heading}")
            write(node.children, families[1:], lines)
        else:
            lines.append(f"{marker}{gap}{node.heading}，{node.body}。")


def shape(clauses: list[Clause]) -> list[object]:
    return [
        (c.ordinal, c.heading.text if c.heading else None, [p.text for p in c.paragraphs], shape(c.children))
        for c in clauses
    ]


def wanted(nodes: list[Node]) -> list[object]:
    return [
        (
            ordinal,
            node.heading if node.children else None,
            [] if node.children else [f"{node.heading}，{node.body}。"],
            wanted(node.children),
        )
        for ordinal, node in enumerate(nodes, 1)
    ]


def compact(text: str) -> str:
    return "".join(text.split())


def check_books(text: str) -> None:
    document = parse_text(text)
    source = SourceText(text)
    pieces = list(document.pieces())
    assert not lost_spans(source, pieces)
    assert not doubled_spans(pieces)
    assert not altered(source, pieces)
    assert not {w.code for w in document.warnings} & {"LOST_TEXT", "DOUBLED_TEXT", "ALTERED_TEXT"}
    assert sorted(compact("".join(piece.text for piece in pieces))) == sorted(compact(source.clean))


@MANY
@given(st.text(max_size=400))
def test_no_character_of_any_text_is_lost(text: str) -> None:
    check_books(text)


@MANY
@given(st.text(alphabet=MARKS + WORDS, max_size=600))
def test_no_character_of_a_text_full_of_markers_is_lost(text: str) -> None:
    check_books(text)


@MANY
@given(trees(3), st.sampled_from(LADDERS))
def test_a_sound_document_comes_back_as_written(nodes: list[Node], families: tuple[str, ...]) -> None:
    lines = ["云岭县支持创业办法"]
    write(nodes, families, lines)
    text = "\n".join(lines)
    check_books(text)
    document = parse_text(text)
    assert shape(document.parts[0].clauses) == wanted(nodes)


@MANY
@given(trees(3), st.sampled_from(LADDERS[:3]), st.integers(24, 44), st.booleans())
def test_a_document_wrapped_at_a_fixed_width_comes_back_or_is_flagged(
    nodes: list[Node], families: tuple[str, ...], width: int, indented: bool
) -> None:
    lines: list[str] = []
    write(nodes, families, lines)
    wrapped = ["云岭县支持创业办法"]
    for line in lines:
        rest = ("　　" if indented else "") + line
        while len(rest) > width:
            wrapped.append(rest[:width])
            rest = rest[width:]
        wrapped.append(rest)
    text = "\n".join(wrapped)
    check_books(text)
    document = parse_text(text)
    broken = {w.code for w in document.warnings} & {
        "HARD_WRAP",
        "BROKEN_PARAGRAPH",
        "MARKER_AS_TEXT",
        "AMBIGUOUS_PARAGRAPH",
    }
    assert shape(document.parts[0].clauses) == wanted(nodes) or broken


@MANY
@given(trees(2), st.sampled_from((LADDERS[0], LADDERS[3], LADDERS[5])))
def test_a_document_without_line_breaks_comes_back_or_is_flagged(
    nodes: list[Node], families: tuple[str, ...]
) -> None:
    lines: list[str] = []
    write(nodes, families, lines)
    text = "云岭县支持创业办法" + "".join(lines)
    check_books(text)
    document = parse_text(text)
    codes = {w.code for w in document.warnings}
    assert shape(document.parts[0].clauses) == wanted(nodes) or codes & {
        "RUN_ON_TEXT",
        "LOST_LINE_BREAK",
        "NO_CLAUSES",
        "NOT_A_POLICY",
        "INLINE_MARKERS",
    }


@MANY
@given(trees(2), st.sampled_from(LADDERS), st.data())
def test_a_dropped_or_repeated_line_is_flagged(
    nodes: list[Node], families: tuple[str, ...], data: st.DataObject
) -> None:
    lines: list[str] = []
    write(nodes, families, lines)
    tops = [
        i
        for i, line in enumerate(lines)
        if line.startswith(tuple(printed_forms(families[0], n)[0] for n in (2, 3)))
    ]
    victim = data.draw(st.sampled_from(tops))
    if victim == len(lines) - 1 or not any(i > victim for i in tops):
        return
    text = "云岭县支持创业办法\n" + "\n".join(line for i, line in enumerate(lines) if i != victim)
    check_books(text)
    codes = {w.code for w in parse_text(text).warnings}
    assert codes & {
        "ORDINAL_GAP",
        "ORDINAL_RESTART",
        "MARKER_AS_TEXT",
        "ORDINAL_REPEATED",
        "ORDINAL_BACKWARDS",
    }
