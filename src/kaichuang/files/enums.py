"""States and kinds of files."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AttachmentState(models.TextChoices):
    ACTIVE = "active", _("有效")
    WITHDRAWN = "withdrawn", _("已撤回")


class DocumentKind(models.TextChoices):
    NOTICE = "notice", _("通知书")
    CERTIFICATE = "certificate", _("证书")
    STATEMENT = "statement", _("明细单")
    REPORT = "report", _("报告")


class DocumentState(models.TextChoices):
    ISSUED = "issued", _("有效")
    REVOKED = "revoked", _("已撤销")
    SUPERSEDED = "superseded", _("已被替代")
