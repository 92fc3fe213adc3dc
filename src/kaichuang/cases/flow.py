"""The table of a matter's version as a state machine of the journal."""

from __future__ import annotations

from functools import lru_cache, partial

from kaichuang.cases import registry
from kaichuang.cases.models import MatterVersion
from kaichuang.cases.permissions import may_move
from kaichuang.journal.workflow import Move, Workflow


def flow_of(version: MatterVersion) -> Workflow:
    """Compiled once for each version in a process: versions never change."""
    return _compiled(version.pk)


@lru_cache(maxsize=512)
def _compiled(version: int) -> Workflow:
    table = MatterVersion.objects.get(pk=version).file.workflow
    return Workflow(
        *(
            Move(
                name=move.id,
                label=move.title.zh,
                sources=move.from_,
                target=move.to,
                permission=partial(may_move, move),
                guards=tuple(registry.requirement(word) for word in move.needs),
                needs_reason=move.reason,
            )
            for move in table.moves
        )
    )
