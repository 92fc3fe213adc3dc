"""Forms of parties."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kaichuang.accounts.models import User
from kaichuang.parties.models import MembershipKind, Party, PartyKind, RelationKind, Role, Unit
from kaichuang.parties.queries.parties import find_organisation
from kaichuang.places.models import Programme
from kaichuang.places.web.forms import DivisionField
from kaichuang.ui.forms import DateField, FileField, FilterForm

_MAX_LIST = 20 * 1024 * 1024


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("单位名称"), max_length=200, help_text=_("与营业执照一致。"))
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=40)
    division = DivisionField(label=_("所在地"), required=False)
    registered_on = DateField(label=_("成立日期"), required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=40, required=False)
    email = forms.EmailField(label=_("电子邮箱"), required=False)


class PersonForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=200)
    identity_number = forms.CharField(
        label=_("身份证号"), max_length=30, required=False, help_text=_("加密保存，页面只显示首尾几位。")
    )
    division = DivisionField(label=_("所在地"), required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=40, required=False)
    email = forms.EmailField(label=_("电子邮箱"), required=False)


class TeamForm(forms.Form):
    name = forms.CharField(label=_("团队名称"), max_length=200)
    division = DivisionField(label=_("所在地"), required=False)


class PersonEditForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=200)
    division = DivisionField(label=_("所在地"), required=False)
    phone = forms.CharField(
        label=_("联系电话"), max_length=40, required=False, help_text=_("留空则保留原号码。")
    )
    email = forms.EmailField(label=_("电子邮箱"), required=False)


class OrganisationEditForm(PersonEditForm):
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=40)
    registered_on = DateField(label=_("成立日期"), required=False)
    field_order = ["name", "uscc", "division", "registered_on", "phone", "email"]


def edit_form_for(party: Party, data: Any) -> forms.Form:
    """The form that fits the kind of party. The phone starts empty: its number is not sent to the page."""
    names = ["name", "email", "division", "uscc", "registered_on"]
    initial = {name: getattr(party, name) for name in names}
    if party.kind == PartyKind.ORGANISATION:
        return OrganisationEditForm(data, initial=initial)
    return PersonEditForm(data, initial=initial)


class CloseForm(forms.Form):
    on = DateField(label=_("注销日期"))
    reason = forms.CharField(label=_("原因"), max_length=200)


class RevealForm(forms.Form):
    reason = forms.CharField(
        label=_("查看理由"), max_length=200, help_text=_("每次查看都会记录查看人、时间和理由。")
    )


class UserField(forms.CharField):
    """A login, typed by its name or its mail address."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        user = User.objects.filter(is_active=True).filter(username=text).first()
        if user is None and "@" in text:
            matching = User.objects.filter(is_active=True, email__iexact=text)[:2]
            user = matching[0] if len(matching) == 1 else None
        if user is None:
            raise forms.ValidationError(_("没有这个账号。请核对用户名或邮箱；对方须先注册账号。"))
        return user


class InviteForm(forms.Form):
    user = UserField(label=_("账号"), max_length=150, help_text=_("对方的用户名或电子邮箱。"))
    kind = forms.ChoiceField(label=_("身份"), choices=MembershipKind.choices, initial=MembershipKind.EDITOR)
    message = forms.CharField(label=_("说明"), max_length=200, required=False)


class JoinForm(forms.Form):
    uscc = forms.CharField(label=_("单位的统一社会信用代码"), max_length=40)
    message = forms.CharField(
        label=_("说明"), max_length=200, required=False, help_text=_("例如您的部门和职务。")
    )

    def clean_uscc(self) -> Party:
        party = find_organisation(self.cleaned_data["uscc"])
        if party is None:
            raise forms.ValidationError(_("该单位尚未登记。您可以先登记该单位，并成为其负责人。"))
        return party


class MembershipForm(forms.Form):
    kind = forms.ChoiceField(label=_("身份"), choices=MembershipKind.choices)


class RelationForm(forms.Form):
    uscc = forms.CharField(label=_("对方单位的统一社会信用代码"), max_length=40)
    kind = forms.ChoiceField(label=_("关系"), choices=RelationKind.choices)
    share = forms.DecimalField(
        label=_("持股比例（%）"), required=False, min_value=0, max_value=100, decimal_places=2
    )
    since = DateField(label=_("起始日期"), required=False)
    evidence = forms.CharField(label=_("来源"), max_length=200, required=False)

    def clean_uscc(self) -> Party:
        party = find_organisation(self.cleaned_data["uscc"])
        if party is None:
            raise forms.ValidationError(_("该单位尚未登记。"))
        return party

    @property
    def share_bp(self) -> int | None:
        share = self.cleaned_data.get("share")
        return int(share * 100) if share is not None else None


class RoleForm(forms.Form):
    user = UserField(label=_("账号"), max_length=150, help_text=_("用户名或电子邮箱。"))
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    unit = forms.ModelChoiceField(label=_("单位"), queryset=Unit.objects.none(), required=False)
    since = DateField(label=_("起始日期"))
    until = DateField(label=_("截止日期"), required=False, help_text=_("含当日；留空为长期。"))

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(programme=programme)  # type: ignore[attr-defined]  # a ModelChoiceField


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=200)


class PartyFilter(FilterForm):
    q = forms.CharField(label=_("名称、拼音或代码"), max_length=60)
    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("全部")), *PartyKind.choices])
    closed = forms.BooleanField(label=_("包括已注销"))


class RoleFilter(FilterForm):
    q = forms.CharField(label=_("姓名或用户名"), max_length=60)
    role = forms.ChoiceField(label=_("角色"), choices=[("", _("全部")), *Role.choices])
    ended = forms.BooleanField(label=_("包括已到期"))


class ImportForm(forms.Form):
    table = FileField(label=_("名单"), accept=(".xlsx", ".xls", ".ods", ".csv"), max_bytes=_MAX_LIST)


class ConflictForm(forms.Form):
    """Two parties out of those that the actor may see."""

    first = forms.CharField(label=_("主体一"), max_length=200, help_text=_("名称或统一社会信用代码。"))
    second = forms.CharField(label=_("主体二"), max_length=200)
    depth = forms.TypedChoiceField(
        label=_("最多经过几层关系"), coerce=int, initial=3, choices=[(n, str(n)) for n in range(1, 7)]
    )

    def __init__(self, *args: Any, visible: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visible = visible

    def clean_first(self) -> Party:
        return self._one(self.cleaned_data["first"])

    def clean_second(self) -> Party:
        return self._one(self.cleaned_data["second"])

    def _one(self, text: str) -> Party:
        from kaichuang.parties.queries.parties import search_parties

        found = list(search_parties(self.visible, text)[:6])
        exact = [party for party in found if text.strip() in (party.name, party.uscc)]
        found = exact or found
        if not found:
            raise forms.ValidationError(_("没有找到“%(text)s”。"), params={"text": text})
        if len(found) > 1:
            names = "、".join(party.name for party in found[:5])
            raise forms.ValidationError(
                _("“%(text)s”有多个：%(names)s。请填写全称或代码。"), params={"text": text, "names": names}
            )
        return found[0]
