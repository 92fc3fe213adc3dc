"""The history of a row as a timeline."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kaichuang.experts.models import Expert, ExpertState, Panel, PanelState, Score, ScoreState
from kaichuang.experts.web.words import action_label
from kaichuang.journal.queries import history_of
from kaichuang.kit.models import Model
from kaichuang.ui.components.history import Event

_STATES: dict[type[Model], dict[Any, Any]] = {
    Expert: dict(ExpertState.choices),
    Panel: dict(PanelState.choices),
    Score: dict(ScoreState.choices),
}


def events_of(row: Model) -> list[Event]:
    """Who did what with the row, as the journal has it."""
    return [_event(entry, _STATES[type(row)]) for entry in history_of(row)]


def _event(entry: Any, labels: dict[str, Any]) -> Event:
    return Event(
        at=entry.at,
        title=action_label(entry.action),
        actor=entry.actor_name if entry.actor_kind == "user" else _("系统"),
        text=entry.reason,
        before=labels.get(entry.from_state, ""),
        after=labels.get(entry.to_state, ""),
    )
