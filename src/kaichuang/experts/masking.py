"""Take out of a text what tells whose it is. Pure Python."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "■■"
_SUFFIXES = re.compile(
    r"(?:管理|科技|技术|信息|网络|智能|文化|创业|投资|服务|咨询)*(?:集团)?(?:股份)?(?:有限责任|有限)?(?:公司|合伙企业|中心|研究院|合作社|工作室)?$"
)
_SHORTEST = 2


def short_names(name: str, places: Iterable[str] = ()) -> list[str]:
    """The name, and what is left of it without place and legal form: 宁海新芽智能科技有限公司 -> 新芽."""
    core = name
    for place in sorted(places, key=len, reverse=True):
        core = core.removeprefix(place)
    core = _SUFFIXES.sub("", core.lstrip("省市县区"))
    return [name, core] if len(core) >= _SHORTEST and core != name else [name]


def mask_text(text: str, needles: Iterable[str]) -> str:
    """`text` with every needle hidden, the longest first; needles of one sign are left alone."""
    wanted = sorted({one.strip() for one in needles if len(one.strip()) >= _SHORTEST}, key=len, reverse=True)
    if not wanted:
        return text
    return re.sub("|".join(map(re.escape, wanted)), HIDDEN, text, flags=re.IGNORECASE)
