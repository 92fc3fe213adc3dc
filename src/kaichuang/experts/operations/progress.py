"""What follows from marks handed in or taken back: lists of readers and officers."""

from __future__ import annotations

from datetime import datetime

from kaichuang.experts.models import Panel, ScoreState, Seat, SeatState
from kaichuang.experts.operations import tell
from kaichuang.experts.queries.results import counting_scores, entries_of, items_of
from kaichuang.experts.scoring import divergence
from kaichuang.kit.actor import Actor


def look_after(panel: Panel, seat: Seat, actor: Actor, now: datetime) -> None:
    """Bring the lists up to date after a score of `seat` has changed. The panel is locked."""
    scores = counting_scores(panel)
    drafts = {score.seat_id for score in scores if score.state == ScoreState.DRAFT}
    if seat.pk not in drafts:
        tell.scored(seat, actor, now)
    waiting = {score.item_id for score in scores if score.state == ScoreState.DRAFT}
    entries = {entry.key: entry for entry in entries_of(panel, scores)}
    reading = {
        key for one in panel.seats.filter(is_extra=True, state=SeatState.INVITED) for key in one.only_items
    }
    for item in items_of(panel):
        item.panel = panel
        if item.pk in waiting or item.pk in reading:
            continue
        if divergence(entries[item.key], panel.form, panel.rules).open:
            tell.ask_for_reader(item, now)
        else:
            tell.agreed(item, actor, now)
    if drafts or panel.seats.filter(state=SeatState.INVITED).exists():
        tell.not_complete(panel, actor, now)
    else:
        tell.ask_to_close(panel, now)
