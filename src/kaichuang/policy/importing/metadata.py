"""Facts about the document: labels of the page, title, signature and the sentences on effect."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from itertools import pairwise

from kaichuang.policy.importing import lines, validity
from kaichuang.policy.importing import vocabulary as v
from kaichuang.policy.importing.citations import tidy_number
from kaichuang.policy.importing.dates import FoundDate, first_date
from kaichuang.policy.importing.headings import join_title
from kaichuang.policy.importing.layout import Block
from kaichuang.policy.importing.model import ImportWarning, Metadata, ParsedDocument
from kaichuang.policy.importing.runs import Run
from kaichuang.policy.importing.segments import Layout, normal
from kaichuang.policy.importing.source import SourceText

_STATUS = re.compile(r"失效|废止|现行有效|有效|已修改|已修订|部分失效|未生效|尚未生效|已废止|宣布失效")
_TITLE_ISSUER = re.compile(
    rf"^((?:中共)?[\u4e00-\u9fff]{{2,30}}?(?:人民政府(?:办公厅|办公室)?|政府(?:办公厅|办公室)?|{v.UNIT_END})(?:[、 ](?:中共)?[\u4e00-\u9fff]{{2,24}}?{v.UNIT_END}){{0,8}})\s?(?:关于|印发|转发|公告|通告)"
)
_APPROVED = re.compile(
    r"(?:已经|已由|业经|经)([^,。;]{2,50}?)(?:审议通过|讨论通过|研究通过|研究同意|审议同意|审定|批准|同意|通过)"
)
_ORDER = re.compile(r"[\u4e00-\u9fff]{2,30}令")


class MetadataReader:
    """Collects the metadata of one document."""

    def __init__(self, source: SourceText, layout: Layout, document: ParsedDocument, runs: list[Run]) -> None:
        self.source = source
        self.layout = layout
        self.document = document
        self.runs = runs
        self.meta: Metadata = document.metadata
        self.warnings: list[ImportWarning] = []
        self.labelled: dict[str, tuple[str, int]] = {}

    def read(self) -> None:
        """Fills the metadata and warns of what is missing, damaged or contradictory."""
        self._labels()
        self._titles()
        self._number()
        self._notes()
        self._signature()
        self._issuer()
        self._dates_from_labels()
        self._approval()
        self._validity()
        self._plausibility()
        self._annexes()
        self.document.warnings.extend(self.warnings)

    def _warn(self, code: str, line: int, found: str, proposed: str | None, message: str) -> None:
        self.warnings.append(ImportWarning(code, line, found, proposed, message))

    # labels -----------------------------------------------------------------------------------------------------

    def _labels(self) -> None:
        blocks = self.layout.labels
        notes = {block.line for block in self.layout.notes}
        for block in blocks:
            pairs = lines.label_pairs(block.text)
            stamp = v.TIME_STAMP.search(block.text) or (
                first_date(block.text) and re.match(r"\s*\d{4}", block.text)
            )
            if (
                stamp
                and "published_on" not in self.labelled
                and not any(v.LABELS.get(p[0]) == "published_on" for p in pairs)
            ):
                self.labelled["published_on"] = (block.text, block.line)
            for label, value, start, end in pairs:
                field = v.LABELS.get(label, "other")
                if not value or value in {"打印", "转发"}:
                    if not value:
                        follows = (
                            " 其值可能在下一行的括号内。"
                            if any(0 < n - block.line <= 2 for n in notes)
                            else ""
                        )
                        self._warn(
                            "EMPTY_LABEL",
                            block.line,
                            label,
                            None,
                            f"标签“{label}”之后没有值。{follows}".strip(),
                        )
                    continue
                piece = block.piece(self.source, start, end)
                if piece and field not in self.labelled:
                    self.labelled[field] = (piece.text, block.line)
            self._run_together(block, pairs)
        self.meta.index_number = self._text("index_number")
        self.meta.theme = self._text("theme")
        self.meta.source = self._text("source")
        self.meta.disclosure = self._text("disclosure")
        self.meta.registration_number = self._text("registration_number")
        status = self._text("status")
        found = _STATUS.search(status or "")
        self.meta.status = status if found or status is None else None
        if status in {"是", "否"}:
            self.meta.status = {"是": "有效", "否": "失效"}[status]

    def _text(self, field: str) -> str | None:
        return self.labelled[field][0].strip() if field in self.labelled else None

    def _run_together(self, block: Block, pairs: list[tuple[str, str, int, int]]) -> None:
        text = block.text
        joined = [
            m
            for m in v.LABEL_COLON.finditer(text)
            if m.start() and re.match(r"[\u4e00-\u9fff\d:]", text[m.start() - 1])
        ]
        if not joined:
            return
        cuts = sorted({0, len(text), *(m.start() for m in joined)})
        shown = " | ".join(" ".join(text[a:b].split()) for a, b in pairwise(cuts))
        self._warn(
            "RUN_TOGETHER_LABELS",
            block.line,
            " ".join(text.split()),
            shown,
            "日期、来源等标签连写在一行，已按标签拆开。",
        )

    # title, number ----------------------------------------------------------------------------------------------

    def _titles(self) -> None:
        groups = self.layout.titles
        printed = [join_title([p.text for b in g if (p := b.piece(self.source))]) for g in groups]
        for group, title in zip(groups, printed, strict=True):
            if len(group) > 1:
                lead = len(group) == 2 and lines.is_unit(group[0].text)
                if not lead:
                    self._warn(
                        "SPLIT_TITLE",
                        group[0].line,
                        " / ".join(b.text.strip() for b in group),
                        title,
                        "标题分成两行，已连读。",
                    )
        for part, draft in zip(self.document.parts[1:], self.layout.drafts[1:], strict=True):
            if len(draft.title) > 1:
                self._warn(
                    "SPLIT_TITLE",
                    draft.title[0].line,
                    " / ".join(b.text.strip() for b in draft.title),
                    part.title,
                    "标题分成两行，已连读。",
                )
        if printed:
            self.meta.page_title = printed[0]
            self.meta.title = self._ordered() or _bare_title(printed[-1])
        elif "title" in self.labelled:
            self.meta.title = self.labelled["title"][0]
        else:
            self._missing_title()

    def _ordered(self) -> str | None:
        """The title of the rules that an order (…令) puts into force: the order has a number but no title of its own."""
        inner = [part.title for part in self.document.parts[1:] if part.kind == "body" and part.title]
        return inner[0] if len(inner) == 1 and _ORDER.fullmatch(self.document.parts[0].title or "") else None

    def _missing_title(self) -> None:
        inner = [part for part in self.document.parts if part.kind == "body" and part.title]
        if len(inner) == 1:
            self.meta.title = inner[0].title
            self._warn("TITLE_FROM_INNER", 1, "", self.meta.title, "来文自身没有标题，取所附文件的标题。")
            return
        named = [b.text.strip() for b in self.layout.notes if lines.FILE_NAME.search(b.text.strip())]
        proposed = re.sub(r"^\(.{1,8}\)|\.\w+\)?$", "", named[0]) if named else None
        if len(inner) > 1:
            proposed = "关于印发" + "".join(f"《{part.title}》" for part in inner) + "的通知"
        if any(self.document.parts):
            self._warn("NO_TITLE", 1, "", proposed, "文中没有标题，未作猜测。")

    def _number(self) -> None:
        places = [
            (b.text, p.text, b.line) for b in self.layout.numbers if (p := b.piece(self.source)) is not None
        ]
        if "document_number" in self.labelled:
            label = self.labelled["document_number"]
            places.append((label[0], label[0], label[1]))
        for group in self.layout.titles:
            combined = lines.number_then_title(group[0].text)
            if combined:
                places.insert(0, (combined.group(1), combined.group(1), group[0].line))
        if not places:
            self._warn("NO_DOCUMENT_NUMBER", 1, "", None, "文中没有发文字号。")
            return
        numbers: list[str] = []
        order = self.document.parts[0].title if self.document.parts else None
        for text, shown, line in places:
            number, damaged = tidy_number(text, whole=True, printed=shown)
            plain = number or "".join(text.split()).strip("()")
            if order and plain.startswith("第") and _ORDER.fullmatch(order):
                plain = order + plain
            if damaged and number:
                self._warn(
                    "BAD_NUMBER",
                    line,
                    text.strip(),
                    number,
                    "发文字号的括号或“号”字印刷有误，已按标准格式更正。",
                )
            numbers.append(plain)
        self.meta.document_number = numbers[-1] if len(set(numbers)) == 1 else numbers[0]
        if len(set(numbers)) > 1:
            self._warn(
                "NUMBER_CONFLICT",
                places[0][2],
                " / ".join(dict.fromkeys(numbers)),
                numbers[0],
                "文中印有不同的发文字号。",
            )
        elif len(places) > 1 and lines.number_then_title(
            self.layout.titles[0][0].text if self.layout.titles else ""
        ):
            self._warn(
                "DUPLICATE_NUMBER",
                places[0][2],
                places[0][0],
                numbers[0],
                "发文字号印了两次，一次混在页面标题里。",
            )

    def _notes(self) -> None:
        for block in self.layout.notes:
            text = block.text
            registration = v.REGISTRATION.search(text)
            if registration and not self.meta.registration_number:
                self.meta.registration_number = registration.group()
            until = re.search(r"有效期[至到为]\s?:?\s?", text)
            if until:
                found = first_date(text[until.end() : until.end() + 24])
                if found and found.value:
                    self.meta.expires_on = found.value
            if v.DISCLOSURE.fullmatch(block.compact.lstrip("•·●")):
                self.meta.disclosure = self.meta.disclosure or block.compact.strip("()")
            passed = re.search(r"通过|公布|发布", text)
            if passed and block.compact.startswith("(") and self.meta.signed_on is None and not registration:
                found = first_date(text)
                if found and found.value:
                    self.meta.approved_on = found.value
                    self.meta.approved_by = (
                        re.sub(r"^\(|(?:审议)?通过.*$", "", block.compact.replace(found.printed.strip(), ""))
                        or None
                    )

    # signature --------------------------------------------------------------------------------------------------

    def _signature(self) -> None:
        signed: list[FoundDate] = []
        for draft in self.layout.drafts:
            for block in draft.signature:
                found = first_date(block.text)
                if found is None:
                    continue
                signed.append(found)
                if found.damaged:
                    self._warn(
                        "BAD_DATE", block.line, block.text.strip(), found.proposed, "落款日期印刷有误。"
                    )
        if not signed:
            for block in self.layout.header_dates:
                found = first_date(block.text)
                if found:
                    signed.append(found)
                    if "(" not in block.text:
                        self._warn(
                            "UNLABELLED_DATE",
                            block.line,
                            block.text.strip(),
                            found.proposed,
                            "日期没有标签，按成文日期处理。",
                        )
        values = [f.value for f in signed if f.value]
        if values:
            self.meta.signed_on = values[0]
            if len(set(values)) > 1:
                shown = "、".join(d.isoformat() for d in dict.fromkeys(values))
                self._warn(
                    "SEVERAL_DATES", 1, shown, values[0].isoformat(), "文中有几个不同的落款日期，取第一个。"
                )

    def _signers(self) -> list[tuple[str, int]]:
        names: list[tuple[str, int]] = []
        for draft in self.layout.drafts[:1] + [d for d in self.layout.drafts[1:] if d.kind != "annex"]:
            for block in draft.signature:
                both = lines.unit_and_date(block.text)
                text = block.text[: both.end(1)] if both else block.text
                if lines.is_date(text):
                    continue
                piece = block.piece(self.source, 0, len(text))
                if piece:
                    plain = re.sub(r"[(（](?:章|盖章|印章|公章|代章)[)）]", "", piece.text).strip()
                    each = re.split(r"\s+", plain)
                    whole = each if all(lines.is_unit(name) for name in each) else [plain]
                    names.extend((name, piece.line) for name in whole)
            if names:
                break
        return names

    def _issuer(self) -> None:
        signers = self._signers()
        title_issuer = _TITLE_ISSUER.match(self.meta.title or "")
        from_title = title_issuer.group(1).strip() if title_issuer else None
        if signers:
            self.meta.issuer = "、".join(dict.fromkeys(" ".join(name.split()) for name, _ in signers))
            if from_title and normal(from_title) != normal(self.meta.issuer) and len(signers) == 1:
                self._warn(
                    "ISSUER_VARIANT",
                    signers[0][1],
                    from_title,
                    self.meta.issuer,
                    "标题与落款的发文机关写法不同，取落款。",
                )
        elif "issuer" in self.labelled:
            self.meta.issuer = self.labelled["issuer"][0]
        elif from_title := from_title or self._orderer():
            self.meta.issuer = from_title
            self._warn("ISSUER_FROM_TITLE", 1, from_title, from_title, "文中没有落款，发文机关取自标题。")
        else:
            self._warn("NO_ISSUER", 1, "", None, "文中没有发文机关，未作猜测（网站、转载者不是发文机关）。")

    def _orderer(self) -> str | None:
        """Who issues an order (…人民政府令), which a person signs."""
        title = self.document.parts[0].title if self.document.parts else None
        body = (title or "").removesuffix("令")
        return body if body and body != title and lines.is_unit(body) else None

    # dates ------------------------------------------------------------------------------------------------------

    def _dates_from_labels(self) -> None:
        for field in ("signed_on", "published_on", "effective_on", "expires_on"):
            if field not in self.labelled:
                continue
            text, line = self.labelled[field]
            found = first_date(unicodedata.normalize("NFKC", text))
            if found is None or found.value is None:
                self._warn(
                    "BAD_DATE",
                    line,
                    text.strip()[:40],
                    found.proposed if found else None,
                    "标签中的日期无法读出。",
                )
                continue
            known: date | None = getattr(self.meta, field)
            if known and known != found.value and field == "signed_on":
                self._warn(
                    "DATE_CONFLICT",
                    line,
                    text.strip(),
                    known.isoformat(),
                    "页面上的成文日期与落款日期不同，取落款。",
                )
            elif known is None:
                setattr(self.meta, field, found.value)
        if self.meta.signed_on is None:
            self._warn("NO_SIGNED_DATE", 1, "", None, "文中没有成文日期。")

    def _approval(self) -> None:
        for run in self.runs[:6]:
            found = _APPROVED.search(run.text)
            if found and "研究" not in found.group(1):
                body = found.group(1)
                day = first_date(body)
                if day and day.value:
                    self.meta.approved_on = self.meta.approved_on or day.value
                    body = (body[: day.start] + body[day.end :]).strip("日 ")
                if not self.meta.approved_by and 2 <= len(body) <= 40:
                    self.meta.approved_by = body
                return

    # validity ---------------------------------------------------------------------------------------------------

    def _validity(self) -> None:
        for run in reversed(self.runs):
            if not re.search(r"施行|实施|执行|有效期|试行|生效", "".join(run.text.split())):
                continue
            if run.where not in {"closing", "preamble"} and not re.search(
                v.SELF_NAME, "".join(run.text.split())
            ):
                continue
            self._effect(run)
            self._expiry(run)
        if self._unread is not None and self.meta.effective_on is None and not self._said_effect:
            shown = self._unread.printed[:40]
            self._warn("EFFECT_DATE_UNKNOWN", self._unread.line, shown, None, "施行日期无法读出，请核对。")
        elif self.meta.effective_on is None and self.meta.signed_on is not None and not self._said_effect:
            self.meta.effective_on = self.meta.signed_on
            self._warn(
                "NO_EFFECT_CLAUSE", 1, "", self.meta.signed_on.isoformat(), "文中没有施行日期，暂按成文日期。"
            )

    _said_effect = False
    _unread: Run | None = None

    def _effect(self, run: Run) -> None:
        if self.meta.effective_on is not None or self._said_effect:
            return
        text = "".join(run.text.split())
        effect = validity.find_effect(text)
        if effect is None:
            self._unread = run if validity.says_effect(text) and run.where == "closing" else self._unread
            return
        self._said_effect = True
        if effect.event:
            self._from_event(run, effect)
        elif effect.month_only:
            self.meta.effective_on = effect.month_only
            self._ambiguous_effect(run, effect, "只写到月份，按当月一日计，请核对。")
        elif effect.start and effect.start.value:
            start = effect.start.value
            self.meta.effective_on = effect.delay.after(start) if effect.delay else start
            if effect.delay:
                self._ambiguous_effect(run, effect, "施行日期由起算日推算，请核对。")
            if effect.end and effect.end.value:
                self.meta.expires_on = effect.end.value

    def _ambiguous_effect(self, run: Run, effect: validity.Effect, message: str) -> None:
        on = self.meta.effective_on
        self._warn("EFFECT_DATE_AMBIGUOUS", run.line, effect.printed, on.isoformat() if on else None, message)

    def _from_event(self, run: Run, effect: validity.Effect) -> None:
        word = effect.event
        published = word in {"发布", "公布", "颁布", "公告"}
        base = self.meta.published_on if published else self.meta.signed_on
        if published and self.meta.published_on and self._is_repost():
            base = self.meta.signed_on
        base = base or self.meta.signed_on or (None if self._is_repost() else self.meta.published_on)
        if base is None:
            message = f"自{word}之日起施行，但文中没有可用的日期。"
            self._warn("EFFECT_DATE_UNKNOWN", run.line, effect.printed, None, message)
            return
        if effect.delay:
            base = effect.delay.after(base)
        self.meta.effective_on = base
        both = (
            self.meta.published_on and self.meta.signed_on and self.meta.published_on != self.meta.signed_on
        )
        if (published and both) or effect.delay or (published and not self.meta.published_on):
            others = " 或 ".join(
                d.isoformat() for d in dict.fromkeys((base, self.meta.published_on, self.meta.signed_on)) if d
            )
            self._warn(
                "EFFECT_DATE_AMBIGUOUS",
                run.line,
                effect.printed,
                others,
                f"“自{word}之日”指发布日期还是成文日期不明，取{base.isoformat()}。",
            )

    def _is_repost(self) -> bool:
        signed, published = self.meta.signed_on, self.meta.published_on
        return bool(signed and published and (published - signed).days > 180)

    def _expiry(self, run: Run) -> None:
        if not re.search(r"有效|试行|暂定|[施执]行期|实施期", run.text):
            return
        until = re.search(r"(?:有效期[^,。;]{0,20}?|施行)(?:至|到|止于|截至|截止)\s?", run.text)
        if until:
            found = first_date(run.text[until.end() : until.end() + 20])
            if found is not None:
                if found.value:
                    if self.meta.expires_on and self.meta.expires_on != found.value:
                        self._warn(
                            "DATE_CONFLICT",
                            run.line,
                            run.around(until.start(), until.end(), 12),
                            found.value.isoformat(),
                            "有效期与页面所载不同，取正文。",
                        )
                    self.meta.expires_on = found.value
                return
        term = validity.find_term("".join(run.text.split()))
        if term and self.meta.expires_on is None:
            self._computed_expiry(run, *term)

    def _computed_expiry(self, run: Run, printed: str, months: int) -> None:
        start = self.meta.effective_on or self.meta.signed_on
        if start is None or not months:
            self._warn("EXPIRY_UNKNOWN", run.line, printed, None, "有效期以年限表示，但起算日期不明。")
            return
        end = validity.add_months(start, months) - timedelta(days=1)
        self.meta.expires_on = end
        self._warn(
            "EXPIRY_COMPUTED",
            run.line,
            printed,
            end.isoformat(),
            f"有效期由{start.isoformat()}起推算，请核对。",
        )

    def _plausibility(self) -> None:
        meta = self.meta
        start, published = meta.effective_on, meta.published_on
        early = start is not None and published is not None and start < published and start != meta.signed_on
        if early and start and self._said_effect and not self._is_repost():
            self._warn(
                "RETROACTIVE", 1, start.isoformat(), None, f"施行日期早于发布日期{published}，溯及既往。"
            )
        if self._is_repost() and meta.signed_on and meta.published_on:
            self._warn(
                "REPUBLISHED",
                1,
                meta.published_on.isoformat(),
                meta.signed_on.isoformat(),
                "页面日期比成文日期晚半年以上，多为转载日期。",
            )
        if meta.expires_on and meta.effective_on and meta.expires_on < meta.effective_on:
            self._warn("DATE_CONFLICT", 1, meta.expires_on.isoformat(), None, "失效日期早于施行日期。")

    def _annexes(self) -> None:
        parts = [part.title for part in self.document.parts if part.kind == "annex" and part.title]
        self.meta.annexes = list(dict.fromkeys(parts))
        if self.document.parts and self.document.parts[0].addressees:
            self.meta.addressees = self.document.parts[0].addressees.text.rstrip(":：")


def _bare_title(title: str) -> str:
    """A title without a document number before it and book marks around it."""
    found = re.match(rf"(?:{v.NUMBER_TEXT})号?\s?《(.+)》$", title)
    return found.group(1) if found else re.sub(r"^《([^《》]+)》$", r"\1", title)
