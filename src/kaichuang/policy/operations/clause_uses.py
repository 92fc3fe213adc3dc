"""Which parts of a pack cite which clauses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaichuang.packs.check import parts
from kaichuang.packs.loader import Pack, key_of
from kaichuang.policy.models import ClauseUse, PackVersion
from kaichuang.policy.paths import parse

_SECTIONS = (
    "measures", "targets", "schemes", "sheets", "vouchers", "loans", "funds", "sanctions", "layouts", "matters",
    "budgets", "readings", "stacking", "forms",
)  # fmt: skip


def write_uses(version: PackVersion, pack: Pack) -> None:
    """Write down for every clause what in the pack rests on it."""
    titles = {section: _titles(pack, section) for section in _SECTIONS}
    found: dict[tuple[str, str, str, str], ClauseUse] = {}
    for (section, key, _path), part in parts(pack):
        title = titles.get(section, {}).get(key)
        if title is None:
            continue
        for reference in _cited(part):
            address = parse(reference)
            if address is None:
                continue
            known = (address.code, address.path, section, key)
            found[known] = ClauseUse(
                version=version,
                code=address.code,
                path=address.path[:120],
                section=section,
                key=key,
                title=title[0][:200],
                title_en=title[1][:200],
            )
    ClauseUse.objects.bulk_create(found.values())


def _titles(pack: Pack, section: str) -> dict[str, tuple[str, str]]:
    """Id → Chinese and English title of a section's items."""
    value = getattr(pack.own, section)
    items = value.items() if isinstance(value, dict) else ((key_of(section, item), item) for item in value)
    found = {}
    for key, item in items:
        words = getattr(item, "title", None) or getattr(item, "question", None) or key
        if key:
            found[key] = (str(words), getattr(words, "en", "") or "")
    return found


def _cited(part: Any) -> Iterator[str]:
    for name in ("clause", "clauses"):
        value = getattr(part, name, None)
        if isinstance(value, str):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from (one for one in value if isinstance(one, str))
