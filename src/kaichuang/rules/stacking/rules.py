"""Awards and the rules between them, in the form the search works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kaichuang.rules.measures.values import Text

Kind = Literal["highest_only", "exclusive", "prevails", "shared_cap", "same_evidence"]


@dataclass(frozen=True, slots=True)
class Award:
    """Something an applicant could get: an amount under a measure.

    ``per`` is whom or what it is for, where rules work per person or per item; ``evidence`` are the papers it rests
    on (invoice numbers, contracts), which may not be used twice.
    """

    id: str
    fen: int
    measure: str = ""
    per: str = ""
    evidence: frozenset[str] = frozenset()
    title: Text = field(default_factory=lambda: Text(zh=""))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule between measures. ``measures`` empty means all of them.

    * ``highest_only``: of the awards for the same ``per``, one only (就高不就低);
    * ``exclusive``: one award in all (择一享受);
    * ``prevails``: where one of ``measures`` is awarded, those in ``over`` fall away (按协议执行);
    * ``shared_cap``: together at most ``limit_fen``, of which ``used_fen`` was paid before;
    * ``same_evidence``: the same paper in one award only (同一发票不得重复).
    """

    id: str
    kind: Kind
    title: Text
    clause: str
    measures: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()
    limit_fen: int = 0
    used_fen: int = 0

    def covers(self, award: Award) -> bool:
        """Whether the award is one of the rule's."""
        return not self.measures or award.measure in self.measures
