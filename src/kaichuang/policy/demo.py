"""The demo's library: outlines of every place that has a pack, some questions, and full texts where there are any."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from django.db.models import Q

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused
from kaichuang.packs.check import ensure
from kaichuang.packs.loader import Pack, find_pack, load_pack
from kaichuang.packs.problems import PackErrors
from kaichuang.places.models import Programme
from kaichuang.policy.importing import ParsedDocument, UnreadableFile, parse_file
from kaichuang.policy.models import Document, PackVersion, Question
from kaichuang.policy.operations import (
    adopt_into,
    answer,
    ask,
    check_edition,
    import_document,
    publish,
    settle_doubts,
)
from kaichuang.policy.queries.clauses import find_clause

FOLDER = "KAICHUANG_DEMO_DOCUMENTS"
"""Environment variable: a folder with original texts, which are imported and published too."""
_ALIKE = 0.5
_SUFFIXES = {".txt", ".html", ".htm", ".docx", ".pdf"}

Progress = Callable[[str], None]


class Exchange(NamedTuple):
    """A question from a clause, after how many days it was asked, and its answer if it has one."""

    clause: str
    text: str
    days_ago: int
    answer: str = ""
    is_public: bool = True


EXCHANGES = (
    Exchange(
        "NH 三(二)",
        "购置二手仪器设备的发票可以计入设备补助的基数吗？",
        40,
        "条文没有区分新旧。按当年购置的有效发票计算，比例和上限见所引条款；同一张发票只计一次。",
    ),
    Exchange(
        "NH 三(二)",
        "我们先被认定为市级，后来又被认定为省级，增加的补助怎么算？",
        25,
        "本项目按默认解读执行：认定补助每一级别一次，在县级基数上加所获最高级别的一项增加额。解读的编号和理由见“政策包”页面（A01、A02）。",
    ),
    Exchange("NH 二(三)2", "科技创新券可以在邻县的检测机构使用吗？", 2),
    Exchange(
        "LS 三(二)",
        "高校毕业生的创业企业申请贷款，要先经过创新创业中心审核吗？",
        30,
        "不用。在中心内创业的高校毕业生，可以直接向人力资源和社会保障部门申报个人或联合贷款，见所引条款第二段。",
    ),
    Exchange("LS 三(一)", "县区已经资助过的中心，还能申请市级的发展资金吗？", 3),
)


def load(*, now: datetime, progress: Progress = lambda text: None) -> None:
    """Adopt the packs, import the texts, ask and answer. Repeatable; what is there stays as it is."""
    for pack in _packs(progress):
        _adopt(pack, now, progress)
    folder = os.environ.get(FOLDER)
    if folder:
        import_folder(Path(folder), now=now, progress=progress)
    for exchange in EXCHANGES:
        _exchange(exchange, now)


def _packs(progress: Progress) -> list[Pack]:
    """Every pack of a place that is shipped and sound; the others are named."""
    try:
        root = find_pack("_common").parent
    except PackErrors:
        return []
    found = []
    for folder in sorted(root.iterdir()):
        if not (folder / "pack.yaml").is_file():
            continue
        try:
            pack = load_pack(folder)
            if pack.info.place is None:
                continue
            ensure(pack)
        except PackErrors as error:
            progress(f"{folder.name}: {len(error.problems)} 处问题，未载入 / not loaded")
            continue
        found.append(pack)
    return found


def _adopt(pack: Pack, now: datetime, progress: Progress) -> None:
    programme = Programme.objects.filter(packs__contains=[pack.id]).first()
    if programme is None and pack.info.place is not None:
        programme = Programme.objects.filter(place=pack.info.place.code).first()
    if programme is None:
        progress(f"{pack.id}: 没有对应的项目 / no programme")
        return
    known = PackVersion.objects.filter(programme=programme, pack=pack.id, is_current=True, sha256=pack.hash)
    if known.exists():
        return
    progress(pack.id)
    actor = Actor.system("demo", programme_id=programme.pk)
    adopt_into(actor=actor, now=now, programme=programme, pack=pack, reason="演示")


def import_folder(folder: Path, *, now: datetime, progress: Progress = lambda text: None) -> None:
    """Import and publish every text of the folder whose document the library knows, with all corrections accepted."""
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() not in _SUFFIXES or not file.is_file():
            continue
        try:
            parsed = parse_file(file)
        except UnreadableFile:
            continue
        document = _document_of(parsed)
        if document is None or document.editions.filter(outline_only=False).exists():
            continue
        progress(f"{document.code} ← {file.name}")
        _publish(document, parsed, file.name, now)


def _document_of(parsed: ParsedDocument) -> Document | None:
    """The known document of that number; where neither has one, that of the same day with a similar title."""
    facts = parsed.metadata
    if facts.document_number:
        return Document.objects.filter(editions__number=facts.document_number).distinct().first()
    same_day = (
        Q(editions__signed_on=facts.signed_on)
        if facts.signed_on
        else Q(editions__published_on=facts.published_on)
    )
    titles = [title for title in (facts.title, *(part.title for part in parsed.parts)) if title]
    known = Document.objects.filter(same_day, editions__number="").distinct()
    return next((one for one in known if any(_alike(one.title, title) for title in titles)), None)


def _alike(a: str, b: str) -> bool:
    return SequenceMatcher(None, a, b, autojunk=False).ratio() > _ALIKE


def _publish(document: Document, parsed: ParsedDocument, name: str, now: datetime) -> None:
    programme = document.programme
    actor = Actor.system("demo", programme_id=programme.pk)
    try:
        edition = import_document(
            actor=actor, now=now, programme=programme, code=document.code, parsed=parsed, file_name=name
        )
    except Refused:
        return
    settle_doubts(actor=actor, now=now, edition=edition)
    publish(actor=actor, now=now, edition=check_edition(actor=actor, now=now, edition=edition))


def _exchange(exchange: Exchange, now: datetime) -> None:
    clause = find_clause(exchange.clause)
    if clause is None or Question.objects.filter(text=exchange.text).exists():
        return
    programme = clause.edition.document.programme
    asked = now - timedelta(days=exchange.days_ago)
    question = ask(
        actor=Actor.public(programme_id=programme.pk),
        now=asked,
        programme=programme,
        clause=clause,
        text=exchange.text,
    )
    if exchange.answer and question.unit_id is not None:
        answer(
            actor=Actor.system("demo", programme_id=programme.pk),
            now=asked + timedelta(days=2),
            question=question,
            text=exchange.answer,
            citations=[exchange.clause],
            is_public=exchange.is_public,
        )
