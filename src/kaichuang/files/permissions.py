"""Who may hand in, withdraw, issue and revoke."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.files.models import Attachment, Document
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied
from kaichuang.parties.models import Role

ISSUERS = (Role.OFFICER, Role.CLERK, Role.LEADER, Role.ADMINISTRATOR, Role.FINANCE)


def upload_own(actor: Actor, owner_id: int | None) -> Permit:
    """Users, for the party they act for or for themselves; the system."""
    if actor.is_system:
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    if owner_id is not None and owner_id != actor.party_id:
        return denied(_("只能为当前所代表的主体上传文件。请先切换主体。"), code="other_party")
    return ALLOWED


def withdraw(actor: Actor, attachment: Attachment) -> Permit:
    """The uploader, those who act for the owner, the system; never a part of an issued document."""
    if Document.objects.filter(attachment=attachment).exists():
        return denied(_("这是已签发的文书，不能撤回。请撤销该文书。"), code="document")
    if actor.is_system:
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    if attachment.uploaded_by_id == actor.user_id or (
        attachment.owner_id is not None and attachment.owner_id == actor.party_id
    ):
        return ALLOWED
    return denied(_("只有上传人或所属主体可以撤回附件。"), code="not_owner")


def issue(actor: Actor, programme_id: int) -> Permit:
    """Officers, clerks, finance, leaders and administrators of the programme; the system."""
    if actor.is_system:
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    if actor.programme_id != programme_id or not actor.has(*ISSUERS):
        return denied(_("只有本项目的工作人员可以签发文书。"), code="role_required")
    return ALLOWED


def end_document(actor: Actor, document: Document) -> Permit:
    """Those who may issue in the document's programme."""
    return issue(actor, document.programme_id)
