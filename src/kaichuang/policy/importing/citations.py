"""Documents cited: 《title》(number), bare numbers, and their damaged forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kaichuang.policy.importing.model import Citation, ImportWarning
from kaichuang.policy.importing.runs import Run
from kaichuang.policy.importing.segments import normal
from kaichuang.policy.importing.source import SourceText

_NUMBER_AFTER = re.compile(
    r"\s{0,2}\(([^()]{2,60}?号+[^()]{0,12})\)|\s{0,2}\(([^()]{1,12}\([^()]{1,6}\)\s?\d{1,4}\s?号)\)"
)
_WELL_FORMED = re.compile(
    r"([\u4e00-\u9fff]{1,14}(?:\([\u4e00-\u9fff]{1,4}\))?)\s?〔\s?(\d{4})\s?〕\s?(\d{1,5})\s?号(?!号)"
)
_ANY_NUMBER = re.compile(
    r"(?P<head>[\u4e00-\u9fff]{1,16})\s?(?P<open>[〔\[(【{<]?)\s?(?P<year>(?:19|20)\d\s?\d)\s?(?P<close>[〕\])】}>]?)"
    r"\s?(?:第)?(?P<no>\d{1,4})\s?号(?P<tail>号?)"
)
_LOOKALIKE_DIGIT = re.compile(r"(?<=[\dOoIl])[OoIl](?=[\dOoIl号)〕])")
_LEAD = re.compile(
    r"^.*(?:根据|按照|依据|依照|参照|落实|执行|贯彻|关于|文件|通知|精神|附件|以下简称|[按见以和与及为的对是由将把、])(?=[\u4e00-\u9fff]{2,})"
)
_NUMBER_HEAD = re.compile(
    r"(?:发|办|字|函|规|政|通|令|文|党|委|财|科|教|人社|经信|工信|改|税|商|综|才|高|农|价格|号)[\u4e00-\u9fff]{0,3}$"
)
_POLICY_NOUN = re.compile(
    r"(?:意见|办法|通知|决定|计划|条例|法|规定|细则|方案|规划|措施|纲要|规则|政策|目录|标准|指南|公告|分类|函|令|章程|准则|行动|要点|十条|\d+条|实施|规范|批复|通告|决议|体系|建议|报告|解释|制度|清单)"
    r"(?:\([^()]{1,20}\))?$"
)
_FORMS = re.compile(
    r"(?:表|申请书|申报书|证书|证|协议|合同|名单|承诺书|责任书|推荐表|登记簿)(?:\([^()]{1,10}\))?$"
)
_UNMARKED = re.compile(
    r"[\u4e00-\u9fff]{2,12}(?:人民政府|政府|省委|市委|县委|区委|局|厅|委员会|部)(?:办公厅|办公室)?关于[^,。;:《》()]{4,40}?的?(?:指导意见|实施意见|若干意见|意见|通知|决定)"
)
_NAMED_RULES = re.compile(
    r"(?:符合|按照|依据|根据|参照|执行|依照)(?P<name>[\u4e00-\u9fff]{3,24}?(?:管理办法|实施办法|暂行办法|实施细则|认定办法))(?=要求|规定|执行|的|有关|,|。|办理)"
)
_OWN = re.compile(r"^(?:本|该|此|有关|相关|国家|上述|以上|各自|制定|原|其)")


def _book_marks(text: str) -> Iterator[tuple[int, int]]:
    """Places of outermost 《…》 with nesting."""
    depth, opened = 0, 0
    for offset, char in enumerate(text):
        if char == "《":
            opened = offset if depth == 0 else opened
            depth += 1
        elif char == "》" and depth:
            depth -= 1
            if depth == 0 and offset - opened < 200:
                yield opened, offset + 1


def tidy_number(text: str, *, whole: bool = False, printed: str | None = None) -> tuple[str | None, bool]:
    """A document number in standard form and whether the printed form was damaged.

    ``whole`` says that the text is nothing but the number, so that no leading words have to be cut off; ``printed`` is
    the unfolded text of the same length, so that traditional characters are kept.
    """
    compact = "".join(text.split())
    repaired = _LOOKALIKE_DIGIT.sub(lambda m: "0" if m.group() in "Oo" else "1", compact)
    found = _ANY_NUMBER.search(repaired) if len(compact) < 400 else None
    if found is None:
        return None, False
    digits = found["no"]
    if not found["close"] and compact[found.start("no")] in "lI" and len(digits) > 1:
        digits = digits[1:]  # a closing bracket read as l
    head = found["head"] if whole else trim_head(found["head"])
    if not (found["open"] or found["close"] or _NUMBER_HEAD.search(head)) or int(found["no"]) == 0:
        return None, False
    sound = (
        found["open"] in "〔["
        and found["close"] in "〕]"
        and found["open"]
        and found["close"]
        and not found["tail"]
    )
    shown = "".join((printed or text).split())
    if len(shown) == len(compact):
        head = shown[found.end("head") - len(head) : found.end("head")]
    sign = "號" if printed and "號" in shown else "号"
    return f"{head}〔{found['year']}〕{int(digits)}{sign}", not sound or repaired != compact


def trim_head(head: str) -> str:
    """The issuing sign before a number without the words that lead up to it."""
    return _LEAD.sub("", head)


class CitationReader:
    """Collects citations of a document; its own title and number do not count."""

    def __init__(self, source: SourceText, own_titles: Iterable[str], own_number: str | None) -> None:
        self.source = source
        self.own = {normal(title) for title in own_titles}
        self.own_number = own_number
        self.citations: list[Citation] = []
        self.warnings: list[ImportWarning] = []

    def read(self, run: Run) -> None:
        """Adds what one stretch of text cites."""
        text = run.text
        taken: list[tuple[int, int]] = []
        if "《" in text:
            for start, end in _book_marks(text):
                taken.append((start, self._marked(run, start, end)))
        if run.where == "title":
            return
        if "号" in text:
            self._numbers(run, taken)
        if "关于" in text:
            self._unmarked(run, taken)
        if "办法" in text or "细则" in text:
            self._unquoted_rules(run, taken)

    def _marked(self, run: Run, start: int, end: int) -> int:
        """A title in book marks, with its number if one follows; returns where it ends."""
        title = run.printed[start + 1 : end - 1].strip()
        number, after = None, end
        follows = _NUMBER_AFTER.match(run.text, end)
        if follows:
            number, damaged = tidy_number(follows.group(1) or follows.group(2))
            if number:
                after = follows.end()
                if damaged:
                    self._damaged(run, follows.start(), follows.end(), number)
                if run.text[after : after + 1] == "《":
                    self._separator(run, after)
        folded = run.text[start + 1 : end - 1]
        if not number and (len(folded) < 5 or not _POLICY_NOUN.search(folded) or _FORMS.search(folded)):
            return after
        if normal(folded) in self.own or (number and number == self.own_number):
            return after
        self._add(number, title, run.printed[start:after], run.line_at(self.source, start))
        return after

    def _separator(self, run: Run, offset: int) -> None:
        found = run.around(offset, offset, 12)
        self.warnings.append(
            ImportWarning(
                "MISSING_SEPARATOR",
                run.line_at(self.source, offset),
                found,
                run.printed[max(0, offset - 12) : offset] + "、" + run.printed[offset : offset + 12],
                "两个引用文件之间缺少顿号。",
            )
        )

    def _damaged(self, run: Run, start: int, end: int, number: str) -> None:
        self.warnings.append(
            ImportWarning(
                "BAD_NUMBER",
                run.line_at(self.source, start),
                run.printed[start:end].strip(),
                number,
                "发文字号印刷有误，已按标准格式更正。",
            )
        )

    def _numbers(self, run: Run, taken: list[tuple[int, int]]) -> None:
        for found in _ANY_NUMBER.finditer(run.text):
            if any(s <= found.start("year") < e for s, e in taken):
                continue
            number, damaged = tidy_number(found.group())
            if number is None or number == self.own_number:
                continue
            if damaged:
                self._damaged(run, found.start("open") - len(trim_head(found["head"])), found.end(), number)
            title = self._title_before(run, found.start("head"))
            self._add(number, title, found.group(), run.line_at(self.source, found.start("year")))

    def _title_before(self, run: Run, offset: int) -> str | None:
        before = re.search(r"《([^《》]{4,100})》\s?\($", run.text[max(0, offset - 110) : offset])
        if before is None:
            return None
        base = max(0, offset - 110)
        return run.printed[base + before.start(1) : base + before.end(1)]

    def _unmarked(self, run: Run, taken: list[tuple[int, int]]) -> None:
        for found in _UNMARKED.finditer(run.text):
            if any(s < found.end() and found.start() < e for s, e in taken):
                continue
            start = found.start() + (len(found.group()) - len(_LEAD_UNIT.sub("", found.group())))
            title = run.printed[start : found.end()]
            if normal(run.text[start : found.end()]) in self.own:
                continue
            line = run.line_at(self.source, start)
            self._add(None, title, title, line)
            self.warnings.append(
                ImportWarning(
                    "UNMARKED_CITATION",
                    line,
                    title,
                    f"《{title}》",
                    "引用文件未加书名号且无文号，请核对所指文件。",
                )
            )

    def _unquoted_rules(self, run: Run, taken: list[tuple[int, int]]) -> None:
        for found in _NAMED_RULES.finditer(run.text):
            name = found["name"]
            if (
                _OWN.match(name)
                or any(s < found.end() and found.start() < e for s, e in taken)
                or "有关" in name
            ):
                continue
            title = run.printed[found.start("name") : found.end("name")]
            line = run.line_at(self.source, found.start("name"))
            self._add(None, title, title, line)
            self.warnings.append(
                ImportWarning(
                    "MISSING_BOOK_MARKS",
                    line,
                    run.around(found.start(), found.end(), 2),
                    f"《{title}》",
                    "文件名称缺少书名号。",
                )
            )

    def _add(self, number: str | None, title: str | None, printed: str, line: int) -> None:
        for index, known in enumerate(self.citations):
            same_title = title and known.title and normal(known.title) == normal(title)
            if (number and known.number == number) or (same_title and not (number and known.number)):
                better = Citation(known.number or number, known.title or title, known.printed, known.line)
                self.citations[index] = better
                return
        self.citations.append(Citation(number, title, printed.strip(), line))


_LEAD_UNIT = re.compile(r"^.*(?:精神|根据|按照|依据|贯彻|落实|执行|[及和与])(?=[\u4e00-\u9fff]{2,}关于)")
