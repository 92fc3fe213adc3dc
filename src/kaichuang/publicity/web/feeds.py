"""New lists as RSS."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.publicity.models import Announcement
from kaichuang.publicity.queries.lists import announcements_for

_NEWEST = 30


class Rss(Feed):  # type: ignore[type-arg]  # not subscriptable at run time
    """The newest lists of all places, or of one: `?programme=ninghai`."""

    title = _("公示")
    description = _("新发布的公示。")
    link = "/publicity/"
    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest) -> str:
        return request.GET.get("programme", "").replace("\x00", "")

    def items(self, slug: str) -> list[Announcement]:
        rows = announcements_for(Actor.public())
        if slug:
            rows = rows.filter(programme__slug=slug)
        return list(rows.order_by("-opened_at", "-pk")[:_NEWEST])

    def item_title(self, item: Announcement) -> str:
        return item.title

    def item_description(self, item: Announcement) -> str:
        span = gettext("公示期 %(first)s 至 %(last)s") % {"first": item.opens_on, "last": item.closes_on}
        return " · ".join([item.number, str(item.kind_title), item.unit.name, span])

    def item_link(self, item: Announcement) -> str:
        return item.get_absolute_url()

    def item_guid(self, item: Announcement) -> str:
        return f"publicity-{item.pk}"

    def item_pubdate(self, item: Announcement) -> datetime | None:
        return item.opened_at
