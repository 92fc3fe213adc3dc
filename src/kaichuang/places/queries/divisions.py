"""Find divisions by name, and walk up and down by code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.models import Division, FormerName, Level

_WIDTH = {Level.NATION: 0, Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.TOWN: 9}
_GAPS = re.compile(r"[\s,，、/·]+")
_CHOICES_SHOWN = 6


class DivisionUnknown(Refused):
    """No division has this name or code."""


class DivisionAmbiguous(Refused):
    """Several divisions have this name; `choices` are they, the one in use first."""

    def __init__(self, text: str, choices: list[Division]) -> None:
        self.choices = choices
        shown = "、".join(f"{full_name(choice)}（{choice.code}）" for choice in choices[:_CHOICES_SHOWN])
        super().__init__(
            Problem(
                "division_ambiguous",
                _("“%(text)s”对应多个行政区划：%(choices)s。请写明上级地区，或填写代码。")
                % {"text": text, "choices": shown},
            )
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What a name stands for today: the division meant, and what took its place if it is no more."""

    division: Division
    successors: tuple[Division, ...]

    @property
    def current(self) -> Division | None:
        """The one division in use today, or None when it was split."""
        if self.division.is_current:
            return self.division
        return self.successors[0] if len(self.successors) == 1 else None


def find_division(text: str, *, within: str = "") -> Division:
    """The division meant by a code, a name, a short name or a former name.

    `宁海县`, `宁海`, `浙江省宁波市宁海县`, `浙江 宁海` and `330226` are the same. Of equal names the one in use
    is meant; a name out of use answers with that old division (`successors_of` tells what took its place).
    Raises `DivisionUnknown`, or `DivisionAmbiguous` with the choices when several in use have the name.
    """
    name = text.strip()
    coded = list(Division.objects.filter(code=name)) if name.isdecimal() else []
    found = coded or _named(name) or _composed(name)
    if within:
        found = [division for division in found if is_within(division.code, within)]
    best = _best(found, name)
    if not best:
        message = _("没有名为“%(text)s”的行政区划。请核对名称，或填写六位代码。") % {"text": text}
        raise DivisionUnknown(Problem("division_unknown", message))
    if len(best) > 1:
        raise DivisionAmbiguous(text, best)
    return best[0]


def resolve_division(text: str, *, within: str = "") -> Found:
    """`find_division`, with what took its place."""
    division = find_division(text, within=within)
    return Found(division, tuple(successors_of(division)))


def _named(name: str) -> list[Division]:
    by_name = Q(name=name) | Q(short_name=name) | Q(former_names__name=name)
    return list(Division.objects.filter(by_name).distinct())


def _composed(text: str) -> list[Division]:
    """Names written one after the other, upper before lower: the last one, within those before it."""
    parts = [part for part in _GAPS.split(text) if part]
    if len(parts) > 1:
        scopes = _named("".join(parts[:-1])) or _composed("".join(parts[:-1]))
        return _inside(_named(parts[-1]), scopes)
    whole = parts[0] if parts else ""
    for cut in range(len(whole) - 2, 1, -1):
        scopes = _named(whole[:cut])
        rest = whole[cut:]
        found = _inside(_named(rest) or (_composed(rest) if len(rest) > 3 else []), scopes) if scopes else []
        if found:
            return found
    return []


def _inside(found: list[Division], scopes: list[Division]) -> list[Division]:
    return [
        division
        for division in found
        if any(is_within(division.code, scope.code) and division.code != scope.code for scope in scopes)
    ]


def _best(found: list[Division], name: str) -> list[Division]:
    """In use before out of use, own names before former ones, whole before short, upper before lower."""
    if not any(division.is_current for division in found):
        return _latest(found)
    found = [division for division in found if division.is_current]
    own = [division for division in found if name in {division.name, division.short_name}]
    found = own or found
    exact = [division for division in found if division.name == name]
    found = exact or found
    # A city and the district or county in it that has its name: the city is meant.
    upper = [division for division in found if all(is_within(other.code, division.code) for other in found)]
    return upper or sorted(found, key=lambda division: division.code)


def _latest(found: list[Division]) -> list[Division]:
    """Of codes out of use the last one, when all of them stand for the same place."""
    if len(found) < 2:
        return found
    ordered = sorted(found, key=lambda division: division.until_year or 0)
    heirs = {tuple(heir.code for heir in successors_of(division)) for division in found}
    one_place = len({division.code[:4] for division in found}) == 1
    return ordered[-1:] if one_place or (len(heirs) == 1 and heirs != {()}) else ordered[::-1]


def successors_of(division: Division) -> list[Division]:
    """The divisions in use today that took the place of one that is no more; itself while it is in use."""
    seen: dict[str, Division] = {}
    queue = [division]
    while queue:
        one = queue.pop()
        if one.code in seen:
            continue
        seen[one.code] = one
        if not one.is_current:
            queue += [succession.successor for succession in one.successions.select_related("successor")]
    return sorted((one for one in seen.values() if one.is_current), key=lambda one: one.code)


def prefix_of(code: str) -> str:
    """The digits that every code inside has in common: `330200` -> `3302`, China -> nothing."""
    if len(code) == 9:
        return code
    for width in (0, 2, 4):
        if not int(code[width:]):
            return code[:width]
    return code


def is_within(code: str, place: str) -> bool:
    """Whether `code` is `place` or lies in it. By digits alone: right for former codes too."""
    return code.startswith(prefix_of(place))


def ancestor_codes(code: str) -> list[str]:
    """The codes above, nearest last: `330226` -> China, Zhejiang, Ningbo. Levels that do not exist are left in."""
    chain = ["000000", code[:2] + "0000", code[:4] + "00", code[:6]]
    own = len(prefix_of(code)) // 2 if len(code) == 6 else 4
    return chain[:own]


def ancestors_of(division: Division) -> list[Division]:
    """The divisions above, China first."""
    return list(Division.objects.filter(code__in=ancestor_codes(division.code)).order_by("level"))


def descendants_of(division: Division, *, current: bool = True) -> QuerySet[Division]:
    """Everything inside, by code; only what is in use unless told otherwise."""
    inside = Division.objects.filter(code__startswith=prefix_of(division.code)).exclude(code=division.code)
    return inside.filter(until_year=None) if current else inside


def full_name(division: Division) -> str:
    """`浙江省宁波市宁海县`; one query."""
    names = [one.name for one in ancestors_of(division) if one.level != Level.NATION]
    return "".join([*names, division.name])


def search_divisions(text: str) -> QuerySet[Division]:
    """For lists and pickers: by part of a name, former name, code or pinyin; in the order of pinyin."""
    words = text.strip()
    if not words:
        return Division.objects.filter(until_year=None, level=Level.PROVINCE).order_by("code")
    if words.isdecimal():
        return Division.objects.filter(code__startswith=words).order_by("code")
    former = FormerName.objects.filter(name__contains=words).values("division")
    sound = " ".join(words.lower().split())
    matching = Q(name__contains=words) | Q(code__in=former) | Q(sort_key__startswith=sound)
    return Division.objects.filter(matching).order_by(
        F("until_year").desc(nulls_first=True), "level", "sort_key"
    )
