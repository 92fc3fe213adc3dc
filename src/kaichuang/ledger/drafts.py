"""A transfer before it is posted: plain data, so that it can wait in a queue and be compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kaichuang.kit.actor import Actor

Line = tuple[int, int]
"""(account, amount): positive into the account (debit), negative out of it (credit), in the account's unit."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What shall be posted. `key` names the request: repeating it is harmless, re-using it is refused.

    `party_id`, `issuer_id`, `measure` and `year` (default: the year of `at`) count towards limits and are given
    with the reservation; later steps name its `claim_id`.
    """

    programme_id: int
    key: str
    kind: str
    at: date
    lines: tuple[Line, ...]
    actor: Actor
    description: str = ""
    clause: str = ""
    measure: str = ""
    party_id: int | None = None
    issuer_id: int | None = None
    year: int | None = None
    expires_at: datetime | None = None
    claim_id: int | None = None
    reverses_id: int | None = None
    claws_back_id: int | None = None

    def request(self, n: int) -> dict[str, Any]:
        """The draft as `ledger_post` reads it, as number `n` of its array; what is empty is left out."""
        content = {name: value for name, value in self._content() if value}
        # What makes two requests the same one: all but the key and who repeats it.
        digest = hashlib.blake2b(repr(content).encode(), digest_size=16)
        content["n"] = n
        content["key"] = self.key
        content["fp"] = digest.hexdigest()
        content["actor_kind"] = self.actor.kind.value
        content["actor_user"] = self.actor.user_id
        content["actor_name"] = self.actor.name
        return content

    def _content(self) -> tuple[tuple[str, Any], ...]:
        return (
            ("programme", self.programme_id),
            ("kind", str(self.kind)),
            ("at", self.at.isoformat()),
            ("lines", self.lines),
            ("description", self.description),
            ("clause", self.clause),
            ("measure", self.measure),
            ("party", self.party_id),
            ("issuer", self.issuer_id),
            ("year", self.year),
            ("expires", self.expires_at.isoformat() if self.expires_at else None),
            ("claim", self.claim_id),
            ("reverses", self.reverses_id),
            ("claws_back", self.claws_back_id),
        )


@dataclass(frozen=True, slots=True)
class Posted:
    """The transfer's key, and whether it had been posted before under the same idempotency key."""

    id: int
    replayed: bool = False
