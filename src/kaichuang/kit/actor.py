"""Who acts: a user, for a party, in a programme, with roles. Plain data, so that permissions stay pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class ActorKind(StrEnum):
    PUBLIC = "public"
    USER = "user"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The subject of every operation and query.

    `roles` are the roles held in `programme_id` on the business date; `party_id` is the party for which
    the user acts at the moment (one person may act for several, catalogue X02).
    """

    kind: ActorKind
    user_id: int | None = None
    name: str = ""
    programme_id: int | None = None
    party_id: int | None = None
    unit_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    strong: bool = False
    """The session was opened with a second factor."""

    @classmethod
    def public(cls, *, programme_id: int | None = None) -> Actor:
        """Anybody, without login."""
        return cls(kind=ActorKind.PUBLIC, programme_id=programme_id)

    @classmethod
    def system(cls, name: str, *, programme_id: int | None = None) -> Actor:
        """A timed job or an import; `name` says which one."""
        return cls(kind=ActorKind.SYSTEM, name=name, programme_id=programme_id)

    @property
    def is_public(self) -> bool:
        return self.kind is ActorKind.PUBLIC

    @property
    def is_system(self) -> bool:
        return self.kind is ActorKind.SYSTEM

    def has(self, *roles: str) -> bool:
        """Whether the actor holds at least one of `roles` in its programme."""
        return not self.roles.isdisjoint(roles)

    def acting_for(self, party_id: int | None) -> Actor:
        return replace(self, party_id=party_id)
