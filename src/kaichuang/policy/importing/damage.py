"""Detectors of text damage. Each is a general pattern; the printed text is never changed, only a correction proposed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from kaichuang.policy.importing.dates import find_dates
from kaichuang.policy.importing.model import ImportWarning
from kaichuang.policy.importing.runs import Run
from kaichuang.policy.importing.source import SourceText
from kaichuang.policy.importing.vocabulary import CONTACT

_MAX_PER_RUN = 60
_CJK = "\u4e00-\u9fff"
_RESPONSIBLE_LABEL = re.compile(r"(?:责任|牵头|配合|参与|落实)(?:单位|部门)\s?:")
_STRAY_SPACE = re.compile(
    rf"(?<=[{_CJK}、,。]) (?=[{_CJK}“《])|(?<=[“《]) (?=[{_CJK}])|(?<=[{_CJK}]) (?=[,。、;”》])"
)
_STRAY_SEPARATOR = re.compile(
    r"、(?=全覆盖|全部覆盖|的|以及|和(?![谐平睦气解美田])|及(?![时格])|[,。;、)])|[,;](?=[,。;])|。(?=[。,;])"
)
_DOUBLED = re.compile(rf"([{_CJK}]{{2,4}})\1")
_TWICE = re.compile(
    rf"(?P<before>[{_CJK}]?)(?P<sign>(?![各人天年月日家户事时处步层级种个代件项次多常往稳慢刚仅足恰好点一三两十百千万])[{_CJK}])(?P=sign)(?P<after>[{_CJK}])"
)
_NO_MEASURE = re.compile(
    rf"(?:建立|建设|培育|打造|引进|新建|组建|设立|新增|创建|发展|形成|集聚|聘请|选派|培养)(\d{{1,6}})(?=[{_CJK}])"
    r"(?![个家名人项件种套台支批次场条年月日天周所座处类份期届级位只亩公平立万亿千百元户吨米多余余以左至度倍支辆间层幅部本篇门国省市县区镇村校院企店厅园桶株头颗点G亿强分秒小]|创客驿站|创新)"
)
_PARALLEL = re.compile(
    r"以[^,。;:以]{2,24}为(?:抓手|核心|重点|基础|依托|目标|主线|导向|主体|载体|突破口|支撑|引领)"
)
_SUBJECT = re.compile(
    rf"(?<=[{_CJK}])(?:各(?:县|市|区|地|级|有关|部门|单位|乡镇|责任)[^,。;:要]{{0,14}}要(?=[{_CJK}]{{2}})|(?:市|省|县)[{_CJK}]{{1,5}}(?:局|厅|委)要(?=[{_CJK}]{{2}}))"
)
_LEADS_ON = frozenset(
    "由和与及对请将使让令按是为要以的向在给经从到各于归同会或等至即则被、市省县区州全国内我本及其并也都还而且如若当就"
)
_CARRIERS = re.compile(r"(?:众创空间|双创中心|孵化器|加速器|创业苗圃|产业园区|创业基地|孵化基地){2,}")
_PRODUCTS = re.compile(r"(?:[^贷、,，。;；:()“”\s]{1,8}贷(?!款|保|前|中|后)){3,}")
_SLOGANS = "引进来|走出去|互联网\\+|多证合一|三证合一|五证合一|先照后证|证照分离|一照一码|放管服|双随机|一带一路|三个代表|新三板|双创(?=升级版)|四众"
_SLOGAN = re.compile(_SLOGANS)
_SLOGAN_PAIR = re.compile(rf"(?<![“])({_SLOGANS})({_SLOGANS})")
_PAIRS = {"“": "”", "‘": "’", "《": "》", "〔": "〕", "(": ")", "[": "]", "【": "】", "「": "」"}
_CLOSERS = {close: opening for opening, close in _PAIRS.items()}
_LOST_SIGN = re.compile(rf"(?<=[{_CJK}\d])\?\s?(?=[{_CJK}\d])")
_ASKING = re.compile(r"什么|如何|哪|吗|呢|是否|谁|几|多少|怎|为何|能否|可否|何时|问")
_PINYIN = re.compile(rf"(?<=[{_CJK}])(?:\([a-z]{{1,6}}\))+")
_COUNTED = re.compile(r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})条(?:措施|政策|意见|规定|办法)")


def _warn(
    run: Run, source: SourceText, at: int, code: str, found: str, proposed: str | None, message: str
) -> ImportWarning:
    return ImportWarning(code, run.line_at(source, at), found, proposed, message)


def unbalanced(text: str) -> list[int]:
    """Offsets of brackets and quotes without a partner; list signs like 1) do not count."""
    open_at: list[int] = []
    alone: list[int] = []
    for offset, char in enumerate(text):
        if char in _PAIRS:
            open_at.append(offset)
        elif char in _CLOSERS:
            partner = next((i for i in reversed(open_at) if text[i] == _CLOSERS[char]), None)
            if partner is not None:
                alone.extend(i for i in open_at[open_at.index(partner) + 1 :])
                del open_at[open_at.index(partner) :]
            elif not (
                char == ")"
                and re.search(
                    r"(?:^|[。;:、,\s])[\d一二三四五六七八九十a-zA-Z]{1,2}$",
                    text[max(0, offset - 4) : offset],
                )
            ):
                alone.append(offset)
    return sorted(alone + open_at)


class DamageReader:
    """Runs all detectors over the running text of a document."""

    def __init__(self, source: SourceText, runs: list[Run], title: str) -> None:
        self.source = source
        self.runs = runs
        self.whole = "\n".join(run.text for run in runs)
        self.title = title
        self.half_quoted: set[str] = set()
        self.quote_damage = False
        self.counts: dict[str, int] = {}
        self.torn: dict[tuple[int, str], str] = {}

    def _count(self, term: str) -> int:
        if term not in self.counts:
            self.counts[term] = self.whole.count(term)
        return self.counts[term]

    def read(self) -> list[ImportWarning]:
        """All warnings, in no particular order."""
        found: list[ImportWarning] = []
        checks: tuple[Callable[[Run], Iterator[ImportWarning]], ...] = (
            self._unbalanced,
            self._spaces,
            self._separators,
            self._doubled,
            self._printed_twice,
            self._measures,
            self._sentence_ends,
            self._run_together,
            self._dates,
            self._lost_signs,
        )
        found.extend(self._broken_paragraphs())
        for run in self.runs:
            for check in checks:
                found.extend(islice(check(run), _MAX_PER_RUN))
        for run in self.runs:
            found.extend(islice(self._lost_quotes(run), _MAX_PER_RUN))
        found.extend(self._pinyin())
        found.extend(self._dropped_brackets())
        found.extend(self._swapped_terms())
        return found

    def _unbalanced(self, run: Run) -> Iterator[ImportWarning]:
        for offset in unbalanced(run.text):
            sign = run.text[offset]
            if sign in "〔〕" and re.search(r"\d{4,8}号", run.text[offset : offset + 12]):
                continue
            proposed = self.torn.get((id(run), sign))
            if proposed is None:
                self.quote_damage = self.quote_damage or sign in "“”‘’"
                proposed = self._partner(run, offset)
            yield _warn(
                run,
                self.source,
                offset,
                "UNBALANCED",
                run.around(offset, offset + 1),
                proposed,
                f"“{run.printed[offset]}”没有配对的另一半。"
                if sign not in "“”"
                else "引号没有配对的另一半。",
            )

    def _partner(self, run: Run, offset: int) -> str | None:
        sign, text = run.text[offset], run.text
        if sign in "“‘《(〔[【「":
            if sign == "(":
                return self._bracket_template(run, offset)
            tail = re.split(r"[,。;:、!?“”]", text[offset + 1 : offset + 20])[0]
            term = self._repeated(tail, prefix=True)
            if term and sign == "“":
                self.half_quoted.add(term)
            return run.printed[offset : offset + 1 + len(term or tail)] + _PAIRS[sign]
        if sign in "”’》":
            head = re.split(r"[,。;:、!?“”]", text[max(0, offset - 20) : offset])[-1]
            term = self._repeated(head, prefix=False)
            if term and sign == "”":
                self.half_quoted.add(term)
            start = offset - len(term or head)
            return _CLOSERS[sign] + run.printed[start : offset + 1]
        return self._bracket_template(run, offset)

    def _repeated(self, text: str, *, prefix: bool) -> str | None:
        """The longest of the most frequent beginnings (or ends) of a text that recur in the document."""
        best, best_count = None, 1
        for size in range(len(text), 2, -1):
            part = text[:size] if prefix else text[-size:]
            if len(re.findall(f"[{_CJK}]", part)) < 2:
                break
            count = self._count(part)
            if count > best_count:
                best, best_count = part, count
        return best

    def _bracket_template(self, run: Run, offset: int) -> str | None:
        """How the same words are bracketed elsewhere in the document."""
        text = run.text
        if text[offset] == ")" and offset:
            word = re.escape(text[offset - 1])
            known = Counter(re.findall(rf"{word}\([{_CJK}]{{1,3}}\)", self.whole))
            if known:
                before = run.printed[max(0, offset - 4) : offset - 1]
                usual: str = known.most_common(1)[0][0]
                return before + usual + run.printed[offset + 1 : offset + 4]
        if text[offset] == "(":
            tail = re.match(rf"\(([{_CJK}]{{1,3}}?)(?=[、,。;])", text[offset:])
            if tail and f"({tail.group(1)})" in self.whole:
                return run.printed[max(0, offset - 4) : offset] + f"({tail.group(1)})"
        return None

    def _spaces(self, run: Run) -> Iterator[ImportWarning]:
        if self.source.spaced or run.where == "heading" or CONTACT.match(run.text):
            return
        gaps = list(_STRAY_SPACE.finditer(run.text))
        gaps = [gap for gap in gaps if "\t" not in run.printed[gap.start() : gap.end()]]
        if gaps and not re.search(r"\S {2,}\S+ {2,}\S", run.text):
            first = gaps[0]
            found = run.around(first.start(), first.end(), 6)
            count = f"（本段共{len(gaps)}处）" if len(gaps) > 1 else ""
            yield _warn(
                run,
                self.source,
                first.start(),
                "STRAY_SPACE",
                found,
                re.sub(r"\s", "", found),
                f"文字中间有多余的空格{count}。",
            )

    def _separators(self, run: Run) -> Iterator[ImportWarning]:
        for found in _STRAY_SEPARATOR.finditer(run.text):
            shown = run.around(found.start(), found.end(), 6)
            proposed = (
                run.printed[max(0, found.start() - 6) : found.start()]
                + run.printed[found.end() : found.end() + 6]
            )
            yield _warn(
                run, self.source, found.start(), "STRAY_SEPARATOR", shown, proposed, "此处标点多余或重复。"
            )
        parallels = list(_PARALLEL.finditer(run.text))
        if len(parallels) > 1:
            for parallel in parallels[1:]:
                before = run.text[parallel.start() - 1]
                verb = re.search(
                    r"(?:支持|推动|推进|坚持|重点|着力|建设|探索|努力|鼓励|实现|形成|构建|打造|强化|加快|建立|发展|引导|主要|原则|进一步|切实)$",
                    run.text[: parallel.start()],
                )
                if re.match(rf"[{_CJK}A-Za-z0-9)”]", before) and before not in _LEADS_ON and not verb:
                    shown = run.around(parallel.start(), parallel.start(), 8)
                    proposed = (
                        run.printed[parallel.start() - 8 : parallel.start()]
                        + "；"
                        + run.printed[parallel.start() : parallel.start() + 8]
                    )
                    yield _warn(
                        run,
                        self.source,
                        parallel.start(),
                        "MISSING_SEPARATOR",
                        shown,
                        proposed,
                        "并列句之间缺少分号。",
                    )

    def _doubled(self, run: Run) -> Iterator[ImportWarning]:
        for found in _DOUBLED.finditer(run.text):
            word = found.group(1)
            turned = word[1:] + word[0]
            if self._count(turned) > self._count(word):
                continue
            if len(set(word)) == 1 or any(c in "一二三四五六七八九十各越" for c in word):
                continue
            chain = re.search(
                r"\+[^,。;+]{0,6}$", run.text[max(0, found.start() - 8) : found.start() + len(word)]
            )
            middle = found.start() + len(word)
            proposed = run.printed[max(0, found.start() - 6) : middle] + ("”" if chain else "")
            proposed += (
                run.printed[middle : found.end() + 4] if chain else run.printed[found.end() : found.end() + 6]
            )
            yield _warn(
                run,
                self.source,
                found.start(),
                "DOUBLED_WORD",
                run.around(found.start(), found.end(), 6),
                proposed,
                "词语重复，可能多印，也可能中间丢了标点。",
            )

    def _printed_twice(self, run: Run) -> Iterator[ImportWarning]:
        """One character too many (适适用): the shorter word stands elsewhere, and no word ends with the first of the two."""
        for found in _TWICE.finditer(run.text):
            before, sign, after = found["before"], found["sign"], found["after"]
            if self._count(sign + after) < 2 or self._count(sign * 2) > 1:
                continue
            if before and self._count(before + sign) > 1:
                continue
            at = found.start("sign")
            shown = run.around(at, at + 2, 6)
            proposed = run.printed[max(0, at - 6) : at] + run.printed[at + 1 : at + 8]
            yield _warn(
                run, self.source, at, "DOUBLED_WORD", shown, proposed, "此字可能多印了一个，请对照原文核对。"
            )

    def _measures(self, run: Run) -> Iterator[ImportWarning]:
        for found in _NO_MEASURE.finditer(run.text):
            number = found.group(1)
            low = max(0, found.start() - 60)
            if run.text.rfind("“", low, found.start()) > run.text.rfind("”", low, found.start()):
                continue
            following = run.printed[found.end() : found.end() + 12]
            person = re.match(rf"[{_CJK}]{{0,9}}?(?:导师|专家|人才|教师|特派员|大使)", following)
            unit = "名" if person else "个"
            yield _warn(
                run,
                self.source,
                found.start(),
                "MISSING_UNIT",
                run.printed[found.start() : found.end()] + following,
                run.printed[found.start() : found.end()] + unit + following,
                f"数字{number}之后缺少量词，所指对象不明。",
            )

    def _sentence_ends(self, run: Run) -> Iterator[ImportWarning]:
        for label in _RESPONSIBLE_LABEL.finditer(run.text):
            before = run.text[max(0, label.start() - 40) : label.start()].rstrip()
            if before and before[-1] not in "。;,:!?、)(”】【[》":
                yield self._missing_end(run, label.start(), "“责任单位”之前缺少句号。")
        for subject in _SUBJECT.finditer(run.text):
            before = run.text[max(0, subject.start() - 200) : subject.start()]
            clause_start = max(before.rfind(c) for c in "。;,:")
            if before[-1] in _LEADS_ON or len(before) - clause_start < 6:
                continue
            yield self._missing_end(run, subject.start(), "两句之间缺少句号或逗号。")

    def _missing_end(self, run: Run, at: int, message: str) -> ImportWarning:
        proposed = run.printed[max(0, at - 8) : at] + "。" + run.printed[at : at + 8]
        return _warn(run, self.source, at, "MISSING_SENTENCE_END", run.around(at, at), proposed, message)

    def _run_together(self, run: Run) -> Iterator[ImportWarning]:
        for found in _CARRIERS.finditer(run.text):
            words = re.findall(
                r"众创空间|双创中心|孵化器|加速器|创业苗圃|产业园区|创业基地|孵化基地", found.group()
            )
            yield _warn(
                run,
                self.source,
                found.start(),
                "MISSING_SEPARATOR",
                run.around(found.start(), found.end(), 4),
                "“" + "—".join(words) + "”",
                "并列名称连写，之间的标点或引号可能丢失。",
            )
        for found in _PRODUCTS.finditer(run.text):
            names = re.sub(r"贷(?=.)", "贷、", run.printed[found.start() : found.end()])
            yield _warn(
                run,
                self.source,
                found.start(),
                "MISSING_SEPARATOR",
                run.printed[found.start() : found.end()],
                names,
                "一串产品名称连写，名称的起止是推测，请核对。",
            )

    def _dates(self, run: Run) -> Iterator[ImportWarning]:
        for date in find_dates(run.text):
            if not date.damaged:
                continue
            if date.value is not None:
                message = "日期中的“年”“月”丢失或数字误识，按唯一成立的拆分读出，不能读作其他年月。"
            elif date.readings:
                message = "日期中的“年”“月”丢失，有多种拆分，未采用任何一种。"
            else:
                message = "此日期不存在，请核对。"
            yield _warn(
                run,
                self.source,
                date.start,
                "BAD_DATE",
                run.printed[date.start : date.end],
                date.proposed,
                message,
            )

    def _lost_signs(self, run: Run) -> Iterator[ImportWarning]:
        for found in _LOST_SIGN.finditer(run.printed):
            if _ASKING.search(run.text[max(0, found.start() - 24) : found.start()]):
                continue
            shown = run.around(found.start(), found.end(), 6)
            yield _warn(
                run,
                self.source,
                found.start(),
                "SUSPECT_CHARACTER",
                shown,
                shown.replace("?", "·"),
                "此处的问号可能是未能识别的字符（如间隔号）。",
            )

    def _lost_quotes(self, run: Run) -> Iterator[ImportWarning]:
        for pair in _SLOGAN_PAIR.finditer(run.text):
            yield _warn(
                run,
                self.source,
                pair.start(),
                "LOST_QUOTES",
                run.printed[pair.start() : pair.end()],
                f"“{pair.group(1)}”“{pair.group(2)}”",
                "固定用语连写，引号可能丢失。",
            )
        if not self.quote_damage:
            return
        terms = re.compile(
            "|".join([_SLOGANS, *map(re.escape, sorted(self.half_quoted, key=len, reverse=True))])
        )
        for found in terms.finditer(run.text):
            before, after = (
                run.text[found.start() - 1 : found.start()],
                run.text[found.end() : found.end() + 1],
            )
            if (
                before == "“"
                or after == "”"
                or _SLOGAN_PAIR.search(run.text[max(0, found.start() - 6) : found.end() + 6])
            ):
                continue
            yield _warn(
                run,
                self.source,
                found.start(),
                "LOST_QUOTES",
                run.around(found.start(), found.end(), 4),
                f"“{found.group()}”",
                "本文引号多有缺失，此处引号可能丢失。",
            )

    def _broken_paragraphs(self) -> Iterator[ImportWarning]:
        for run, following in zip(self.runs, self.runs[1:], strict=False):
            if run.where == "heading" or following.where == "heading" or run.clause is not following.clause:
                continue
            if run.where != following.where or not run.text or not following.text:
                continue
            last = run.text.rstrip()[-1:]
            quotes = unbalanced(run.text)
            halves = any(run.text[i] == "“" for i in quotes) and any(
                following.text[i] == "”" for i in unbalanced(following.text)
            )
            open_end = last not in "。;:!?…”)》」." and following.text.rstrip()[-1:] in "。;"
            labelled = re.match(r".{1,12}:|[-—•·●【\[<]|\d|答", run.text) or re.match(
                r".{2,8}:|[-—•·●]", following.text
            )
            if halves or (open_end and not labelled and not re.search(r" {2,}|\|", run.text)):
                joined = run.printed[-12:] + (" " if halves else "") + following.printed[:12]
                if halves:
                    self.torn[id(run), "“"] = self.torn[id(following), "”"] = joined
                yield _warn(
                    run,
                    self.source,
                    0,
                    "BROKEN_PARAGRAPH",
                    run.printed[-12:] + "\n" + following.printed[:12],
                    joined,
                    "一段话被拆成两段，应连读。",
                )

    def _pinyin(self) -> Iterator[ImportWarning]:
        """Readings in Latin letters that a page has put behind its characters."""
        hits = [(run, found) for run in self.runs for found in islice(_PINYIN.finditer(run.text), 20)]
        if len(hits) >= 3:
            run, found = hits[0]
            shown = run.around(found.start(), found.end(), 4)
            plain = _PINYIN.sub("", shown)
            message = "文字后夹有注音字母，不属于原文，按原样保留。"
            yield _warn(run, self.source, found.start(), "PINYIN_RESIDUE", shown, plain, message)

    def _dropped_brackets(self) -> Iterator[ImportWarning]:
        terms = Counter(re.findall(rf"[{_CJK}]\([{_CJK}]{{1,3}}\)、[{_CJK}]{{2}}", self.whole))
        for term, count in terms.items():
            plain = re.sub(r"\(.*?\)", "", term)
            if count < 2 or plain not in self.whole:
                continue
            for run in self.runs:
                at = run.text.find(plain)
                if at >= 0:
                    shown = run.around(at, at + len(plain), 3)
                    yield _warn(
                        run,
                        self.source,
                        at,
                        "DROPPED_WORD",
                        shown,
                        shown.replace(plain, term),
                        f"文中他处均作“{term}”。",
                    )

    def _swapped_terms(self) -> Iterator[ImportWarning]:
        """大众创新万众创业 for 大众创业万众创新: a term of the title with two of its words exchanged."""
        title = re.sub(r"[、,“”\s]", "", self.title)
        seen: set[str] = set()
        for start in range(len(title) - 7):
            a, b, c, d = (title[start + i : start + i + 2] for i in (0, 2, 4, 6))
            if b == d or b[0] != d[0] or a[1] != c[1] or a == c or a + d + c + b in seen:
                continue
            seen.add(a + d + c + b)
            pattern = re.compile(rf"{re.escape(a + d)}[、,]?{re.escape(c + b)}")
            for run in self.runs:
                for found in pattern.finditer(run.text):
                    yield _warn(
                        run,
                        self.source,
                        found.start(),
                        "SWAPPED_WORDS",
                        run.printed[found.start() : found.end()],
                        a + b + c + d,
                        "词序与标题中的用语不一致。",
                    )


def count_mismatch(title: str | None, top_clauses: int) -> tuple[str, int] | None:
    """The number of articles a title promises, when the text has another number of them."""
    from kaichuang.policy.importing import numerals

    found = _COUNTED.search(title or "")
    if found is None:
        return None
    printed = found.group().split("条")[0]
    promised = numerals.chinese(printed) or numerals.arabic(printed) or 0
    return (found.group(), promised) if promised and top_clauses and promised != top_clauses else None
