"""The list of entries."""

from __future__ import annotations

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.journal.models import Entry
from kaichuang.ui.tables import Column, Table


def kind_of_subject(entry: Entry) -> str:
    """The model's name in words; its label when the model is gone."""
    try:
        return str(apps.get_model(entry.subject_type)._meta.verbose_name)
    except LookupError:
        return entry.subject_type


ENTRIES = Table(
    name="entries",
    caption=_("操作记录"),
    columns=(
        Column("recorded_at", _("记录时间"), kind="time", sort="recorded_at"),
        Column("who", _("操作人"), value="actor_name", sort="actor_name"),
        Column("kind", _("类别"), value=lambda entry: entry.get_kind_display(), sort="kind"),
        Column("action", _("操作"), kind="code", sort="action"),
        Column(
            "subject",
            _("操作对象"),
            value=lambda entry: f"{kind_of_subject(entry)} {entry.subject_id}",
            url=lambda entry: reverse("journal:history", args=[entry.subject_type, entry.subject_id]),
        ),
        Column(
            "states",
            _("状态"),
            value=lambda entry: " → ".join(filter(None, (entry.from_state, entry.to_state))),
        ),
        Column("reason", _("理由"), wide=True),
    ),
    default_sort="-recorded_at",
    page_size=50,
    empty_title=_("没有符合条件的记录"),
)
