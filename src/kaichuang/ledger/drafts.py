"""A transfer before it is posted: plain data, so that it can wait in a queue and be compared."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

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
        """The draft as `ledger_post` reads it, as number `n` of its array."""
        content = self._content()
        digest = hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16)
        return content | {
            "n": n,
            "key": self.key,
            "fp": str(UUID(bytes=digest.digest())),
            "actor_kind": self.actor.kind.value,
            "actor_user": self.actor.user_id,
            "actor_name": self.actor.name,
        }

    def _content(self) -> dict[str, Any]:
        """What makes two requests the same one: all but the key and who repeats it."""
        return {
            "programme": self.programme_id,
            "kind": str(self.kind),
            "at": self.at.isoformat(),
            "lines": [list(line) for line in self.lines],
            "description": self.description,
            "clause": self.clause,
            "measure": self.measure,
            "party": self.party_id,
            "issuer": self.issuer_id,
            "year": self.year,
            "expires": self.expires_at.isoformat() if self.expires_at else None,
            "claim": self.claim_id,
            "reverses": self.reverses_id,
            "claws_back": self.claws_back_id,
        }


@dataclass(frozen=True, slots=True)
class Posted:
    """The transfer's key, and whether it had been posted before under the same idempotency key."""

    id: int
    replayed: bool = False
