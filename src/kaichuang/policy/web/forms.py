"""Forms of the policy library."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from kaichuang.parties.models import Unit
from kaichuang.policy.models import Edition, UnitRole
from kaichuang.policy.operations.ask import LONGEST
from kaichuang.ui.forms import DateField, FileField, FilterForm, file_hint

ACCEPTED = (".txt", ".html", ".htm", ".docx", ".pdf")
EFFECTS = (
    ("", _("全部")),
    ("in_force", _("现行有效")),
    ("future", _("尚未施行")),
    ("ended", _("失效或废止")),
)


class LibraryFilter(FilterForm):
    q = forms.CharField(
        label=_("标题、文号或代号"), max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    place = forms.ChoiceField(label=_("地区"))
    effect = forms.ChoiceField(label=_("效力"), choices=EFFECTS)
    issuer = forms.CharField(label=_("发文机关"), max_length=60)
    year = forms.TypedChoiceField(label=_("年份"), coerce=int, empty_value=None)

    def __init__(self, *args: Any, places: list[tuple[str, str]], years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", _("全部")), *places]  # type: ignore[attr-defined]  # a choice field
        self.fields["year"].choices = [("", _("全部")), *((str(y), str(y)) for y in years)]  # type: ignore[attr-defined]  # a choice field


class DutyFilter(FilterForm):
    code = forms.ChoiceField(label=_("所属文件"))
    unit = forms.CharField(label=_("责任单位"), max_length=60)
    role = forms.ChoiceField(label=_("职责"), choices=[("", _("全部")), *UnitRole.choices])

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", _("全部")), *codes]  # type: ignore[attr-defined]  # a choice field


class QuestionFilter(FilterForm):
    q = forms.CharField(
        label=_("问题或答复中的词"), max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )


class UploadForm(forms.Form):
    """A file and the code under which its clauses will be cited; the code may also be given at the preview."""

    file = FileField(label=_("原文文件"), accept=ACCEPTED, max_bytes=settings.MAX_UPLOAD_BYTES)
    code = forms.CharField(
        label=_("引用代号"),
        max_length=12,
        required=False,
        help_text=_("大写字母和数字，例如 NH。已有文件填原代号，则成为它的新版本；可在预览后再填。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # in the language of the reader, not of the start
        self.fields["file"].help_text = lazy(file_hint, str)(ACCEPTED, settings.MAX_UPLOAD_BYTES)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("引用代号"), required=False, max_length=40, help_text=_("条款将以此引用，例如 NH 三(二)。")
    )


class DescribeForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    signed_on = DateField(label=_("成文日期"), required=False)
    published_on = DateField(label=_("发布日期"), required=False)
    effective_on = DateField(label=_("施行日期"), required=False, help_text=_("留空表示文本没有写明。"))
    expires_on = DateField(
        label=_("有效期至"), required=False, help_text=_("最后一个有效日；留空表示文本没有规定。")
    )

    class Meta:
        model = Edition
        fields = ["title", "issuer", "number", "signed_on", "published_on", "effective_on", "expires_on"]

    def _post_clean(self) -> None:
        """The operation judges; a model form would change the instance."""


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class RepealForm(ReasonForm):
    on = DateField(label=_("废止日期"), help_text=_("自这一天起不再有效。"))
    field_order = ["on", "reason"]


class RenewForm(forms.Form):
    effective_on = DateField(label=_("施行日期"))
    expires_on = DateField(
        label=_("有效期至"), required=False, help_text=_("最后一个有效日；留空表示不规定。")
    )
    reason = forms.CharField(
        label=_("延续的依据"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如延续有效期的文件名称和文号。"),
    )


class AskForm(forms.Form):
    text = forms.CharField(
        label=_("您的问题"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("请不要填写身份证号、手机号等个人信息。"),
    )
    contact = forms.CharField(
        label=_("联系方式（可不填）"),
        max_length=100,
        required=False,
        help_text=_("加密保存，只有承办单位可以看到。不填也可以凭查询码查看答复。"),
    )


class TicketForm(forms.Form):
    ticket = forms.CharField(label=_("查询码"), max_length=30, help_text=_("提问后页面上显示的22位查询码。"))


class RateForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("评价"),
        coerce=int,
        choices=[(5, _("5 很有帮助")), (4, "4"), (3, "3"), (2, "2"), (1, _("1 没有帮助"))],
    )


class RouteForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("承办单位"), queryset=Unit.objects.none(), empty_label=_("请选择"))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a model choice field


class AnswerForm(forms.Form):
    text = forms.CharField(label=_("答复"), required=False, widget=forms.Textarea(attrs={"rows": 6}))
    citations = forms.CharField(
        label=_("依据条款"),
        required=False,
        max_length=300,
        help_text=_("例如 NH 三(二)；几条之间用分号或换行隔开。"),
        widget=forms.TextInput(attrs={"list": "references", "autocomplete": "off"}),
    )
    is_public = forms.BooleanField(
        label=_("公开为常见问题"),
        required=False,
        help_text=_("问题和答复对所有人可见，请先确认不含个人信息。"),
    )


class BookForm(forms.Form):
    title = forms.CharField(label=_("书名"), max_length=120, required=False)
    editions = forms.ModelMultipleChoiceField(
        label=_("收录文件"),
        queryset=Edition.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("按下列顺序编排。"),
    )
    preface = forms.CharField(
        label=_("编印说明"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, editions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["editions"].queryset = editions  # type: ignore[attr-defined]  # a model choice field
        self.fields["editions"].label_from_instance = lambda row: f"{row.document.code}　{row.title}"  # type: ignore[attr-defined]  # a model choice field
