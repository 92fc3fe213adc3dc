"""Forms about notices and work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.accounts.models import User
from kaichuang.clock.queries.today import business_date
from kaichuang.kit.http import Request
from kaichuang.notices.audience import Audience
from kaichuang.notices.enums import Level, MailMode
from kaichuang.parties.models import Role, RoleGrant, Unit
from kaichuang.parties.models.role import STAFF
from kaichuang.ui.forms import FilterForm

_STAFF_CHOICES = [("", "---------"), *((role.value, role.label) for role in Role if role in STAFF)]


class InboxFilter(FilterForm):
    unread = forms.BooleanField(label=_("仅未读"))
    level = forms.ChoiceField(label=_("级别"), choices=[("", _("全部")), *Level.choices])


class WorkFilter(FilterForm):
    overdue = forms.BooleanField(label=_("仅逾期"))
    closed = forms.BooleanField(label=_("查看已办"))


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))


class PreferenceForm(forms.Form):
    programme = forms.CharField(required=False, widget=forms.HiddenInput)
    mail = forms.ChoiceField(label=_("邮件"), choices=MailMode.choices)
    quiet_from = _time(_("免打扰开始"))
    quiet_until = _time(_("免打扰结束"))
    digest_at = _time(_("每日汇总时间"))


class ReassignForm(forms.Form):
    """To a role, a unit or a role within a unit of the programme, or to one of its public servants."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("个人"), required=False)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("单位"), required=False)
    role = forms.ChoiceField(label=_("角色"), required=False, choices=_STAFF_CHOICES)
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = request.programme
        today = business_date(request.programme, request.now)
        staff = RoleGrant.objects.filter(programme=self.programme, role__in=STAFF, since__lte=today).filter(
            Q(until=None) | Q(until__gte=today)
        )
        people = User.objects.filter(is_active=True, pk__in=staff.values("user")).order_by("name")
        self.fields["user"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["unit"].queryset = Unit.objects.filter(programme=self.programme)  # type: ignore[attr-defined]  # the same

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        user, unit, role = cleaned.get("user"), cleaned.get("unit"), cleaned.get("role")
        if user and (unit or role):
            self.add_error("user", _("请只选个人，或只选单位和角色。"))
        elif not (user or unit or role):
            self.add_error("user", _("请选择转给谁。"))
        return cleaned

    @property
    def recipient(self) -> Audience:
        user, unit, role = (self.cleaned_data.get(name) for name in ("user", "unit", "role"))
        if user:
            return Audience.of_user(user.pk)
        return Audience(role=role or "", unit_id=unit.pk if unit else None, programme_id=self.programme.pk)
