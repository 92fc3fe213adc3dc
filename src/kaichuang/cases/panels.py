"""Parts of a case's page that contexts above bring: money, findings, tranches.

    panels.register("money", _("资金"), "desk", render_money, order=10)

`place` is the page: `desk` (public servants) or `mine` (the applicant). `render` returns HTML, empty where there is
nothing to show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kaichuang.cases.models import Case
from kaichuang.kit.http import Request
from kaichuang.kit.problems import type_str

Render = Callable[[Case, Request], str]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part as it is shown."""

    code: str
    title: type_str
    html: str


_registered: dict[tuple[str, str], tuple[int, type_str, Render]] = {}


def register(code: str, title: type_str, place: str, render: Render, order: int = 50) -> None:
    """Bring a part; the last registration under a code and place counts."""
    _registered[place, code] = (order, title, render)


def render(place: str, case: Case, request: Request) -> list[Panel]:
    """The parts of a page in their order; those that have nothing to show are left out."""
    entries = sorted(
        (
            (order, code, title, draw)
            for (where, code), (order, title, draw) in _registered.items()
            if where == place
        ),
        key=lambda entry: entry[:2],
    )
    shown = ((code, title, draw(case, request)) for _order, code, title, draw in entries)
    return [Panel(code, title, html) for code, title, html in shown if html]
