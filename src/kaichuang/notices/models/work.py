"""What somebody has to do."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.notices.enums import WorkState


class WorkItem(Model):
    """One thing to do about a row, for a user, a role, a unit, a role within a unit, or a party.

    The date by which is `due_on`, or that of `deadline`, which moves with its pauses. `opened_on` is the
    programme's business date at opening, `reminded_on` the one up to which reminders have been looked after.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="work_items")
    kind = models.CharField(_("事项"), max_length=60)
    params = models.JSONField(default=dict, blank=True)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=80)
    link = models.CharField(_("链接"), max_length=500, blank=True)
    clause = models.CharField(_("依据"), max_length=60, blank=True)
    user = models.ForeignKey(
        "accounts.User",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("个人"),
    )
    role = models.CharField(_("角色"), max_length=20, blank=True)
    unit = models.ForeignKey(
        "parties.Unit",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("单位"),
    )
    party = models.ForeignKey(
        "parties.Party",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("主体"),
    )
    due_on = models.DateField(_("到期日"), null=True, blank=True)
    deadline = models.ForeignKey(
        "clock.Deadline",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("时限"),
    )
    opened_at = models.DateTimeField(_("派发时间"))
    opened_on = models.DateField(editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=WorkState, default=WorkState.OPEN)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.User", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("办结人")
    )
    reminded_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("待办")
        indexes = [
            models.Index(fields=["user"], condition=Q(state="open"), name="notices_work_user"),
            models.Index(fields=["programme", "role"], condition=Q(state="open"), name="notices_work_role"),
            models.Index(fields=["unit"], condition=Q(state="open"), name="notices_work_unit"),
            models.Index(fields=["party"], condition=Q(state="open"), name="notices_work_party"),
            models.Index(fields=["subject_type", "subject_id"], name="notices_work_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "subject_type", "subject_id", "kind", "user", "role", "unit", "party"],
                condition=Q(state=WorkState.OPEN),
                nulls_distinct=False,
                name="notices_work_one_open",
                violation_error_message=_("同一事项已派发给该对象，尚未办结。"),
            ),
            models.CheckConstraint(
                name="notices_work_recipient",
                condition=(
                    Q(user__isnull=False, role="", unit=None, party=None)
                    | Q(party__isnull=False, role="", unit=None, user=None)
                    | Q(Q(unit__isnull=False) | ~Q(role=""), user=None, party=None)
                ),
                violation_error_message=_("请指定一个办理对象：个人、角色、单位或主体。"),
            ),
            models.CheckConstraint(
                name="notices_work_one_due",
                condition=Q(due_on=None) | Q(deadline=None),
                violation_error_message=_("到期日与时限只能有一个。"),
            ),
            models.CheckConstraint(
                name="notices_work_closed_at",
                condition=Q(state=WorkState.OPEN, closed_at=None)
                | (~Q(state=WorkState.OPEN) & Q(closed_at__isnull=False)),
                violation_error_message=_("已办结或撤回的事项须有时间。"),
            ),
        ]

    @property
    def address(self) -> str:
        """Where it is done: the page that was named, else its own in the work list."""
        return self.link or reverse("notices:work_item", args=[self.pk])

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id}"
