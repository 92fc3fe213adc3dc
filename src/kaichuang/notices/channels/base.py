"""What a channel is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kaichuang.accounts.models import User
from kaichuang.kit.problems import type_str


@dataclass(frozen=True, slots=True)
class Line:
    """One notice within a message, in the reader's language; `url` is absolute."""

    title: str
    body: str
    url: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person. `key` is the same at every attempt, so a receiver can notice a repetition.

    `user` is none where the person has no account.
    """

    key: str
    user: User | None
    address: str
    subject: str
    lines: tuple[Line, ...]


class Channel(Protocol):
    """A way out. `send` is called within a background job and may take its time."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> type_str: ...

    def wants(self, level: str) -> bool:
        """Whether notices of this level go this way at all."""
        ...

    def address_of(self, user: User) -> str:
        """Where the user is reached; empty when not."""
        ...

    def send(self, message: Message) -> None:
        """Deliver, or raise."""
        ...
