"""Divides the blocks of a document into its header, its parts (notice, bodies, annexes) and what belongs to none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kaichuang.policy.importing import lines
from kaichuang.policy.importing import vocabulary as v
from kaichuang.policy.importing.layout import Block
from kaichuang.policy.importing.markers import TOP_FAMILIES, line_marker
from kaichuang.policy.importing.model import ImportWarning

_APART = {"COMMENT": "网页注释", "PAGE_NUMBER": "页码", "PAGE_HEADER": "页眉页脚", "MARKUP": "排版标记"}
_BOOK = re.compile(r"《([^《》]{4,80})》")
_FORWARDS = re.compile(r"印发|转发|现予?(?:以)?(?:发布|公布|公开)|发布给|予以公布|现将")


@dataclass(slots=True)
class Draft:
    """A part before its clause tree is built."""

    kind: str = "body"
    title: list[Block] = field(default_factory=list)
    heads: list[Block] = field(default_factory=list)
    addressees: Block | None = None
    content: list[Block] = field(default_factory=list)
    signature: list[Block] = field(default_factory=list)
    closing: list[Block] = field(default_factory=list)

    @property
    def title_text(self) -> str:
        return "".join(lines.strip_markup(block.text) for block in self.title)

    def has_markers(self) -> bool:
        return any(not b.role and line_marker(0, b.text) is not None for b in self.content)


@dataclass(slots=True)
class Layout:
    """The divided document: header facts by block, parts, and blocks outside of every part with the reason."""

    drafts: list[Draft] = field(default_factory=list)
    titles: list[list[Block]] = field(default_factory=list)
    labels: list[Block] = field(default_factory=list)
    numbers: list[Block] = field(default_factory=list)
    header_dates: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    unplaced: list[tuple[Block, str]] = field(default_factory=list)
    warnings: list[ImportWarning] = field(default_factory=list)
    references: list[str] = field(default_factory=list)


def normal(title: str) -> str:
    """A title reduced to what identifies it."""
    return re.sub(r"[\s《》〈〉“”\"()〔〕\[\]:、,.-]|试行|暂行", "", title)


class Segmenter:
    """Walks over the blocks once; ``layout`` is the result."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = [block for block in blocks if block.role not in _APART]
        self.layout = Layout()
        self.layout.unplaced = [(b, _APART[b.role]) for b in blocks if b.role in _APART]
        self.draft = Draft()
        self.known: list[str] = []
        self.signed = False

    def run(self) -> Layout:
        self.layout.drafts.append(self.draft)
        index = self._header()
        while index < len(self.blocks):
            index = self._content(index)
        self._settle_kinds()
        self.layout.unplaced.sort(key=lambda entry: entry[0].spans)
        return self.layout

    # header -----------------------------------------------------------------------------------------------------

    def _header(self) -> int:
        index = 0
        while index < len(self.blocks):
            taken = self._header_block(index)
            if not taken:
                break
            index += taken
        if index < len(self.blocks):
            index += self._unknown_title(index)
        if self.layout.titles:
            self._adopt_titles()
        return index

    def _header_block(self, index: int) -> int:
        """Number of blocks taken into the header from here; 0 where the content begins."""
        block = self.blocks[index]
        text = block.text
        if lines.number_then_title(text):
            self.layout.titles.append([block])
            return 1
        named = "关于" in text or "《" in text or lines.is_label_line(text)
        if lines.is_furniture(text) and len(text) < 80 and not named:
            return self._drop(block, "页面内容")
        title = self._title_at(index) if self.draft.addressees is None else 0
        if title and not lines.is_label_line(text):
            self.layout.titles.append(self.blocks[index : index + title])
            return title
        contents = self._contents_at(index)
        if contents:
            for listed in self.blocks[index : index + contents]:
                self._drop(listed, "目录")
            return contents
        if lines.is_number(text):
            self.layout.numbers.append(block)
            return self._drop(block, "元数据：发文字号")
        if v.FURNITURE.match(text) or (len(text) < 60 and lines.is_furniture(text)):
            return self._drop(block, "页面内容")
        if (v.TIME_STAMP.search(text) and len(text) < 160 and "。" not in text) or lines.is_label_line(text):
            return self._label(block)
        return self._header_rest(block) or self._stray_head(index)

    def _contents_at(self, index: int) -> int:
        """Number of blocks of a table of contents: 目录 and what follows until its first entry comes again."""
        if self.blocks[index].compact != "目录" or index + 1 >= len(self.blocks):
            return 0
        first = re.sub(r"[.…·\d]+$", "", self.blocks[index + 1].compact)
        for count, block in enumerate(self.blocks[index + 2 : index + 120], 2):
            if first and block.compact.startswith(first):
                return count
            if "。" in block.text:
                return 0
        return 0

    def _header_rest(self, block: Block) -> int:
        text = block.text
        compact = block.compact.lstrip("•·●")
        if lines.is_date(text):
            self.layout.header_dates.append(block)
            return self._drop(block, "元数据：日期")
        if v.DISCLOSURE.fullmatch(compact):
            self.layout.notes.append(block)
            return self._drop(block, "公开属性")
        if compact[:1] == "(" and compact[-1:] == ")" and len(compact) < 400 and _is_note(compact):
            self.layout.notes.append(block)
            return self._drop(block, "题注")
        if lines.is_addressee(text) and self.draft.addressees is None:
            self.draft.addressees = block
            return 1
        if lines.is_unit(text) and not self.layout.titles and self.draft.addressees is None:
            self.layout.notes.append(block)
            return self._drop(block, "页首单位")
        if lines.FILE_NAME.search(text.strip()) and len(text) < 100:
            return self._drop(block, "附件文件名")
        if (len(compact) <= 12 and compact[:1] in "•·●>") or compact in {
            "首页",
            "正文",
            "通知公告",
            "政策文件",
        }:
            return self._drop(block, "页面内容")
        return 0

    def _stray_head(self, index: int) -> int:
        """A short line of unknown nature that stands over the title is no text of the document."""
        if self.layout.titles or self.draft.addressees is not None:
            return 0
        for ahead in range(index, min(index + 6, len(self.blocks))):
            block = self.blocks[ahead]
            if ahead > index and self._title_at(ahead):
                self._unplaced(self.blocks[index], "标题之前的文字不属于任何条款，已单独保留，请核对。")
                return self._drop(self.blocks[index], "标题之前的文字")
            plain = not block.role and len(block.compact) <= 40 and line_marker(0, block.text) is None
            if not plain or re.search(r"[。;:!?,]", block.text):
                return 0
        return 0

    def _unplaced(self, block: Block, message: str) -> None:
        self.layout.warnings.append(
            ImportWarning("UNPLACED_TEXT", block.line, block.text[:40], None, message)
        )

    def _below_title(self, index: int) -> bool:
        """Whether the line before is the title itself."""
        return bool(index) and self.blocks[index - 1] is self.layout.titles[-1][-1]

    def _unknown_title(self, index: int) -> int:
        """The first line of a document without any known title, when it stands as one: short, no sentence, text below."""
        titled = bool(self.layout.titles)
        if (
            self.draft.addressees is not None
            or index + 1 >= len(self.blocks)
            or (titled and not self._below_title(index))
        ):
            return 0
        block, following = self.blocks[index], self.blocks[index + 1]
        if (
            block.role
            or lines.is_unit(block.text)
            or lines.is_label_line(block.text)
            or not (lines.is_title_part(block.text) and 5 <= len(block.compact) <= 45)
            or (
                line_marker(0, following.text) is None
                and "。" not in following.text
                and not lines.is_addressee(following.text)
            )
            or not any(not b.role and line_marker(0, b.text) for b in self.blocks[index + 1 :])
        ):
            return 0
        if titled:
            message = "标题之下另有一行短语，暂作正文，也可能才是标题。"
        else:
            message = "首行没有公文标题的常见字样，按标题处理，请核对。"
        shown = block.text.strip()
        self.layout.warnings.append(
            ImportWarning("UNCERTAIN_TITLE", block.line, shown, shown if titled else None, message)
        )
        if titled:
            return 0
        self.layout.titles.append([block])
        return 1

    def _label(self, block: Block) -> int:
        self.layout.labels.append(block)
        return self._drop(block, "元数据")

    def _drop(self, block: Block, reason: str) -> int:
        self.layout.unplaced.append((block, reason))
        return 1

    def _title_at(self, index: int) -> int:
        """Number of blocks of a title that starts here (two when it is broken), or 0."""
        text = self.blocks[index].text
        if lines.is_title(text):
            following = self.blocks[index + 1].text if index + 1 < len(self.blocks) else ""
            return 2 if following[:1] == "的" and lines.is_title(text + following) else 1
        units = index
        while units < len(self.blocks) and units - index < 8 and lines.is_unit(self.blocks[units].text):
            units += 1
        after = self.blocks[units].text.strip() if index < units < len(self.blocks) else ""
        if after.startswith("关于") and lines.is_title(after) and not self.draft.content:
            return units - index + 1
        for count in (2, 3):
            group = self.blocks[index : index + count]
            if len(group) < count or any(b.role for b in group):
                break
            if not all(lines.is_title_part(b.text) for b in group[:-1]) or lines.is_label_line(text):
                break
            joined = "".join(lines.strip_markup(b.text) for b in group)
            if any(
                lines.is_label_line(b.text) or lines.is_date(b.text) or lines.is_number(b.text) for b in group
            ):
                break
            signed_title = lines.is_unit(text) and lines.strip_markup(group[1].text).startswith("关于")
            if lines.is_unit(text) and not signed_title:
                break
            whole = "关于" in joined or self._is_known(joined) or self._same_as_header(joined)
            if (
                lines.is_title(group[-1].text, end=True)
                and lines.is_title(joined)
                and (whole or self._after_annex(index))
            ):
                return count
        header = not self.draft.content and self.draft.addressees is None and not self.layout.titles
        return 1 if header and not self.blocks[index].role and lines.is_loose_title(text) else 0

    def _after_annex(self, index: int) -> bool:
        return bool(self.draft.heads) and not self.draft.content and not self.draft.title

    def _same_as_header(self, joined: str) -> bool:
        return any(normal(joined) in normal("".join(b.text for b in t)) for t in self.layout.titles)

    def _adopt_titles(self) -> None:
        """The last title of the header is the document's, an earlier one the page's; a repeat keeps its lines."""
        self.draft.title = self.layout.titles[-1]
        for group in self.layout.titles[:-1]:
            for block in group:
                self._drop(block, "页面标题")
        self.known.extend(
            normal(t) for g in self.layout.titles for t in _BOOK.findall("".join(b.text for b in g))
        )

    # content ----------------------------------------------------------------------------------------------------

    def _content(self, index: int) -> int:
        """Places the block at ``index`` (and perhaps some after it); returns the index that follows."""
        block = self.blocks[index]
        text = block.text
        for rule in (self._annex, self._inner_title, self._signature, self._tail):
            taken = rule(index)
            if taken:
                return index + taken
        if lines.is_addressee(text) and not self.draft.content and self.draft.addressees is None:
            self.draft.addressees = block
            return index + 1
        self.known.extend(normal(t) for t in _BOOK.findall(text) if lines.is_title(t))
        if self.signed and line_marker(0, text) is not None and not self.draft.has_markers():
            self.signed = False  # the signature stands before the clauses
        self.draft.content.append(block)
        return index + 1

    def _open(self, kind: str) -> None:
        if any(
            (
                self.draft.content,
                self.draft.title,
                self.draft.addressees,
                self.draft.heads,
                self.draft.signature,
            )
        ):
            self.draft = Draft(kind)
            self.layout.drafts.append(self.draft)
        else:
            self.draft.kind = kind
        self.signed = False

    def _annex(self, index: int) -> int:
        block = self.blocks[index]
        compact = block.compact
        if v.ANNEX_HEAD.fullmatch(compact) and not (compact.endswith(":") and self._lists_annexes(index)):
            self._open("annex")
            self.draft.heads.append(block)
            count = self._title_at(index + 1) if index + 1 < len(self.blocks) else 0
            if not count and index + 1 < len(self.blocks) and self._loose_title(index + 1):
                count = 1
            self.draft.title = self.blocks[index + 1 : index + 1 + count]
            return 1 + count
        titled = v.ANNEX_TITLED.match(block.text.lstrip("("))
        if titled is None and not (v.ANNEX_HEAD.fullmatch(compact)):
            return 0
        name = normal(block.text[titled.end() :] if titled else "")
        again = bool(name) and any(
            name == ref or (len(name) > 5 and name in ref) for ref in self.layout.references
        )
        if titled and (self.signed or again) and len(compact) < 80 and not lines.FILE_NAME.search(compact):
            self._open("annex")
            self.draft.title = [block]
            return 1
        return self._references(index)

    def _loose_title(self, index: int) -> bool:
        block = self.blocks[index]
        return not block.role and lines.is_title_part(block.text) and len(block.compact) <= 40

    def _lists_annexes(self, index: int) -> bool:
        following = self.blocks[index + 1].text if index + 1 < len(self.blocks) else ""
        return bool(v.ANNEX_ITEM.match(following.strip())) and "。" not in following and not self.signed

    def _references(self, index: int) -> int:
        """A list of annexes: its first line and the numbered lines after it."""
        taken = 0
        while index + taken < len(self.blocks):
            block = self.blocks[index + taken]
            if taken and (v.ANNEX_HEAD.fullmatch(block.compact) or self._lists_no_more(index + taken)):
                break
            if taken and not (
                (v.ANNEX_ITEM.match(block.text.strip()) or block.text.strip().startswith("附件"))
                and "。" not in block.text
                and len(block.text) < 90
            ):
                break
            block.role = "ANNEX_REFERENCE"
            self.draft.closing.append(block)
            for name in re.split(r"\s(?=\d{1,2}\s?[.、])", block.text):
                bare = v.ANNEX_TITLED.sub("", name.strip(), count=1)
                bare = v.ANNEX_ITEM.sub("", bare.strip(), count=1)
                if normal(bare):
                    self.layout.references.append(normal(bare))
            taken += 1
        return taken

    def _lists_no_more(self, index: int) -> bool:
        """Whether the line is an annex itself: its name was listed before, and text follows it."""
        block = self.blocks[index]
        titled = v.ANNEX_TITLED.match(block.text.strip())
        return titled is not None and normal(block.text.strip()[titled.end() :]) in self.layout.references

    def _is_known(self, text: str) -> bool:
        name = normal(text)
        return len(name) > 5 and any(
            name == k or (len(k) > 7 and (k in name or name in k)) for k in self.known
        )

    def _inner_title(self, index: int) -> int:
        """A title inside the text opens a new part when something confirms it."""
        count = self._title_at(index)
        if not count:
            return 0
        group = self.blocks[index : index + count]
        joined = "".join(lines.strip_markup(b.text) for b in group)
        if len(joined) > 70 or (len(joined) > 45 and not self.signed and not self._is_known(joined)):
            return 0
        if not self.draft.content and not self.draft.title and self.draft.kind == "annex":
            self.draft.title = group
            return count
        opens = self._opens_tree(index + count)
        known = self._is_known(joined)
        confirmed = (self.signed and (opens or known)) or (known and self._standing(index, count))
        if not confirmed and opens and (self.draft.has_markers() or known):
            confirmed = self._after_sentence(index)
        if not confirmed:
            return 0
        self._open("annex" if self.draft.kind == "annex" else "body")
        self.draft.title = group
        return count

    def _standing(self, index: int, count: int) -> bool:
        following = self.blocks[index + count] if index + count < len(self.blocks) else None
        return following is not None and self._after_sentence(index)

    def _after_sentence(self, index: int) -> bool:
        before = self.blocks[index - 1] if index else None
        if before is None or before.text.rstrip()[-1:] in "。;.!?”)":
            return True
        return (
            lines.is_date(before.text)
            or lines.is_unit(before.text)
            or v.CONTACT.match(before.text) is not None
        )

    def _opens_tree(self, index: int) -> bool:
        """Whether a first clause follows soon, before any other marker."""
        for block in self.blocks[index : index + 14]:
            marker = None if block.role else line_marker(0, block.text)
            if marker is not None:
                return any(r.ordinal == 1 and r.family in TOP_FAMILIES for r in marker.readings)
        return False

    def _signature(self, index: int) -> int:
        block = self.blocks[index]
        if lines.unit_and_date(block.text) or lines.is_date(block.text):
            self.draft.signature.append(block)
            self.signed = True
            return 1
        if not lines.is_unit(block.text) or line_marker(0, block.text):
            return 0
        run = index
        while run < len(self.blocks) and lines.is_unit(self.blocks[run].text) and run - index < 12:
            run += 1
        following = self.blocks[run] if run < len(self.blocks) else None
        if (
            following is None
            or lines.is_date(following.text)
            or lines.unit_and_date(following.text)
            or (
                self._after_sentence(index)
                and (
                    self._is_known(following.text)
                    or self._ends_here(run)
                    or v.ANNEX_HEAD.fullmatch(following.compact)
                )
            )
        ):
            self.draft.signature.extend(self.blocks[index:run])
            self.signed = True
            return run - index
        return 0

    def _ends_here(self, index: int) -> bool:
        """Whether only furniture follows."""
        return all(
            lines.is_furniture(b.text) or b.role or v.DISCLOSURE.match(b.compact)
            for b in self.blocks[index : index + 4]
        )

    def _tail(self, index: int) -> int:
        block = self.blocks[index]
        text, compact = block.text.strip(), block.compact
        if v.DISCLOSURE.fullmatch(compact):
            self.layout.notes.append(block)
            return self._drop(block, "公开属性")
        if v.COPY_TO.match(text) and (self.signed or not lines.is_addressee(text)):
            return self._drop(block, "抄送")
        if v.PRINTED_BY.fullmatch(text):
            return self._drop(block, "印发机关和日期")
        if lines.FILE_NAME.search(text) and len(text) < 120:
            self.layout.notes.append(block)
            return self._drop(block, "附件文件名")
        ended = not self._more_markers(index)
        short = len(compact) <= 60 and "。" not in compact[:-1]
        standing = v.FURNITURE.match(text) or len(compact) <= 8 or self._closed()
        if (
            lines.is_furniture(text)
            and standing
            and ((short and line_marker(0, text) is None) or (ended and self._closed()))
        ):
            return self._drop(block, "页面内容")
        if not ended or not (self.signed or self._closed()):
            return 0
        if v.FURNITURE_LAST.match(text):
            return self._drop(block, "页面内容")
        if compact[0] in "•·●" and len(compact) <= 14 and self._closed():
            return self._drop(block, "页面内容")
        if self.signed and line_marker(0, text) is None:
            return self._after_signature(block)
        return 0

    def _after_signature(self, block: Block) -> int:
        text = block.text.strip()
        if v.CONTACT.match(text) or (text[0] == "(" and text[-1] in ")。"):
            self.draft.closing.append(block)
            block.role = "CONTACT"
            return 1
        if lines.is_label_line(text) or v.TIME_STAMP.search(text):
            return self._drop(block, "页面内容")
        if not self.draft.has_markers() and (len(text) > 40 or not self.layout.drafts[0].has_markers()):
            return 0
        if re.search(r"公众号|服务号|转载|[\u4e00-\u9fff]网$", text):
            self.layout.warnings.append(
                ImportWarning(
                    "REPOSTER", block.line, text[:40], None, "转载者的署名，不是发文机关，已单独保留。"
                )
            )
            return self._drop(block, "转载者")
        self._unplaced(block, "落款之后的文字不属于任何条款，已单独保留，请核对。")
        return self._drop(block, "落款之后的文字")

    def _closed(self) -> bool:
        """Whether the current part already has its closing sentence or signature."""
        return self.signed or any(v.CLOSING.match(b.compact) for b in self.draft.content[-3:])

    def _more_markers(self, index: int) -> bool:
        return any(not b.role and line_marker(0, b.text) is not None for b in self.blocks[index : index + 40])

    def _settle_kinds(self) -> None:
        """The first part is a notice when it hands over another document instead of ruling itself."""
        first, rest = self.layout.drafts[0], self.layout.drafts[1:]
        if first.kind != "body" or not rest:
            return
        text = first.title_text + "".join(b.text for b in first.content[:4])
        inner = any(d.kind == "body" for d in rest)
        if (inner or not first.has_markers()) and (_FORWARDS.search(text) or not first.has_markers()):
            first.kind = "notice"


def _is_note(compact: str) -> bool:
    return bool(
        re.search(r"通过|公布|发布|修正|修订|施行|有效期|废止|\d{4}年", compact)
        or v.REGISTRATION.search(compact)
    )


def segment(blocks: list[Block]) -> Layout:
    """Divides the blocks of a document."""
    return Segmenter(blocks).run()
