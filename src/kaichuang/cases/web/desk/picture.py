"""A workflow as a picture: states in columns by stage, moves as arrows; the table beside it says the same in words."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kaichuang.cases.web.desk.common import STAGE_LABELS
from kaichuang.entitlement.words import words
from kaichuang.packs.schema.workflows import Move, State, Workflow

_WIDE, _HIGH, _GAP, _ROW, _TOP = 118, 40, 44, 66, 44
_TONES = {"end": "#eef1f4", "draft": "#f6f8fa", "work": "#eaf2fc", "panel": "#f3effc", "publicity": "#fdf5e6"}


def picture(workflow: Workflow) -> SafeString:
    """An SVG with nothing but attributes: the content security policy forbids styles."""
    places = _places(workflow)
    columns = max(x for x, _y in places.values()) + 1
    rows = max(y for _x, y in places.values()) + 1
    width, height = columns * (_WIDE + _GAP), _TOP + rows * _ROW + 30
    edges = format_html_join("", "{}", ((_edge(move, source, places),) for move, source in _edges(workflow)))
    boxes = format_html_join("", "{}", ((_box(state, places[state.id]),) for state in workflow.states))
    heads = format_html_join(
        "",
        '<text x="{}" y="24" font-size="13" fill="#5a6572" text-anchor="middle">{}</text>',
        ((at * (_WIDE + _GAP) + _WIDE / 2, label) for at, label in enumerate(_stages(workflow))),
    )
    arrow = SafeString(
        '<defs><marker id="desk-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="#5a6572"/></marker></defs>'
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        width,
        height,
        _("流程图：%(title)s，共%(states)s个状态、%(moves)s个流转")
        % {"title": words(workflow.title), "states": len(workflow.states), "moves": len(workflow.moves)},
        arrow,
        heads,
        edges,
        boxes,
    )


def _order(workflow: Workflow) -> list[str]:
    return list(dict.fromkeys(state.stage for state in workflow.states if state.stage != "closed")) + (
        ["closed"] if any(state.stage == "closed" for state in workflow.states) else []
    )


def _stages(workflow: Workflow) -> list[str]:
    return [str(STAGE_LABELS.get(stage, stage)) for stage in _order(workflow)]


def _places(workflow: Workflow) -> dict[str, tuple[int, int]]:
    order = _order(workflow)
    filled = dict.fromkeys(order, 0)
    found = {}
    for state in workflow.states:
        found[state.id] = (order.index(state.stage), filled[state.stage])
        filled[state.stage] += 1
    return found


def _edges(workflow: Workflow) -> list[tuple[Move, str]]:
    states = {state.id for state in workflow.states}
    return [
        (move, source)
        for move in workflow.moves
        if move.to in states
        for source in move.from_
        if source in states
    ]


def _box(state: State, place: tuple[int, int]) -> SafeString:
    x, y = place[0] * (_WIDE + _GAP), _TOP + place[1] * _ROW
    title = words(state.title)
    shown = (
        title
        if len(title) <= 9 or (title.isascii() and len(title) <= 17)
        else title[: 15 if title.isascii() else 8] + "…"
    )
    limit = _("%(days)s 个工作日") % {"days": state.days} if state.days else ""
    return format_html(
        '<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="4" fill="{}" stroke="#7d8894"{}/>'
        '<text x="{}" y="{}" font-size="12.5" fill="#1d2733" text-anchor="middle">{}</text>'
        '<text x="{}" y="{}" font-size="10.5" fill="#5a6572" text-anchor="middle">{}</text></g>',
        title,
        x,
        y,
        _WIDE,
        _HIGH,
        _TONES.get(state.kind, "#ffffff"),
        SafeString(' stroke-dasharray="4 3"') if state.pauses else "",
        x + _WIDE / 2,
        y + (17 if limit else 24),
        shown,
        x + _WIDE / 2,
        y + 32,
        limit,
    )


def _edge(move: Move, source: str, places: dict[str, tuple[int, int]]) -> SafeString:
    (x1, y1), (x2, y2) = places[source], places[move.to]
    if source == move.to:
        return SafeString("")
    step, dash = _WIDE + _GAP, ' stroke-dasharray="5 4"' if move.returns else ""
    colour = "#b4690e" if move.returns else "#7d8894" if move.on is None else "#9aa4ae"
    if x1 == x2:
        side = x1 * step + (_WIDE if y2 > y1 else 0)
        bend = 20 if y2 > y1 else -20
        top, bottom = _TOP + y1 * _ROW + _HIGH / 2, _TOP + y2 * _ROW + _HIGH / 2
        path = f"M{side} {top}C{side + bend} {top} {side + bend} {bottom} {side} {bottom}"
    else:
        forward = x2 > x1
        start, end = x1 * step + (_WIDE if forward else 0), x2 * step + (0 if forward else _WIDE)
        a, b = _TOP + y1 * _ROW + _HIGH / 2, _TOP + y2 * _ROW + _HIGH / 2
        middle = (start + end) / 2
        path = f"M{start} {a}C{middle} {a} {middle} {b} {end} {b}"
    return format_html(
        '<path d="{}" fill="none" stroke="{}" stroke-width="1.3"{} marker-end="url(#desk-arrow)"><title>{}</title></path>',
        path,
        colour,
        SafeString(dash),
        words(move.title),
    )
