"""One file per decision (一户一档): everything about a case in a ZIP that can be read and replayed without us."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from kaichuang.cases.dossier import provided
from kaichuang.cases.models import Case
from kaichuang.experts.models import Draw, Item, Panel, Result
from kaichuang.experts.queries.results import counting_scores
from kaichuang.files import store
from kaichuang.journal.queries import history_of
from kaichuang.publicity.models import Line
from kaichuang.publicity.queries.lists import lines_about

FORMAT = "kaichuang-dossier/1"
SUBJECT = "cases.case"
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_EPOCH = (1980, 1, 1, 0, 0, 0)


def dossier_of(case: Case) -> bytes:
    """The ZIP. The same case gives the same bytes: names in order, no clock inside."""
    files: dict[str, bytes] = {}
    for path, content in _files(case):
        files[_free(path, files)] = content
    listed = [
        {"path": path, "sha256": hashlib.sha256(files[path]).hexdigest(), "size": len(files[path])}
        for path in sorted(files)
    ]
    files["manifest.json"] = _json({"format": FORMAT, "case": case.number, "files": listed})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), files[path], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _files(case: Case) -> Iterator[tuple[str, bytes]]:
    yield "case.json", _json(_case(case))
    yield "matter.json", _json(case.version.content)
    yield "corrections.json", _json([_fields(one) for one in case.corrections.order_by("number")])
    yield "stays.json", _json([_fields(one) for one in case.stays.order_by("pk")])
    yield "journal.json", _json([_entry(one) for one in history_of(case)])
    yield from _submissions(case)
    yield from _papers(case)
    yield from _reviews(case)
    yield from _publicity(case)
    yield from _decisions(case)
    yield from _pack(case)
    yield from provided(case)


def _case(case: Case) -> dict[str, Any]:
    party, beneficiary = case.party, case.beneficiary
    return {
        **_fields(case),
        "programme": case.programme.slug,
        "matter": {"code": case.matter.code, "title": case.matter.title, "clause": case.matter.clause},
        "matter_version": case.version.number,
        "round": case.round.title if case.round else None,
        "party": {"name": party.name, "kind": party.kind, "uscc": party.uscc},
        "beneficiary": {"name": beneficiary.name, "uscc": beneficiary.uscc} if beneficiary else None,
        "desk": case.desk.name if case.desk else None,
    }


def _submissions(case: Case) -> Iterator[tuple[str, bytes]]:
    for one in case.submissions.order_by("number"):
        plain = {**_fields(one), "document": None}
        yield f"submissions/{one.number}.json", _json(plain)
        if one.document is not None:
            yield f"submissions/{one.number}-answer.json", _json(one.document)


def _papers(case: Case) -> Iterator[tuple[str, bytes]]:
    rows = case.evidence.select_related("attachment__content").order_by("pk")
    for one in rows:
        path = store.path_of(one.attachment.content.sha256)
        if path.is_file():
            kept = "papers" if one.removed_at is None else "papers-removed"
            yield f"{kept}/{_name(one.paper)}/{_name(one.attachment.name)}", path.read_bytes()


def _reviews(case: Case) -> Iterator[tuple[str, bytes]]:
    items = Item.objects.filter(subject_type=SUBJECT, subject_id=str(case.pk)).select_related("panel")
    for item in items.order_by("pk"):
        yield f"reviews/panel-{item.panel_id}.json", _json(_review(item))


def _review(item: Item) -> dict[str, Any]:
    """The draw and the scores of one item; readers by number only."""
    panel: Panel = item.panel
    drawn = Draw.objects.filter(panel=panel).first()
    result = Result.objects.filter(item=item).first()
    scores = [
        {
            "seat": score.seat.number,
            "state": score.state,
            "points": score.points,
            "comments": score.comments,
            "recommended_fen": score.recommended_fen,
            "submitted_at": score.submitted_at,
        }
        for score in counting_scores(panel)
        if score.item_id == item.pk
    ]
    return {
        "panel": {
            "title": panel.title,
            "sheet": panel.sheet,
            "aggregate": panel.aggregate,
            "quota": panel.quota,
        },
        "draw": _fields(drawn) if drawn is not None else None,
        "scores": scores,
        "result": _fields(result) if result is not None else None,
    }


def _publicity(case: Case) -> Iterator[tuple[str, bytes]]:
    lines: QuerySet[Line] = lines_about(SUBJECT, str(case.pk)).select_related(
        "announcement__record__attachment"
    )
    for line in lines:
        announcement = line.announcement
        folder = f"publicity/{announcement.pk}"
        shown = {**_fields(announcement), "line": _fields(line)}
        yield f"{folder}/line.json", _json(shown)
        record = announcement.record
        if record is not None:
            yield from _document(f"{folder}/{_name(record.title)}.pdf", record.attachment.content_id)


def _decisions(case: Case) -> Iterator[tuple[str, bytes]]:
    rows = case.decisions.select_related("letter__document__attachment").order_by("pk")
    for number, one in enumerate(rows, 1):
        yield f"decisions/{number}.json", _json({**_fields(one), "document": None})
        if one.document is not None:
            yield f"decisions/{number}-answer.json", _json(one.document)
        letter = getattr(one, "letter", None)
        if letter is not None and letter.document is not None:
            yield from _document(f"decisions/{number}-letter.pdf", letter.document.attachment.content_id)


def _pack(case: Case) -> Iterator[tuple[str, bytes]]:
    """The rules as they were adopted: with these anybody can recompute the decision."""
    version = case.version.pack_version
    about = {
        "id": version.pack,
        "version": version.version,
        "sha256": version.sha256,
        "settings": version.settings,
    }
    yield "pack.json", _json(about)
    for name, text in version.content.items():
        yield f"pack/{name}", text.encode()


def _document(path: str, sha256: str) -> Iterator[tuple[str, bytes]]:
    kept = store.path_of(sha256)
    if kept.is_file():
        yield path, kept.read_bytes()


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "at": entry.at,
        "action": entry.action,
        "from": entry.from_state,
        "to": entry.to_state,
        "reason": entry.reason,
        "actor": entry.actor_name,
        "payload": entry.payload,
        "hash": bytes(entry.row_hash).hex() if entry.row_hash is not None else None,
    }


def _fields(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _json(value: Any) -> bytes:
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode() + b"\n"


def _name(text: str) -> str:
    return _UNSAFE.sub("_", text).strip(". ") or "file"


def _free(path: str, taken: Iterable[str]) -> str:
    """A second file of the same name gets a number."""
    if path not in taken:
        return path
    stem, dot, ending = path.rpartition(".")
    number = 2
    while (found := f"{stem or ending}-{number}{dot}{ending if stem else ''}") in taken:
        number += 1
    return found
