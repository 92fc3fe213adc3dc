"""States and codes of publicity."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AnnouncementState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("公示", "草稿")
    OPEN = "open", _("公示中")
    CLOSED = "closed", _("公示结束")
    WITHDRAWN = "withdrawn", pgettext_lazy("公示", "已撤回")


class LineState(models.TextChoices):
    LISTED = "listed", _("公示中")
    CONTESTED = "contested", _("异议核查中")
    CLEARED = "cleared", _("公示通过")
    STRUCK = "struck", _("异议成立，已撤下")
    WITHDRAWN = "withdrawn", pgettext_lazy("公示", "已撤回")


FINAL = (LineState.CLEARED, LineState.STRUCK, LineState.WITHDRAWN)
"""States of a line that has been settled. The trigger `final` says the same."""


class ObjectionState(models.TextChoices):
    LODGED = "lodged", _("已提交")
    ACCEPTED = "accepted", _("核查中")
    NOT_ACCEPTED = "not_accepted", _("不予受理")
    UPHELD = "upheld", _("异议成立")
    DISMISSED = "dismissed", _("异议不成立")
    WITHDRAWN = "withdrawn", pgettext_lazy("公示", "已撤回")


PENDING = (ObjectionState.LODGED, ObjectionState.ACCEPTED)
"""States of an objection without an answer; in time, it keeps its line from being cleared."""


class IdentityKind(models.TextChoices):
    PERSON = "person", _("个人实名")
    ORGANISATION = "organisation", _("单位名义")


class ReplyBy(models.TextChoices):
    """How somebody without an account hears of the objection besides by the receipt code."""

    MAIL = "mail", _("发送到电子邮箱")
    PHONE = "phone", _("电话告知")
    CODE = "code", _("不用通知，我凭回执码自行查询")


class Refusal(models.TextChoices):
    NO_IDENTITY = "no_identity", _("身份无法核实")
    OUT_OF_SCOPE = "out_of_scope", _("不属于公示内容")
    NO_FACTS = "no_facts", _("没有具体事实或线索")
    REPEATED = "repeated", _("重复提出，且没有新的事实")


class Outcome(StrEnum):
    """What happens to lines, as their subjects hear of it."""

    CONTESTED = "contested"
    RELISTED = "relisted"
    CLEARED = "cleared"
    STRUCK = "struck"
    WITHDRAWN = "withdrawn"
