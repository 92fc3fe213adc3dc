"""Levels and states of notices and work."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    INFO = "info", _("告知")
    ACTION = "action", _("需办理")
    URGENT = "urgent", _("紧急")


class MailMode(models.TextChoices):
    EACH = "each", _("及时发送")
    DAILY = "daily", _("每日汇总")
    NONE = "none", _("不发送（紧急的除外）")


class DispatchState(models.TextChoices):
    QUEUED = "queued", _("待发送")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")


class WorkState(models.TextChoices):
    OPEN = "open", _("待办")
    DONE = "done", _("已办")
    WITHDRAWN = "withdrawn", _("已撤回")
