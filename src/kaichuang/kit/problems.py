"""What can be wrong, said so that the reader knows what to do; always all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type_str = str | Promise
"""A message: plain or lazily translated."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a stable code, a sentence for the user, the field or cell, the clause."""

    code: str
    message: type_str
    field: str = ""
    clause: str = ""

    def __str__(self) -> str:
        return str(self.message)


class Refused(Exception):
    """An operation that did not happen, with every reason. Nothing was changed."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(*problems)

    def __str__(self) -> str:
        return "；".join(str(problem) for problem in self.problems)

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(problem.code for problem in self.problems)


class SomeRefused(Refused):
    """Of many rows that were to change together some were refused: `by_row` says which, by key, and why. Nothing was changed."""

    def __init__(self, by_row: Mapping[int, Refused]) -> None:
        self.by_row = dict(by_row)
        super().__init__(*(problem for refused in self.by_row.values() for problem in refused.problems))

    @property
    def first(self) -> Refused:
        """Why the first of them was refused: all there is to say where only one was to change."""
        return next(iter(self.by_row.values()))


class NotAllowed(Refused):
    """The actor may not do this; the problem says why."""


class Stale(Refused):
    """Someone else was faster: the object is no longer in the state that the actor saw."""

    def __init__(self, message: type_str = "") -> None:
        super().__init__(Problem("stale", message or _("内容刚刚被他人修改，请刷新页面后重试。")))


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise `Refused` with all of `problems`, if there are any."""
    found = tuple(problems)
    if found:
        raise Refused(*found)


def refuse_rows(by_row: Mapping[int, Refused]) -> None:
    """Raise `SomeRefused`, if any row was refused."""
    if by_row:
        raise SomeRefused(by_row)
