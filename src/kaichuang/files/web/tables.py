"""Lists of files."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.files.enums import AttachmentState, DocumentState
from kaichuang.files.models import Attachment, Document
from kaichuang.ui.components.badges import badge
from kaichuang.ui.tables import Column, Table

_TONES = {
    AttachmentState.ACTIVE: "success",
    AttachmentState.WITHDRAWN: "neutral",
    DocumentState.ISSUED: "success",
    DocumentState.REVOKED: "danger",
    DocumentState.SUPERSEDED: "warning",
}


def state_badge(row: Attachment | Document) -> str:
    return badge(row.get_state_display(), tone=_TONES[row.state])  # type: ignore[index]  # text choices are their values


ATTACHMENTS = Table(
    name="attachments",
    caption=_("附件"),
    columns=(
        Column(
            "name",
            _("文件名"),
            sort="name",
            url=lambda row: reverse("files:attachment", args=[row.pk]),
            wide=True,
        ),
        Column("kind", _("材料类别"), sort="kind"),
        Column(
            "size",
            _("大小（KB）"),
            value=lambda row: -(-row.content.size // 1024),
            kind="number",
            sort="content__size",
        ),
        Column("owner", _("主体"), sort="owner__sort_key", minor=True),
        Column("uploaded_at", _("上传时间"), kind="time", sort="uploaded_at"),
        Column("state", _("状态"), value="get_state_display", show=state_badge),
    ),
    default_sort="-uploaded_at",
    empty_title=_("还没有文件"),
    empty_text=_("上传一次的证照、合同和发票，可以在多项申请中重复使用。"),
)

DOCUMENTS = Table(
    name="documents",
    caption=_("文书"),
    columns=(
        Column(
            "title",
            _("标题"),
            sort="title",
            url=lambda row: reverse("files:document", args=[row.pk]),
            wide=True,
        ),
        Column("number", _("文号"), sort="number"),
        Column("kind", _("类别"), value="get_kind_display", sort="kind", minor=True),
        Column("recipient", _("送达"), sort="recipient__sort_key"),
        Column("issued_at", _("签发时间"), kind="time", sort="issued_at"),
        Column("state", _("状态"), value="get_state_display", show=state_badge),
    ),
    default_sort="-issued_at",
    empty_title=_("还没有文书"),
    empty_text=_("通知书、证书和明细单签发后列在这里。"),
)
