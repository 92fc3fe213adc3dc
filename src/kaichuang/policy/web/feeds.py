"""New policies as RSS and Atom."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.policy.models import Edition
from kaichuang.policy.queries.library import newest_for
from kaichuang.policy.queries.reading import document_url

_NEWEST = 30


class Rss(Feed):  # type: ignore[type-arg]  # not subscriptable at run time
    """The newest policies of all places."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    title = _("最新政策")
    description = _("本平台新发布的政策文件。")
    link = "/policy/"

    def items(self) -> list[Edition]:
        return list(newest_for(Actor.public())[:_NEWEST])

    def item_title(self, item: Edition) -> str:
        return item.title

    def item_description(self, item: Edition) -> str:
        return " · ".join(filter(None, [item.issuer, item.number, item.document.programme.place.name]))

    def item_link(self, item: Edition) -> str:
        return document_url(item.document.code)

    def item_guid(self, item: Edition) -> str:
        return f"policy-{item.document.code}-{item.ordinal}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Edition) -> datetime | None:
        return item.issued_at

    def item_updateddate(self, item: Edition) -> datetime | None:
        return item.issued_at


class Atom(Rss):
    feed_type = Atom1Feed
    subtitle: Promise | str = Rss.description
