"""Builds the clause tree of a part from its blocks."""

from __future__ import annotations

import re

from kaichuang.policy.importing import headings, repair
from kaichuang.policy.importing import vocabulary as v
from kaichuang.policy.importing.layout import Block
from kaichuang.policy.importing.markers import HEADED_FAMILIES, Marker, line_marker, printed_number
from kaichuang.policy.importing.model import Clause, ImportWarning, Part, Piece
from kaichuang.policy.importing.resolver import Accepted, resolve
from kaichuang.policy.importing.segments import Draft
from kaichuang.policy.importing.source import SourceText

LABELLED = re.compile(
    r"[(【\[]?(?:责任|牵头|配合|参与|参加|落实|实施|负责|主办|协办|协同|承办)(?:单位|部门|领导|处室)\s?[:】\]]|完成时[限间]\s?:|时间(?:安排|节点)\s?:|(?:依据|备注|注)\s?:|答\s?:"
)


def candidates_of(content: list[Block]) -> list[Marker]:
    """The possible markers at the line starts of a part, with what stands around them."""
    found: list[Marker] = []
    for index, block in enumerate(content):
        marker = None if block.role else line_marker(index, block.text)
        if marker is None:
            continue
        before = content[index - 1].text.rstrip() if index else ""
        marker.intro = before.endswith(":")
        found.append(marker)
    starts = {marker.block for marker in found}
    for marker in found:
        rest = "".join(content[marker.block].text[marker.end :].split())
        marker.bare = marker.block + 1 in starts and len(rest) <= 30 and not re.search("[,;。:!?]", rest)
    return found


_ABOUT_CONTACT = re.compile(r"联系|咨询|方式|电话|受理|报名|报送|申报|材料|地点|渠道|投诉|监督")


