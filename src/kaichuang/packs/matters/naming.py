"""What a matter names: subjects, papers, units, divisions, criteria; each exists, and once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..flow import Flaw
from ..loader import Pack
from ..problems import nearest
from ..schema.matters import Matter, Review

DIVISION = re.compile(r"^\d{6}$")
TRIM_FROM = 5
"""With fewer scores than this, a trimmed mean drops nothing."""
TIES = ("priority", "submitted_at", "draw")
BY_CRITERION = "criterion:"
Path = tuple[str | int, ...]


def flaws_of(matter: Matter, pack: Pack, units: frozenset[str] | None = None) -> Iterator[Flaw]:
    """Names that do not exist, and names given twice."""
    subjects = {subject.code for subject in pack.all.subjects}
    papers = {item.code for item in pack.all.evidence}
    units = units if units is not None else frozenset(unit.id for unit in pack.all.units)
    for path, word, known, kind in (
        *(
            (("applicants", at), word, subjects, ("对象", "subject"))
            for at, word in enumerate(matter.applicants)
        ),
        *((path, word, papers, ("材料", "paper")) for path, word in _papers(matter)),
        *((("desks", desk), unit, units, ("单位", "unit")) for desk, unit in matter.desks.items()),
        *((("districts", code), unit, units, ("单位", "unit")) for code, unit in matter.districts.items()),
    ):
        if word not in known:
            zh, en = f"没有{kind[0]}“{word}”", f"no such {kind[1]}: “{word}”"
            yield Flaw(path, zh, en, nearest(word, known), code=_CODES[kind[1]])
    yield from _twice(matter)
    yield from _divisions(matter, pack)
    if matter.review is not None:
        yield from _review(matter.review)


_CODES = {"subject": "subjects", "paper": "evidence", "unit": "units"}


def _papers(matter: Matter) -> Iterator[tuple[Path, str]]:
    for at, paper in enumerate(matter.papers):
        yield ("papers", at, "code"), paper.code
    for at, tranche in enumerate(matter.tranches):
        for place, code in enumerate(tranche.papers):
            yield ("tranches", at, "papers", place), code
    for place, code in enumerate(matter.report.papers if matter.report is not None else ()):
        yield ("report", "papers", place), code


def _twice(matter: Matter) -> Iterator[Flaw]:
    """Of two entries with one name only one would count."""
    groups: tuple[tuple[Path, Iterable[str]], ...] = (
        (("applicants",), matter.applicants),
        (("papers",), [paper.code for paper in matter.papers]),
        (("evidence",), matter.evidence),
        (("asks",), matter.asks),
        (("keys",), [f"{key.table or ''}.{key.name}" for key in matter.keys]),
        (("tranches",), [tranche.id for tranche in matter.tranches]),
        (("publicity", "shows"), matter.publicity.shows),
        (("review", "criteria"), [one.code for one in matter.review.criteria] if matter.review else ()),
        (("review", "ties"), matter.review.ties if matter.review else ()),
    )
    for path, words in groups:
        seen: set[str] = set()
        for at, word in enumerate(words):
            if word in seen:
                yield Flaw((*path, at), f"“{word}”重复", f"“{word}” is there twice", code="repeated")
            seen.add(word)


def _divisions(matter: Matter, pack: Pack) -> Iterator[Flaw]:
    place = pack.info.place.code if pack.info.place is not None else ""
    within = _stem(place) if DIVISION.match(place) else ""
    for code in matter.districts:
        path = ("districts", code)
        if not DIVISION.match(code):
            zh, en = f"“{code}”不是六位行政区划代码", f"“{code}” is not a division code of six digits"
            yield Flaw(path, zh, en, 'GB/T 2260 代码加引号 | quote it: "330226"', code="division")
        elif not code.startswith(within):
            zh, en = f"{code} 不在本地（{place}）之内", f"{code} lies outside of {place}"
            yield Flaw(path, zh, en, code="division")


def _stem(code: str) -> str:
    """The part of a division's code that the divisions within it share."""
    return code.removesuffix("00").removesuffix("00")


def _review(review: Review) -> Iterator[Flaw]:
    """Rules under which no panel could be opened, or that would have no effect."""
    full = sum(one.most for one in review.criteria)
    for name, value in (("pass_mark", review.pass_mark), ("divergence", review.divergence)):
        if value is not None and not 0 <= value <= full:
            zh, en = (
                f"{value} 分不在 0 和满分 {full} 分之间",
                f"{value} is not within 0 and the {full} points",
            )
            yield Flaw(("review", name), zh, en, code="points")
    if review.aggregate == "trimmed" and review.seats < TRIM_FROM:
        zh = f"不足 {TRIM_FROM} 名评委时不去最高分和最低分"
        en = f"with fewer than {TRIM_FROM} experts nothing is trimmed"
        yield Flaw(("review", "aggregate"), zh, en, f"aggregate: mean, seats: {TRIM_FROM}", code="review")
    allowed = {*TIES, *(BY_CRITERION + one.code for one in review.criteria)}
    for at, rule in enumerate(review.ties):
        if rule not in allowed:
            zh, en = f"没有这种同分规则：{rule}", f"no such rule for ties: {rule}"
            yield Flaw(
                ("review", "ties", at), zh, en, nearest(rule, allowed) or "、".join(TIES), code="review"
            )
