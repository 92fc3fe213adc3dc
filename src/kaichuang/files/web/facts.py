"""What pages say about a file or document, as pairs of label and value."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.files.models import Attachment, Document
from kaichuang.journal.models.entry import Kind
from kaichuang.journal.queries import history_of
from kaichuang.ui.components.history import Event
from kaichuang.ui.components.values import day

Facts = list[tuple[str, Any]]

_ACTIONS = {
    "attach": gettext_lazy("上传"),
    "withdraw": gettext_lazy("撤回"),
    "download": gettext_lazy("下载查看"),
    "issue": gettext_lazy("签发"),
    "revoke": gettext_lazy("撤销"),
    "supersede": gettext_lazy("替代"),
}


def of_attachment(row: Attachment) -> Facts:
    return [
        (_("材料类别"), row.kind),
        (_("大小"), filesizeformat(row.content.size)),
        (_("类型"), row.content.media_type),
        (_("主体"), row.owner or ""),
        (_("上传人"), row.uploaded_by or ""),
        (_("上传时间"), day(row.uploaded_at, time=True)),
        (_("校验值（SHA-256）"), row.content_id),
    ]


def of_document(row: Document) -> Facts:
    return [
        (_("文号"), row.number),
        (_("类别"), row.get_kind_display()),
        (_("签发单位"), row.issuer),
        (_("送达"), row.recipient or ""),
        (_("签发时间"), day(row.issued_at, time=True)),
        (_("验证码"), row.printed_code),
        *_end_of(row),
    ]


def for_everybody(row: Document) -> Facts:
    """What the verification page shows to anybody who has the code: what the issuer chose, and nothing else."""
    return [
        (_("标题"), row.title),
        (_("文号"), row.number),
        (_("签发单位"), row.issuer),
        (_("签发时间"), day(row.issued_at)),
        *((str(label), str(value)) for label, value in row.facts),
        *_end_of(row),
    ]


def _end_of(row: Document) -> Facts:
    if row.ended_at is None:
        return []
    found: Facts = [(_("失效时间"), day(row.ended_at)), (_("失效原因"), row.ended_reason)]
    if row.successor is not None:
        found.append((_("替代文书"), f"{row.successor.title} {row.successor.number}".strip()))
    return found


def events_of(row: models.Model) -> list[Event]:
    """The row's history for its page."""
    return [
        Event(
            at=entry.at,
            title=_ACTIONS.get(entry.action, entry.action),
            actor=entry.actor_name,
            text=entry.reason,
            tone="info" if entry.kind == Kind.VIEW else "neutral",
        )
        for entry in history_of(row)
    ]
