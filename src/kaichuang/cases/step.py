"""One move of one case as it happens: what its requirements and consequences see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kaichuang.clock.queries import business_date
from kaichuang.kit.actor import Actor
from kaichuang.packs.schema.matters import Matter
from kaichuang.packs.schema.workflows import Move, State, Workflow
from kaichuang.rules.measures import Entitlement

if TYPE_CHECKING:
    from kaichuang.cases.models import Case
    from kaichuang.entitlement.queries.asking import Asked


@dataclass
class Step:
    """`case` is locked and, for consequences, already in its new state; `data` is what the actor gave with the move."""

    case: Case
    move: Move
    actor: Actor
    now: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    """The state the case came from."""

    @cached_property
    def today(self) -> date:
        return business_date(self.case.programme, self.now)

    @property
    def matter(self) -> Matter:
        return self.case.version.file.matter

    @property
    def workflow(self) -> Workflow:
        return self.case.version.file.workflow

    @property
    def state(self) -> State:
        return self.workflow.state(self.case.state)

    @cached_property
    def asked(self) -> Asked | None:
        """The case put to the rules; none where the matter has no measure."""
        from kaichuang.cases.queries.computing import asked_of

        return asked_of(self.case, on=self.case.as_of)

    @property
    def entitlement(self) -> Entitlement | None:
        """What the rules say."""
        return (
            self.asked.answers[self.matter.measure]
            if self.asked is not None and self.matter.measure
            else None
        )


def ask_together(steps: Sequence[Step]) -> None:
    """Put the cases to the rules that have not been yet, looking up once what they share."""
    from kaichuang.cases.queries.computing import asked_of_many

    waiting = [step for step in steps if "asked" not in vars(step)]
    for step, asked in zip(waiting, asked_of_many([step.case for step in waiting]), strict=True):
        step.asked = asked
