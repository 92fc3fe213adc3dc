"""What differs between two versions of a pack, clause by clause, and whom it makes better or worse off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from kaichuang.rules.measures import Rulebook, Settings
from kaichuang.rules.measures.model import Parameter
from kaichuang.rules.measures.values import Text, write_value

from .loader import Pack, key_of
from .problems import Mark
from .schema import Sections

if TYPE_CHECKING:
    import polars as pl

    from kaichuang.rules.measures.whatif import Effect

    Frame = pl.LazyFrame | pl.DataFrame

ABSENT = object()
SKIPPED = frozenset({"tests", "pack", "accepted"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``path`` leads to it inside the item; ``before`` and ``after`` are plain data."""

    kind: Literal["added", "removed", "changed"]
    section: str
    key: str
    path: tuple[str | int, ...]
    before: Any
    after: Any
    title: str
    clause: str | None
    mark: Mark

    @property
    def where(self) -> str:
        """The place in words: ``measures NH-M4 parameters.rate.value``."""
        inside = ".".join(str(part) for part in self.path)
        return f"{self.section} {self.key} {inside}".strip()

    def __str__(self) -> str:
        sign = {"added": "+", "removed": "-", "changed": "~"}[self.kind]
        clause = f" ({self.clause})" if self.clause else ""
        words = f"{_short(self.before)} → {_short(self.after)}" if self.kind == "changed" else self.title
        return f"{sign} {self.where}{clause}: {words}"


def redline(old: Pack, new: Pack) -> list[Change]:
    """Every difference of meaning, in the order of the sections; examples and accepted doubts do not count."""
    found: list[Change] = []
    for section in Sections.model_fields:
        if section not in SKIPPED:
            before, after = _items(old, section), _items(new, section)
            for key in dict.fromkeys((*before, *after)):
                found += _item(old, new, section, key, before.get(key), after.get(key))
    return found


def _items(pack: Pack, section: str) -> dict[str, Any]:
    value = getattr(pack.all, section)
    if isinstance(value, Mapping):
        return dict(value)
    return {key_of(section, item) or f"#{at}": item for at, item in enumerate(value or ())}


def _item(old: Pack, new: Pack, section: str, key: str, before: Any, after: Any) -> Iterator[Change]:
    named = after if after is not None else before
    title = str(getattr(named, "title", None) or getattr(named, "name", None) or key)
    if before is None or after is None:
        kind: Literal["added", "removed"] = "added" if before is None else "removed"
        mark = (new if before is None else old).mark(section, key)
        yield Change(kind, section, key, (), _plain(before), _plain(after), title, _clause(named), mark)
        return
    clauses = {(): _clause(after)}
    for path, then, now in _differences(_plain(before), _plain(after), ()):
        change: Literal["added", "removed", "changed"] = (
            "added" if then is ABSENT else "removed" if now is ABSENT else "changed"
        )
        clause = _clause_at(after, path) or clauses[()]
        yield Change(
            change, section, key, path, None if then is ABSENT else then, None if now is ABSENT else now, title,
            clause, new.mark(section, key, *path),
        )  # fmt: skip


def _clause(item: Any) -> str | None:
    found = getattr(item, "clause", None)
    return found if isinstance(found, str) else None


def _clause_at(item: Any, path: tuple[str | int, ...]) -> str | None:
    """The clause of the innermost part on a path that cites one."""
    found, at = None, item
    for part in path:
        if isinstance(at, BaseModel):
            at = getattr(at, _field(at, str(part)), None)
        elif isinstance(at, Mapping):
            at = at.get(part)
        elif isinstance(at, tuple):
            at = next((entry for n, entry in enumerate(at) if _name_of(entry, n) == part), None)
        found = _clause(at) or found
    return found


def _field(model: BaseModel, alias: str) -> str:
    return next((n for n, f in type(model).model_fields.items() if (f.alias or n) == alias), alias)


def _plain(value: Any) -> Any:
    """Plain data to compare: figures by their value however they are written, lists by the ids of their members."""
    if isinstance(value, Parameter):
        return {**_fields(value), "value": write_value(value.parsed, value.type)}
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en} if value.en else value.zh
    if isinstance(value, BaseModel):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return {_name_of(entry, at): _plain(entry) for at, entry in enumerate(value)}
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _fields(value: BaseModel) -> dict[str, Any]:
    return {
        field.alias or name: _plain(getattr(value, name))
        for name, field in type(value).model_fields.items()
        if getattr(value, name) not in (None, (), "")
    }


def _name_of(entry: Any, at: int) -> str | int:
    for name in ("id", "code", "ref"):
        found = getattr(entry, name, None)
        if isinstance(found, str):
            return found
    return entry if isinstance(entry, str) else at


def _differences(
    then: Any, now: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Any, Any]]:
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*then, *now)):
            yield from _differences(then.get(key, ABSENT), now.get(key, ABSENT), (*path, key))
    elif then != now:
        yield path, then, now


def _short(value: Any) -> str:
    text = "—" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def effects(
    old: Rulebook,
    new: Rulebook,
    population: Frame,
    *,
    as_of: dt.date,
    tables: Mapping[str, Frame] | None = None,
    settings: Settings | None = None,
    key: str = "case",
    group_by: str | None = None,
) -> list[Effect]:
    """Who gains, who loses and how much when the new version replaces the old one, by measure.

    A measure that only one version has counts as nothing in the other. ``settings`` hold for both where both know them.
    """
    from kaichuang.rules.measures.whatif import GROUP, WHOLE, effects_of

    def asked(book: Rulebook, on: pl.LazyFrame, mark: str) -> tuple[pl.LazyFrame, dict[str, str]]:
        paying = {plan.measure.id: plan.payable for plan in book.plans.values() if plan.payable}
        own = {n: v for n, v in (settings or {}).items() if n in set(book.setting_names)}
        rows = {code: table for code, table in (tables or {}).items() if code in book.collections}
        ran = book.run(on, as_of=as_of, tables=rows, settings=own, outputs=paying.values(), key=key)
        names = {id_: f"{mark}{id_}" for id_ in paying}
        return ran.rename({paying[id_]: name for id_, name in names.items()}), names

    import polars as pl

    first, before = asked(old, population.lazy(), "#before:")
    both, after = asked(new, first, "#after:")
    group = group_by or GROUP
    if group_by is None:
        both = both.with_columns(pl.lit(WHOLE).alias(GROUP))
    found: list[Effect] = []
    for id_ in dict.fromkeys((*before, *after)):
        columns = [
            pl.col(names[id_]).fill_null(0).alias(role) if id_ in names else pl.lit(0).alias(role)
            for role, names in (("before", before), ("after", after))
        ]
        found += effects_of(id_, both.select(group, *columns), group, everybody=group_by is not None)
    return found
