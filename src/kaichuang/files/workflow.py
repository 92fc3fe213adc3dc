"""States of attachments and documents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.files.enums import AttachmentState, DocumentState
from kaichuang.files.permissions import end_document, withdraw
from kaichuang.journal.workflow import Move, Workflow

ATTACHMENT = Workflow(
    Move(
        "withdraw",
        _("撤回"),
        (AttachmentState.ACTIVE,),
        AttachmentState.WITHDRAWN,
        withdraw,
        needs_reason=True,
    ),
)

DOCUMENT = Workflow(
    Move(
        "revoke", _("撤销"), (DocumentState.ISSUED,), DocumentState.REVOKED, end_document, needs_reason=True
    ),
    Move(
        "supersede",
        _("替代"),
        (DocumentState.ISSUED,),
        DocumentState.SUPERSEDED,
        end_document,
        needs_reason=True,
    ),
)
