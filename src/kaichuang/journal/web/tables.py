"""The list of entries."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.journal.words import action_in_words, states_in_words, subject_in_words
from kaichuang.ui.tables import Column, Table

ENTRIES = Table(
    name="entries",
    caption=_("操作记录"),
    columns=(
        Column("recorded_at", _("记录时间"), kind="time", sort="recorded_at"),
        Column("who", _("操作人"), value="actor_name", sort="actor_name"),
        Column("kind", _("类别"), value=lambda entry: entry.get_kind_display(), sort="kind"),
        Column("action", _("操作"), value=action_in_words, sort="action"),
        Column(
            "subject",
            _("操作对象"),
            value=lambda entry: f"{subject_in_words(entry.subject_type)} {entry.subject_id}",
            url=lambda entry: reverse("journal:history", args=[entry.subject_type, entry.subject_id]),
        ),
        Column("states", _("状态"), value=states_in_words),
        Column("reason", _("理由"), wide=True),
    ),
    default_sort="-recorded_at",
    page_size=50,
    empty_title=_("没有符合条件的记录"),
)
