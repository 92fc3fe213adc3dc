"""Forms about files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from kaichuang.files.checks import accepted_extensions
from kaichuang.files.enums import DocumentKind, DocumentState
from kaichuang.ui.forms import FilterForm, file_hint


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


def _hint() -> str:
    return file_hint(tuple(accepted_extensions()), settings.MAX_UPLOAD_BYTES)


class FilesField(forms.FileField):
    """Several files in one field."""

    def __init__(self, **options: Any) -> None:
        widget = _Files(attrs={"accept": ",".join(accepted_extensions())})
        super().__init__(widget=widget, **options)
        self.help_text = lazy(_hint, str)()  # in the language of the reader, not of the start

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if not data:
            raise forms.ValidationError(_("请选择文件。"), code="required")
        # Emptiness and size are judged with everything else, so that all problems come at once.
        return list(data) if isinstance(data, (list, tuple)) else [data]


class UploadForm(forms.Form):
    files = FilesField(label=_("文件"))  # type: ignore[assignment]  # a field named like the attribute
    kind = forms.CharField(
        label=_("材料类别"), max_length=60, required=False, help_text=_("例如：营业执照、租赁合同、发票。")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class AttachmentFilter(FilterForm):
    q = forms.CharField(label=_("文件名"), max_length=100)
    withdrawn = forms.BooleanField(label=_("包括已撤回"))


class DocumentFilter(FilterForm):
    q = forms.CharField(label=_("标题或文号"), max_length=100)
    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("全部")), *DocumentKind.choices])
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), *DocumentState.choices])


class VerifyForm(forms.Form):
    """A code or the file; the view asks for one of them."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=40,
        required=False,
        help_text=_("印在文书末页，共16位，可不输入横线，不区分大小写。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    file = forms.FileField(
        label=_("或上传 PDF 文件"), required=False, widget=forms.FileInput(attrs={"accept": ".pdf"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("code", "").strip() and not cleaned.get("file"):
            self.add_error("code", _("请输入验证码，或上传 PDF 文件。"))
        return cleaned
