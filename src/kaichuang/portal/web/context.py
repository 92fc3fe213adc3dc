"""What every page's frame needs, asked only when a template names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import type_str
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme
from kaichuang.portal.web import frame
from kaichuang.runtime import stamp
from kaichuang.ui import assets, navigation
from kaichuang.ui.navigation import Area, Entry


class Language(NamedTuple):
    code: str
    name: str
    tag: str


LANGUAGES = (
    Language("zh-hans", "简体中文", "zh-Hans"),
    Language("zh-hant", "繁體中文", "zh-Hant"),
    Language("en", "English", "en"),
)

MAIN_AREAS: tuple[tuple[Area, type_str], ...] = (
    (Area.POLICY, _("政策")),
    (Area.SERVICES, _("办事")),
    (Area.SPACES, _("空间与预约")),
    (Area.PUBLICITY, _("公示")),
    (Area.DATA, _("数据")),
)


class MainItem(NamedTuple):
    area: str
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideItem:
    label: type_str
    url: str
    icon: str
    count: int
    active: bool


_told = False


def _stories_told() -> bool:
    """Whether the demo's data is complete; asked no more once it is."""
    global _told  # the one fact that this process remembers of the demo's preparation
    if not _told:
        mark = stamp.read()
        _told = mark is None or mark.complete
    return _told


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor: one lazy object, no query until something is shown."""
    return {"shell": Shell(request)}


class Shell:
    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.in_workspace = request.path.startswith(_urls()["workspace"])
        """Pages of the workspace's layout say so by asking for `workspace_header`."""

    languages = LANGUAGES

    @property
    def language(self) -> Language:
        code = get_language() or LANGUAGES[0].code
        return next((language for language in LANGUAGES if language.code == code), LANGUAGES[0])

    @property
    def site_name(self) -> str:
        return gettext("开创")

    @cached_property
    def notice(self) -> str:
        """What a visitor should know before they wonder why lists are empty."""
        if not settings.DEMO or _stories_told():
            return ""
        return gettext("演示办件正在写入，约需半分钟，部分列表暂时是空的。请稍后刷新。")

    @property
    def assets(self) -> dict[str, str]:
        return _assets()

    @property
    def urls(self) -> dict[str, str]:
        return _urls()

    @property
    def header(self) -> SafeString:
        return frame.header(self)

    @property
    def workspace_header(self) -> SafeString:
        self.in_workspace = True
        return frame.header(self)

    @property
    def footer(self) -> SafeString:
        return frame.footer(self)

    @property
    def messages(self) -> Iterable[Any]:
        return get_messages(self.request)

    @property
    def query(self) -> str:
        return self.request.GET.get("q", "") if self.request.path == self.urls["search"] else ""

    @cached_property
    def programme(self) -> Programme | None:
        return getattr(self.request, "programme", None) or None

    @cached_property
    def actor(self) -> Actor:
        return getattr(self.request, "actor", None) or Actor.public()

    @cached_property
    def signed_in(self) -> bool:
        user = getattr(self.request, "user", None)
        return bool(user is not None and user.is_authenticated)

    @cached_property
    def party(self) -> Party | None:
        return Party.objects.filter(pk=self.actor.party_id).first() if self.actor.party_id else None

    @cached_property
    def inbox(self) -> tuple[str, int] | None:
        return navigation.inbox_for(self.actor)

    @property
    def main_navigation(self) -> tuple[MainItem, ...]:
        return main_navigation(get_language() or "")

    @cached_property
    def area(self) -> str:
        """The area to which the page belongs: by the main navigation's address, or by its context's name."""
        if self.in_workspace:
            return ""
        path = self.request.path
        for item in self.main_navigation:
            if path.startswith(item.url):
                return item.area
        match = self.request.resolver_match
        return _areas_of_namespaces().get(match.namespace, "") if match and match.namespace else ""

    @property
    def at_workspace_home(self) -> bool:
        return self.request.path.startswith(self.urls["workspace"])

    @property
    def account_entries(self) -> list[Entry]:
        return navigation.entries_for(self.actor, Area.ACCOUNT)

    @property
    def footer_entries(self) -> list[Entry]:
        return navigation.entries_for(self.actor, Area.FOOTER)

    @cached_property
    def side_navigation(self) -> list[tuple[type_str, list[SideItem]]]:
        """The actor's entries of the workspace by section, sections in the order of their first entry."""
        entries = navigation.entries_for(self.actor, Area.WORKSPACE)
        ranks: dict[str, int] = {}
        for entry in entries:
            ranks.setdefault(str(entry.section), len(ranks))
        entries.sort(key=lambda entry: ranks[str(entry.section)])
        path = self.request.path
        here = max((entry.url for entry in entries if path.startswith(entry.url)), key=len, default="")
        return [
            (section, [self._side_item(entry, here) for entry in group])
            for section, group in groupby(entries, key=lambda entry: entry.section)
        ]

    def _side_item(self, entry: Entry, here: str) -> SideItem:
        return SideItem(
            label=entry.label,
            url=entry.url,
            icon=entry.icon,
            count=entry.badge(self.actor) if entry.badge is not None else 0,
            active=entry.url == here,
        )


@lru_cache(maxsize=1)
def _assets() -> dict[str, str]:
    return {
        "styles": static(assets.STYLES),
        "theme": static("ui/theme.css"),
        "mark": static("ui/mark.svg"),
        "boot": static("ui/boot.js"),
        "htmx": static(assets.HTMX),
        "script": static("ui/app.js"),
        "charts": static("ui/charts.js"),
    }


@lru_cache(maxsize=1)
def _urls() -> dict[str, str]:
    return {
        "home": reverse("portal:home"),
        "search": reverse("portal:search"),
        "language": reverse("accounts_language"),
        "programmes": reverse("portal:programmes"),
        "acting": reverse("portal:acting"),
        "workspace": reverse("portal:workspace"),
        "calculator": area_url(Area.CALCULATOR),
        "services": area_url(Area.SERVICES),
        "design": reverse("portal:design"),
        "login": reverse("account_login"),
        "logout": reverse("account_logout"),
        "api": reverse("api:openapi-view"),
    }


def area_url(area: Area) -> str:
    """The front page that a context gives the area, else the portal's page that lists what the area has."""
    name = navigation.front_page(area)
    try:
        return reverse(name) if name else reverse("portal:area", args=[area.value])
    except NoReverseMatch as error:
        raise ValueError(f"navigation: area {area} leads to {name}, which is no address") from error


@lru_cache(maxsize=8)
def main_navigation(language: str) -> tuple[MainItem, ...]:
    """Kept by language: entries are registered at start-up and do not change afterwards."""
    return tuple(MainItem(area.value, str(label), area_url(area)) for area, label in MAIN_AREAS)


@lru_cache(maxsize=1)
def _areas_of_namespaces() -> dict[str, str]:
    areas = {area for area, _label in MAIN_AREAS}
    return {
        entry.url_name.partition(":")[0]: entry.area.value
        for entry in reversed(navigation.all_entries())
        if entry.area in areas and ":" in entry.url_name
    }


def forget() -> None:
    """Drop what is kept between requests; for tests that register entries."""
    for kept in (_assets, _urls, main_navigation, _areas_of_namespaces):
        kept.cache_clear()
    frame.forget()
