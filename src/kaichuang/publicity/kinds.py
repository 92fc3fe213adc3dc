"""What is publicised: free codes with a title, registered by whoever publishes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.problems import type_str

_titles: dict[str, type_str] = {
    "award": _("奖励补助公示"),
    "recognition": _("资格认定公示"),
    "no_application": _("免申即享公示"),
    "evaluation": _("评价结果公示"),
    "sanction": _("失信惩戒公示"),
    "other": _("其他公示"),
}


def register(code: str, title: type_str) -> None:
    """Give a kind its title; called in `AppConfig.ready()`."""
    _titles[code] = title


def title_of(code: str) -> type_str:
    """The title; the code itself for a kind whose context is gone: old pages must stay readable."""
    return _titles.get(code, code)


def choices() -> list[tuple[str, type_str]]:
    return list(_titles.items())


def known(code: str) -> bool:
    return code in _titles
