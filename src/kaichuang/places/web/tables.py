"""Lists of places."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.places.models import Division
from kaichuang.ui.tables import Column, Table


def years(division: Division) -> str:
    """When the code was in use, in words."""
    since, until = division.since_year, division.until_year
    if until is None:
        return _("%(since)s年起") % {"since": since} if since else _("现行")
    return _("%(since)s—%(until)s年") % {"since": since or "", "until": until}


DIVISIONS = Table(
    name="divisions",
    caption=gettext_lazy("行政区划"),
    columns=(
        Column("code", gettext_lazy("代码"), kind="code", sort="code"),
        Column(
            "name",
            gettext_lazy("名称"),
            sort="sort_key",
            url=lambda row: reverse("places:division", args=[row.code]),
        ),
        Column("level", gettext_lazy("级别"), value=lambda row: row.get_level_display(), sort="level"),
        Column("years", gettext_lazy("使用年份"), value=years, sort="since_year", minor=True),
    ),
    empty_title=gettext_lazy("没有找到行政区划"),
    empty_text=gettext_lazy("可以换用简称、曾用名、拼音或代码再试。"),
)
