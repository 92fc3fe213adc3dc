"""How a clause reference becomes a link. The policy library tells once, at start-up, how to find a clause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reference such as `NH-2015-66/2.3` stands for: its page, the printed number, the document."""

    label: str
    url: str = ""
    document: str = ""
    text: str = ""


Resolver = Callable[[str], Citation | None]
_resolvers: list[Resolver] = []


def register(resolver: Resolver) -> None:
    """Ask `resolver` for references; it must be cheap (it is called for every chip on a page)."""
    if resolver not in _resolvers:
        _resolvers.append(resolver)


def resolve(reference: str) -> Citation:
    """The first answer of the resolvers; an unknown reference is shown as it is, without a link."""
    for resolver in _resolvers:
        found = resolver(reference)
        if found is not None:
            return found
    return Citation(label=reference)
