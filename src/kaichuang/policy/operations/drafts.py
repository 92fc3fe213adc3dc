"""Uploads on their way into the library: kept as soon as they can be read, imported when a clerk says so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.models import Programme
from kaichuang.policy.importing import ImportWarning, ParsedDocument, UnreadableFile, parse_text
from kaichuang.policy.importing.reading import read_bytes
from kaichuang.policy.models import Draft, Edition
from kaichuang.policy.operations.import_document import import_document
from kaichuang.policy.permissions import may_edit_library

_CODE = re.compile(r"[A-Z][A-Z0-9]*")
_LONGEST_CODE = 12


def upload(
    *, actor: Actor, now: datetime, programme: Programme, code: str, file_name: str, data: bytes
) -> Draft:
    """Read a file and keep its text for the preview. Raises `Refused` when there is no text to be had.

    The code may still be wrong or missing; it is asked for again at the preview.
    """
    require(may_edit_library(actor, programme.pk))
    name = PurePath(file_name.replace("\\", "/")).name[:200] or "?"
    try:
        text, notes = read_bytes(data, PurePath(name).suffix.lower())
    except UnreadableFile as error:
        raise Refused(Problem("unreadable", str(error), field="file")) from error
    if not text.strip():
        raise Refused(Problem("empty", _("文件里没有文字。请换一个文件，或先做文字识别。"), field="file"))
    return Draft.objects.create(
        programme=programme,
        code=code.strip().upper()[:_LONGEST_CODE],
        file_name=name,
        text=text.replace("\x00", ""),
        reading_notes=[note.to_json() for note in notes],
        uploaded_by_id=actor.user_id,
        uploaded_at=now,
    )


def parse_draft(draft: Draft) -> ParsedDocument:
    """The clauses of the draft's text, with the doubts of reading the file first."""
    parsed = parse_text(draft.text)
    notes = [ImportWarning(**note) for note in draft.reading_notes]
    return replace(parsed, warnings=[*notes, *parsed.warnings])


def wrong_code(code: str) -> list[Problem]:
    """What is wrong with the form of a document's code, in words."""
    if not code:
        return [Problem("code_required", _("请填写引用代号，例如 NH。"), field="code")]
    if len(code) > _LONGEST_CODE:
        return [Problem("code_long", _("引用代号最多%d个字符。") % _LONGEST_CODE, field="code")]
    if not _CODE.fullmatch(code):
        return [Problem("code_form", _("引用代号用大写字母和数字，以字母开头，例如 NH。"), field="code")]
    return []


def import_draft(*, actor: Actor, now: datetime, draft: Draft, code: str) -> Edition:
    """Make the draft an edition of the document `code`; the draft is gone afterwards."""
    problems = wrong_code(code := code.strip().upper())
    if problems:
        raise Refused(*problems)
    with transaction.atomic():
        edition = import_document(
            actor=actor,
            now=now,
            programme=draft.programme,
            code=code,
            parsed=parse_draft(draft),
            file_name=draft.file_name,
        )
        draft.delete()
    return edition


def discard_draft(*, actor: Actor, now: datetime, draft: Draft) -> None:
    """Throw an upload away."""
    require(may_edit_library(actor, draft.programme_id))
    with transaction.atomic():
        record(
            actor=actor,
            now=now,
            action="discard",
            subject=draft,
            scope=draft.programme.slug,
            payload={"file": draft.file_name},
        )
        draft.delete()
