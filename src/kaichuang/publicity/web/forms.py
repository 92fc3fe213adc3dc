"""Forms of publicity."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.files.web.forms import FilesField
from kaichuang.parties.models import Unit
from kaichuang.publicity import kinds
from kaichuang.publicity.enums import (
    AnnouncementState,
    IdentityKind,
    LineState,
    ObjectionState,
    Refusal,
    ReplyBy,
)
from kaichuang.ui.forms import DateField, FilterForm

_ALL = ("", gettext_lazy("全部"))
OPEN, OVER = "open", "over"
WAITING = "waiting"


class AnnouncementFilter(FilterForm):
    """Of the public list."""

    q = forms.CharField(
        label=gettext_lazy("标题或编号"), max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    place = forms.ChoiceField(label=gettext_lazy("项目"))
    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    when = forms.ChoiceField(
        label=gettext_lazy("状态"),
        choices=[_ALL, (OPEN, gettext_lazy("正在公示")), (OVER, gettext_lazy("已经结束"))],
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("当前项目")),
            ("all", _("所有项目")),
            *places,
        ]
        self.fields["kind"].choices = [_ALL, *kinds.choices()]  # type: ignore[attr-defined]  # a choice field


class LineFilter(FilterForm):
    q = forms.CharField(
        label=gettext_lazy("在名单中查找"), max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    line_state = forms.ChoiceField(label=gettext_lazy("状态"), choices=[_ALL, *LineState.choices])


class OfficeFilter(FilterForm):
    q = forms.CharField(label=gettext_lazy("标题或编号"), max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=[_ALL, *AnnouncementState.choices])


class ObjectionFilter(FilterForm):
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        choices=[_ALL, (WAITING, gettext_lazy("待处理")), *ObjectionState.choices],
    )


class OptionalFilesField(FilesField):
    """Several files, or none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return super().clean(data, initial) if data else []


class ObjectionForm(forms.Form):
    """Who objects, and what is wrong; everything that is missing is told at once."""

    use_required_attribute = False
    identity_kind = forms.ChoiceField(
        label=gettext_lazy("提出方式"),
        choices=IdentityKind.choices,
        initial=IdentityKind.PERSON,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("真实姓名或单位全称"),
        min_length=2,
        max_length=100,
        help_text=gettext_lazy("只供核查使用，加密保存，不会公开，也不会告知被反映人。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("联系电话和电子邮箱至少填一项。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    reply_by = forms.ChoiceField(
        label=gettext_lazy("怎样告知您办理情况"),
        choices=ReplyBy.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "不选的，填了邮箱就发邮件，否则电话告知。收到、答复和撤回时各一次，邮件只写异议编号和结果。"
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("异议内容"),
        min_length=10,
        max_length=5000,
        help_text=gettext_lazy("请写明具体事实、理由和线索，至少10个字。"),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    files = OptionalFilesField(label=gettext_lazy("证明材料"))  # type: ignore[assignment]  # a field named like the attribute

    def __init__(self, *args: Any, for_party: bool = False, has_account: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.for_party = for_party
        if for_party or has_account:
            del self.fields["reply_by"]
        if for_party:
            for name in ("identity_kind", "name"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        given = any(values.get(name) for name in ("phone", "email"))
        if not self.for_party and not given and not {"phone", "email"} & self.errors.keys():
            self.add_error("phone", _("请至少填写一种联系方式：联系电话或电子邮箱。"))
        wanted = values.get("reply_by")
        if given and wanted == ReplyBy.MAIL and not values.get("email") and "email" not in self.errors:
            self.add_error("email", _("选择发送到电子邮箱的，请填写电子邮箱。"))
        if given and wanted == ReplyBy.PHONE and not values.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("选择电话告知的，请填写联系电话。"))
        return values


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("回执码"),
        max_length=40,
        help_text=gettext_lazy("提交异议后显示的16位回执码，可不输入横线，不区分大小写。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class CallForm(forms.Form):
    """Who told the answer by telephone, and when."""

    called_on = DateField(label=gettext_lazy("告知日期"))
    called_by = forms.CharField(label=gettext_lazy("告知人"), max_length=60)


class RefuseForm(forms.Form):
    refusal = forms.ChoiceField(label=gettext_lazy("情形"), choices=Refusal.choices)
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=1000,
        help_text=gettext_lazy("写入答复书。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    clause = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)


class DecideForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=gettext_lazy("核查结论"),
        choices=[("no", gettext_lazy("异议不成立，该项继续")), ("yes", gettext_lazy("异议成立，该项撤下"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=1000,
        help_text=gettext_lazy("写入答复书；异议成立时同时在公示页面公开，请勿写入个人信息。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    clause = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, required=False, help_text=gettext_lazy("例如：NH 三(四)")
    )


class DraftForm(forms.Form):
    """What stands around a list."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("说明"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    contact = forms.CharField(
        label=gettext_lazy("异议受理方式"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("受理单位的电话、地址等；网上提出异议的入口会自动显示。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    days = forms.IntegerField(label=gettext_lazy("公示期（工作日）"), min_value=1, max_value=250, initial=5)
    opens_on = DateField(
        label=gettext_lazy("公示开始"), required=False, help_text=gettext_lazy("空白为发布当日。")
    )


class NewForm(DraftForm):
    """A list by hand: pasted from a spreadsheet."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    unit = forms.ModelChoiceField(label=gettext_lazy("公示单位"), queryset=Unit.objects.none())
    clause = forms.CharField(label=gettext_lazy("依据"), max_length=200)
    rows = forms.CharField(
        label=gettext_lazy("名单"),
        max_length=2_000_000,
        help_text=gettext_lazy(
            "从电子表格复制粘贴，第一行为列名。列名含“姓名、身份证、电话、手机、账号、地址、邮箱”的列自动脱敏，"
            "“金额”列以元为单位。"
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        strip=False,
    )
    field_order = ("kind", "title", "unit", "clause", "text", "contact", "days", "opens_on", "rows")

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a model choice field
        self.fields["kind"].choices = kinds.choices()  # type: ignore[attr-defined]  # a choice field
