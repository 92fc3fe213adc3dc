"""Something wrong with a workflow or a matter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """What it is, what to write instead, and where: ``("moves", 3, "to")``."""

    path: tuple[str | int, ...]
    zh: str
    en: str
    hint: str | None = None
    code: str = "workflow"