class TreeBuilder:
    """Turns the content of one draft into clauses; keeps its doubts in ``warnings``."""

    def __init__(self, source: SourceText, draft: Draft) -> None:
        self.source = source
        self.draft = draft
        self.warnings: list[ImportWarning] = []
        self.part = Part(draft.kind)
        self.stack: list[Clause] = []

    def build(self) -> Part:
        content = self.draft.content
        accepted, _ = resolve(candidates_of(content))
        content, accepted = repair.mend(self.source, content, accepted, self.warnings)
        self.draft.content = content
        self._frame()
        by_block = {a.marker.block: a for a in accepted}
        last = max(by_block, default=-1)
        closing = False
        for index, block in enumerate(content):
            chosen = by_block.get(index)
            if chosen is not None:
                self._clause(block, chosen)
                continue
            if index > last and not closing:
                closing = self._closes(content, index, bool(by_block))
                if not closing and not block.role:
                    self._note_ending(block)
            self._text(block, index, content, by_block, closing)
        self.part.closing.extend(self._pieces(self.draft.closing))
        self.part.signature.extend(self._pieces(self.draft.signature))
        headings.settle_leaves(self.part)
        self.warnings.extend(repair.sequence_warnings(self.source, content, accepted))
        return self.part

    def _pieces(self, blocks: list[Block]) -> list[Piece]:
        return [piece for block in blocks if (piece := block.piece(self.source))]

    def _frame(self) -> None:
        draft = self.draft
        self.part.title_pieces = self._pieces([*draft.heads, *draft.title])
        titles = [piece.text for piece in self._pieces(draft.title)]
        self.part.title = headings.join_title(titles) or None
        if draft.addressees is not None:
            self.part.addressees = draft.addressees.piece(self.source)

    def _clause(self, block: Block, chosen: Accepted) -> None:
        marker = block.piece(self.source, chosen.marker.start, chosen.marker.end)
        assert marker is not None
        del self.stack[chosen.depth :]
        clause = Clause(
            number=printed_number(chosen.family, marker.text),
            family=chosen.family,
            ordinal=chosen.ordinal,
            level=len(self.stack) + 1,
            line=marker.line,
            marker=marker,
        )
        (self.stack[-1].children if self.stack else self.part.clauses).append(clause)
        self.stack.append(clause)
        in_article = any(c.family == "ARTICLE" for c in self.stack)
        headings.divide(self.source, block, chosen.marker.end, clause, in_article=in_article)

    def _text(
        self, block: Block, index: int, content: list[Block], accepted: dict[int, Accepted], closing: bool
    ) -> None:
        piece = block.piece(self.source)
        if piece is None:
            return
        if closing or block.role:
            self.part.closing.append(piece)
        elif not self.stack:
            self.part.preamble.append(piece)
        elif v.BULLET.match(block.text.strip()):
            self.stack[-1].items.append(piece)
        else:
            self._owner(block, index, accepted).paragraphs.append(piece)

    def _owner(self, block: Block, index: int, accepted: dict[int, Accepted]) -> Clause:
        """The clause an unnumbered paragraph belongs to."""
        current = self.stack[-1]
        article = next((c for c in reversed(self.stack[:-1]) if c.family == "ARTICLE"), None)
        if article is not None and not _is_open(current):
            return article
        following = next((accepted[i] for i in (index + 1, index + 2) if i in accepted), None)
        parent = self.stack[-2] if len(self.stack) > 1 else None
        text = block.text.rstrip()
        if parent is None or LABELLED.match(block.text.strip()):
            return current
        restart_depth = following.depth if following and following.kind == "restart" else -1
        if text.endswith(":") and restart_depth == len(self.stack) - 1:
            return parent
        if self._is_ambiguous(current, parent):
            self._doubt(block, f"此段无编号，暂归入“{current.number}”，也可能属于上一级“{parent.number}”。")
        return current

    def _ends_with_contact(self, block: Block) -> bool:
        """Whether a line of contacts closes the part: not when the clause is about them or waits for its text."""
        current = self.stack[-1]
        if not _is_open(current) or (current.stops and not current.paragraphs):
            return True
        heading = current.heading.text if current.heading else ""
        if (
            not current.paragraphs
            or _ABOUT_CONTACT.search(heading)
            or v.CONTACT.match(current.paragraphs[-1].text)
        ):
            return False
        message = f"此行作为全文结尾处的联系方式，也可能属于“{current.number}”。"
        self._doubt(block, message)
        return True

    def _note_ending(self, block: Block) -> None:
        """A paragraph after the last clause may belong to the whole document."""
        current = self.stack[-1] if len(self.stack) == 1 else None
        if (
            current is None
            or current.family in {"ARTICLE", "QA"}
            or _is_open(current)
            or len(self.part.clauses) < 2
        ):
            return
        if LABELLED.match(block.text.strip()) or any(len(c.paragraphs) > 1 for c in self.part.clauses):
            return
        self._doubt(block, f"此段无编号，暂归入“{current.number}”，也可能是全文的结尾。")

    def _doubt(self, block: Block, message: str) -> None:
        self.warnings.append(
            ImportWarning("AMBIGUOUS_PARAGRAPH", block.line, block.text.strip()[:40], None, message)
        )

    def _is_ambiguous(self, current: Clause, parent: Clause) -> bool:
        return (
            current.family != "ARTICLE"
            and not _is_open(current)
            and len(parent.children) > 1
            and not any(
                sum(not LABELLED.match(p.text) for p in sibling.paragraphs) > 1
                for sibling in parent.children[:-1]
            )
        )

    def _closes(self, content: list[Block], index: int, has_clauses: bool) -> bool:
        """Whether the closing words of the part begin here."""
        text, compact = content[index].text.strip(), content[index].compact
        if not has_clauses:
            return False
        current = self.stack[-1]
        if (
            not (current.paragraphs or current.children)
            and v.SELF_RULE.match(compact)
            and _names_effect(current)
        ):
            return False  # the text that a last heading (其他事项) waits for
        if v.CLOSING.match(compact):
            return True
        if v.CONTACT.match(text):
            return self._ends_with_contact(content[index])
        before = content[index - 1].text.strip() if index else ""
        return bool(v.CLOSING_DUTY.match(text) and LABELLED.match(before))


def _names_effect(clause: Clause) -> bool:
    return (
        clause.heading is not None
        and clause.family in HEADED_FAMILIES
        and re.search(r"其[他它]|附\s*则|事项|说明|解释|施行|有效期|时效|期限|效力", clause.heading.text)
        is not None
    )


def _is_open(clause: Clause) -> bool:
    """Whether a clause is a heading with its text below it, so that more paragraphs naturally belong to it."""
    return clause.heading is not None and not any(p.line == clause.line for p in clause.paragraphs)
