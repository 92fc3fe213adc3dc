"""Which frozen answer to ask again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.entitlement.queries.replaying import MOST_BYTES
from kaichuang.ui.forms import FileField


class ReplayForm(forms.Form):
    """A code, or the JSON file."""

    code = forms.CharField(
        label=gettext_lazy("结果编号"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("印在结果页和 PDF 上，例如 ABCD-2345-EFGH。"),
    )
    file = FileField(
        label=gettext_lazy("或上传 JSON 文件"), required=False, accept=(".json",), max_bytes=MOST_BYTES
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("code") and not cleaned.get("file"):
            raise ValidationError(_("请填写编号，或选择下载的 JSON 文件。"))
        return cleaned
